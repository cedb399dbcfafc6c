"""What a run leaves behind: a monthly series, and one row for each index event.

Nothing here feeds back into the model. Times to events are measured as the field does: an *index
event* (a release, the start of an order, a conference) opens a row; the first rearrest, the first
arrest that leads to a conviction, the first return to prison and death after it are looked up when
the run is finished. Months before 0 (the warm-up) are not recorded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, SupportsFloat

import numpy as np
from numpy.typing import NDArray

from sim.rules import Rule

INDEX_EVENTS = (
    "release from prison",
    "release from short custody",
    "start of community sentence",
    "start of suspended sentence",
    "restorative conference",
    "reception into custody",
    "fine or discharge",
)
"""Index events; the position is the code in the cohort table."""

RELEASE_PRISON, RELEASE_SHORT, START_COMMUNITY, START_SUSPENDED, CONFERENCE, RECEPTION, FINED = (
    range(7)
)

EVENTS = (
    "offence",
    "arrest",
    "conviction",
    "return_new_crime",
    "return_breach",
    "death",
    "transfer",
    "severe_offence",
    "harm",
    "inside",
)
"""Events that are looked up after an index event."""

COHORT: dict[str, tuple[str, str]] = {
    "person": ("u4", "identity"),
    "index": ("u1", "index event, position in INDEX_EVENTS"),
    "month": ("i2", "month of the index event"),
    "age_years": ("f4", "age at the index event, years"),
    "male": ("u1", "0/1"),
    "community": ("u1", "home community"),
    "offence_group": ("u1", "offence group of the latest arrest"),
    "priors": ("u2", "convictions up to the index event"),
    "earlier_arrests": ("u2", "arrests up to the index event"),
    "foreign": ("u1", "national of another country, 0/1"),
    "label": ("u1", "carries the optional group label, 0/1"),
    "employed": ("u1", "has a job, 0/1"),
    "homeless": ("u1", "has no home, 0/1"),
    "substance_use": ("u1", "problem use of drugs or alcohol, 0/1"),
    "gang_member": ("u1", "belongs to a gang, 0/1"),
    "treated": ("u1", "completed a prison treatment programme, 0/1"),
    "conferenced": ("u1", "met a victim in a restorative conference, 0/1"),
    "supervised": ("u1", "supervised from the index event on, 0/1"),
    "served_months": ("u2", "months in custody that end with the index event; 0 for other events"),
    "recalled": ("u1", "that custody was a recall, not a sentence, 0/1"),
}
"""Columns known at the index event: dtype and meaning."""


@dataclass(frozen=True)
class Recorded:
    """A finished run.

    Attributes
    ----------
    series
        Metric name to float64 array, one value a month from month 0.
    cohort
        Column name to array, one row an index event (`COHORT`, then times in months to first
        events, -1 when not observed, and counts within 12 and 36 months).
    tallies
        Counts by kind of offence over all recorded months, shape (kinds,).
    access
        (lever, stage) to people by group (`sim.access.groups`), since month 0 or the fork.
    """

    series: dict[str, NDArray[np.float64]]
    cohort: dict[str, NDArray[Any]]
    tallies: dict[str, NDArray[np.float64]]
    access: dict[tuple[str, str], NDArray[np.float64]]


class Records:
    """Collects a run's counts and events.

    Parameters
    ----------
    rules
        Rules whose ``metrics`` may be counted.
    """

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.metrics = {name: about for rule in rules for name, about in rule.metrics.items()}
        self._now: dict[str, float] = {}
        self._tallies: dict[str, NDArray[np.float64]] = {}
        self._access: dict[tuple[str, str], NDArray[np.float64]] = {}
        self._months: list[dict[str, float]] = []
        self._index: list[dict[str, NDArray[Any]]] = []
        self._events: dict[str, list[tuple[NDArray[Any], NDArray[Any], NDArray[Any]]]] = {
            name: [] for name in EVENTS
        }

    def count(self, metric: str, amount: SupportsFloat) -> None:
        """Add to a metric of this month."""
        if metric not in self.metrics:
            raise KeyError(f"no rule declares the metric {metric!r}")
        self._now[metric] = self._now.get(metric, 0.0) + float(amount)

    def tally(self, name: str, month: int, amounts: NDArray[np.integer]) -> None:
        """Add counts by kind of offence to a table over all recorded months."""
        if month >= 0:
            self._tallies[name] = self._tallies.get(name, 0.0) + amounts.astype(np.float64)

    def access(self, lever: str, stage: str, month: int, amounts: NDArray[np.float64]) -> None:
        """Add people by group who have reached a stage of access to a lever."""
        if month >= 0:
            self._access[lever, stage] = self._access.get((lever, stage), 0.0) + amounts

    def so_far(self, metric: str) -> float:
        """What has been counted of a metric this month."""
        return self._now.get(metric, 0.0)

    def index(self, month: int, event: int, **columns: NDArray[Any]) -> None:
        """Open a row for each person with an index event."""
        n = columns["person"].shape[0]
        if month < 0 or n == 0:
            return
        row: dict[str, NDArray[Any]] = {
            "index": np.full(n, event, np.uint8),
            "month": np.full(n, month, np.int16),
        }
        row |= {
            name: np.asarray(columns[name], dtype) if name in columns else np.zeros(n, dtype)
            for name, (dtype, _) in COHORT.items()
            if name not in row
        }
        self._index.append(row)

    def event(
        self,
        kind: str,
        ids: NDArray[np.uint32],
        months: NDArray[np.integer] | int,
        count: NDArray[np.integer] | int = 1,
    ) -> None:
        """Note an event of people who are followed; a month or count of them all is kept as one."""
        if ids.shape[0]:
            about = np.array(months, np.int32), np.array(count, np.uint32)
            self._events[kind].append((ids.copy(), *about))

    def close_month(self, month: int) -> None:
        """File the month's counts."""
        if month >= 0:
            self._months.append(self._now)
        self._now = {}

    def state(self) -> dict[str, Any]:
        """Copy for a snapshot; entries are never changed, so lists are copied shallowly.

        Access is left out: it is counted from the fork on, when policies begin to differ.
        """
        return {
            "months": list(self._months),
            "tallies": dict(self._tallies),
            "index": list(self._index),
            "events": {name: list(parts) for name, parts in self._events.items()},
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Take a snapshot's state over."""
        self._months = list(state["months"])
        self._tallies = dict(state["tallies"])
        self._index = list(state["index"])
        self._events = {name: list(parts) for name, parts in state["events"].items()}

    def log(self, kind: str) -> EventLog:
        """All events of a kind so far."""
        return EventLog(self._events[kind])

    def finish(self) -> Recorded:
        """Lay the series out and look up what followed each index event."""
        series = {
            name: np.array([month.get(name, 0.0) for month in self._months], np.float64)
            for name in self.metrics
        }
        months = len(self._months)
        if not self._index:
            empty = {name: np.empty(0, dtype) for name, (dtype, _) in COHORT.items()}
            return Recorded(
                series,
                empty | self._follow_up(empty, months),
                dict(self._tallies),
                dict(self._access),
            )
        cohort = {name: np.concatenate([part[name] for part in self._index]) for name in COHORT}
        order = np.lexsort((cohort["index"], cohort["person"], cohort["month"]))
        cohort = {name: column[order] for name, column in cohort.items()}
        return Recorded(
            series,
            cohort | self._follow_up(cohort, months),
            dict(self._tallies),
            dict(self._access),
        )

    def _follow_up(self, cohort: dict[str, NDArray[Any]], months: int) -> dict[str, NDArray[Any]]:
        start = event_key(cohort["person"], cohort["month"])
        log = {name: EventLog(parts) for name, parts in self._events.items()}
        found: dict[str, NDArray[Any]] = {
            "to_offence": log["offence"].first_after(start),
            "to_rearrest": log["arrest"].first_after(start),
            "to_reconviction": log["conviction"].first_after(start),
            "to_return_new_crime": log["return_new_crime"].first_after(start),
            "to_return_breach": log["return_breach"].first_after(start),
            "to_death": log["death"].first_after(start),
            "to_transfer": log["transfer"].first_after(start),
            "to_severe": log["severe_offence"].first_after(start),
        }
        crime, breach = found["to_return_new_crime"], found["to_return_breach"]
        far = np.int16(32767)
        either = np.minimum(np.where(crime < 0, far, crime), np.where(breach < 0, far, breach))
        found["to_return"] = np.where(either == far, np.int16(-1), either).astype(np.int16)
        for name, kind in (("arrests", "arrest"), ("offences", "offence")):
            for horizon in (12, 36):
                within = log[kind].count_within(start, horizon)
                found[f"{name}_{horizon}m"] = within.astype(np.uint16)
        found["harm_36m"] = log["harm"].count_within(start, 36).astype(np.float32)
        found["liberty_36m"] = self._at_liberty(cohort, months, found, log["inside"], start)
        found["observed_months"] = (months - 1 - cohort["month"]).astype(np.int16)
        return found

    @staticmethod
    def _at_liberty(
        cohort: dict[str, NDArray[Any]], months: int, found: dict[str, NDArray[Any]],
        inside: EventLog, start: NDArray[np.int64],
    ) -> NDArray[np.uint8]:  # fmt: skip
        """Months at liberty in the 36 after each index event, up to death, transfer or the end."""
        until = np.minimum(months - 1 - cohort["month"].astype(np.int64), 36)
        for exit_event in ("to_death", "to_transfer"):
            left = found[exit_event].astype(np.int64)
            until = np.where(left >= 0, np.minimum(until, left), until)
        free: NDArray[np.uint8] = np.maximum(until - inside.count_within(start, 36), 0).astype("u1")
        return free


_OFFSET = 1 << 15


def event_key(ids: NDArray[Any], months: NDArray[Any]) -> NDArray[np.int64]:
    """Person and month as one sortable number."""
    return (ids.astype(np.int64) << 17) + (months.astype(np.int64) + _OFFSET)


class EventLog:
    """Events of one kind, sorted by person and month."""

    def __init__(self, parts: list[tuple[NDArray[Any], NDArray[Any], NDArray[Any]]]) -> None:
        if parts:
            each = [np.broadcast_arrays(*part) for part in parts]
            ids, months, counts = (np.concatenate(p) for p in zip(*each, strict=True))
        else:
            ids, months, counts = np.empty(0, np.uint32), np.empty(0), np.empty(0)
        keys = event_key(ids, months)
        order = np.argsort(keys, kind="stable")
        self.keys = keys[order]
        self.total = np.concatenate(([0], np.cumsum(counts[order], dtype=np.int64)))

    def first_after(self, start: NDArray[np.int64]) -> NDArray[np.int16]:
        """Months from each start to the person's first later event; -1 when there is none."""
        at = np.searchsorted(self.keys, start, side="right")
        padded = np.append(self.keys, np.int64(-1))
        key = padded[np.minimum(at, self.keys.shape[0])]
        same = (key >> 17) == (start >> 17)
        return np.where(same & (key >= 0), key - start, -1).astype(np.int16)

    def count_within(self, start: NDArray[np.int64], months: int) -> NDArray[np.int64]:
        """Events in the ``months`` after each start."""
        low = np.searchsorted(self.keys, start, side="right")
        high = np.searchsorted(self.keys, start + months, side="right")
        counted: NDArray[np.int64] = self.total[high] - self.total[low]
        return counted
