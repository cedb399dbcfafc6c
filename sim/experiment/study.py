"""What a study is: the resolved configuration of a comparison, checked field by field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from sim.errors import DesistError
from sim.experiment.checked import Where, checked

Index = Literal[
    "release_from_prison",
    "release_from_short_custody",
    "start_of_community_sentence",
    "start_of_suspended_sentence",
    "restorative_conference",
    "reception_into_custody",
    "fine_or_discharge",
]
"""The events from which reoffending can be followed up, in the order of ``Recorded.cohort``."""


def _whole(value: object) -> object:
    # Pydantic would take true for 1, which hides a mistyped line.
    if isinstance(value, bool):
        raise ValueError("is true or false, expected a whole number")
    return value


def _one_or_many(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _as_values(value: object) -> object:
    """Read a bare list as the values to take, and nothing as the quantity's own range."""
    if isinstance(value, (list, tuple)):
        return {"values": value}
    return {} if value is None else value


Whole = Annotated[int, BeforeValidator(_whole)]
Names = Annotated[tuple[str, ...], BeforeValidator(_one_or_many), Field(min_length=1)]
Kept = Annotated[
    tuple[Literal["outcomes", "series", "cohort", "access"], ...], BeforeValidator(_one_or_many)
]
Dials = dict[str, dict[str, Any]]


class Checked(BaseModel):
    """Base of what is read from files: frozen, and nothing unknown is accepted."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Varied(Checked):
    """What a design varies: some values, or a range; the quantity's own range when empty."""

    low: float | None = None
    high: float | None = None
    values: tuple[float | bool, ...] | None = Field(None, min_length=1)


DesignKind = Literal[
    "one_at_a_time", "grid", "list", "latin_hypercube", "sobol", "saltelli", "morris"
]


class Design(Checked):
    """Which combinations of what is varied are simulated (`sim.experiment.design`).

    Attributes
    ----------
    size
        Points (``latin_hypercube``, ``sobol``), base samples (``saltelli``) or trajectories
        (``morris``).
    levels
        Values taken of a range by ``grid``, ``one_at_a_time`` and ``morris``.
    points
        The combinations themselves, for ``list``.
    """

    kind: DesignKind = "one_at_a_time"
    size: Whole = Field(64, ge=1, le=1_000_000)
    levels: Whole = Field(4, ge=2, le=1_000)
    points: tuple[dict[str, float | bool], ...] = ()


class Study(Checked):
    """A comparison of policies in one or more places.

    Times are months; month 0 is the first that is recorded, ``start`` the first in which the
    policies differ. The first policy is the baseline. The upper limits keep a slip of the
    keyboard from asking for more than any machine has.

    Attributes
    ----------
    draws
        Draws of the parameters from their evidence, beside the central values (draw 0).
    vary, design
        Dials (``dials.LEVER.DIAL``) and parameters (``parameters.RULE.NAME``) to vary, and how.
    keep
        Tables to store of each cell; all when None. ``outcomes`` are always kept.
    cell_seconds
        Longest time a cell may take before it counts as failed.
    precision, budget
        Half-widths of intervals to be reached by adding replications, up to so many.
    margin, weights, discount_rate
        For the analysis only.
    """

    title: str = ""
    jurisdictions: Names
    policies: Names
    persons: Whole = Field(ge=1, le=50_000_000)
    months: Whole = Field(ge=1, le=1_200)
    start: Whole = Field(ge=0, le=1_200)
    warmup_months: Whole = Field(ge=0, le=1_200)
    replications: Whole = Field(ge=1, le=100_000)
    seed: Whole = Field(ge=0, lt=2**63)
    outcomes: Names | None = None
    horizons: tuple[Annotated[Whole, Field(ge=1, le=1_200)], ...] = (12, 24, 36, 60)
    index: Index = "release_from_prison"
    confidence: float = Field(0.95, gt=0.0, lt=1.0)
    dials: Dials = {}
    parameters: Dials = {}
    draws: Whole = Field(0, ge=0, le=100_000)
    vary: dict[str, Annotated[Varied, BeforeValidator(_as_values)]] = {}
    design: Design = Design()
    keep: Kept | None = None
    cell_seconds: float | None = Field(None, gt=0.0, le=1e7)
    precision: dict[str, Annotated[float, Field(gt=0.0)]] = {}
    budget: Whole | None = Field(None, ge=1, le=100_000)
    margin: dict[str, float] = {}
    weights: dict[str, float] = {}
    discount_rate: float | None = Field(None, ge=0.0, le=1.0)

    @property
    def baseline(self) -> str:
        """The policy that the others are compared with."""
        return self.policies[0]


