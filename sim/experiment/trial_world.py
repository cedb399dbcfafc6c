"""One world with a trial in it, and what became of the people enrolled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.assembly import build_rules
from sim.errors import DesistError
from sim.experiment.trial import COUNTS, Trial
from sim.experiment.trial_enrolment import TRIAL_INDEX, TrialEnrolment
from sim.place import Place
from sim.records import event_key
from sim.rules import Rows, Rule
from sim.world import World

FIRST_EVENT = {
    "rearrest": "to_rearrest",
    "reconviction": "to_reconviction",
    "return_to_prison": "to_return",
    "reoffending": "to_offence",
}
LOGS = {"offences": "offence", "arrests": "arrest", "convictions": "conviction"}

People = Mapping[str, NDArray[Any]]
"""Columns of the people followed: ``person``, ``arm``, ``time``, ``event``, ``count``, ``in ...``.

``arm`` is a position, ``time`` months under observation, ``event`` whether the outcome ended it,
``count`` the number of events (frequencies), ``in NAME`` membership of each subgroup.
"""


class TrialWorld(World):
    """A world that notes who is enrolled, and which levers asked whom they reach."""

    enrolled: list[dict[str, NDArray[Any]]]
    asked: set[str]

    def __init__(
        self, place: Place, rules: Sequence[Rule], trial: Trial, persons: int, seed: int,
        warmup_months: int,
    ) -> None:  # fmt: skip
        self.enrolled, self.asked = [], set()
        super().__init__(
            place, (*rules, TrialEnrolment(trial=trial)), persons, seed,
            warmup_months=warmup_months,
        )  # fmt: skip
        self.reserved = trial.reserved

    def reach(self, lever: str, rows: Rows) -> Rows:
        """Rows that a lever may be offered to: those in its arms."""
        self.asked.add(lever)
        return super().reach(lever, rows)

    def reaches(self, lever: str, rows: Rows) -> NDArray[np.bool_]:
        """Whether a lever may be offered to each of the rows."""
        self.asked.add(lever)
        return super().reaches(lever, rows)


def trial_rules(place: Place, trial: Trial, folders: Sequence[Any] = ()) -> tuple[Rule, ...]:
    """Rules of the trial's world, the enrolment apart."""
    return build_rules(place, trial.dials, folders=folders)


def run_world(
    place: Place, rules: Sequence[Rule], trial: Trial, persons: int, seed: int, warmup_months: int
) -> People:
    """Simulate one world and return everyone whose follow-up is complete, ordered by keyed luck.

    Raises
    ------
    DesistError
        When a lever of an arm cannot be given to some people and withheld from others.
    """
    world = TrialWorld(place, rules, trial, persons, seed, warmup_months)
    world.run_to(trial.months)
    for lever in trial.reserved:
        if lever not in world.asked:
            raise DesistError(
                f"the lever '{lever}' acts on whole places, not on single people",
                why="it never asks World.reach whom it may be offered to",
                mend="compare places instead, or put it under 'usual'",
            )
    followed = _symptoms(world, trial) if trial.outcome == "victims_with_symptoms" else None
    followed = followed or _follow(world, trial)
    order = np.argsort(world.draws.uniform("trial.order", followed["person"], 0), kind="stable")
    return {name: column[order] for name, column in followed.items()}


def _enrolled(world: TrialWorld) -> dict[str, NDArray[Any]]:
    names = world.enrolled[0].keys()
    joined = {name: np.concatenate([part[name] for part in world.enrolled]) for name in names}
    joined["arm"] = joined["arm"].astype(np.int64) - 1
    return joined


def _symptoms(world: TrialWorld, trial: Trial) -> People:
    """Whether each case's victim has symptoms at the end of the follow-up."""
    enrolled = _enrolled(world)
    ill = enrolled["symptoms_end"] > enrolled["month"] + trial.follow_up_months
    ones = np.ones(ill.shape[0])
    return {**enrolled, "time": trial.follow_up_months * ones, "event": ill, "count": ill * 1.0}


def _follow(world: TrialWorld, trial: Trial) -> People:
    """Join enrolment with what the records saw after the start of follow-up."""
    enrolled, cohort = _enrolled(world), world.records.finish().cohort
    months = trial.follow_up_months
    chosen = (cohort["index"] == TRIAL_INDEX) & (cohort["month"] < trial.last_start)
    started = cohort["person"][chosen]
    order = np.argsort(enrolled["person"], kind="stable")
    at = order[np.searchsorted(enrolled["person"][order], started)]
    people = {name: column[at] for name, column in enrolled.items()}
    death = cohort["to_death"][chosen].astype(np.int64)
    end = np.where((death >= 1) & (death <= months), death, months)
    if trial.outcome in COUNTS:
        counts = _counts(world, LOGS[trial.outcome], started, cohort["month"][chosen], months)
        return {**people, "time": end, "event": counts > 0, "count": counts}
    to = cohort[FIRST_EVENT[trial.outcome]][chosen].astype(np.int64)
    event = (to >= 1) & (to <= months)
    return {**people, "time": np.where(event, to, end), "event": event, "count": event * 1.0}


def _counts(
    world: TrialWorld, kind: str, ids: NDArray[np.uint32], start: NDArray[Any], months: int
) -> NDArray[np.float64]:
    """Events of a kind in the months after each start."""
    counts = world.records.log(kind).count_within(event_key(ids, start), months)
    return counts.astype(np.float64)
