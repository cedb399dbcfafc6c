"""Equivalence and non-inferiority against a margin that the user sets.

A difference that is not significant is not «no difference». Two one-sided paired t tests
(Schuirmann 1987) ask whether it lies within ± the margin; one of them, on the
unfavourable side, whether the policy is no worse than the baseline by the margin.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy import special

from analysis.errors import AnalysisError
from analysis.intervals import check_confidence, half_width
from analysis.language import _

EXTRA = ("margin", "equivalence_lo", "equivalence_hi", "p_equivalent", "is_equivalent",
         "p_noninferior", "is_noninferior", "margin_note")  # fmt: skip


def equivalence(
    contrasts: pd.DataFrame, margins: Mapping[str, float], confidence: float = 0.95
) -> pd.DataFrame:
    """Test each contrast of the named outcomes against their margins.

    Parameters
    ----------
    contrasts : DataFrame
        From :func:`analysis.contrasts.contrast_table`.
    margins : mapping
        Outcome name to margin, above 0, in the outcome's own unit.
    confidence : float
        1 - the level of each one-sided test.

    Returns
    -------
    DataFrame
        The rows of these outcomes with the columns :data:`EXTRA`: ``equivalence_lo`` and
        ``equivalence_hi`` end the interval of level 2 × confidence - 1 (90 % for 0.95),
        which lies within the margin exactly where ``is_equivalent`` is "yes". ``is_…`` is
        "yes", "no" or "" with a note. p-values go through
        :func:`analysis.multiplicity.adjusted` by the name of their column.
    """
    check_confidence(confidence)
    _check(contrasts, margins)
    table = contrasts[contrasts["outcome"].isin(list(margins))].reset_index(drop=True)
    margin = table["outcome"].map(dict(margins)).to_numpy(float)
    difference = table["difference"].to_numpy(float)
    sd, n = table["sd_difference"].to_numpy(float), table["replications"].to_numpy(int)
    below = _p_above(difference + margin, sd, n)  # against «at or below -margin»
    above = _p_above(margin - difference, sd, n)  # against «at or above +margin»
    both = np.maximum(below, above)
    direction = table["favourable"].to_numpy()
    one = np.where(direction == "lower", above, np.where(direction == "higher", below, np.nan))
    width = half_width(sd, n, max(2 * confidence - 1, 1e-9))
    table["margin"] = margin
    table["equivalence_lo"], table["equivalence_hi"] = difference - width, difference + width
    table["p_equivalent"], table["is_equivalent"] = both, _says(both, confidence)
    table["p_noninferior"], table["is_noninferior"] = one, _says(one, confidence)
    notes = np.full(len(table), "", dtype=object)
    notes[(direction == "neither")] = _("no direction is favourable: no test of non-inferiority")
    notes[(sd == 0) & (n > 1)] = _("the differences have no spread: judged by their value alone")
    notes[n == 1] = _("one replication: no test")
    notes[n == 0] = _("no pair: no test")
    table["margin_note"] = notes
    return table


def _p_above(distance: np.ndarray, sd: np.ndarray, n: np.ndarray) -> np.ndarray:
    """One-sided p-value that the expected distance is above 0; NaN with fewer than two pairs.

    Pairs with no spread have an interval of no width, and p is 0 or 1 with it.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        p = 1 - special.stdtr(np.maximum(n - 1, 1), distance / (sd / np.sqrt(n)))
    p = np.where(sd == 0, np.where(distance > 0, 0.0, 1.0), p)
    return np.where(n >= 2, p, np.nan)


def _says(p: np.ndarray, confidence: float) -> np.ndarray:
    yes_no = np.where(p <= 1 - confidence, "yes", "no")
    return np.where(np.isnan(p), "", yes_no).astype(object)


def _check(contrasts: pd.DataFrame, margins: Mapping[str, float]) -> None:
    from difflib import get_close_matches

    stored = list(dict.fromkeys(contrasts["outcome"]))
    for name, margin in margins.items():
        if name not in stored:
            near = get_close_matches(name, stored, 1)
            raise AnalysisError(
                f"a margin is set for '{name}', which is not among the outcomes",
                mend=f"did you mean '{near[0]}'?" if near else f"use: {', '.join(stored)}",
            )
        if not margin > 0 or not np.isfinite(margin):
            raise AnalysisError(f"the margin of '{name}' is {margin}", mend="give one above 0")
