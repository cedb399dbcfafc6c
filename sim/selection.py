"""Groups of people by legal status: their rows, mended when the status of a few changes.

Many steps of a month ask for the same group, and few change anybody's status. What has changed is
read off the column itself, so no rule has to say whom it moved. While a step runs that does not
declare ``status`` among the columns it writes, the column is not even looked at again.
"""

from __future__ import annotations

from typing import Any

import numba as nb
import numpy as np
from numpy.typing import NDArray

from sim.legal_status import CUSTODY, FREE, REMAND, SUPERVISED
from sim.scan import rows_where

Answers = NDArray[np.bool_]
Rows = NDArray[np.int64]
Status = NDArray[np.uint8]

STATUS_OF = {"supervised": SUPERVISED, "remanded": REMAND, "in_custody": CUSTODY}
"""Groups that are one legal status; beside them ``everybody`` and ``at_liberty``."""

_SMALL = 1 << 15
"""Up to so many rows comparing bytes of a copy is quicker than any array operation."""

_FEW = 64
"""One in so many rows may have changed for known rows to be mended, not found anew."""


class Selections:
    """Rows and answers of each group, for the status column as it was when last looked at.

    Attributes
    ----------
    steady
        Nobody's status can change at present: what is known holds without another look.
    """

    def __init__(self) -> None:
        self.steady = False
        self._looked = False
        self._seen, self._bytes = np.empty(0, np.uint8), b""
        self._rows: dict[str, Rows] = {}
        self._answers: dict[str, Answers] = {}
        self._changed: dict[str, list[Rows]] = {}  # since a group's rows were right

    def look_again(self) -> None:
        """Look at the column when next asked, because somebody's status may have changed."""
        self._looked = False

    def rows(self, status: Status, group: str) -> Rows:
        """Rows of a group in ascending order, read-only."""
        self._look(status)
        if group not in self._rows:
            self._rows[group] = _read_only(rows_where(self._answer(status, group)))
            self._changed[group] = []
        elif self._changed[group]:
            changed = _together(self._changed[group])
            mended = _mended(self._rows[group], changed, _belongs(status[changed], group))
            self._rows[group], self._changed[group] = _read_only(mended), []
        return self._rows[group]

    def answers(self, status: Status, group: str) -> Answers:
        """Whether each row belongs to a group, read-only, shape (rows of the table,)."""
        self._look(status)
        return self._answer(status, group)

    def _answer(self, status: Status, group: str) -> Answers:
        if group not in self._answers:
            self._answers[group] = _read_only(_belongs(status, group))
        return self._answers[group]

    def _look(self, status: Status) -> None:
        """Take note of what has changed in the column."""
        if self.steady and self._looked:
            return
        self._looked = True
        if status.shape[0] <= _SMALL:
            now = status.tobytes()
            if now != self._bytes:
                self._bytes, self._rows, self._answers = now, {}, {}
        elif status.shape != self._seen.shape:
            self._seen, self._rows, self._answers = status.copy(), {}, {}
        else:
            self._note_changes(status)

    def _note_changes(self, status: Status) -> None:
        changed = np.empty(status.shape[0] // _FEW, np.int64)
        number = _changes(self._seen, status, changed)
        if number == 0:
            return
        self._answers, self._seen[:] = {}, status
        for group in list(self._rows):
            waiting = self._changed[group]
            waiting.append(changed[:number])
            many = number < 0 or sum(part.shape[0] for part in waiting) > changed.shape[0]
            if many or group not in STATUS_OF:  # the large ones are not worth mending
                del self._rows[group]


def _together(parts: list[Rows]) -> Rows:
    """Rows of all parts in ascending order; some may be there twice."""
    return parts[0] if len(parts) == 1 else np.sort(np.concatenate(parts), kind="stable")


def _belongs(status: Status, group: str) -> Answers:
    belongs: Answers
    if group == "everybody":
        belongs = status > 0
    elif group == "at_liberty":
        belongs = (status == FREE) | (status == SUPERVISED)
    else:
        belongs = status == STATUS_OF[group]
    return belongs


def _read_only(array: Any) -> Any:
    array.flags.writeable = False
    return array


@nb.njit(cache=True)
def _changes(before, now, changed):  # type: ignore[no-untyped-def]
    """Rows that differ, in ascending order: how many, or -1 when there is no room for them."""
    found, whole = 0, now.shape[0] & ~7
    words, others = before[:whole].view(np.uint64), now[:whole].view(np.uint64)
    for block in range(0, words.shape[0], 64):
        end = min(block + 64, words.shape[0])
        differ = np.uint64(0)
        for word in range(block, end):
            differ |= words[word] ^ others[word]
        if differ == 0:
            continue
        for word in range(block, end):
            if words[word] == others[word]:
                continue
            for i in range(8 * word, 8 * word + 8):
                if before[i] != now[i]:
                    if found == changed.shape[0]:
                        return -1
                    changed[found] = i
                    found += 1
    for i in range(whole, now.shape[0]):
        if before[i] != now[i]:
            if found == changed.shape[0]:
                return -1
            changed[found] = i
            found += 1
    return found


@nb.njit(cache=True)
def _mended(rows, changed, belongs):  # type: ignore[no-untyped-def]
    """Rows of a group without the changed rows, but with those of them that belong to it now."""
    mended = np.empty(rows.shape[0] + changed.shape[0], np.int64)
    at = kept = 0
    for k in range(changed.shape[0]):
        row = changed[k]
        if k > 0 and row == changed[k - 1]:
            continue
        while kept < rows.shape[0] and rows[kept] < row:
            mended[at] = rows[kept]
            at += 1
            kept += 1
        if kept < rows.shape[0] and rows[kept] == row:
            kept += 1
        if belongs[k]:
            mended[at] = row
            at += 1
    while kept < rows.shape[0]:
        mended[at] = rows[kept]
        at += 1
        kept += 1
    return mended[:at]
