"""Probability of being best: every policy against all the others at once.

The means of all policies are drawn together from what the replications say of them: the
mean, plus normal deviations with the covariance of the replications, scaled as Student's t. For
two policies it is the probability of the paired t statement; the dependence that common
draws make is kept for any number of policies, more than there are replications included.
Policies that are exactly equal share the probability.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis.intervals import Floats
from analysis.language import _
from analysis.replicates import ROW, replicates

# Draws of the joint distribution: the Monte Carlo error is at most 0.6 points (one standard error).
DRAWS = 8000
# Fixed, so that the same store gives the same table; no result hangs on its value.
SEED = 20260101


def probability_best(outcomes: pd.DataFrame, favourable: Mapping[str, str]) -> pd.DataFrame:
    """Rank all policies, the baseline included, on each outcome.

    Parameters
    ----------
    outcomes : DataFrame
        The stored outcomes. Replications in which a policy has no value are left out for
        all policies of that row.
    favourable : mapping
        Outcome name to "lower" or "higher"; other outcomes are left out, for nothing is
        best there.

    Returns
    -------
    DataFrame
        jurisdiction, policy, outcome, definition, horizon_months, group, p_best (0 to 1,
        sums to 1 over the policies), mean_rank (1 is best), replications, note.
    """
    arranged = replicates(outcomes)
    by_label = arranged.average(arranged.values)
    parts = []
    for at, row in enumerate(arranged.rows.itertuples(index=False)):
        direction = favourable.get(str(row.outcome), "neither")
        has_value = ~np.isnan(by_label[at]).all(axis=1)
        if direction not in ("lower", "higher") or not has_value.any():
            continue
        sign = -1.0 if direction == "lower" else 1.0
        sample = sign * by_label[at][has_value]
        sample = sample[:, ~np.isnan(sample).any(axis=0)]
        best, rank = _ranked(sample)
        n = sample.shape[1]
        note = "" if n > 1 else (
            _("one replication: no probability") if n == 1
            else _("no replication has a value in every policy"))  # fmt: skip
        names = [name for name, has in zip(arranged.policies, has_value, strict=True) if has]
        parts.append(
            pd.DataFrame({
                **{name: getattr(row, name) for name in ROW}, "policy": names,
                "p_best": best, "mean_rank": rank, "replications": n, "note": note,
            })
        )  # fmt: skip
    columns = ["jurisdiction", "policy", *ROW[1:], "p_best", "mean_rank", "replications", "note"]
    if not parts:
        return pd.DataFrame(columns=columns)
    return pd.concat(parts, ignore_index=True)[columns]


def with_best(
    table: pd.DataFrame, outcomes: pd.DataFrame, favourable: Mapping[str, str]
) -> pd.DataFrame:
    """Add ``p_best`` to a contrast table; empty where no direction is favourable."""
    best = probability_best(outcomes, favourable)
    keys = ["policy", *ROW]
    if best.empty:
        return table.assign(p_best=np.nan)
    return table.merge(best[[*keys, "p_best"]], how="left", on=keys)


def _ranked(sample: Floats) -> tuple[Floats, Floats]:
    """Probability of the largest mean and mean rank of each row of (policies, replications)."""
    policies, n = sample.shape
    if n < 2:
        return np.full(policies, np.nan), np.full(policies, np.nan)
    rng = np.random.default_rng(SEED)
    mean = sample.mean(axis=1)
    # A singular value decomposition, not one of the covariance: squares would turn
    # rounding into differences between equal policies.
    axes, sizes, _right = np.linalg.svd(sample - mean[:, None], full_matrices=False)
    factor = axes * sizes / np.sqrt(n * (n - 1))
    stretch = np.sqrt((n - 1) / rng.chisquare(n - 1, DRAWS))
    drawn = mean + rng.standard_normal((DRAWS, len(sizes))) @ factor.T * stretch[:, None]
    # Policies that never differ are tied in every draw; rounding must not choose.
    near = 1e-12 * np.abs(sample).max()
    is_best = drawn >= drawn.max(axis=1, keepdims=True) - near
    p_best = (is_best / is_best.sum(axis=1, keepdims=True)).mean(axis=0)
    rank = np.ones(policies)
    for one in range(policies):
        ahead = drawn[:, [one]] + near < drawn
        level = np.abs(drawn - drawn[:, [one]]) <= near
        rank[one] = (1 + ahead.sum(axis=1) + (level.sum(axis=1) - 1) / 2).mean()
    return p_best, rank
