"""Curves of cumulative incidence by policy, with intervals, differences and at-risk counts.

The estimator is in :mod:`analysis.aalen_johansen`. With two replications or more the interval
is that of the mean over replications: what another run would change. With one there is
no such spread; the interval is then the one between the people of that one world, and
the table says so.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from analysis.aalen_johansen import Incidence, cumulative_incidence, first_event, pooled
from analysis.errors import AnalysisError
from analysis.follow_up import KEYS, earliest
from analysis.intervals import Floats, check_confidence, mean_interval, share_interval
from analysis.language import _

__all__ = [
    "HORIZONS", "Incidence", "cohort_window", "cumulative_incidence", "first_event",
    "incidence_at", "incidence_curves", "incidence_table",
]  # fmt: skip

# Months at which the field reports cumulative incidence.
HORIZONS = (6, 12, 24, 36, 60)
# Where an interval comes from.
BETWEEN_REPLICATIONS, BETWEEN_PEOPLE, EXACT = "between replications", "between people", "exact"


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

    Death competes with the event, and so does transfer to another country where the
    cohort has ``to_transfer``. A cohort of :func:`analysis.follow_up.episodes` already
    has ``time`` and ``kind``: pass "time" as the event to use these.

    Returns
    -------
    (DataFrame, Incidence)
        The keys of each curve, in the order of the rows of the incidence arrays.
    """
    keys = list(KEYS)
    grouped = cohort.groupby(keys, observed=True, sort=True)
    group = grouped.ngroup().to_numpy()
    names = grouped.size().reset_index()[keys]
    names[["jurisdiction", "policy"]] = names[["jurisdiction", "policy"]].astype(str)
    if event == "time":
        time, kind = cohort["time"].to_numpy(), cohort["kind"].to_numpy()
    else:
        ends = [cohort[name].to_numpy() for name in ("to_death", "to_transfer") if name in cohort]
        time, kind = first_event(
            cohort[event].to_numpy(),
            earliest(ends, len(cohort)),
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
        replications, interval ("between replications"; with one replication "between
        people"; "exact" where no event has been seen; "" for none), note.
    """
    check_confidence(confidence)
    parts = []
    for (place, policy), rows in names.groupby(["jurisdiction", "policy"], sort=True):
        reference = names[(names["jurisdiction"] == place) & (names["policy"] == baseline)]
        part = _level(rows, curves, confidence)
        pairs = np.zeros(len(part), dtype=np.int64)
        if policy != baseline:
            pairs = _add_difference(part, rows, reference, curves, confidence)
        else:
            part[["difference", "difference_lo", "difference_hi"]] = np.nan
        part["note"] = [
            _curve_note(n, kind, int(m), policy == baseline)
            for n, kind, m in zip(part["replications"], part["interval"], pairs, strict=True)
        ]
        part["jurisdiction"], part["policy"] = str(place), str(policy)
        parts.append(part)
    order = ["jurisdiction", "policy", "month", "incidence", "lo", "hi", "pooled", "difference",
             "difference_lo", "difference_hi", "at_risk", "events", "competing", "replications",
             "interval", "note"]  # fmt: skip
    return pd.concat(parts, ignore_index=True)[order]


def incidence_at(table: pd.DataFrame, horizons: Sequence[int] = HORIZONS) -> pd.DataFrame:
    """Rows of the incidence table at these months; a month beyond it stays, empty, with a note."""
    last = int(table["month"].max())
    rows = table[table["month"].isin(horizons)]
    arms = table[["jurisdiction", "policy"]].drop_duplicates()
    beyond = arms.merge(pd.DataFrame({"month": [m for m in horizons if m > last]}), how="cross")
    beyond = beyond.reindex(columns=table.columns).assign(
        at_risk=0, events=0, competing=0, replications=0, interval="",
        note=_("the follow-up ends at {n} months").format(n=last),
    )  # fmt: skip
    both = pd.concat([rows, beyond], ignore_index=True) if len(beyond) else rows
    return both.sort_values(["jurisdiction", "policy", "month"], ignore_index=True)


def _level(rows: pd.DataFrame, curves: Incidence, confidence: float) -> pd.DataFrame:
    """Mean curve of one policy, its interval and where that comes from."""
    at = rows.index.to_numpy()
    together = pooled(curves, at)
    risk, month = together.at_risk[0], np.arange(together.at_risk.shape[1])
    percent = by_replication(rows, 100.0 * curves.incidence[at])
    mean, lo, hi, count = mean_interval(percent, confidence, bounds=(0.0, 100.0))
    interval = np.full(len(month), BETWEEN_REPLICATIONS, dtype=object)
    # A replication on its own still has people: their variance is the last resort.
    variance = mean_interval(by_replication(rows, curves.variance[at]), confidence)[0]
    people = share_interval(mean / 100.0, np.sqrt(variance), np.maximum(risk, 1), confidence)
    seen = (np.cumsum(together.events[0]) > 0) | (month == 0)
    for rows_of, name in ((count == 1, BETWEEN_PEOPLE), ((count > 0) & ~seen, EXACT)):
        interval[rows_of] = name
        lo[rows_of], hi[rows_of] = 100.0 * people[0][rows_of], 100.0 * people[1][rows_of]
    interval[count == 0] = ""
    start = (month == 0) & (count > 0) & (mean == 0)
    lo[start], hi[start] = 0.0, 0.0
    return pd.DataFrame({
        "month": month, "incidence": mean, "lo": lo, "hi": hi,
        "pooled": 100.0 * together.incidence[0], "at_risk": risk,
        "events": together.events[0], "competing": together.competing[0],
        "replications": count, "interval": interval,
    })  # fmt: skip


def _add_difference(
    part: pd.DataFrame,
    rows: pd.DataFrame,
    reference: pd.DataFrame,
    curves: Incidence,
    confidence: float,
) -> NDArray[np.int64]:
    """Add the paired difference of the curves, in place; return the pairs of each month."""
    both = rows.reset_index().merge(reference.reset_index(), on=["draw", "replication"])
    first, second = both["index_y"].to_numpy(), both["index_x"].to_numpy()
    gap = by_replication(both, 100.0 * (curves.incidence[second] - curves.incidence[first]))
    mean, lo, hi, count = mean_interval(gap, confidence)
    # As if the arms were independent: too wide, never too narrow, under common draws.
    variance = by_replication(both, curves.variance[second] + curves.variance[first])
    sd = 100.0 * np.sqrt(mean_interval(variance, confidence)[0])
    width = special.ndtri(0.5 + confidence / 2) * sd
    lo, hi = np.where(count == 1, mean - width, lo), np.where(count == 1, mean + width, hi)
    part["difference"], part["difference_lo"], part["difference_hi"] = mean, lo, hi
    return count


def by_replication(rows: pd.DataFrame, curves: Floats) -> Floats:
    """Average the draws of each replication; shape (replications, months)."""
    if len(rows) == 0:
        return curves.reshape(0, curves.shape[-1])
    frame = pd.DataFrame(curves).groupby(rows["replication"].to_numpy()).mean()
    return np.asarray(frame.to_numpy(), dtype=float)


def _curve_note(replications: int, interval: str, pairs: int, is_baseline: bool) -> str:
    if replications == 0:
        return _("nobody under observation")
    parts = []
    if interval == EXACT:
        parts.append(_("no event yet: exact upper limit"))
    if replications == 1:
        parts.append(_("one replication: the interval is between its people"))
    if pairs == 0 and not is_baseline:
        parts.append(_("no replication paired with the baseline"))
    return "; ".join(parts)
