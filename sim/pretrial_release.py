"""Release before trial: who is detained for the court, and what letting them go means."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.people import FREE, NEVER, NO_ORDER, SUPERVISED
from sim.processes.hearings import MISSED

if TYPE_CHECKING:
    from sim.rules import Rows
    from sim.world import World


def detained_for_court(world: World) -> Rows:
    """Rows on remand for a hearing alone: not held for a recall, and none missed before."""
    people, rows = world.people, world.selection("remanded")
    alone = (people.case_offence[rows] > 0) & (people.recall_month[rows] == NEVER)
    held: Rows = rows[alone & (people.absence[rows] != MISSED)]
    return held


def would_be_free(world: World) -> tuple[Rows, float]:
    """New cases of people who are neither detained nor supervised; detained to released, usually.

    The ratio turns a share of those detained into one of those released.
    """
    people = world.people
    new = (people.case_month == world.month) & (people.case_offence > 0) & (people.status == FREE)
    new &= people.absence == 0  # nor let go this month instead of being detained
    detained = world.rule("pretrial").detained_share
    return np.flatnonzero(new), detained / max(1.0 - detained, 1e-9)


def release(world: World, rows: Rows, missing: NDArray[np.float64]) -> None:
    """Let people await the court at liberty; each misses the hearing with a probability."""
    people = world.people
    people.status[rows] = np.where(people.order[rows] == NO_ORDER, FREE, SUPERVISED)
    people.absence[rows] = np.round(100.0 * missing)
