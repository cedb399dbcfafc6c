"""Corrections for many comparisons: family-wise (Holm) and false discoveries (Benjamini–Hochberg).

Holm's adjusted p-value bounds the probability of a single false claim in the family,
whatever the dependence. Benjamini and Hochberg's bounds the expected share of false ones
among the claims made; outcomes of one simulation are mostly positively dependent, for
which it is proven (Benjamini and Yekutieli 2001).

All families are corrected at once. statsmodels, which the tests hold this against, takes
them one by one and collects garbage in each: a tenth of a second a family.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.errors import AnalysisError


def adjusted(
    table: pd.DataFrame, *, column: str = "p_value", within: Sequence[str] = ("jurisdiction",)
) -> pd.DataFrame:
    """Add corrected p-values; a family is all rows that share the columns of ``within``.

    The family is the caller's to choose: pass the rows that are shown together (the
    headlines, say), for every further row makes the correction stricter.

    Parameters
    ----------
    table : DataFrame
        With the p-values in ``column``, such as the contrast table or the equivalence
        table. Rows without a p-value (fewer than two replications) are no tests: they do
        not count in the family, and stay empty.
    column : str
        "p_value" gives ``p_holm`` and ``p_bh``; another name gives NAME_holm and NAME_bh.
    within : sequence of str
        Columns that part the families; none for one family.

    Returns
    -------
    DataFrame
        A copy with the two columns more.

    Examples
    --------
    >>> found = adjusted(pd.DataFrame({"p_value": [0.01, 0.04, 0.03]}), within=())
    >>> found[["p_holm", "p_bh"]].round(3).to_numpy().tolist()
    [[0.03, 0.03], [0.06, 0.04], [0.06, 0.04]]
    """
    missing = [name for name in (column, *within) if name not in table]
    if missing:
        raise AnalysisError(f"no column '{missing[0]}' to correct for many comparisons")
    p = table[column].to_numpy(float)
    family: NDArray[np.integer] = np.zeros(len(table), np.int64)
    if within:
        family = table.groupby(list(within), observed=True, sort=False).ngroup().to_numpy()
    tested = np.flatnonzero(~np.isnan(p))
    order = tested[np.lexsort((p[tested], family[tested]))]
    ordered = pd.DataFrame({"p": p[order], "family": family[order]})
    grouped = ordered.groupby("family", sort=False)
    rank, size = grouped.cumcount() + 1, grouped["p"].transform("size")
    holm = (ordered["p"] * (size - rank + 1)).groupby(ordered["family"]).cummax()
    stepped = (ordered["p"] * size / rank)[::-1]
    bh = stepped.groupby(ordered["family"][::-1]).cummin()[::-1]
    result = table.copy()
    stem = "p" if column == "p_value" else column
    for suffix, corrected in (("holm", holm), ("bh", bh)):
        values = np.full(len(table), np.nan)
        values[order] = np.minimum(corrected.to_numpy(float), 1.0)
        result[f"{stem}_{suffix}"] = values
    return result
