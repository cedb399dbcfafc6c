"""Corrections for many comparisons: family-wise (Holm) and false discoveries (Benjamini–Hochberg).

Holm's adjusted p-value bounds the probability of a single false claim in the family,
whatever the dependence. Benjamini and Hochberg's bounds the expected share of false ones
among the claims made; outcomes of one simulation are mostly positively dependent, for
which it is proven (Benjamini and Yekutieli 2001; "fdr_by" needs no such assumption).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from analysis.errors import AnalysisError

# Column suffix -> method of statsmodels.
METHODS = {"holm": "holm", "bh": "fdr_bh"}


def adjusted(
    table: pd.DataFrame,
    *,
    column: str = "p_value",
    within: Sequence[str] = ("jurisdiction",),
    methods: Mapping[str, str] = METHODS,
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
        "p_value" gives "p_holm" and "p_bh"; another name NAME gives "NAME_holm" ….
    within : sequence of str
        Columns that part the families; none for one family.
    methods : mapping
        Suffix of the new column to the method's name in ``statsmodels``.

    Returns
    -------
    DataFrame
        A copy with one more column per method; a family of one is left as it is.
    """
    from statsmodels.stats.multitest import multipletests

    missing = [name for name in (column, *within) if name not in table]
    if missing:
        raise AnalysisError(f"no column '{missing[0]}' to correct for many comparisons")
    result = table.copy()
    stem = "p" if column == "p_value" else column
    p = table[column].to_numpy(float)
    family = (
        table.groupby(list(within), observed=True, sort=False).ngroup().to_numpy()
        if within else np.zeros(len(table), int)
    )  # fmt: skip
    for suffix, method in methods.items():
        corrected = np.full(len(table), np.nan)
        for one in np.unique(family):
            at = np.flatnonzero((family == one) & ~np.isnan(p))
            if len(at):
                corrected[at] = multipletests(p[at], method=method)[1]
        result[f"{stem}_{suffix}"] = corrected
    return result
