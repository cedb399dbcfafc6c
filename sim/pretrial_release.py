"""Release before trial: who is detained for the court, and what letting them go means."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.people import FREE, NEVER, NO_ORDER, SUPERVISED
from sim.processes.hearings import MISSED
from sim.scan import pick, rows_where

if TYPE_CHECKING:
    from sim.rules import Rows
    from sim.world import World


def detained_for_court(world: World) -> Rows:
    """Rows on remand for a hearing alone: not held for a recall, and none missed before."""
    people = world.people
    alone = (people.case_offence > 0) & (people.recall_month == NEVER)
    return world.selection("remanded", alone & (people.absence != MISSED))


def new_cases(world: World) -> Rows:
    """Rows of the people whose pending case was opened by an arrest of this month."""
    people = world.people
    return rows_where(people.case_month == world.month, people.case_offence > 0)


def would_be_free(world: World) -> tuple[Rows, float]:
    """New cases of people who are neither detained nor supervised; detained to released, usually.

    The ratio turns a share of those detained into one of those released.
    """
    people, rows = world.people, new_cases(world)
    # Not detained, not under an order, and not let go this month instead of being detained.
    free = (people.status[rows] == FREE) & (people.absence[rows] == 0)
    detained = world.rule("pretrial").detained_share
    ratio = detained / max(1.0 - detained, 1e-9)
    return pick(rows, free), ratio


def release(world: World, rows: Rows, missing: NDArray[np.float64]) -> None:
    """Let people await the court at liberty; each misses the hearing with a probability."""
    people = world.people
    people.status[rows] = np.where(people.order[rows] == NO_ORDER, FREE, SUPERVISED)
    people.absence[rows] = np.round(100.0 * missing)
