"""Money and other flows over time: discounted to the start of the policies, and year by year.

Discounting weighs a month *m* after the start by (1 + rate) to the power of −m/12; the
rate is the user's, per year, and stands beside every figure. A budget impact is never
discounted (Sullivan et al. 2014, ISPOR): it answers what each year will cost the agency.

Public cost is shown by agency, victims' harm apart; neither is ever part of the other.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.costs import HARM, TOTAL, agencies
from analysis.errors import AnalysisError
from analysis.language import _
from analysis.replications import over_replications, paired_differences
from analysis.tables import WORLD, as_names, as_text, require

BUDGET_COLUMNS = (
    "jurisdiction", "policy", "year", "months", "account", "baseline", "value", "difference",
    "lo", "hi", "confidence", "replications", "note",
)  # fmt: skip


def present_values(
    series: pd.DataFrame, start: int, rate_per_year: float, metrics: Sequence[str] | None = None
) -> pd.DataFrame:
    """Discounted sums of monthly flows, per person living there at the start.

    Parameters
    ----------
    series : DataFrame
        Keys, month, people, and the monthly flows.
    start : int
        First month counted; it is not discounted.
    rate_per_year : float
        Discount rate, 0.035 for 3.5 % a year.
    metrics : sequence of str, optional
        Flows; by default every agency's cost, and the harm to victims if it is stored.

    Returns
    -------
    DataFrame
        jurisdiction, policy, draw, replication, metric, value, rate_per_year, months. The
        agencies' sum is the metric ``cost_total``; harm is never part of it.

    Examples
    --------
    >>> series = pd.DataFrame({"jurisdiction": "here", "policy": "a", "draw": 0,
    ...     "replication": 0, "month": [0, 12], "people": 10.0, "cost_courts": [50.0, 110.0]})
    >>> present_values(series, 0, 0.10)["value"].round(6).to_list()
    [15.0, 15.0]
    """
    if not rate_per_year > -1:
        raise AnalysisError(
            f"a discount rate of {rate_per_year} is not possible", mend="use 0.035 for 3.5 % a year"
        )
    after, names = _flows(series, start, metrics)
    elapsed = after["month"].to_numpy(float) - start
    factor = (1.0 + rate_per_year) ** (-elapsed / 12.0)
    sums = after[list(WORLD)].copy()
    sums[names] = after[names].to_numpy(float) * factor[:, None]
    sums = sums.groupby(list(WORLD), observed=True, sort=True)[names].sum(min_count=1)
    at_start = after[after["month"] == after["month"].min()].set_index(list(WORLD))["people"]
    people = at_start.astype(float)
    table = sums.div(people.where(people > 0), axis=0)
    table = _with_total(table, names)
    long = table.reset_index().melt(id_vars=list(WORLD), var_name="metric", value_name="value")
    long = as_text(long, ("jurisdiction", "policy"))
    long["rate_per_year"] = float(rate_per_year)
    long["months"] = int(after["month"].nunique())
    return long.sort_values([*WORLD, "metric"], ignore_index=True)


def budget_impact(
    series: pd.DataFrame, start: int, baseline: str, confidence: float = 0.95
) -> pd.DataFrame:
    """Change in each agency's spending in each year after the policies start.

    Returns
    -------
    DataFrame
        Columns :data:`BUDGET_COLUMNS`: year 1 begins with the start; ``months`` says how
        many months of the last year were simulated. Money per person-year, undiscounted,
        with the paired difference and its interval over replications. ``account`` is an
        agency's cost, ``cost_total``, or the harm to victims, which is in no total.
    """
    after, names = _flows(series, start, None)
    year = (after["month"].to_numpy(int) - start) // 12 + 1
    after = after.assign(year=year)
    keys = [*WORLD, "year"]
    grouped = after.groupby(keys, observed=True, sort=True)
    person_years = grouped["people"].sum() / 12.0
    table = grouped[names].sum(min_count=1).div(person_years.where(person_years > 0), axis=0)
    table = _with_total(table, names)
    long = table.reset_index().melt(id_vars=keys, var_name="outcome", value_name="value")
    long = long.rename(columns={"year": "horizon_months"})
    long = long.assign(definition="", group="all", unit="")
    pairs = paired_differences(long, baseline)
    by = ["jurisdiction", "policy", "horizon_months", "outcome"]
    told = over_replications(pairs, by, "difference", confidence)
    told = told.rename(columns={"value": "difference"})
    for name in ("baseline", "value"):
        level = over_replications(pairs, by, name, confidence)[[*by, "value"]]
        told = told.merge(level.rename(columns={"value": name}), on=by)
    months = pd.Series(np.unique(after["month"])).sub(start).floordiv(12).add(1).value_counts()
    told["months"] = told["horizon_months"].map(months).astype(int)
    told["confidence"] = confidence
    partial = told["months"] < 12
    told.loc[partial, "note"] = [
        "; ".join(part for part in (note, _("a year of {n} months").format(n=n)) if part)
        for note, n in zip(told.loc[partial, "note"], told.loc[partial, "months"], strict=True)
    ]
    told = told.rename(columns={"horizon_months": "year", "outcome": "account"})
    return told[list(BUDGET_COLUMNS)].sort_values(
        ["jurisdiction", "policy", "year", "account"], ignore_index=True
    )


def _flows(
    series: pd.DataFrame, start: int, metrics: Sequence[str] | None
) -> tuple[pd.DataFrame, list[str]]:
    """Months from the start on, and the flows to be summed."""
    require(series, (*WORLD, "month", "people"), "the series")
    if metrics is None:
        names = list(agencies(tuple(series.columns)))
        names += [HARM] if HARM in series else []
        if not names:
            raise AnalysisError("the stored series have no costs")
    else:
        names = list(metrics)
        require(series, names, "the series")
    after = as_names(series[series["month"] >= start], ("jurisdiction", "policy"))
    if after.empty:
        raise AnalysisError(f"no month from {start} on is stored", mend="run more months")
    return after, names


def _with_total(table: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    costs = [name for name in names if name.startswith("cost_") and name != TOTAL]
    if costs:
        table = table.copy()
        table[TOTAL] = table[costs].sum(axis=1, skipna=False)
    return table
