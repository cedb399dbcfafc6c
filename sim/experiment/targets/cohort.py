"""The people a target follows: index events of the first recorded years, and what came after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.records import EventLog, Recorded
from sim.world import World

COHORT_MONTHS = 24
"""Index events in so many months from month 0 make up the cohort."""

Cohort = Mapping[str, NDArray[Any]]


@dataclass(frozen=True)
class Run:
    """A finished run: its records, all its arrests, and how many people the world holds."""

    recorded: Recorded
    arrests: EventLog
    persons: int

    @classmethod
    def of(cls, world: World, persons: int) -> Run:
        """Take a world's records."""
        return cls(world.records.finish(), world.records.log("arrest"), persons)


@dataclass(frozen=True)
class Measured:
    """A published value beside the simulated one, both in ``unit``.

    ``n`` is the number behind the simulated value (people, offences, or months of the record),
    ``note`` says where the measurement differs from the definition.
    """

    observed: float
    simulated: float
    n: int
    unit: str
    note: str = ""


def cohort_of(run: Recorded, months: int, events: tuple[int, ...]) -> NDArray[np.bool_] | None:
    """Select index events of the cohort; None if some are followed for less than ``months``."""
    cohort = run.cohort
    chosen = np.isin(cohort["index"], events) & (cohort["month"] < COHORT_MONTHS)
    if not chosen.any() or cohort["observed_months"][chosen].min() < months:
        return None
    return np.asarray(chosen)


def within(to: NDArray[Any], months: NDArray[Any] | int) -> NDArray[np.bool_]:
    """Whether an event is observed within so many months."""
    return np.asarray((to > 0) & (to <= months))
