"""What a trial file says: who, which arms, for how long, measured how, and what was published."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from sim.errors import DesistError
from sim.experiment.checked import Where
from sim.experiment.study import Checked, Dials, Whole

Scale = Literal[
    "hazard ratio", "risk ratio", "odds ratio", "rate ratio", "points", "percent",
    "standardised difference",
]  # fmt: skip
Outcome = Literal[
    "rearrest", "reconviction", "return_to_prison", "reoffending", "offences", "arrests",
    "convictions", "victims_with_symptoms",
]  # fmt: skip
COUNTS = ("offences", "arrests", "convictions")
"""Outcomes that are frequencies: events a person in the follow-up, not whether there was one."""

NULL: dict[str, float] = {
    "hazard ratio": 1.0, "risk ratio": 1.0, "odds ratio": 1.0, "rate ratio": 1.0,
    "points": 0.0, "percent": 0.0, "standardised difference": 0.0,
}  # fmt: skip
"""Every scale with its value of no effect."""

Count = Annotated[Whole, Field(ge=1, le=10_000_000)]
Months = Annotated[Whole, Field(ge=1, le=240)]
Conditions = dict[str, Any]


class Arm(Checked):
    """One arm: its published size, and the dials for its people (none: services as usual)."""

    n: Count
    dials: Dials = Field(default_factory=dict)


class Published(Checked):
    """The result in print: a value with or without its 95 % interval, or only its sign."""

    value: float | None = None
    low: float | None = None
    high: float | None = None
    sign: Literal["below", "above"] | None = None
    evidence: str
    note: str = ""


class Allocation(Checked):
    """How people come to their arms; ``ratio`` as the published numbers when left out."""

    unit: Literal["person"] = "person"
    ratio: dict[str, Annotated[float, Field(gt=0.0)]] = Field(default_factory=dict)


class Measure(Checked):
    """Which comparison is published: within one subgroup, or of one subgroup against another."""

    within: str | None = None
    against: str | None = None


class Overrides(Checked):
    """Numbers of the trial's own place and protocol, each with value, source and note."""

    figures: dict[str, dict[str, Any]] = Field(default_factory=dict)
    parameters: dict[str, dict[str, Any]] = Field(default_factory=dict)


class Trial(Checked):
    """A randomised trial, as `docs/trials.md` describes it.

    ``arms`` are in order: the first is compared with the last. ``usual`` are dials that everyone
    in the trial's world gets. ``share`` is the part of eligible people who are asked to take part.
    """

    title: str
    role: Literal["validation", "calibration", "example"] = "example"
    jurisdiction: str
    overrides: Overrides = Overrides()
    eligible: Conditions
    share: float = Field(1.0, gt=0.0, le=1.0)
    arms: dict[str, Arm] = Field(min_length=2, max_length=20)
    allocation: Allocation = Allocation()
    usual: Dials = Field(default_factory=dict)
    offered: Literal["once", "throughout"] = "throughout"
    accrual_months: Months
    follow_from: Literal["enrolment", "liberty"] = "enrolment"
    wait_months: Annotated[Whole, Field(ge=0, le=240)] = 0
    follow_up_months: Months
    outcome: Outcome
    scale: Scale
    subgroups: dict[str, Conditions] = Field(default_factory=dict)
    measure: Measure = Measure()
    published: Published
    source: str
    note: str = ""

    @property
    def compared(self) -> tuple[int, int]:
        """Positions of the arms that are compared: the first with the last."""
        return 0, len(self.arms) - 1

    @property
    def n(self) -> dict[str, int]:
        """Published number of people in each arm."""
        return {name: arm.n for name, arm in self.arms.items()}

    @property
    def ratio(self) -> tuple[float, ...]:
        """Share of each arm in the allocation."""
        weights = [self.allocation.ratio.get(name, 0.0) for name in self.arms]
        weights = weights if self.allocation.ratio else [float(n) for n in self.n.values()]
        return tuple(weight / sum(weights) for weight in weights)

    @property
    def dials(self) -> Dials:
        """Dials of every lever in the trial's world."""
        return {**self.usual, **{k: v for arm in self.arms.values() for k, v in arm.dials.items()}}

    @property
    def reserved(self) -> dict[str, tuple[int, ...]]:
        """Codes of the arms (position + 1) that each lever of the trial is for."""
        levers = {lever for arm in self.arms.values() for lever in arm.dials}
        return {
            lever: tuple(i + 1 for i, arm in enumerate(self.arms.values()) if lever in arm.dials)
            for lever in sorted(levers)
        }

    @property
    def verdict_months(self) -> int:
        """Months simulated beyond the follow-up: a reconviction is dated at its arrest."""
        return 12 if self.outcome in ("reconviction", "convictions") else 0

    @property
    def last_start(self) -> int:
        """First month in which nobody's follow-up starts any more."""
        return self.accrual_months + (self.wait_months if self.follow_from == "liberty" else 0)

    @property
    def months(self) -> int:
        """Recorded months of the trial's world."""
        return self.last_start + self.follow_up_months + self.verdict_months + 1


