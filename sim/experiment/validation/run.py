"""A validation: places, foreign targets, places out of place, trials and what must hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sim import evidence
from sim.experiment.cells import digest, numbers_only, replication_seed
from sim.experiment.scenario import Scenarios
from sim.experiment.trial_result import Size
from sim.experiment.validation import must_hold, places, trials
from sim.experiment.validation.foreign import Target
from sim.experiment.validation.kept import Task, carry_out
from sim.experiment.validation.refits import Size as RefitSize
from sim.experiment.validation.refits import refits
from sim.experiment.validation.score import Scored
from sim.place import Place


@dataclass(frozen=True)
class Effort:
    """How much is simulated.

    Attributes
    ----------
    persons, months, replications, warmup_months
        Of each place; ``months`` grows where a brought target needs more.
    refit
        How places are fitted anew without some of their targets.
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
    refit: RefitSize
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
    """Everything that was judged.

    Attributes
    ----------
    refits
        One record a hold-out: what was kept and held, errors.
    constants
        One record a constant of reoffending, out of place: own, from the donors, found.
    """

    rows: list[Scored]
    refits: list[dict[str, Any]]
    constants: list[dict[str, Any]]


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
    # The longest first, so that no core idles at the end.
    groups = {
        "place": [
            world for place in asked.places.values() for world in _worlds(place, asked, effort)
        ],
        "trial": [_trial(name, scenarios, effort) for name in asked.trials],
        "must hold": [
            Task(f"{claim}: {place.name}", [_numbers(place), effort.check_persons], _must_hold,
                 (claim, place, effort.check_persons))
            for place in list(asked.places.values())[:1]
            for claim in must_hold.CHECKS
        ],
    }  # fmt: skip

    def all_of(tasks: list[Task]) -> list[Any]:
        return carry_out(tasks, out, workers, tell)

    tasks = [task for group in groups.values() for task in group]
    answers = iter(all_of(tasks))
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
    refitted, records, constants = refits(asked.places, asked.every, effort.refit, all_of,
                                          _evidence())  # fmt: skip
    rows += refitted
    rows += [trials.scored(answer) for answer in found["trial"]]
    rows += [Scored(**answer) for answer in found["must hold"]]
    return Validated(rows, records, constants)


def _worlds(place: Place, asked: Asked, effort: Effort) -> list[Task]:
    """One task a replication."""
    foreign = list(asked.foreign.get(place.name, ()))
    months = places.months_for(place, foreign, effort.months)
    found = []
    for replication in range(effort.replications):
        seed = replication_seed(effort.seed, replication)
        run = places.Run(place, effort.persons, months, effort.warmup_months, seed)
        content = [_numbers(place), place.fit, foreign, effort.persons, months,
                   effort.warmup_months, seed, dict(asked.titles), _evidence()]  # fmt: skip
        label = f"{place.name}, replication {replication + 1}"
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


def _evidence() -> str:
    return digest([evidence.table("targets"), evidence.table("jurisdictions")])
