"""Cumulative incidence with death as a competing event, on whole months.

The Aalen–Johansen estimator. Times are whole months from the index event, so the counts
of a month are one ``bincount`` and the curves of all replications are found at once.

Not here: hazard ratios, and intervals from the spread between people. The interval is
that of the mean over replications, which is what another run would change.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.errors import AnalysisError
from analysis.intervals import Floats, half_width
from analysis.language import _

Ints = NDArray[np.int64]
CENSORED, EVENT, COMPETING = 0, 1, 2
_NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Incidence:
    """Curves per group (rows) at months 0 to the horizon (columns).

    ``at_risk`` counts people event-free just before the month; ``incidence`` is a
    proportion, NaN from the month on where nobody is left under observation.
    """

    at_risk: Ints
    events: Ints
    competing: Ints
    incidence: Floats


def first_event(
    to_event: NDArray[np.integer], to_death: NDArray[np.integer], observed: NDArray[np.integer]
) -> tuple[Ints, Ints]:
    """Turn months to the event, to death and of observation into (time, kind).

    An event in the month of death or of the end of observation counts as the event. -1
    means not observed.

    Examples
    --------
    >>> time, kind = first_event(np.array([3, -1, -1]), np.array([3, 5, -1]), np.array([9, 9, 9]))
    >>> time.tolist(), kind.tolist()
    ([3, 5, 9], [1, 2, 0])
    """
    event = np.where(to_event < 0, _NEVER, to_event.astype(np.int64))
    death = np.where(to_death < 0, _NEVER, to_death.astype(np.int64))
    end = observed.astype(np.int64)
    time = np.minimum(np.minimum(event, death), end)
    kind = np.where(event == time, EVENT, np.where(death == time, COMPETING, CENSORED))
    return time, kind.astype(np.int64)


def cumulative_incidence(
    time: NDArray[np.integer],
    kind: NDArray[np.integer],
    horizon: int,
    group: NDArray[np.integer] | None = None,
    groups: int = 1,
) -> Incidence:
    """Aalen–Johansen curves of the event, one per group.

    Parameters
    ----------
    time : array of int, shape (n,)
        Whole months to the first of event, competing event, end of observation; >= 0.
    kind : array of int, shape (n,)
        0 censored, 1 event, 2 competing event.
    horizon : int
        Last month of the curve.
    group : array of int, shape (n,), optional
        Group of each row, 0 to ``groups`` - 1.
    """
    if horizon < 1:
        raise AnalysisError(f"a horizon of {horizon} months is not a follow-up")
    if len(time) and (int(time.min()) < 0 or int(kind.min()) < 0 or int(kind.max()) > COMPETING):
        raise AnalysisError("a time before the index event, or an unknown kind of event")
    width = horizon + 2  # one more column gathers everything after the horizon
    month = np.minimum(time, horizon + 1).astype(np.int64)
    place = month if group is None else group.astype(np.int64) * width + month
    size = groups * width
    counts = np.bincount(kind.astype(np.int64) * size + place, minlength=3 * size)
    censored, events, competing = counts.reshape(3, groups, width)
    leaving = censored + events + competing
    at_risk = leaving[:, ::-1].cumsum(axis=1)[:, ::-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        hazard = np.where(at_risk > 0, events / at_risk, 0.0)
        exits = np.where(at_risk > 0, (events + competing) / at_risk, 0.0)
    free = np.cumprod(1.0 - exits, axis=1)
    before = np.concatenate([np.ones((groups, 1)), free[:, :-1]], axis=1)
    incidence = np.cumsum(before * hazard, axis=1)
    # With nobody left and somebody still event-free, the curve cannot go on.
    incidence[(at_risk == 0) & (before > 1e-12)] = np.nan
    keep = slice(0, horizon + 1)
    return Incidence(at_risk[:, keep], events[:, keep], competing[:, keep], incidence[:, keep])


def cohort_window(
    cohort: pd.DataFrame, index: int, start: int, months: int, horizon: int
) -> pd.DataFrame:
    """Index events of one kind, from the policy's start, followed for the whole horizon.

    The window is that of the outcomes table, so curve and table agree at the horizon.
    """
    month = cohort["month"]
    rows = (cohort["index"] == index) & (month >= start) & (month < months - horizon)
    chosen = cohort.loc[rows]
    if chosen.empty:
        raise AnalysisError(
            f"nobody can be followed for {horizon} months",
            why=f"the policies start at month {start} and the run ends at {months}",
            mend="choose a shorter horizon or a longer run",
        )
    return chosen


def incidence_curves(
    cohort: pd.DataFrame, event: str, horizon: int
) -> tuple[pd.DataFrame, Incidence]:
    """Curves of every jurisdiction, policy, draw and replication.

    Returns
    -------
    (DataFrame, Incidence)
        The keys of each curve, in the order of the rows of the incidence arrays.
    """
    keys = ["jurisdiction", "policy", "draw", "replication"]
    grouped = cohort.groupby(keys, observed=True, sort=True)
    group = grouped.ngroup().to_numpy()
    names = grouped.size().reset_index()[keys]
    names[["jurisdiction", "policy"]] = names[["jurisdiction", "policy"]].astype(str)
    time, kind = first_event(
        cohort[event].to_numpy(),
        cohort["to_death"].to_numpy(),
        cohort["observed_months"].to_numpy(),
    )
    return names, cumulative_incidence(time, kind, horizon, group, len(names))


def incidence_table(
    names: pd.DataFrame, curves: Incidence, confidence: float, baseline: str
) -> pd.DataFrame:
    """Mean curve, interval and at-risk counts per jurisdiction, policy and month.

    Returns
    -------
    DataFrame
        jurisdiction, policy, month, incidence, lo, hi (% of people: mean over
        replications and its t interval), pooled (% with all replications as one
        cohort), difference, difference_lo, difference_hi (points against the baseline,
        paired by replication), at_risk, events, competing (people, all replications),
        replications, note.
    """
    parts = []
    for (place, policy), rows in names.groupby(["jurisdiction", "policy"], sort=True):
        at = rows.index.to_numpy()
        percent = _by_replication(rows, 100.0 * curves.incidence[at])
        reference = names[(names["jurisdiction"] == place) & (names["policy"] == baseline)]
        paired = np.empty((0, percent.shape[1]))
        if policy != baseline:
            keys = ["draw", "replication"]
            both = rows.reset_index().merge(reference.reset_index(), on=keys)
            gap = curves.incidence[both["index_x"]] - curves.incidence[both["index_y"]]
            paired = _by_replication(both, 100.0 * gap)
        mean, lo, hi, count = _mean_interval(percent, confidence, bounds=(0.0, 100.0))
        gap_mean, gap_lo, gap_hi, gap_count = _mean_interval(paired, confidence)
        parts.append(
            pd.DataFrame({
                "jurisdiction": place, "policy": policy,
                "month": np.arange(percent.shape[1]), "incidence": mean, "lo": lo, "hi": hi,
                "pooled": 100.0 * _pooled(curves, at),
                "difference": gap_mean, "difference_lo": gap_lo, "difference_hi": gap_hi,
                "at_risk": curves.at_risk[at].sum(axis=0),
                "events": curves.events[at].sum(axis=0),
                "competing": curves.competing[at].sum(axis=0),
                "replications": count,
                "note": [_curve_note(n, m, policy == baseline)
                         for n, m in zip(count, gap_count, strict=True)],
            })
        )  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def _by_replication(rows: pd.DataFrame, curves: Floats) -> Floats:
    """Average the draws of each replication; shape (replications, months)."""
    if len(rows) == 0:
        return curves.reshape(0, curves.shape[-1])
    frame = pd.DataFrame(curves).groupby(rows["replication"].to_numpy()).mean()
    return np.asarray(frame.to_numpy(), dtype=float)


def _mean_interval(
    values: Floats, confidence: float, bounds: tuple[float, float] | None = None
) -> tuple[Floats, Floats, Floats, Ints]:
    """Mean over rows, its interval and the number of rows, per column."""
    present = ~np.isnan(values)
    count = present.sum(axis=0)
    filled = np.where(present, values, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.where(count > 0, filled.sum(axis=0) / count, np.nan)
        squares = np.where(present, (values - mean) ** 2, 0.0).sum(axis=0)
        sd = np.sqrt(np.where(count > 1, squares / (count - 1), 0.0))
    width = half_width(sd, count, confidence)
    lo, hi = mean - width, mean + width
    if bounds is not None:
        lo, hi = np.clip(lo, *bounds), np.clip(hi, *bounds)
    return mean, lo, hi, count.astype(np.int64)


def _pooled(curves: Incidence, at: Sequence[int] | Ints) -> Floats:
    """Aalen–Johansen with the replications as one cohort, from their counts."""
    risk = curves.at_risk[at].sum(axis=0)
    safe = np.maximum(risk, 1)
    events, competing = curves.events[at].sum(axis=0), curves.competing[at].sum(axis=0)
    free = np.cumprod(1.0 - (events + competing) / safe)
    before = np.concatenate([[1.0], free[:-1]])
    incidence = np.cumsum(before * events / safe)
    incidence[(risk == 0) & (before > 1e-12)] = np.nan
    return np.asarray(incidence, dtype=float)


def _curve_note(replications: int, pairs: int, is_baseline: bool) -> str:
    if replications == 0:
        return _("nobody under observation")
    if replications == 1:
        return _("one replication: no interval")
    if pairs == 0 and not is_baseline:
        return _("no replication paired with the baseline")
    return ""
