"""Turns: what changes over years need not be drawn every month.

Each person has a turn every so many months, in the month that the identity gives, so that only a
part of the people is looked at in any one month.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from sim.world import World


def whose_turn(world: World, every_months: int) -> NDArray[np.bool_]:
    """Whether it is each row's turn this month, spare rows included, shape (rows of the table,).

    Parameters
    ----------
    every_months
        Months from turn to turn, a power of two up to 256: the lowest byte of the identity tells.
    """
    low = world.people.id.astype(np.uint8) & np.uint8(every_months - 1)
    turn: NDArray[np.bool_] = low == np.uint8(world.month % every_months)
    return turn
