"""Number needed to treat: people under a policy for one person fewer with the event.

The people are those of the cohort (released, say) under a policy that applies to all of
them, not the participants of a programme. Where the interval of the difference holds 0,
that of the number needed goes from benefit over «no number is enough» to harm (Altman
1998), so its two ends are given as benefit (above 0) and harm (below 0).
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from analysis.language import _


def number_needed(
    difference: ArrayLike, lo: ArrayLike, hi: ArrayLike, is_lower_better: ArrayLike
) -> pd.DataFrame:
    """Turn differences in % of people into numbers needed.

    Parameters
    ----------
    difference, lo, hi : array_like, shape (k,)
        Policy minus baseline, in points, with its interval.
    is_lower_better : array_like of bool, shape (k,)
        Whether fewer people with the event is the benefit.

    Returns
    -------
    DataFrame
        ``nnt``: people for one more benefit (above 0), or for one more harm (below 0).
        ``nnt_lo``, ``nnt_hi``: the ends. Both of one sign, ``nnt_lo`` is the smaller
        number. Of two signs (``nnt_lo`` above 0, ``nnt_hi`` below 0), the interval is from
        ``nnt_lo`` upward without end, and from -``nnt_hi`` upward to harm. ``nnt_note``
        says so, or why a cell is empty.

    Examples
    --------
    >>> two = number_needed([-2.0, -2.0], [-4.0, -5.0], [-1.0, 1.0], [True, True])
    >>> two[["nnt", "nnt_lo", "nnt_hi"]].to_numpy().tolist()
    [[50.0, 25.0, 100.0], [50.0, 20.0, -100.0]]
    """
    sign = np.where(np.asarray(is_lower_better, bool), -1.0, 1.0)
    benefit = sign * np.asarray(difference, float)
    ends = np.stack([sign * np.asarray(lo, float), sign * np.asarray(hi, float)])
    most, least = ends.max(axis=0), ends.min(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        number, small, large = 100.0 / benefit, 100.0 / most, 100.0 / least
    harm = most < 0
    nearer, farther = np.where(harm, large, small), np.where(harm, small, large)
    table = pd.DataFrame({"nnt": number, "nnt_lo": nearer, "nnt_hi": farther})
    notes = np.full(len(table), "", dtype=object)
    notes[(least < 0) & (most > 0)] = _("the interval holds no difference: benefit from nnt_lo "
                                        "people up, harm from -nnt_hi people up")  # fmt: skip
    notes[(most == 0) ^ (least == 0)] = _("the interval ends at no difference: its far end is open")
    notes[np.isnan(most) | np.isnan(least)] = _("no interval of the difference")
    notes[benefit == 0] = _("no difference: no number of people is enough")
    notes[np.isnan(benefit)] = _("no difference to turn into a number of people")
    table = table.where(np.isfinite(table))
    table["nnt_note"] = notes
    return table