class Policy(Checked):
    """A policy package: the dials that differ from the status quo, lever by lever."""

    title: str = ""
    paragraphs: tuple[Whole, ...] = ()
    dials: Dials = {}


class Fit(Checked):
    """Settings of ``desist fit``: a place and how much to simulate."""

    place: str
    persons: Whole = Field(ge=1, le=50_000_000)
    months: Whole = Field(ge=1, le=1_200)
    warmup_months: Whole = Field(ge=0, le=1_200)
    replications: Whole = Field(ge=1, le=1_000)
    seed: Whole = Field(ge=0, lt=2**63)


FollowedFrom = Literal[
    "release_from_prison", "release_from_short_custody", "start_of_community_sentence",
    "start_of_suspended_sentence",
]  # fmt: skip


class Calibration(Fit):
    """Settings of ``desist calibrate``."""

    targets: Names | None = None
    free: Names | None = None
    rounds: Whole = Field(5, ge=0, le=100)
    draws: Whole = Field(32, ge=0, le=10_000)
    workers: Annotated[Whole, Field(ge=1, le=1_024)] | None = None
    out: str
    data: str | None = None
    format: Literal["cohort", "table", "nij", "iowa", "compas"] | None = None
    columns: dict[str, str] = {}
    outcome: Literal["rearrest", "reconviction", "return"] | None = None
    index: FollowedFrom | None = None
    covariates: Names | None = None


class Validation(Checked):
    """Settings of ``desist validate``.

    Attributes
    ----------
    jurisdictions, trials
        What is validated; everything that is shipped or in a folder of the user's when None.
    targets
        File of targets that the user brings.
    refit_persons, refit_points
        Worlds on which places are fitted anew without some of their targets, and how many for each
        constant; 0 points leave refits out.
    trial_persons, trial_worlds, trial_replications
        Size of each virtual trial.
    check_persons
        People in the small worlds of what must hold.
    """

    jurisdictions: Annotated[tuple[str, ...], BeforeValidator(_one_or_many)] | None = None
    trials: Annotated[tuple[str, ...], BeforeValidator(_one_or_many)] | None = None
    targets: str | None = None
    persons: Whole = Field(ge=1_000, le=50_000_000)
    months: Whole = Field(ge=36, le=1_200)
    warmup_months: Whole = Field(ge=0, le=1_200)
    replications: Whole = Field(ge=1, le=1_000)
    seed: Whole = Field(ge=0, lt=2**63)
    refit_persons: Whole = Field(ge=1_000, le=50_000_000)
    refit_points: float = Field(ge=0.0, le=100.0)
    trial_persons: Whole = Field(ge=1_000, le=50_000_000)
    trial_worlds: Whole = Field(ge=1, le=1_000)
    trial_replications: Whole = Field(ge=1, le=100_000)
    check_persons: Whole = Field(ge=500, le=1_000_000)
    workers: Annotated[Whole, Field(ge=1, le=1_024)] | None = None
    out: str


def check_validation(content: Mapping[str, Any], where: Where) -> Validation:
    """Check the settings of a validation."""
    return checked(Validation, content, where)


def check_calibration(content: Mapping[str, Any], where: Where) -> Calibration:
    """Check the settings of a calibration."""
    return checked(Calibration, content, where)


def check_fit(content: Mapping[str, Any], where: Where) -> Fit:
    """Check the settings of a fit."""
    return checked(Fit, content, where)


def check_study(content: Mapping[str, Any], where: Where) -> Study:
    """Check a resolved configuration.

    Parameters
    ----------
    content
        Mapping of `Study`'s fields.
    where
        Given the keys of a value, says where the reader finds it (file and line, or option).

    Raises
    ------
    DesistError
        For the first field that cannot be used.
    """
    study = checked(Study, content, where)
    if study.start >= study.months:
        raise DesistError(
            f"the policies start in month {study.start}, after the last month {study.months - 1}",
            where=where(("start",)),
            mend=f"give a start below {study.months}, or more months",
        )
    for key in ("jurisdictions", "policies", "outcomes", "horizons", "keep"):
        values = getattr(study, key) or ()
        doubled = next((value for value in values if values.count(value) > 1), None)
        if doubled is not None:
            raise DesistError(f"'{doubled}' appears twice in {key}", where=where((key,)))
    return study


def check_policy(content: Mapping[str, Any], where: Where) -> Policy:
    """Check the content of a policy file; the dials' names and values are checked by the rules."""
    return checked(Policy, content, where)
