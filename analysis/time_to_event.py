"""Time to the event: the median, and the months lost to it within the follow-up.

The restricted mean time lost is the area under the curve of cumulative incidence
(Andersen 2013): of 36 months, how many an average person spends after the event. Without a
competing event it is the follow-up minus the restricted mean survival time.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.aalen_johansen import Incidence
from analysis.intervals import half_width, mean_interval
from analysis.language import _
from analysis.pairs import pairs_of
from analysis.survival import by_replication


def time_to_event(
    names: pd.DataFrame, curves: Incidence, table: pd.DataFrame, confidence: float, baseline: str
) -> pd.DataFrame:
    """Median month and months lost, by jurisdiction and policy.

    Parameters
    ----------
    names, curves
        From :func:`analysis.survival.incidence_curves`.
    table : DataFrame
        From :func:`analysis.survival.incidence_table`, of the same curves.

    Returns
    -------
    DataFrame
        jurisdiction, policy, follow_up_months, median_month (first month by which half
        of the people have had the event), median_lo, median_hi (where the interval of
        the curve crosses half: Brookmeyer and Crowley), median_note, months_lost, lost_lo,
        lost_hi (mean over replications, t interval), difference, difference_lo,
        difference_hi (paired), replications, note.
    """
    horizon = curves.incidence.shape[1] - 1
    lost = curves.incidence[:, :-1].sum(axis=1)[:, None]
    rows = []
    for (place, policy), own in names.groupby(["jurisdiction", "policy"], sort=True):
        here = names[names["jurisdiction"] == place]
        reference = here[here["policy"] == baseline]
        curve = table[(table["jurisdiction"] == place) & (table["policy"] == policy)]
        months = by_replication(own, lost[own.index])
        mean, lo, hi, count = (
            part[0] for part in mean_interval(months, confidence, (0.0, float(horizon)))
        )
        median, early, late = (_half_way(curve[name]) for name in ("incidence", "hi", "lo"))
        row = {
            "jurisdiction": place, "policy": policy, "follow_up_months": horizon,
            "median_month": median, "median_lo": early, "median_hi": late,
            "median_note": _median_note(median, early, late, horizon),
            "months_lost": mean, "lost_lo": lo, "lost_hi": hi, "replications": int(count),
            "note": "",
        }  # fmt: skip
        if count < 2:
            row["note"] = (
                _("one replication: no interval of the months lost") if count
                else _("nobody is followed to the end: no months lost"))  # fmt: skip
        if policy != baseline:
            both = own.reset_index().merge(reference.reset_index(), on=["draw", "replication"])
            first, second = (by_replication(both, lost[both[side].to_numpy()])[:, 0]
                             for side in ("index_y", "index_x"))  # fmt: skip
            pairs = pairs_of(first[None, :], second[None, :])
            width = float(half_width(pairs.sd, pairs.count, confidence)[0])
            gap = float(pairs.difference[0])
            row |= {"difference": gap, "difference_lo": gap - width, "difference_hi": gap + width}
            if not pairs.count[0] and not row["note"]:
                row["note"] = _("no replication paired with the baseline")
        rows.append(row)
    order = ["jurisdiction", "policy", "follow_up_months", "median_month", "median_lo",
             "median_hi", "median_note", "months_lost", "lost_lo", "lost_hi", "difference",
             "difference_lo", "difference_hi", "replications", "note"]  # fmt: skip
    return pd.DataFrame(rows).reindex(columns=order)


def _half_way(percent: pd.Series[float]) -> float:
    """First month at which a curve in % reaches half; NaN if it does not."""
    reached = np.flatnonzero(percent.to_numpy(float) >= 50.0 - 1e-9)
    return float(reached[0]) if len(reached) else np.nan


def _median_note(median: float, early: float, late: float, horizon: int) -> str:
    if np.isnan(median):
        return _("fewer than half within {n} months: no median").format(n=horizon)
    if np.isnan(early) or np.isnan(late):
        return _("the interval of the median does not end within {n} months").format(n=horizon)
    return ""
