"""From a study to its cells: every file read and every value checked before anything runs."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from sim.assembly import build_rules
from sim.errors import DesistError
from sim.experiment.arms import PolicyArm, check_used, policy_arms, with_study_dials, within
from sim.experiment.cells import (
    SCHEMA_VERSION,
    Arm,
    Batch,
    Recipe,
    Values,
    cell_key,
    code_version,
    digest,
    replication_seed,
)
from sim.experiment.design import CENTRAL, Point, check_point, design_points, point_of
from sim.experiment.design import Values as Swept
from sim.experiment.drawn_place import DrawnPlace, drawn_place
from sim.experiment.limits import STATED, Limits, check_study_size
from sim.experiment.outcome_table import check_outcomes
from sim.experiment.outcomes import usable_horizons
from sim.experiment.pasts import Layout, Past, as_numbers, pasts_of
from sim.experiment.scenario import Scenario, Scenarios
from sim.experiment.study import Study, Where
from sim.place import Place
from sim.rules import Rule, registry

SIZE = ("persons", "months", "start", "warmup_months", "seed")
"""Settings that make a folder's cells comparable: a folder holds one choice of them."""


@dataclass(frozen=True)
class Plan:
    """A study that can be run.

    Attributes
    ----------
    horizons
        Those that fit into the run; ``notes`` say which were left out.
    rows
        The design's rows in its order; empty when nothing is varied.
    points
        Every point that is simulated, once.
    draws
        Place -> what each draw makes of it.
    identity
        Hash of what a folder's cells must share: size, luck, parameters and baseline.
    contents
        ``policies``, ``places``, ``fits`` -> name -> hash: a name means one thing in a folder.
    own, command
        The user's scenario folders and the command, to say how to repeat the study.
    """

    study: Study
    scenario: Scenario
    policies: tuple[PolicyArm, ...]
    places: dict[str, Scenario]
    rows: tuple[Point, ...]
    points: tuple[Point, ...]
    draws: Mapping[str, DrawnPlace]
    pasts: tuple[Past, ...]
    layout: Layout
    horizons: tuple[int, ...]
    notes: tuple[str, ...]
    code: str
    identity: str
    contents: Mapping[str, Mapping[str, str]]
    folders: tuple[Path, ...] = ()
    own: tuple[Path, ...] = ()
    command: str = "compare"

    @property
    def is_job(self) -> bool:
        """Whether this is a job of a multirun, a design point by itself."""
        return CENTRAL not in self.points

    @property
    def cells_each(self) -> int:
        """Number of cells of one replication."""
        return sum(len(past.arms) for past in self.pasts)

    @property
    def cells(self) -> int:
        """Number of cells."""
        return self.cells_each * self.study.replications

    @property
    def recipe(self) -> Recipe:
        """How outcomes are made."""
        return Recipe(self.study.index, self.study.horizons, self.study.outcomes)

    def keys(self, first: int, last: int) -> Iterator[tuple[int, Past, list[str]]]:
        """Replication, past and keys of its arms, for replications ``first`` to ``last`` - 1.

        Replication by replication, so that a run cut short is balanced.
        """
        for replication in range(first, last):
            seed = replication_seed(self.study.seed, replication)
            for past in self.pasts:
                keys = [cell_key(arm.content, seed, self.code) for arm in past.arms]
                yield replication, past, keys

    def with_replications(self, count: int) -> Plan:
        """The same study with another number of replications."""
        return replace(self, study=self.study.model_copy(update={"replications": count}))

    def batches(self, done: Container[str] = frozenset()) -> list[Batch]:
        """What is to be simulated: one batch of the missing arms for every common past."""
        study = self.study
        found = []
        for replication, past, keys in self.keys(0, study.replications):
            arms = tuple(
                Arm(arm.policy, arm.dials, key, arm.point, arm.parameters)
                for arm, key in zip(past.arms, keys, strict=True)
                if key not in done
            )
            if arms:
                found.append(
                    Batch(
                        past.jurisdiction, self.draws[past.jurisdiction].content(past.draw),
                        past.dials, arms,
                        past.parameters, past.draw, replication,
                        replication_seed(study.seed, replication), study.persons, study.months,
                        study.start, study.warmup_months, self.recipe, self.code, self.folders,
                        study.cell_seconds,
                    )
                )  # fmt: skip
        return found

    def place(self, jurisdiction: str) -> Place:
        """A place of the study."""
        return _place(self.places[jurisdiction])

    def rules(self, jurisdiction: str, arm: PolicyArm) -> tuple[Rule, ...]:
        """The rules of one arm in one place, with the central parameters."""
        return _rules(self.study, self.places[jurisdiction], arm, self.folders)


