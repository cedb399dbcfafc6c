"""Net benefit at stated weights: what a change is worth to somebody who says what counts.

The weights are the user's and are returned with every figure: nothing is added up that
they do not name, and no weight has a default.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis.errors import AnalysisError
from analysis.language import _
from analysis.tables import WORLD, as_text, nearest, require


def net_benefit_parts(values: pd.DataFrame, weights: Mapping[str, float]) -> pd.DataFrame:
    """Worth of each weighted quantity in each simulated world.

    Parameters
    ----------
    values : DataFrame
        Keys, metric (or outcome), value: present values, or outcomes of one definition,
        horizon and group.
    weights : mapping
        Metric -> worth of one unit more: −1 for money that is spent, −500 for a quantity
        that one would pay 500 to have one unit less of.

    Returns
    -------
    DataFrame
        Keys, metric, value, weight, worth (value × weight).

    Raises
    ------
    AnalysisError
        No weights, a weight that is no number, or a metric that is not stored.
    """
    metric = "metric" if "metric" in values else "outcome"
    require(values, (*WORLD, metric, "value"), "the values")
    if not weights:
        raise AnalysisError(
            "a net benefit needs weights", why="none is assumed",
            mend="give each quantity that counts the worth of one unit more of it",
        )  # fmt: skip
    stored = {str(name) for name in values[metric].unique()}
    for name, weight in weights.items():
        if name not in stored:
            raise AnalysisError(f"no '{name}' to weigh", mend=nearest(name, stored))
        if not np.isfinite(weight):
            raise AnalysisError(f"the weight of '{name}' is no number")
    rows = values.loc[values[metric].isin(list(weights)), [*WORLD, metric, "value"]]
    rows = as_text(rows, ("jurisdiction", "policy", metric)).rename(columns={metric: "metric"})
    if rows.duplicated([*WORLD, "metric"]).any():
        raise AnalysisError(
            "a weighted quantity has several values in one world",
            mend="choose one definition, horizon and group first",
        )
    rows["weight"] = rows["metric"].map(dict(weights)).astype(float)
    rows["worth"] = rows["value"].astype(float) * rows["weight"]
    return rows.sort_values([*WORLD, "metric"], ignore_index=True)


def net_benefit(values: pd.DataFrame, weights: Mapping[str, float]) -> pd.DataFrame:
    """Sum of the weighted quantities in each simulated world.

    Returns
    -------
    DataFrame
        Keys, value, weights (text, with the discount rate of present values). A world in
        which a weighted quantity is missing has no value, never a partial sum.

    Examples
    --------
    >>> values = pd.DataFrame({"jurisdiction": "here", "policy": "a", "draw": 0,
    ...     "replication": 0, "metric": ["cost_total", "victims"], "value": [120.0, 2.0]})
    >>> print(net_benefit(values, {"cost_total": -1, "victims": -50}).to_csv(index=False).strip())
    jurisdiction,policy,draw,replication,value,weights
    here,a,0,0,-220.0,cost_total × -1; victims × -50
    """
    parts = net_benefit_parts(values, weights)
    wide = parts.pivot(index=list(WORLD), columns="metric", values="worth")
    wide = wide.reindex(columns=list(weights))
    total = wide.sum(axis=1, skipna=False).rename("value").reset_index()
    total["weights"] = weights_text(weights)
    if "rate_per_year" in values:
        rates = ", ".join(f"{100 * rate:g}" for rate in sorted(values["rate_per_year"].unique()))
        total["weights"] += "; " + _("discounted at {rate} % a year").format(rate=rates)
    return total


def weights_of(values: pd.DataFrame) -> str:
    """Weights behind a table of net benefits, to be printed with what is made of it.

    Empty for values that are no net benefit; two sets of weights are never mixed.
    """
    if "weights" not in values:
        return ""
    found = [str(one) for one in values["weights"].unique()]
    if len(found) > 1:
        raise AnalysisError("net benefits at different weights", why=" and ".join(found))
    return "".join(found)


def weights_text(weights: Mapping[str, float]) -> str:
    """Weights as they are printed beside a figure.

    >>> weights_text({"cost_total": -1.0, "victims": -2500.0})
    'cost_total × -1; victims × -2500'
    """
    return "; ".join(f"{name} × {weight:g}" for name, weight in weights.items())
