"""Stein's two stages (1945): an interval of a wanted width with its stated coverage.

The first replications, the pilot, give each paired difference
its standard deviation s; from it alone follows the number of replications,
N = (t · s / half width)², with Student's t of the pilot's degrees of freedom. After N
replications the interval is mean ± t · s / √N, with the pilot's s and t. Because the
number was chosen without looking at the mean, and the mean of normal values is independent
of s, this interval has its stated coverage exactly, whatever the half width asked, whatever
other outcome decided the number, and whether N is reached at once, in pieces, or not at all
because the budget ends. Nothing decided later looks at data, so there is nothing to correct
for looking more than once. Stopping instead when the running interval happens to be narrow
enough does not cover: it stops where the spread was underestimated.

The price is a few replications more than with a known standard deviation (a third more
with a pilot of 10, a seventh with 20).
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from analysis.intervals import Floats
from analysis.language import _
from analysis.pairs import ROUNDING

PILOT = 10
"""Replications of the pilot: fewer save little and make the prediction too large."""


def stein(differences: Floats, wanted: Floats, confidence: float, pilot: int) -> pd.DataFrame:
    """Stein's interval and number of replications for each row of paired differences.

    Parameters
    ----------
    differences : array, shape (k, replications)
        In the order in which they were run; NaN where a replication has no pair. The
        pilot of a row is its first ``pilot`` differences.
    wanted : array, shape (k,)
        Half widths.

    Returns
    -------
    DataFrame
        difference, lo, hi, half_width, wanted, is_met, sd_pilot, pilot (differences in
        it), replications (differences so far), needed (replications in all), note. While
        the pilot is incomplete nothing is met, and ``needed`` is provisional.

    Examples
    --------
    >>> row = stein(np.array([[1.0, 2.0, 3.0, 2.0, 2.0]]), np.array([1.0]), 0.95, 3).iloc[0]
    >>> int(row["needed"]), round(float(row["half_width"]), 3)  # (4.303 * 1 / 1)² is 18.5
    (19, 1.924)
    """
    present = ~np.isnan(differences)
    rank = present.cumsum(axis=1)
    in_pilot = present & (rank <= pilot)
    count, first = present.sum(axis=1), in_pilot.sum(axis=1)
    scale = np.abs(np.where(present, differences, 0.0)).max(axis=1, initial=0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.where(present, differences, 0.0).sum(axis=1) / count
        centre = np.where(in_pilot, differences, 0.0).sum(axis=1) / first
        away = np.where(in_pilot, differences - centre[:, None], 0.0)
        sd = np.sqrt((away**2).sum(axis=1) / (first - 1))
        sd[sd <= ROUNDING * scale] = 0.0
        reach = special.stdtrit(np.maximum(first - 1, 1), 0.5 + confidence / 2) * sd
        half = reach / np.sqrt(count)
        pairs = np.ceil(np.maximum((reach / wanted) ** 2 - 1e-9, np.maximum(pilot, 2)))
        # Where some replications give no pair, more must be run for as many pairs.
        needed = np.ceil(pairs * differences.shape[1] / count)
    unknown = first < 2
    for column in (sd, half, needed):
        column[unknown] = np.nan
    mean = np.where(count > 0, mean, np.nan)
    is_complete = first >= pilot
    met = is_complete & (half <= wanted * (1 + 1e-12))
    return pd.DataFrame({
        "difference": mean, "lo": mean - half, "hi": mean + half, "half_width": half,
        "wanted": wanted, "is_met": met, "sd_pilot": sd, "pilot": first, "replications": count,
        "needed": needed, "note": _notes(first, is_complete, sd),
    })  # fmt: skip


def _notes(first: NDArray[np.int64], is_complete: NDArray[np.bool_], sd: Floats) -> list[str]:
    notes = np.full(len(first), "", dtype=object)
    notes[sd == 0] = _("the pilot's differences have no spread: interval of no width")
    notes[~is_complete] = _("the pilot is not complete: needed is provisional")
    notes[first < 2] = _("fewer than two paired differences: nothing can be predicted yet")
    return list(notes)
