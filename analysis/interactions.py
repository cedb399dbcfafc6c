"""Which levers of a package help or hinder each other.

The interaction of two levers is what they do together beyond the sum of each: the Shapley
interaction index (Grabisch & Roubens 1999) averages it over the other levers being on or
off. It is computed inside each replication, as the contributions are.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from math import factorial

import numpy as np
import pandas as pd

from analysis.coalitions import needed_coalitions
from analysis.combinations import ROW, combination_values, one_row_each
from analysis.intervals import Floats, check_confidence
from analysis.replications import over_replications
from analysis.tables import OUTCOME

COLUMNS = (
    "jurisdiction", "package", "first", "second", *OUTCOME, "unit", "interaction", "lo", "hi",
    "is_clear", "method", "confidence", "replications", "note",
)  # fmt: skip


def interaction_table(
    outcomes: pd.DataFrame, package: str, levers: Sequence[str], baseline: str,
    confidence: float = 0.95, *, exact: bool = True,
) -> pd.DataFrame:  # fmt: skip
    """Interaction of every two levers, the largest first.

    Parameters
    ----------
    exact : bool
        Whether all combinations are stored. Otherwise each lever alone and each two
        together must be, and what is reported is their interaction with no other lever
        on, which ``method`` calls "alone".

    Returns
    -------
    DataFrame
        Columns :data:`COLUMNS`: below 0, together they add less than apart
        (where more is more). ``is_clear`` says that the interval excludes 0.
    """
    check_confidence(confidence)
    names = sorted(levers)
    pairs = list(combinations(names, 2))
    needed = needed_coalitions(names, None) if exact else [
        frozenset(one) for size in (0, 1, 2) for one in combinations(names, size)
    ]  # fmt: skip
    keys, values = combination_values(outcomes, package, names, baseline, needed)
    weights = np.column_stack([_weights(a, b, names, needed, exact) for a, b in pairs])
    named = {"first": [a for a, _b in pairs], "second": [b for _a, b in pairs]}
    long = one_row_each(keys, values @ weights, named)
    table = over_replications(long, [*ROW, "first", "second"], "value", confidence)
    table = table.rename(columns={"value": "interaction"})
    table["is_clear"] = (table["lo"] > 0) | (table["hi"] < 0)
    table["package"], table["confidence"] = package, confidence
    table["method"] = "all combinations" if exact else "alone"
    table["size"] = table["interaction"].abs()
    table = table.sort_values([*ROW, "size"], ascending=[*[True] * len(ROW), False])
    return table[list(COLUMNS)].reset_index(drop=True)


def _weights(
    first: str, second: str, names: list[str], needed: list[frozenset[str]], exact: bool
) -> Floats:
    place = {chosen: at for at, chosen in enumerate(needed)}
    weights = np.zeros(len(needed))
    others = [name for name in names if name not in (first, second)]
    k = len(names)
    for size in range(len(others) + 1) if exact else (0,):
        share = factorial(size) * factorial(k - size - 2) / factorial(k - 1) if exact else 1.0
        for rest in combinations(others, size):
            base = frozenset(rest)
            weights[place[base | {first, second}]] += share
            weights[place[base | {first}]] -= share
            weights[place[base | {second}]] -= share
            weights[place[base]] += share
    return weights
