"""Public cost by agency, and victims' harm valued apart: never one number."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from analysis.contrasts import contrast_table
from analysis.errors import AnalysisError
from analysis.language import _
from analysis.manifest import readable

TOTAL, HARM = "cost_total", "harm_to_victims"


def agencies(columns: tuple[str, ...]) -> tuple[str, ...]:
    """Names of the cost metrics stored, in their stored order."""
    return tuple(name for name in columns if name.startswith("cost_") and name != TOTAL)


def agency_title(metric: str) -> str:
    """Name of an agency's row.

    >>> agency_title("cost_remand"), agency_title("cost_housing_support")
    ('Remand', 'Housing support')
    """
    titles = {
        "cost_police": _("Police"),
        "cost_courts": _("Courts"),
        "cost_remand": _("Remand"),
        "cost_prison": _("Prison"),
        "cost_supervision": _("Supervision"),
        "cost_programmes": _("Programmes"),
        "cost_restorative": _("Restorative services"),
        TOTAL: _("Public cost, all agencies"),
        HARM: _("Harm to victims, valued"),
    }
    return titles.get(metric, readable(metric.removeprefix("cost_")))


def in_order(metrics: Iterable[str]) -> list[str]:
    """Sort agencies as a case meets them, and others by name after them."""
    way = ("police", "courts", "remand", "prison", "supervision", "programmes", "restorative")
    rank = {f"cost_{name}": at for at, name in enumerate(way)}
    return sorted(metrics, key=lambda name: (rank.get(name, len(rank)), name))


def cost_contrasts(
    series: pd.DataFrame, start: int, baseline: str, confidence: float, unit: str
) -> pd.DataFrame:
    """Compare money per person-year from the policies' start, agency by agency.

    Parameters
    ----------
    series : DataFrame
        Keys, month, people, the cost metrics, and ``harm_to_victims`` if stored.
    start : int
        First month counted.

    Returns
    -------
    DataFrame
        As :func:`analysis.contrasts.contrast_table`; the outcome is the metric, or
        ``cost_total`` for the sum of the agencies. Harm is never part of that sum.
    """
    rows = series[series["month"] >= start]
    if rows.empty:
        raise AnalysisError(f"no month from {start} on is stored", mend="run more months")
    names = list(agencies(tuple(series.columns)))
    measured = [*names, HARM] if HARM in series else names
    if not measured:
        raise AnalysisError("the stored series have no costs")
    keys = ["jurisdiction", "policy", "draw", "replication"]
    sums = rows.groupby(keys, observed=True)[[*measured, "people"]].sum().astype(float)
    person_years = sums["people"] / 12
    table = sums[measured].div(person_years.where(person_years > 0, np.nan), axis=0)
    if names:
        table[TOTAL] = table[names].sum(axis=1, skipna=False)
    long = table.reset_index().melt(id_vars=keys, var_name="outcome", value_name="value")
    long["definition"], long["group"], long["horizon_months"] = "", "all", 0
    long["unit"] = unit
    favourable = dict.fromkeys([TOTAL, *measured], "lower")
    return contrast_table(long, confidence, baseline=baseline, favourable=favourable)
