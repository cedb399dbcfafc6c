"""Groups of people by legal status: their rows, kept for as long as nobody's status changes.

Many steps of a month ask for the same group, and few change anybody's status. Whether anything
changed is read off the column itself, thirty times faster than finding the rows anew, so no rule
has to announce a change and none can forget to.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.legal_status import CUSTODY, FREE, REMAND, SUPERVISED
from sim.scan import rows_where

STATUS_OF = {"supervised": SUPERVISED, "remanded": REMAND, "in_custody": CUSTODY}
"""Groups that are one legal status; beside them ``everybody`` and ``at_liberty``."""


class Selections:
    """Rows and answers of each group, for the status column as it was when last asked about."""

    def __init__(self) -> None:
        self._seen, self._bytes = np.empty(0, np.uint8), b""
        self._rows: dict[str, NDArray[np.int64]] = {}
        self._answers: dict[str, NDArray[np.bool_]] = {}

    def rows(self, status: NDArray[np.uint8], group: str) -> NDArray[np.int64]:
        """Rows of a group in ascending order, read-only."""
        self._look(status)
        if group not in self._rows:
            found = rows_where(self._answer(status, group))
            found.flags.writeable = False
            self._rows[group] = found
        return self._rows[group]

    def answers(self, status: NDArray[np.uint8], group: str) -> NDArray[np.bool_]:
        """Whether each row belongs to a group, read-only, shape (rows of the table,)."""
        self._look(status)
        return self._answer(status, group)

    def _answer(self, status: NDArray[np.uint8], group: str) -> NDArray[np.bool_]:
        if group not in self._answers:
            if group == "everybody":
                belongs = status > 0
            elif group == "at_liberty":
                belongs = (status == FREE) | (status == SUPERVISED)
            else:
                belongs = status == STATUS_OF[group]
            belongs.flags.writeable = False
            self._answers[group] = belongs
        return self._answers[group]

    def _look(self, status: NDArray[np.uint8]) -> None:
        """Forget everything if a status has changed since the last time."""
        if status.shape[0] <= _SMALL:
            now = status.tobytes()
            changed, self._bytes = now != self._bytes, now
        else:
            changed = not _same(status, self._seen)
            if changed and self._seen.shape == status.shape:
                self._seen[:] = status
            elif changed:
                self._seen = status.copy()
        if changed:
            self._rows, self._answers = {}, {}


_SMALL = 1 << 15
"""Up to so many rows comparing bytes of a copy is quicker than any array operation."""


def _same(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> bool:
    """Whether two columns of bytes are equal, compared eight at a time."""
    if one.shape != other.shape:
        return False
    whole = one.shape[0] & ~7
    return bool(
        (one[:whole].view(np.uint64) == other[:whole].view(np.uint64)).all()
        and (one[whole:] == other[whole:]).all()
    )
