"""Figures of the system: stocks, flows, density, the share on remand, and delays.

A published count is scaled by the people the world stands for, so both sides are per 1,000 people
of the world; flows are per year. Simulated values are means over all recorded months.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sim import evidence
from sim.place import Place
from sim.records import Recorded

Measured = tuple[float, int, str]
STOCKS: dict[tuple[str, str], tuple[str, ...]] = {
    ("prison_stock", "sentenced"): ("prison_stock", "-remand_stock"),
    ("prison_stock", ""): ("prison_stock",),
    ("remand_stock", ""): ("remand_stock",),
    ("probation_stock", "milieu ouvert"): ("supervised_stock",),
}
"""Quantity and start of the subgroup to metrics; a minus takes away. First match counts."""

FLOWS: dict[tuple[str, str], tuple[str, ...]] = {
    ("arrests", ""): ("arrests",),
    ("cleared_persons", "penal code"): ("arrests",),
    ("sentence_count", "immediate custody"): ("sentences_short_custody", "sentences_prison"),
    ("sentence_count", "community sentence"): ("sentences_community",),
    ("sentence_count", "suspended sentence"): ("sentences_suspended",),
    ("final_judgments", "fixed-term imprisonment"): (
        "sentences_suspended", "sentences_short_custody", "sentences_prison",
    ),
    ("releases_from_sentence", "quarter"): ("prison_releases", "-recalls"),
    ("licence_recalls", "quarter"): ("recalls",),
    ("admissions", "sentenced, all"): ("prison_receptions", "-recalls"),
    ("admissions", "state prison"): ("prison_receptions",),
    ("convictions", "all natural persons"): ("convictions",),
}  # fmt: skip
"""The same for flows."""

RATIOS: dict[str, tuple[str, str]] = {
    "prison_density": ("prison_stock", "prison_places"),
    "remand_share": ("remand_stock", "prison_stock"),
}
"""Percentages: quantity to numerator and denominator."""

SUBGROUPS = ("all", "of detained", "of prison stock")
"""Subgroups of these that mean the whole system."""

DAYS = {
    "median_days_offence_to_completion": "mean, from arrest; the row is a median, from the offence",
    "median_days_arrest_to_adjudication": "mean; the row is a median",
    "trial_duration": "from arrest; the row counts from charge, after up to 23 days",
}  # fmt: skip
NOTES = {
    "fr_convictions_01": "without road traffic, which is not modelled",
    "jp_cleared_persons_01": "drugs included; the row is penal code only",
    "jp_final_judgments_03": "the row includes road traffic",
    "ew_releases_from_sentence_03": "releases less recalls",
}
NOT_MODELLED = {"fr_convictions_01": "fr_conviction_offence_share_01"}
"""Published count to the row (%) that says how much of it lies outside the model."""


def measure_target(target: Mapping[str, str], runs: list[Recorded]) -> Measured | None:
    """Measure a target of a system, where a place has one: density."""
    if not target["target_id"].startswith("density_"):
        return None
    density = 100.0 * _mean(runs, ("prison_stock",)) / _mean(runs, ("prison_places",))
    return density, _months(runs), ""


def measure_figure(
    figure: Mapping[str, str], runs: list[Recorded], persons: int, place: Place
) -> tuple[float, float, int, str, str] | None:
    """Measure a published figure of the system; None when the model cannot.

    Returns
    -------
    tuple
        Published value, simulated value, person-months behind it, unit of both, note.
    """
    quantity, subgroup = figure["quantity"], figure["subgroup"]
    published, n = float(figure["value"]), persons * _months(runs)
    note = NOTES.get(figure["id"], "")
    if quantity in RATIOS and subgroup in SUBGROUPS:
        top, bottom = RATIOS[quantity]
        share = 100.0 * _mean(runs, (top,)) / _mean(runs, (bottom,))
        return published, share, n, figure["unit"], note
    if quantity in DAYS:
        days = _mean(runs, ("days_to_disposition_sum",)) / _mean(runs, ("disposals",))
        if figure["unit"] == "months":
            days /= 30.4
        return published, days, n, figure["unit"], DAYS[quantity]
    if quantity == "mean_time_pretrial":
        months = _mean(runs, ("remand_stock",)) / _mean(runs, ("remanded",))
        return published, months, n, figure["unit"], "stock over flow, as the row"
    per_1000 = 1000.0 / float(place.population.value)  # type: ignore[arg-type]
    published *= per_1000 * (1.0 - _outside(figure["id"]))
    metrics = _named(STOCKS, quantity, subgroup)
    if metrics:
        simulated = 1000.0 / persons * _mean(runs, metrics)
        return published, simulated, n, "per 1,000 people", note
    metrics = _named(FLOWS, quantity, subgroup)
    if metrics:
        simulated = 12.0 * 1000.0 / persons * _mean(runs, metrics)
        published *= 4.0 if "quarter" in figure["unit"] else 1.0
        return published, simulated, n, "per 1,000 people a year", note
    return None


def _outside(identity: str) -> float:
    row = NOT_MODELLED.get(identity)
    return float(evidence.rows()[row].fields["value"]) / 100.0 if row else 0.0


def _named(
    table: Mapping[tuple[str, str], tuple[str, ...]], quantity: str, subgroup: str
) -> tuple[str, ...]:
    for (name, start), metrics in table.items():
        if name == quantity and subgroup.startswith(start):
            return metrics
    return ()


def _mean(runs: list[Recorded], metrics: tuple[str, ...]) -> float:
    """Mean a month over all recorded months of all runs."""
    total = 0.0
    for metric in metrics:
        sign = -1.0 if metric.startswith("-") else 1.0
        total += sign * float(np.mean([run.series[metric.lstrip("-")].mean() for run in runs]))
    return total


def _months(runs: list[Recorded]) -> int:
    return sum(run.series["people"].shape[0] for run in runs)
