"""From what one world recorded to the outcomes of `sim.experiment.outcome_table`: NumPy only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.experiment.outcome_table import INDEX_WORDS, OUTCOMES

STOCK_MONTHS = 12
"""Stocks are means over the last months of the run: the longest look at the end state."""

Series = Mapping[str, NDArray[np.float64]]
Cohort = Mapping[str, NDArray[Any]]


@dataclass(frozen=True)
class Row:
    """One number of one cell.

    Attributes
    ----------
    definition, horizon_months
        For measures of reoffending; empty and 0 otherwise.
    value
        In ``unit``; NaN when there was nobody or nothing to measure.
    n
        Denominator: people followed up, person-years, places or cases.
    """

    outcome: str
    definition: str
    horizon_months: int
    group: str
    value: float
    n: float
    unit: str


def usable_horizons(horizons: Sequence[int], start: int, months: int) -> tuple[int, ...]:
    """Horizons for which at least one month of index events can be followed to the end.

    >>> usable_horizons((12, 24, 36, 60), start=12, months=48)
    (12, 24)
    """
    return tuple(h for h in horizons if start < months - h)


def outcome_rows(
    series: Series,
    cohort: Cohort,
    *,
    start: int,
    horizons: Sequence[int],
    index: str,
    currency: str,
    names: Sequence[str] | None = None,
) -> list[Row]:
    """Compute outcomes of one cell, in the order of the table.

    Parameters
    ----------
    series
        Metric -> float64 array of shape (months,), world totals of a month.
    cohort
        Column -> array of shape (index events,).
    start
        Month from which outcomes are counted.
    names
        Outcomes to keep; all when None.
    """
    months = len(series["people"])
    wanted = OUTCOMES if names is None else set(names)
    rows: list[Row] = []
    for name, outcome in OUTCOMES.items():
        if name not in wanted:
            continue
        if outcome.definitions:
            code = list(INDEX_WORDS).index(index)
            rows.extend(_reoffending(name, cohort, code, index, start, months, horizons))
        else:
            value, n = _MEASURES[name](_Window(series, start))
            rows.append(Row(name, "", 0, "all", value, n, outcome.unit.format(currency=currency)))
    return rows


def _reoffending(
    name: str, cohort: Cohort, code: int, index: str, start: int, months: int,
    horizons: Sequence[int],
) -> Iterator[Row]:  # fmt: skip
    chosen = cohort["index"] == code
    month = cohort["month"]
    for definition, column in OUTCOMES[name].definitions:
        words = definition.format(index=INDEX_WORDS[index])
        for horizon in usable_horizons(horizons, start, months):
            followed = chosen & (month >= start) & (month < months - horizon)
            n = int(np.count_nonzero(followed))
            event = cohort[column][followed]
            events = int(np.count_nonzero((event >= 1) & (event <= horizon)))
            value = 100.0 * events / n if n else float("nan")
            yield Row(name, words, horizon, "all", value, float(n), OUTCOMES[name].unit)


class _Window:
    """The recorded months, seen from the start of the policies."""

    def __init__(self, series: Series, start: int) -> None:
        self.series = series
        self.start = start
        months = len(series["people"])
        self.last = max(start, months - STOCK_MONTHS)
        self.person_years = float(series["people"][start:].sum()) / 12.0

    def total(self, *metrics: str) -> float:
        return float(sum(self.series[metric][self.start :].sum() for metric in metrics))

    def yearly_per_1000(self, metric: str) -> tuple[float, float]:
        return _ratio(1000.0 * self.total(metric), self.person_years)

    def stock_per_1000(self, metric: str) -> tuple[float, float]:
        people = float(self.series["people"][self.last :].mean())
        return _ratio(1000.0 * float(self.series[metric][self.last :].mean()), people)

    def share_at_liberty(self, metric: str) -> tuple[float, float]:
        people = float(self.series["at_liberty"][self.last :].mean())
        return _ratio(100.0 * float(self.series[metric][self.last :].mean()), people)

    def percent(self, metric: str) -> tuple[float, float]:
        months = self.series[metric][self.last :]
        return 100.0 * float(months.mean()), float(months.shape[0])

    def per_person_year(self, *metrics: str) -> tuple[float, float]:
        return _ratio(self.total(*metrics), self.person_years)

    def density(self) -> tuple[float, float]:
        places = float(self.series["prison_places"][self.last :].mean())
        return _ratio(100.0 * float(self.series["prison_stock"][self.last :].mean()), places)

    def days_to_disposition(self) -> tuple[float, float]:
        return _ratio(self.total("days_to_disposition_sum"), self.total("disposals"))


def _ratio(numerator: float, denominator: float) -> tuple[float, float]:
    return (numerator / denominator if denominator > 0 else float("nan")), denominator


COSTS = (
    "cost_prison", "cost_remand", "cost_supervision", "cost_courts", "cost_police",
    "cost_programmes", "cost_restorative",
)  # fmt: skip

_MEASURES = {
    "offences_per_1000": lambda w: w.yearly_per_1000("offences"),
    "violent_offences_per_1000": lambda w: w.yearly_per_1000("offences_violent"),
    "victims_per_1000": lambda w: w.yearly_per_1000("victims"),
    "victims_with_symptoms_per_1000": lambda w: w.stock_per_1000("victims_with_symptoms"),
    "prison_population": lambda w: w.stock_per_1000("prison_stock"),
    "prison_density": lambda w: w.density(),
    "remand_population": lambda w: w.stock_per_1000("remand_stock"),
    "receptions_per_1000": lambda w: w.yearly_per_1000("prison_receptions"),
    "recalls_per_1000": lambda w: w.yearly_per_1000("recalls"),
    "days_to_disposition": lambda w: w.days_to_disposition(),
    "supervised_per_1000": lambda w: w.stock_per_1000("supervised_stock"),
    "newly_supervised_per_1000": lambda w: w.yearly_per_1000("newly_supervised"),
    "employed": lambda w: w.share_at_liberty("employed"),
    "homeless": lambda w: w.share_at_liberty("homeless"),
    "acceptance": lambda w: w.percent("acceptance"),
    "public_cost_per_person_year": lambda w: w.per_person_year(*COSTS),
    "harm_per_person_year": lambda w: w.per_person_year("harm_to_victims"),
    "restitution_per_person_year": lambda w: w.per_person_year("restitution_paid"),
    "victims_satisfied_per_1000": lambda w: w.yearly_per_1000("victims_satisfied"),
    "transferred_per_1000": lambda w: w.yearly_per_1000("transferred"),
    "treatment_completions_per_1000": lambda w: w.yearly_per_1000("treatment_completions"),
    "conferences_per_1000": lambda w: w.yearly_per_1000("conferences_held"),
}
