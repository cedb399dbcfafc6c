"""Victims: one row for each victimisation that an identifiable person suffered.

Rows are kept for as long as something can still happen to them (`KEEP_MONTHS`); older ones are
dropped from the front, so a victim's *number* is stable and its row is ``number - dropped``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

KEEP_MONTHS = 24
"""Months for which a victim's row is kept after the offence."""

COLUMNS: dict[str, tuple[str, str]] = {
    "person": ("u4", "identity of the person who offended"),
    "month": ("i2", "month of the offence"),
    "ordinal": ("u1", "which of that person's offences of the month"),
    "offence": ("u1", "kind of offence, index into OFFENCES"),
    "reported": ("u1", "the police know"),
    "symptoms_end": (
        "i2",
        "month in which clinical symptoms remit; long past when none",
    ),
    "support": ("u1", "gets support from victim services"),
    "consent": ("u1", "answer to the offer of a meeting: 0 not asked, 1 declines, 2 consents"),
    "restitution": ("f4", "restitution received, currency"),
    "conferenced": ("u1", "met the person in a restorative conference"),
    "satisfied": ("u1", "says that the case was dealt with well"),
}


class Victims:
    """Columns of victimisations, oldest first: windows that move along longer stores.

    Dropping the old and appending the new so costs as much as there is new; what is kept is copied
    only when a store is full.
    """

    def __init__(self) -> None:
        self.dropped = 0
        self._store = {name: np.empty(0, dtype) for name, (dtype, _) in COLUMNS.items()}
        self._show(0, 0)

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> NDArray[Any]: ...

    def __len__(self) -> int:
        """Rows kept."""
        return int(self.month.shape[0])

    def add(self, now: int, **columns: NDArray[Any]) -> NDArray[np.int64]:
        """Append this month's victims, drop those past keeping; returns their numbers."""
        stale = int(np.searchsorted(self.month, np.int16(now - KEEP_MONTHS)))
        n = columns["person"].shape[0]
        first = self.dropped + len(self)
        start, stop = self._start + stale, self._stop
        if stop + n > self._store["month"].shape[0]:
            kept = stop - start
            for name, store in self._store.items():
                longer = np.empty(kept + n + kept // 4, store.dtype)
                longer[:kept] = store[start:stop]
                self._store[name] = longer
            start, stop = 0, kept
        for name, store in self._store.items():
            store[stop : stop + n] = columns.get(name, 0)
        self._show(start, stop + n)
        self.dropped += stale
        return np.arange(first, first + n, dtype=np.int64)

    def _show(self, start: int, stop: int) -> None:
        """Make the columns, as attributes, the rows from start to stop of the stores."""
        self._start, self._stop = start, stop
        for name, store in self._store.items():
            setattr(self, name, store[start:stop])

    def rows(self, numbers: NDArray[np.integer]) -> NDArray[np.int64]:
        """Rows of victim numbers; -1 where there is none or it is no longer kept."""
        rows = numbers.astype(np.int64) - self.dropped
        return np.where((numbers >= 0) & (rows >= 0), rows, -1)

    def state(self) -> dict[str, Any]:
        """Copy for a snapshot."""
        return {"dropped": self.dropped} | {name: getattr(self, name).copy() for name in COLUMNS}

    def restore(self, state: dict[str, Any]) -> None:
        """Take a snapshot's state over."""
        self.dropped = state["dropped"]
        self._store = {name: state[name].copy() for name in COLUMNS}
        self._show(0, self._store["month"].shape[0])
