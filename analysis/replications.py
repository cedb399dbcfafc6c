"""Means and ratios over replications, with their Student-t intervals.

A replication is the unit of chance: everything is computed inside each one first, several
parameter draws of one replication are averaged, and the interval is that of the mean over
replications. It is what another run with other seeds would change; how sure the evidence
is, is another question (:mod:`analysis.uncertainty`).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.errors import AnalysisError
from analysis.intervals import Floats, check_confidence, half_width
from analysis.language import _
from analysis.tables import OUTCOME, WORLD, as_names, as_text, require, require_policy, row_numbers

# Spread below this share of the values is rounding, not chance.
ROUNDING = 1e-12
STATEMENT = ("value", "lo", "hi", "sd", "replications", "note")


def over_replications(
    rows: pd.DataFrame, by: Sequence[str], value: str = "value", confidence: float = 0.95
) -> pd.DataFrame:
    """Mean over replications of a column, with its interval.

    Parameters
    ----------
    rows : DataFrame
        ``by``, replication and ``value``; other columns (draw, say) are averaged over.
    by : sequence of str
        What the statements are about.

    Returns
    -------
    DataFrame
        ``by``, then value, lo, hi, sd, replications, note. A cell that cannot be computed
        is empty and ``note`` says why.

    Examples
    --------
    >>> rows = pd.DataFrame({"policy": "a", "replication": [0, 1, 2], "value": [1.0, 2.0, 3.0]})
    >>> print(over_replications(rows, ["policy"]).round(3).to_csv(index=False).strip())
    policy,value,lo,hi,sd,replications,note
    a,2.0,-0.484,4.484,1.0,3,
    """
    check_confidence(confidence)
    require(rows, (*by, "replication", value), "the rows")
    names = list(by)
    grouped = rows.groupby([*names, "replication"], observed=True, sort=True)
    inside = grouped[value].mean().rename("value").reset_index()
    table = (
        inside.groupby(names, observed=True, sort=True)["value"]
        .agg(["mean", "std", "count", "size"])
        .reset_index()
    )
    mean, n = table["mean"].to_numpy(float), table["count"].to_numpy(int)
    sd = table["std"].to_numpy(float).copy()
    sd[(n >= 2) & (sd <= ROUNDING * np.abs(mean))] = 0.0
    width = half_width(sd, n, confidence)
    table["value"], table["lo"], table["hi"] = mean, mean - width, mean + width
    table["sd"], table["replications"] = sd, n
    lost = table["size"].to_numpy(int) - n
    table["note"] = [mean_note(*row) for row in zip(n, sd, lost, strict=True)]
    texts = [name for name in names if isinstance(table[name].dtype, pd.CategoricalDtype)]
    return as_text(table[[*names, *STATEMENT]], texts)


def mean_note(replications: int, sd: float, lost: int = 0) -> str:
    """Say why a mean has no interval, or one of no width; empty if it has one."""
    parts = []
    if replications == 0:
        return _("no value in any replication")
    if replications == 1:
        parts.append(_("one replication: no interval"))
    elif sd == 0:
        parts.append(_("the same in every replication: interval of no width"))
    if lost:
        parts.append(_("{n} replications left out: no value").format(n=lost))
    return "; ".join(parts)


def ratio_of_means(top: Floats, bottom: Floats, confidence: float) -> tuple[float, float, float]:
    """Ratio of two means over replications, with a jackknife interval on its logarithm.

    Parameters
    ----------
    top, bottom : array, shape (replications,)
        Paired values; a replication in which either is missing is left out.

    Returns
    -------
    tuple of float
        The ratio and its limits. Without a positive denominator there is no ratio (NaN);
        with a zero numerator, or fewer than two replications, no interval (NaN).

    Notes
    -----
    Pseudo-values of the jackknife (Miller 1974) make the ratio of correlated means nearly
    unbiased and give its standard error without assuming independence of the two.
    """
    both = np.isfinite(top) & np.isfinite(bottom)
    top, bottom = top[both], bottom[both]
    n = len(top)
    if n == 0 or not bottom.mean() > 0:
        return np.nan, np.nan, np.nan
    ratio = float(top.mean() / bottom.mean())
    left_out_top, left_out_bottom = top.sum() - top, bottom.sum() - bottom
    if n < 2 or not (left_out_top > 0).all() or not (left_out_bottom > 0).all():
        return ratio, np.nan, np.nan
    centre, se = jackknife(np.log(ratio), np.log(left_out_top / left_out_bottom))
    width = float(half_width(se * np.sqrt(n), n, confidence))
    return ratio, float(np.exp(centre - width)), float(np.exp(centre + width))


def jackknife(whole: float, left_out: Floats) -> tuple[float, float]:
    """Bias-corrected estimate and its standard error from delete-one estimates.

    Examples
    --------
    >>> x = np.array([1.0, 2.0, 6.0])
    >>> jackknife(x.mean(), (x.sum() - x) / 2) == (3.0, x.std(ddof=1) / np.sqrt(3))
    True
    """
    n = len(left_out)
    pseudo = n * whole - (n - 1) * left_out
    return float(pseudo.mean()), float(pseudo.std(ddof=1) / np.sqrt(n))


def paired_differences(outcomes: pd.DataFrame, baseline: str) -> pd.DataFrame:
    """Difference of every policy from the baseline in each draw and replication.

    Returns
    -------
    DataFrame
        jurisdiction, policy, outcome, definition, horizon_months, group, unit, draw,
        replication, baseline, value, difference, sorted by the first nine; names are
        categories. A difference without a pair is empty.
    """
    require(outcomes, (*WORLD, *OUTCOME, "value", "unit"), "the outcomes")
    require_policy(outcomes, baseline)
    text = ("jurisdiction", "policy", "outcome", "definition", "group", "unit")
    rows = as_names(outcomes[[*WORLD, *OUTCOME, "unit", "value"]], text)
    order = ["jurisdiction", "policy", *OUTCOME, "unit", "draw", "replication"]
    whole = row_numbers(rows, order)
    if pd.Series(whole).duplicated().any():
        raise AnalysisError("a cell is stored twice", mend="run again into a new folder")
    rows = rows.iloc[np.argsort(whole, kind="stable")]
    world = row_numbers(rows, [name for name in order if name != "policy"])
    value = rows["value"].to_numpy(float)
    is_base = (rows["policy"] == baseline).to_numpy()
    known, base = world[is_base], value[is_base]  # sorted, as the rows are
    arms = world[~is_base]
    at = np.minimum(np.searchsorted(known, arms), len(known) - 1)
    pairs = rows.loc[~is_base, order].reset_index(drop=True)
    pairs["baseline"] = np.where(known[at] == arms, base[at], np.nan)
    pairs["value"] = value[~is_base]
    pairs["difference"] = pairs["value"] - pairs["baseline"]
    return pairs


def resampled_means(values: Floats, resamples: int, seed: int) -> Floats:
    """Bootstrap means over replications.

    Parameters
    ----------
    values : array, shape (replications, ...)

    Returns
    -------
    array, shape (resamples, ...)
        Means of replications drawn with replacement; all columns share each draw, so that
        what is paired stays paired.
    """
    n = values.shape[0]
    counts = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), size=resamples)
    return np.tensordot(counts / n, values, axes=(1, 0))
