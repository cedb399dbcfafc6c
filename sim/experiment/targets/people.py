"""Targets of people: how many of a cohort have the event in time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.experiment.targets.cohort import COHORT_MONTHS, Measured, Run, cohort_of, within
from sim.experiment.targets.definitions import Definition
from sim.experiment.targets.follow_up import FollowUp
from sim.experiment.targets.index_events import Index
from sim.experiment.targets.subgroups import family_of, select
from sim.records import event_key


@dataclass(frozen=True)
class Follow:
    """People are followed from an index event, and the event is counted as the row says.

    Attributes
    ----------
    observed
        Published value, % or a person.
    """

    observed: float
    definition: Definition
    index: Index
    events: tuple[int, ...]
    subgroup: str
    follow_up: FollowUp
    note: str = ""

    @property
    def can_be_fitted(self) -> bool:
        """Only shares within a time: other counts of the same events test them."""
        return self.definition.counted in ("within", "calendar")

    @property
    def family(self) -> str:
        """What tells its people from others: sex, age, record …; empty for everybody."""
        named = family_of(self.subgroup)
        return named or ("sentence" if self.index.events is not None else "")

    @property
    def months(self) -> int:
        """Recorded months without which the cohort is not followed long enough."""
        return COHORT_MONTHS + self.follow_up.months

    def measure(self, runs: Sequence[Run]) -> Measured | None:
        """Value on finished runs; None when nobody is followed long enough."""
        total, people = 0.0, 0.0
        for counts in self._counts(runs):
            if counts is None:
                return None
            weight, happened = counts
            total += float((weight * happened).sum())
            people += float(weight.sum())
        if not people:
            return None
        if self.definition.counted == "mean":
            return Measured(self.observed, total / people, round(people), "count", self.note)
        return Measured(self.observed, 100.0 * total / people, round(people), "%", self.note)

    def _counts(
        self, runs: Sequence[Run]
    ) -> Iterator[tuple[NDArray[np.float64], NDArray[np.float64]] | None]:
        months = self.follow_up.months
        for run in runs:
            chosen = cohort_of(run.recorded, months, self.events)
            if chosen is None:
                yield None
                continue
            chosen &= self.index.select(run.recorded.cohort)
            if self.definition.proven:
                # A recall does not open a new cohort entry: the sentence is the same.
                chosen &= run.recorded.cohort["recalled"] == 0
            cohort = {name: values[chosen] for name, values in run.recorded.cohort.items()}
            weight = select(cohort, self.subgroup, "target")
            to, start = cohort[self.definition.column], event_key(cohort["person"], cohort["month"])
            if self.follow_up.free_months:
                weight = np.where(within(to, self.follow_up.free_months), 0.0, weight)
            happened: NDArray[Any]
            match self.definition.counted:
                case "within":
                    happened = within(to, months)
                case "calendar":
                    happened = within(to, months - 1 - cohort["month"].astype(np.int64) % 12)
                case "during":
                    # The last twelve of the months, as the t-th year.
                    happened = run.arrests.count_within(start + months - 12, 12) > 0
                case _:
                    happened = run.arrests.count_within(start, months)
            yield weight, np.asarray(happened, np.float64)


@dataclass(frozen=True)
class Mix:
    """Share of the cohort that belongs to a subgroup: who is released, not what becomes of them.

    With ``follow_up.free_months``, of those who were free of arrest for so long.
    """

    observed: float
    index: Index
    events: tuple[int, ...]
    subgroup: str
    follow_up: FollowUp
    note: str = ""
    can_be_fitted: bool = True

    @property
    def months(self) -> int:
        """Recorded months without which the cohort is not complete."""
        return COHORT_MONTHS + self.follow_up.months

    def measure(self, runs: Sequence[Run]) -> Measured | None:
        """Share on finished runs; None without a cohort."""
        part, people = 0.0, 0
        for run in runs:
            chosen = cohort_of(run.recorded, self.follow_up.months, self.events)
            if chosen is None:
                return None
            chosen &= self.index.select(run.recorded.cohort)
            if self.follow_up.free_months:
                chosen &= ~within(run.recorded.cohort["to_rearrest"], self.follow_up.free_months)
            cohort = {name: values[chosen] for name, values in run.recorded.cohort.items()}
            part += float(select(cohort, self.subgroup, "target").sum())
            people += int(chosen.sum())
        if not people:
            return None
        return Measured(self.observed, 100.0 * part / people, people, "%", self.note)
