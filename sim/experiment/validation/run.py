"""A validation: places, foreign targets, places out of place, trials and what must hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from sim import evidence
from sim.experiment.calibration.constants import constants_of
from sim.experiment.cells import digest, numbers_only, replication_seed
from sim.experiment.scenario import Scenarios
from sim.experiment.trial_result import Size
from sim.experiment.validation import must_hold, places, trials
from sim.experiment.validation.donors import out_of_place, reoffending_constants
from sim.experiment.validation.foreign import Target
from sim.experiment.validation.kept import Task, carry_out
from sim.experiment.validation.score import Scored
from sim.place import Place


@dataclass(frozen=True)
class Effort:
    """How much is simulated.

    Attributes
    ----------
    persons, months, replications, warmup_months
        Of each place; ``months`` grows where a brought target needs more.
    trial
        Size of each virtual trial.
    check_persons
        People in the small worlds of what must hold.
    """

    persons: int
    months: int
    replications: int
    warmup_months: int
    seed: int
    trial: Size
    check_persons: int


@dataclass(frozen=True)
class Asked:
    """What is validated.

    Attributes
    ----------
    places
        By name; the first is the place of what must hold.
    every, titles
        All places that there are: donors of constants, and names of cohorts.
    foreign
        Place to the targets that were brought for it.
    refused
        Brought targets that cannot be measured: where, target, why.
    """

    places: Mapping[str, Place]
    every: Mapping[str, Place]
    titles: Mapping[str, str]
    trials: tuple[str, ...]
    foreign: Mapping[str, Sequence[Target]]
    refused: Sequence[tuple[str, Target, str]] = ()


@dataclass(frozen=True)
class Validated:
    """Everything that was judged, and the constants that were taken from elsewhere."""

    rows: list[Scored]
    borrowed: list[dict[str, Any]]


def validate(
    asked: Asked, effort: Effort, scenarios: Scenarios, out: Path, workers: int,
    tell: Callable[[str, int, int], None] = lambda label, done, of: None,
) -> Validated:  # fmt: skip
    """Simulate what is asked and judge every prediction.

    Parameters
    ----------
    out
        Folder; finished parts are kept there.
    tell
        Called after each part with its label, parts done, and parts in all.
    """
    # A place that is not fitted to a curve of its own has no constants to lend.
    donors = {name: place for name, place in asked.every.items() if has_curve(place)}
    borrowed = {
        name: out_of_place(place, donors)
        for name, place in asked.places.items()
        if has_curve(place) and donors.keys() - {name}
    }
    # The longest first, so that no core idles at the end.
    groups = {
        "place": [t for p in asked.places.values() for t in _worlds(p, asked, effort, "")],
        "out of place": [t for p in borrowed.values() for t in _worlds(p, asked, effort, "out")],
        "trial": [_trial(name, scenarios, effort) for name in asked.trials],
        "must hold": [
            Task(f"{claim}: {place.name}", [_numbers(place), effort.check_persons], _must_hold,
                 (claim, place, effort.check_persons))
            for place in list(asked.places.values())[:1]
            for claim in must_hold.CHECKS
        ],
    }  # fmt: skip
    tasks = [task for group in groups.values() for task in group]
    answers = iter(carry_out(tasks, out, workers, tell))
    found = {name: [next(answers) for _ in group] for name, group in groups.items()}
    rows = [places.not_predicted("foreign", *refused) for refused in asked.refused]
    each = effort.replications
    for i, name in enumerate(asked.places):
        judged = places.scored(name, found["place"][i * each : (i + 1) * each])
        rows += judged
        measured = {row.target for row in judged if row.kind == "foreign"}
        rows += [
            places.not_predicted("foreign", name, target)
            for target in asked.foreign.get(name, ())
            if target["target_id"] not in measured
        ]
    for i, name in enumerate(borrowed):
        rows += _curve(places.scored(name, found["out of place"][i * each : (i + 1) * each]))
    rows += [trials.scored(answer) for answer in found["trial"]]
    rows += [Scored(**answer) for answer in found["must hold"]]
    return Validated(rows, _constants(asked, borrowed))


def _worlds(place: Place, asked: Asked, effort: Effort, mark: str) -> list[Task]:
    """One task a replication."""
    foreign = [] if mark else list(asked.foreign.get(place.name, ()))
    months = places.months_for(place, foreign, effort.months)
    found = []
    for replication in range(effort.replications):
        seed = replication_seed(effort.seed, replication)
        run = places.Run(place, effort.persons, months, effort.warmup_months, seed)
        content = [_numbers(place), place.fit, foreign, effort.persons, months,
                   effort.warmup_months, seed, dict(asked.titles), _evidence()]  # fmt: skip
        label = f"{place.name}{' out of place' if mark else ''}, replication {replication + 1}"
        found.append(Task(label, content, places.simulate, (run, foreign, dict(asked.titles))))
    return found


def _trial(name: str, scenarios: Scenarios, effort: Effort) -> Task:
    scenario = scenarios.load("trial", name, "trials=")
    place = scenarios.load("jurisdiction", str(scenario.content.get("jurisdiction")),
                           scenario.file.where("jurisdiction"))  # fmt: skip
    content = [scenario.content, place.content, asdict(effort.trial)]
    return Task(f"trial {name}", content, trials.load_and_run, (scenarios, name, effort.trial))


def _must_hold(claim: str, place: Place, persons: int) -> dict[str, Any]:
    return asdict(must_hold.scored(claim, place, persons))


def _numbers(place: Place) -> Any:
    return numbers_only(place.model_dump(mode="json"))


def curve_targets() -> frozenset[str]:
    """Ids of published shares of people who reoffend in some way."""
    return frozenset(
        target["target_id"]
        for target in evidence.table("targets")
        if target["unit"] == "%" and target["t_years"] not in ("", "stock")
    )


def _evidence() -> str:
    return digest([evidence.table("targets"), evidence.table("jurisdictions")])


def has_curve(place: Place) -> bool:
    """Whether the place is fitted to how many people reoffend in some way."""
    return any(identity.startswith(tuple(place.fit)) for identity in curve_targets() if place.fit)


def _curve(rows: Sequence[Scored]) -> list[Scored]:
    curve = curve_targets()
    return [replace(row, kind="out of place") for row in rows if row.target in curve]


def _constants(asked: Asked, borrowed: Mapping[str, Place]) -> list[dict[str, Any]]:
    """Each constant that was taken from elsewhere, beside the place's own."""
    found = []
    for name, stranger in borrowed.items():
        names = reoffending_constants(stranger)
        own = {c.path: c.start for c in constants_of(asked.places[name], names)}
        for constant in constants_of(stranger, names):
            found.append({"place": name, "constant": constant.path, "own": own[constant.path],
                          "borrowed": constant.start})  # fmt: skip
    return found
