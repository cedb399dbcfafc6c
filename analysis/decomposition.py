"""How much of a package's effect is due to each of its levers.

The Shapley value (1953) of a lever is its mean contribution over all orders in which the
levers could have been added. It is computed inside each replication, where common draws
make the small differences precise, and the contributions add up to the package's effect
exactly.

With all combinations the interval is Student's over replications. With sampled orders it
holds the error of that sample too, as a t interval over pairs of an order and its reverse;
with 8 to 12 pairs and a triple overlap it was measured to cover 91 to 94 % at 95 %.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import factorial

import numpy as np
import pandas as pd
from scipy import special

from analysis.coalitions import Orders, needed_coalitions
from analysis.combinations import ROW, combination_values, one_row_each
from analysis.intervals import Floats, check_confidence
from analysis.language import _
from analysis.replications import over_replications
from analysis.tables import OUTCOME

COLUMNS = (
    "jurisdiction", "package", "lever", *OUTCOME, "unit", "contribution", "lo", "hi", "se_orders",
    "package_effect", "share", "method", "confidence", "replications", "note",
)  # fmt: skip


def contributions(
    outcomes: pd.DataFrame, package: str, levers: Sequence[str], baseline: str,
    orders: Orders | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Shapley contribution of each lever in each replication.

    Parameters
    ----------
    outcomes : DataFrame
        The stored outcomes, with the combinations named as :mod:`analysis.coalitions` says.
    levers : sequence of str
        The levers (or parts) of the package.
    orders : optional
        The orders that were planned; None if all combinations are stored.

    Returns
    -------
    DataFrame
        Keys, lever, value. The values of a world add up to the package's paired
        difference from the baseline.

    Raises
    ------
    AnalysisError
        A combination is not stored.
    """
    names = sorted(levers)
    needed = needed_coalitions(names, orders)
    keys, values = combination_values(outcomes, package, names, baseline, needed)
    shared = values @ _shapley_weights(names, needed, orders)
    return one_row_each(keys, shared, {"lever": names})


def shapley_table(
    outcomes: pd.DataFrame, package: str, levers: Sequence[str], baseline: str,
    confidence: float = 0.95, *, orders: Orders | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Mean contribution of each lever with its interval.

    Returns
    -------
    DataFrame
        Columns :data:`COLUMNS`, the largest first. ``method`` is "exact" or
        "sampled"; for the latter ``se_orders`` is the standard error from the sample of
        orders, which the interval contains. ``share`` is of the package's effect, and
        empty where that effect is exactly 0.
    """
    check_confidence(confidence)
    names = sorted(levers)
    long = contributions(outcomes, package, names, baseline, orders)
    by = [*ROW, "lever"]
    table = over_replications(long, by, "value", confidence)
    sampling = _order_errors(outcomes, package, names, baseline, orders)
    table = table.merge(sampling, on=by, how="left")
    lo, hi = _interval(table, confidence, 0 if orders is None else len(orders) // 2)
    table = table.assign(lo=lo, hi=hi).rename(columns={"value": "contribution"})
    table["package_effect"] = table.groupby(list(ROW))["contribution"].transform(
        lambda one: one.sum(min_count=1)
    )
    effect = table["package_effect"].to_numpy(float)
    table["share"] = np.divide(
        table["contribution"].to_numpy(float), effect, out=np.full(len(table), np.nan),
        where=np.isfinite(effect) & (effect != 0),
    )  # fmt: skip
    zero = effect == 0
    said = _("the package changes nothing: no share")
    table.loc[zero, "note"] = [f"{note}; {said}" if note else said for note in table["note"][zero]]
    table["package"], table["confidence"] = package, confidence
    table["method"] = "exact" if orders is None else "sampled"
    table["size"] = table["contribution"].abs()
    table = table.sort_values([*ROW, "size"], ascending=[*[True] * len(ROW), False])
    return table[list(COLUMNS)].reset_index(drop=True)


def _shapley_weights(
    names: list[str], needed: list[frozenset[str]], orders: Orders | None
) -> Floats:
    """Weights of the combinations (rows) in each lever's contribution (columns)."""
    k = len(names)
    place = {chosen: at for at, chosen in enumerate(needed)}
    weights = np.zeros((len(needed), k))
    if orders is None:
        for chosen, row in place.items():
            size = len(chosen)
            for column, name in enumerate(names):
                if name in chosen:
                    share = factorial(size - 1) * factorial(k - size) / factorial(k)
                else:
                    share = -factorial(size) * factorial(k - size - 1) / factorial(k)
                weights[row, column] = share
        return weights
    for order in orders:
        weights += _order_weights(order, names, place) / len(orders)
    return weights


def _order_weights(
    order: Sequence[str], names: list[str], place: dict[frozenset[str], int]
) -> Floats:
    weights = np.zeros((len(place), len(names)))
    for size, name in enumerate(order):
        column = names.index(name)
        weights[place[frozenset(order[: size + 1])], column] += 1.0
        weights[place[frozenset(order[:size])], column] -= 1.0
    return weights


def _order_errors(
    outcomes: pd.DataFrame, package: str, names: list[str], baseline: str, orders: Orders | None
) -> pd.DataFrame:
    """Standard error of each mean contribution from the sample of orders."""
    needed = needed_coalitions(names, orders)
    keys, values = combination_values(outcomes, package, names, baseline, needed)
    index = pd.MultiIndex.from_frame(keys)
    means = pd.DataFrame(values, index=index).groupby(level=[*ROW, "replication"]).mean()
    means = means.groupby(level=list(ROW)).mean()
    errors = np.zeros((len(means), len(names)))
    if orders is not None:
        place = {chosen: at for at, chosen in enumerate(needed)}
        each = np.array([means.to_numpy() @ _order_weights(o, names, place) for o in orders])
        pairs = (each[0::2] + each[1::2]) / 2  # an order and its reverse are one sample
        errors = (
            pairs.std(axis=0, ddof=1) / np.sqrt(len(pairs)) if len(pairs) > 1 else errors + np.nan
        )
    rows = one_row_each(means.index.to_frame(index=False), errors, {"lever": names})
    return rows.rename(columns={"value": "se_orders"})


def _interval(table: pd.DataFrame, confidence: float, pairs: int) -> tuple[Floats, Floats]:
    """Interval from chance and, if orders were sampled, from their sample too."""
    mean, n = table["value"].to_numpy(float), table["replications"].to_numpy(float)
    if pairs == 0:
        return table["lo"].to_numpy(float), table["hi"].to_numpy(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        chance = table["sd"].to_numpy(float) ** 2 / n
        sampling = table["se_orders"].to_numpy(float) ** 2
        total = chance + sampling
        freedom = total**2 / (chance**2 / (n - 1) + sampling**2 / max(pairs - 1, 1))
        width = special.stdtrit(np.where(total > 0, freedom, 1.0), 0.5 + confidence / 2)
        width = width * np.sqrt(total)
    return mean - width, mean + width
