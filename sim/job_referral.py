"""What job services after release have in common: a referral, a waiting list, limited places.

A rule that runs one keeps two columns: a *stage* of one byte, and the month in which the referral
arrives. Each person is referred once after each custody, while out of work; a referral that is
lost on the way (`handoff`) is lost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.scan import pick, rows_where

if TYPE_CHECKING:
    from sim.rules import Rows, Rule
    from sim.world import World

NOT_YET, REFERRED, SERVED, OVER = 0, 1, 2, 3
"""Stages since the last custody: not referred, on the way or waiting, in the service, done with."""


def served(stage: NDArray[Any]) -> Rows:
    """Rows in the service."""
    return rows_where(stage == SERVED)


def take_in(
    rule: Rule, world: World, stage: NDArray[Any], arrives: NDArray[Any], places: int,
    within_months: int,
) -> tuple[Rows, int]:  # fmt: skip
    """Refer people who have come out of custody, and fill free places in the order of arrival.

    Parameters
    ----------
    rule
        Whose service it is; keys the draws.
    stage, arrives
        The rule's columns, shape (people,); changed in place.
    places
        Places of the service; those served now take theirs.
    within_months
        Months since custody within which people are referred.

    Returns
    -------
    tuple of ndarray and int
        Rows that start now, and how many wait for a place.
    """
    people, month = world.people, world.month
    if places == 0:  # nobody is referred to a service that is not there
        return np.empty(0, np.int64), 0
    stage *= ~world.belongs("in_custody")  # to NOT_YET
    recent = world.rule("work").recently_released(world, within_months)
    new = pick(recent, (stage[recent] == NOT_YET) & (people.employed[recent] == 0))
    new = world.reach(rule.name, new)
    rule.note_access(world, "eligible", new)
    stage[new] = OVER
    came, when = world.rule("handoff").refer(world, rule.name, new, people.last_inside[new])
    rule.note_access(world, "offered", came)
    stage[came], arrives[came] = REFERRED, when
    ready = rows_where(stage == REFERRED)
    ready = pick(ready, arrives[ready] <= month)
    looking = world.belongs("at_liberty")[ready] & (people.employed[ready] == 0)
    stage[pick(ready, ~looking)] = OVER
    ready = pick(ready, looking)
    lot = rule.draw(world, "queue", people.id[ready], people.last_inside[ready])
    free = max(places - np.count_nonzero(stage == SERVED), 0)
    starting = ready[np.lexsort((lot, arrives[ready]))[:free]]
    stage[starting] = SERVED
    rule.note_access(world, "started", starting)
    return starting, ready.shape[0] - starting.shape[0]