def check_trial(content: Mapping[str, Any], where: Where) -> Trial:
    """Check a trial file's content, apart from the names of levers, columns and evidence.

    Raises
    ------
    DesistError
        For the first entry that cannot be used, with its place in the file.
    """
    try:
        trial = Trial.model_validate(dict(content))
    except ValidationError as error:
        raise _told(error, where) from None
    for name in trial.allocation.ratio:
        if name not in trial.arms:
            at = where(("allocation", "ratio", name))
            raise DesistError(f"unknown arm '{name}'", at, given=name, valid=trial.arms)
    missing = [name for name in trial.arms if trial.allocation.ratio.keys() - {name} and
               name not in trial.allocation.ratio]  # fmt: skip
    if missing:
        at = where(("allocation", "ratio"))
        raise DesistError(f"the arm '{missing[0]}' has no ratio", at, mend="name every arm")
    _check_dials(trial, where)
    _check_measure(trial, where)
    return trial


def _check_dials(trial: Trial, where: Where) -> None:
    seen: dict[str, tuple[str, Any]] = {f: ("usual", v) for f, v in trial.usual.items()}
    for name, arm in trial.arms.items():
        for lever, values in arm.dials.items():
            other, before = seen.setdefault(lever, (name, values))
            if before != values or other == "usual":
                raise DesistError(
                    f"the lever '{lever}' is set twice, in '{other}' and '{name}'",
                    where=where(("arms", name, "dials", lever)),
                    why="a lever has one setting in a world",
                )


def _check_measure(trial: Trial, where: Where) -> None:
    for key in ("within", "against"):
        name = getattr(trial.measure, key)
        if name is not None and name not in trial.subgroups:
            at = where(("measure", key))
            raise DesistError(f"unknown subgroup '{name}'", at, given=name, valid=trial.subgroups)
    if trial.measure.against is not None and trial.measure.within is None:
        raise DesistError("'against' needs 'within'", where=where(("measure",)))
    counted = trial.scale in ("rate ratio", "standardised difference")
    if (trial.outcome in COUNTS) != counted and trial.scale != "percent":
        raise DesistError(
            f"the outcome {trial.outcome} is not measured as {trial.scale}",
            where=where(("scale",)),
            mend="use 'rate ratio', 'standardised difference' or 'percent' for frequencies, "
            "another scale for the rest",
        )
    if trial.outcome == "victims_with_symptoms" and trial.scale == "hazard ratio":
        raise DesistError("symptoms have no hazard ratio", where=where(("scale",)))
    shown = trial.published
    if (shown.value is None) == (shown.sign is None):
        raise DesistError("give either a value or a sign", where=where(("published",)))
    if (shown.low is None) != (shown.high is None):
        raise DesistError("an interval needs low and high", where=where(("published",)))
    low, high = shown.low, shown.high
    outside = (low is not None and shown.value is not None and shown.value < low) or (
        high is not None and shown.value is not None and shown.value > high
    )
    if outside:
        raise DesistError("the value lies outside its interval", where=where(("published",)))


def _told(error: ValidationError, where: Where) -> DesistError:
    first = error.errors(include_url=False)[0]
    keys, kind = first["loc"], first["type"]
    name, place = ".".join(str(key) for key in keys), where(keys)
    if kind == "extra_forbidden":
        model = _model_at(keys[:-1])
        return DesistError(
            f"unknown key '{name}'", place, given=str(keys[-1]), valid=model.model_fields
        )
    if kind == "missing":
        return DesistError(f"'{name}' is missing", place, mend=f"add a line '{keys[-1]}: ...'")
    if kind == "literal_error":
        valid = re.findall(r"'([^']+)'", str(first["ctx"]["expected"]))
        given = str(first["input"])
        return DesistError(f"unknown {keys[-1]} '{given}'", place, given=given, valid=valid)
    why = first["msg"].removeprefix("Value error, ").removeprefix("Input ")
    return DesistError(f"{name} cannot be used", place, why=why)


def _model_at(keys: tuple[int | str, ...]) -> type[Checked]:
    inner: dict[str, type[Checked]] = {
        "arms": Arm, "published": Published, "allocation": Allocation, "measure": Measure,
        "overrides": Overrides,
    }  # fmt: skip
    return inner.get(str(keys[0]), Trial) if keys else Trial
