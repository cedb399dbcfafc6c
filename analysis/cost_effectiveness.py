"""Cost-effectiveness plane, and the policies worth considering at some price.

Each simulated world is a point: what the policy costs more than the baseline, and what it
gains. Whether a gain is worth its cost is for the reader to say; here is what one unit of
it costs, where that means anything.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.errors import AnalysisError
from analysis.intervals import check_confidence
from analysis.language import _
from analysis.replications import over_replications
from analysis.tables import WORLD, as_text, require, require_policy

PLANE_COLUMNS = (
    "jurisdiction", "policy", "cost", "cost_lo", "cost_hi", "gain", "gain_lo", "gain_hi",
    "quadrant", "cost_per_gain", "confidence", "replications", "note",
)  # fmt: skip
FRONTIER_COLUMNS = ("jurisdiction", "policy", "cost", "gain", "standing", "cost_per_gain")


def plane_points(
    cost: pd.DataFrame, effect: pd.DataFrame, baseline: str, *, favourable: str = "lower"
) -> pd.DataFrame:
    """Extra cost and gain of each policy in each simulated world.

    Parameters
    ----------
    cost, effect : DataFrame
        Keys and value: one number a world.
    favourable : str
        "lower" if less of the effect is a gain, else "higher".

    Returns
    -------
    DataFrame
        jurisdiction, policy, draw, replication, cost, gain: differences from the baseline;
        a gain is positive when it is one. Empty where a world has no pair.
    """
    if favourable not in ("lower", "higher"):
        raise AnalysisError(
            f"'{favourable}' is no direction of gain", mend="use 'lower' or 'higher'"
        )
    both = cost_and_effect(cost, effect)
    require_policy(both, baseline)
    keys = ["jurisdiction", "draw", "replication"]
    base = both[both["policy"] == baseline].drop(columns="policy")
    pairs = both[both["policy"] != baseline].merge(
        base, on=keys, how="left", suffixes=("", "_baseline")
    )
    sign = -1.0 if favourable == "lower" else 1.0
    points = pairs[list(WORLD)].copy()
    points["cost"] = pairs["cost"] - pairs["cost_baseline"]
    points["gain"] = sign * (pairs["effect"] - pairs["effect_baseline"])
    return points.sort_values(list(WORLD), ignore_index=True)


def plane_table(points: pd.DataFrame, confidence: float = 0.95) -> pd.DataFrame:
    """Mean point of each policy with intervals, its quadrant, and cost for one unit of gain.

    Returns
    -------
    DataFrame
        Columns :data:`PLANE_COLUMNS`. ``cost_per_gain`` is given only where a gain costs
        money, or money saved costs a loss: elsewhere the ratio means nothing.
    """
    check_confidence(confidence)
    by = ["jurisdiction", "policy"]
    cost = over_replications(points, by, "cost", confidence)
    gain = over_replications(points, by, "gain", confidence)
    table = cost.merge(gain, on=by, suffixes=("_cost", "_gain"))
    named = table.rename(columns={
        "value_cost": "cost", "lo_cost": "cost_lo", "hi_cost": "cost_hi",
        "value_gain": "gain", "lo_gain": "gain_lo", "hi_gain": "gain_hi",
        "replications_cost": "replications",
    })  # fmt: skip
    means = list(zip(named["cost"], named["gain"], strict=True))
    named["quadrant"] = [quadrant(*one) for one in means]
    traded = named["quadrant"].isin([MORE_MORE, LESS_LESS])
    named["cost_per_gain"] = (named["cost"] / named["gain"]).where(traded)
    named["confidence"] = confidence
    named["note"] = [
        "; ".join(dict.fromkeys(part for part in (a, b, _no_ratio(q)) if part))
        for a, b, q in zip(named["note_cost"], named["note_gain"], named["quadrant"], strict=True)
    ]
    return named[list(PLANE_COLUMNS)]


MORE_MORE, LESS_LESS = "costs more, gains", "saves money, loses"
DOMINANT, DOMINATED = "saves money, gains", "costs more, loses"


def quadrant(cost: float, gain: float) -> str:
    """Name the quadrant of a point; empty on an axis or without a value."""
    if cost > 0 and gain > 0:
        return MORE_MORE
    if cost < 0 and gain < 0:
        return LESS_LESS
    if cost < 0 and gain > 0:
        return DOMINANT
    return DOMINATED if cost > 0 and gain < 0 else ""


def efficiency_frontier(points: pd.DataFrame, baseline: str) -> pd.DataFrame:
    """Policies worth considering at some threshold, and the price of each step between them.

    Strongly dominated: another costs no more and gains no less. Extendedly dominated: a
    mixture of two others does (Cantor 1994).

    Returns
    -------
    DataFrame
        Columns :data:`FRONTIER_COLUMNS`, the baseline included at (0, 0), by cost.
        ``standing`` is "on the frontier", "dominated", "extendedly dominated" or "not
        known"; ``cost_per_gain`` is that of the step from the policy before on the
        frontier, empty for the first and for what is not on it.
    """
    require(points, ("jurisdiction", "policy", "replication", "cost", "gain"), "the points")
    by = ["jurisdiction", "policy"]
    means = points.groupby([*by, "replication"], sort=True)[["cost", "gain"]].mean()
    means = means.groupby(by, sort=True).mean().reset_index()
    parts = []
    for place, part in means.groupby("jurisdiction", sort=True):
        start = pd.DataFrame(
            {"jurisdiction": [place], "policy": [baseline], "cost": [0.0], "gain": [0.0]}
        )
        part = pd.concat([start, part], ignore_index=True)
        part = part.sort_values(["cost", "gain"], ascending=[True, False], ignore_index=True)
        parts.append(_stand(part))
    return pd.concat(parts, ignore_index=True)[list(FRONTIER_COLUMNS)]


def _stand(part: pd.DataFrame) -> pd.DataFrame:
    """Walk up the lower right hull, always along the cheapest next step."""
    cost, gain = part["cost"].to_numpy(float), part["gain"].to_numpy(float)
    standing = ["dominated"] * len(part)
    price = np.full(len(part), np.nan)
    known = np.flatnonzero(np.isfinite(cost) & np.isfinite(gain))
    for at in set(range(len(part))) - set(known.tolist()):
        standing[at] = "not known"
    best = -np.inf
    undominated = []
    for at in known.tolist():
        if gain[at] > best:
            undominated.append(at)
            best = gain[at]
    here = undominated[0] if undominated else None
    while here is not None:
        standing[here] = "on the frontier"
        further = [at for at in undominated if gain[at] > gain[here]]
        if not further:
            break
        steps = [(cost[at] - cost[here]) / (gain[at] - gain[here]) for at in further]
        at = int(np.argmin(steps))
        for between in further[:at]:
            standing[between] = "extendedly dominated"
        here = further[at]
        price[here] = steps[at]
    return part.assign(standing=standing, cost_per_gain=price)


def cost_and_effect(cost: pd.DataFrame, effect: pd.DataFrame) -> pd.DataFrame:
    """Put the cost and the effect of each world side by side; a missing one is empty."""
    for frame, what in ((cost, "the costs"), (effect, "the effects")):
        require(frame, (*WORLD, "value"), what)
        if frame.duplicated(list(WORLD)).any():
            raise AnalysisError(
                f"{what} have several values in one world",
                mend="choose one definition, horizon and group first",
            )
    names = ("jurisdiction", "policy")
    left = as_text(cost[[*WORLD, "value"]], names).rename(columns={"value": "cost"})
    right = as_text(effect[[*WORLD, "value"]], names).rename(columns={"value": "effect"})
    return left.merge(right, on=list(WORLD), how="outer")


def _no_ratio(where: str) -> str:
    if where in (DOMINANT, DOMINATED):
        return _("no price: one side is better in both respects")
    return "" if where else _("no price: no difference in cost or in gain")