def make_plan(
    study: Study,
    scenario: Scenario,
    scenarios: Scenarios,
    folders: tuple[Path, ...] = (),
    where: Where | None = None,
    swept: Swept | None = None,
    command: str = "compare",
    limits: Limits = STATED,
) -> Plan:
    """Read and check all that a study names.

    Parameters
    ----------
    scenario
        The study's own file.
    folders
        Folders of the user's own rules.
    where
        Says where the reader finds a setting; the study's file when None.
    swept
        The values of a multirun's job, which becomes a design point of its own.
    limits
        What is refused as too large.

    Raises
    ------
    DesistError
        For the first name or value that cannot be used.
    """
    where = where or within(scenario.file)
    check_study_size(study, 1, where, limits)
    rules = registry(folders)
    check_outcomes(study.outcomes, where(("outcomes",)))
    named = tuple(name.partition("@")[0] for name in study.precision)  # "rearrest@24"
    check_outcomes(named, where(("precision",)))
    arms = policy_arms(study, scenarios, where)
    at = where(("jurisdictions",))
    places = {name: scenarios.load("jurisdiction", name, at) for name in study.jurisdictions}
    check_numbers("dials", study.dials, rules, where)
    check_numbers("parameters", study.parameters, rules, where)
    for arm in arms:
        check_numbers("dials", arm.dials, rules, within(arm.scenario.file))
    arms = with_study_dials(arms, study, where)
    if swept:
        check_point({n: v for n, v in swept.items() if n not in SIZE}, rules, where)
    rows = [point_of(swept)] if swept else design_points(study, rules, where, limits.points)
    for name in dict.fromkeys(name for point in rows for name in point.values):
        section, _, rest = name.partition(".")
        if section == "dials":
            check_used(rest.partition(".")[0], arms, where(("vary", name)))
    # A job of a multirun is its own point: the study as written is another job, or another run.
    points = _distinct(rows if swept else [CENTRAL, *rows])
    # At least so many cells, said before they are made.
    fewest = len(points) * len(places) * (1 + study.draws) * study.replications
    check_study_size(study, fewest, where, limits)
    used = {name: _used_rules(study, place, arms, rules, folders) for name, place in places.items()}
    draws = {
        name: drawn_place(place, rules, used[name], study.parameters, study.seed, study.draws)
        for name, place in places.items()
    }
    levers = frozenset(name for name, rule in rules.items() if rule.kind == "lever")
    layout = Layout(arms, levers)
    contents = {
        "policies": {arm.name: digest(as_numbers(arm.dials)) for arm in arms},
        "places": {name: place.marks[0] for name, place in draws.items()},
        "fits": {place.fit_name: place.fit_mark for place in draws.values() if study.draws},
    }
    horizons = usable_horizons(study.horizons, study.start, study.months)
    notes = _notes(study, horizons) + [place.note for place in draws.values() if place.note]
    plan = Plan(
        study, scenario, arms, places, tuple(rows), points, draws,
        pasts_of(study, layout, draws, points), layout, horizons, tuple(notes),
        code_version(folders), _identity(study, arms, swept or {}), contents, folders,
        scenarios.folders[:-1], command,
    )  # fmt: skip
    check_study_size(study, plan.cells, where, limits)
    return plan


def _distinct(points: list[Point]) -> tuple[Point, ...]:
    """Every point once, in order; two of one id and other values would be a collision."""
    found: dict[int, Point] = {}
    for point in points:
        if found.setdefault(point.id, point).values != point.values:
            raise DesistError("two design points have one name", mend="change one of the values")
    return tuple(found.values())


def _identity(study: Study, arms: tuple[PolicyArm, ...], swept: Swept) -> str:
    return digest(
        {
            "size": {name: getattr(study, name) for name in SIZE if name not in swept},
            "parameters": study.parameters,
            "baseline": arms[0].name,
            "schema": SCHEMA_VERSION,
        }
    )


def check_numbers(
    section: Literal["dials", "parameters"],
    numbers: Values,
    rules: Mapping[str, type[Rule]],
    where: Where,
) -> None:
    """Check names and values of ``{rule: {name: value}}`` where the reader wrote them.

    The model checks them again when it builds the rules; here the file and line are known.
    """
    one, kind = ("lever", "dial") if section == "dials" else ("rule", "parameter")
    for name, values in numbers.items():
        valid = [key for key, rule in rules.items() if section != "dials" or rule.kind == "lever"]
        if name not in valid:
            at = where((section, name))
            raise DesistError(f"unknown {one} '{name}'", at, given=name, valid=valid)
        quantities = rules[name].quantities()
        known = [key for key, quantity in quantities.items() if quantity.kind == kind]
        for key, value in values.items():
            at = where((section, name, key))
            if key not in known:
                what = f"unknown {kind} '{key}' of {name}"
                raise DesistError(what, at, given=key, valid=known)
            complaint = quantities[key].complaint(value)
            if complaint:
                raise DesistError(f"{name}.{key} {complaint}", at)


def _rules(
    study: Study, place: Scenario, arm: PolicyArm, folders: tuple[Path, ...]
) -> tuple[Rule, ...]:
    return build_rules(_place(place), arm.dials, study.parameters, folders=folders)


def _place(scenario: Scenario) -> Place:
    return Place.from_mapping(scenario.name, scenario.content, within(scenario.file))


def _used_rules(
    study: Study, place: Scenario, arms: tuple[PolicyArm, ...], rules: Mapping[str, type[Rule]],
    folders: tuple[Path, ...],
) -> list[type[Rule]]:  # fmt: skip
    """Check every arm by building its rules, and tell which rules the study can use."""
    names: set[str] = set()
    for arm in arms:
        names |= {rule.name for rule in _rules(study, place, arm, folders)} | set(arm.dials)
    return [rule for name, rule in rules.items() if name in names]


def _notes(study: Study, horizons: tuple[int, ...]) -> list[str]:
    room = study.months - study.start
    return [
        f"Follow-up of {horizon} months is left out: the run ends {room} months after the policies "
        f"start, and at least {horizon + 1} are needed."
        for horizon in study.horizons
        if horizon not in horizons
    ]
