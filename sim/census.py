"""Who lives and works where: counts of people at liberty by community, in one pass over the table.

Kept as one compiled loop, because every month needs it for everybody: about a nanosecond a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numba as nb
import numpy as np
from numpy.typing import NDArray

from sim.legal_status import FREE, SUPERVISED

if TYPE_CHECKING:
    from sim.people import People


@dataclass(frozen=True)
class Census:
    """Counts of people at liberty.

    ``at_liberty``, ``housed`` and ``in_contact`` (in work and with a home) have shape
    (communities,); ``staff`` has shape (communities, employer codes), code 0 for nobody's.
    """

    at_liberty: NDArray[np.int64]
    housed: NDArray[np.int64]
    in_contact: NDArray[np.int64]
    staff: NDArray[np.int64]


def take_census(people: People, communities: int, codes: int) -> Census:
    """Count people at liberty by community, home and employer."""
    cells = np.zeros((communities, codes, 2), np.int64)
    _count(
        people.status, people.community, people.homeless, people.employed, people.employer, cells
    )
    staff = cells.sum(axis=2)
    return Census(staff.sum(axis=1), cells[:, :, 1].sum(axis=1), cells[:, 1:, 1].sum(axis=1), staff)


@nb.njit(cache=True)
def _count(status, community, homeless, employed, employer, cells):  # type: ignore[no-untyped-def]
    """Count by community, employer (0 without a job) and home: one cell a person, no branches."""
    for i in range(status.shape[0]):
        at_liberty = (status[i] == FREE) | (status[i] == SUPERVISED)
        code = employer[i] * np.int64(employed[i] != 0)
        cells[community[i], code, np.int64(homeless[i] == 0)] += at_liberty
