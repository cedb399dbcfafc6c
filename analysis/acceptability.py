"""Acceptability curve and frontier: how probable it is that each policy is the best buy.

A threshold is what the decision maker would pay for one unit of gain; none is assumed. The
curve (van Hout et al. 1994) says how probable it is that a policy is the best at each
threshold; the frontier (Fenwick, Claxton & Sculpher 2001) follows the policy with the
highest *expected* net benefit, which need not be the one that is most often the best.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.cost_effectiveness import cost_and_effect
from analysis.errors import AnalysisError
from analysis.expected_values import expected_by_draw
from analysis.intervals import Floats
from analysis.language import _
from analysis.value_of_information import net_benefit_cube

COLUMNS = (
    "jurisdiction", "threshold", "policy", "probability_best", "net_benefit", "on_frontier",
    "basis", "worlds", "note",
)  # fmt: skip


def acceptability(
    cost: pd.DataFrame,
    effect: pd.DataFrame,
    thresholds: Sequence[float],
    *,
    favourable: str = "lower",
) -> pd.DataFrame:
    """Probability that each policy is the best at each threshold, and the frontier.

    With two or more draws from the evidence a probability is the share of those draws in
    which the policy has the highest expected net benefit (chance between seeds taken
    out); without, it is the share of replications, and says nothing of the evidence.

    Parameters
    ----------
    cost, effect : DataFrame
        Keys and value: one number a world, the baseline included.
    thresholds : sequence of float
        What one unit of gain is worth; currency per unit.

    Returns
    -------
    DataFrame
        Columns :data:`COLUMNS`. ``basis`` is "evidence" or "chance";
        policies equal to the best share its probability.
    """
    if len(thresholds) == 0:
        raise AnalysisError("an acceptability curve needs thresholds", why="none is assumed")
    sign = -1.0 if favourable == "lower" else 1.0
    both = cost_and_effect(cost, effect)
    parts = []
    for place, part in both.groupby("jurisdiction", sort=True):
        basis = "evidence" if part.loc[part["draw"] > 0, "draw"].nunique() > 1 else "chance"
        chosen = part[part["draw"] > 0] if basis == "evidence" else part
        spent, had, names, note = _worlds(chosen, basis)
        for threshold in thresholds:
            worth = sign * threshold * had - spent
            worth = expected_by_draw(worth) if basis == "evidence" else worth[0]
            shares, mean = _best_shares(worth)
            parts.append(pd.DataFrame({
                "jurisdiction": place, "threshold": float(threshold), "policy": names,
                "probability_best": shares, "net_benefit": mean,
                "on_frontier": mean >= np.max(mean, initial=-np.inf),
                "basis": basis, "worlds": len(worth),
                "note": note or ("" if len(worth) > 1 else _("one replication: a share of one")),
            }))  # fmt: skip
    table = pd.concat(parts, ignore_index=True)
    empty = table["worlds"] == 0
    table.loc[empty, "note"] = _("no replication has every policy")
    return table[list(COLUMNS)]


def _worlds(part: pd.DataFrame, basis: str) -> tuple[Floats, Floats, list[str], str]:
    """Costs and effects, shape (draws, replications, policies), where both are known."""
    part = part.dropna(subset=["cost", "effect"])
    if basis == "chance":
        keys = ["policy", "replication"]
        part = part.groupby(keys, sort=True)[["cost", "effect"]].mean().reset_index().assign(draw=0)
    if part.empty:
        return np.empty((1, 0, 0)), np.empty((1, 0, 0)), [], ""
    spent, names, _draws, note = net_benefit_cube(part.assign(value=part["cost"]))
    had, _names, _draws, _note = net_benefit_cube(part.assign(value=part["effect"]))
    return spent, had, names, note


def _best_shares(worth: Floats) -> tuple[Floats, Floats]:
    """Share of worlds in which each policy is best, ties shared; and mean worth."""
    if not len(worth):
        nothing = np.full(worth.shape[1], np.nan)
        return nothing, nothing
    best = worth >= worth.max(axis=1, keepdims=True)
    return (best / best.sum(axis=1, keepdims=True)).mean(axis=0), worth.mean(axis=0)
