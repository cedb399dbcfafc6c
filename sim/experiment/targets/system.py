"""Figures of the system: stocks, flows, density, the share on remand, and delays.

A published count is scaled by the people the world stands for, so both sides are per 1,000 people
of the world; flows are per year. Simulated values are means over all recorded months.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sim import evidence
from sim.errors import DesistError
from sim.experiment.targets.cohort import Measured, Run
from sim.place import Place

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

SAID = (
    (r"^(inmates|prisoners) per 100 places$|^(prison )?(density|occupancy)", "density"),
    (r"% of (inmates|prisoners) (pretrial|pre-trial|unsentenced|on remand)", "remand_share"),
    (r"^(prisoners|prison population|imprisonment rate) per 100[ ,]?000", "per_100k"),
    (r"^(prisoners|inmates|prison (stock|population))$", "prison_stock"),
)
"""Published wordings in a table of targets to what they mean."""


@dataclass(frozen=True)
class Figure:
    """A published figure of a system."""

    id: str
    quantity: str
    subgroup: str
    value: float
    unit: str

    @classmethod
    def of(cls, row: Mapping[str, str]) -> Figure:
        """From a row of ``sim/evidence/jurisdictions.csv``."""
        return cls(row["id"], row["quantity"], row["subgroup"], float(row["value"]), row["unit"])


@dataclass(frozen=True)
class System:
    """A mean over the recorded months of all runs."""

    observed: float
    unit: str
    value: Callable[[Sequence[Run]], float]
    note: str = ""
    counts_people: bool = True
    months: int = 12
    can_be_fitted: bool = True

    def measure(self, runs: Sequence[Run]) -> Measured | None:
        """Value on finished runs, with the months, or person-months, behind it."""
        months = sum(run.recorded.series["people"].shape[0] for run in runs)
        n = months * (runs[0].persons if self.counts_people else 1)
        return Measured(self.observed, self.value(runs), n, self.unit, self.note)


def read_system(row: Mapping[str, str], place: Place) -> System | None:
    """Read a figure of a system among targets; None for other definitions.

    Raises
    ------
    DesistError
        For a rate where the residents of the place are not known.
    """
    definition = row["definition"].strip().lower()
    observed = float(row["value"])
    said = next((name for pattern, name in SAID if re.search(pattern, definition)), None)
    if said == "density":
        return System(observed, row["unit"], _density, counts_people=False)
    quantity = said or definition.replace(" ", "_")
    if said == "per_100k":
        quantity, observed = "prison_stock", observed * _residents(place, row["target_id"]) / 1e5
    if quantity not in system_quantities():
        return None
    about = Figure(row["target_id"], quantity, _subgroup(quantity, row["subgroup"]), observed,
                   row["unit"])  # fmt: skip
    return read_figure(about, place)


def _residents(place: Place, where: str) -> float:
    """Residents of a place: a world stands for the part of them who meet the police."""
    for figure in evidence.table("jurisdictions"):
        if (figure["place"], figure["quantity"]) == (place.name, "residents"):
            return float(figure["value"])
    raise DesistError(f"the residents of '{place.name}' are not known", where,
                      mend="give the number of prisoners")  # fmt: skip


def _density(runs: Sequence[Run]) -> float:
    return 100.0 * _mean(runs, ("prison_stock",)) / _mean(runs, ("prison_places",))


def read_figure(figure: Figure, place: Place) -> System | None:
    """Read a published figure of the system; None when the model cannot measure it."""
    quantity, subgroup, note = figure.quantity, figure.subgroup, NOTES.get(figure.id, "")
    if quantity in RATIOS and subgroup in SUBGROUPS:
        top, bottom = RATIOS[quantity]
        return System(
            figure.value,
            figure.unit,
            lambda runs: 100.0 * _mean(runs, (top,)) / _mean(runs, (bottom,)),
            note,
        )
    if quantity in DAYS:
        per = 30.4 if figure.unit == "months" else 1.0

        def days(runs: Sequence[Run]) -> float:
            return _mean(runs, ("days_to_disposition_sum",)) / _mean(runs, ("disposals",)) / per

        return System(figure.value, figure.unit, days, DAYS[quantity])
    if quantity == "mean_time_pretrial":
        return System(
            figure.value, figure.unit,
            lambda runs: _mean(runs, ("remand_stock",)) / _mean(runs, ("remanded",)),
            "stock over flow, as the row",
        )  # fmt: skip
    published = figure.value * 1000.0 / float(place.population.value)  # type: ignore[arg-type]
    published *= 1.0 - _outside(figure.id)
    stock = _named(STOCKS, quantity, subgroup)
    if stock:
        return System(published, "per 1,000 people", lambda runs: _per_1000(runs, *stock), note)
    flow = _named(FLOWS, quantity, subgroup)
    if flow:
        published *= 4.0 if "quarter" in figure.unit else 1.0
        return System(
            published, "per 1,000 people a year", lambda runs: 12.0 * _per_1000(runs, *flow), note
        )
    return None


def _subgroup(quantity: str, subgroup: str) -> str:
    """A whole system is called by no subgroup, except where a table of figures says «all»."""
    if subgroup not in ("", "all") or quantity in RATIOS:
        return subgroup or "all"
    starts = [start for name, start in (*STOCKS, *FLOWS) if name == quantity]
    return "" if "" in starts else starts[0] if starts else "all"


def system_quantities() -> tuple[str, ...]:
    """Figures of the system that can be measured: stocks, flows, shares and delays."""
    names = [name for name, _ in (*STOCKS, *FLOWS)]
    return tuple(dict.fromkeys([*names, *RATIOS, *DAYS, "mean_time_pretrial"]))


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


def _per_1000(runs: Sequence[Run], *metrics: str) -> float:
    return 1000.0 / runs[0].persons * _mean(runs, metrics)


def _mean(runs: Sequence[Run], metrics: Sequence[str]) -> float:
    """Mean a month over all recorded months of all runs."""
    total = 0.0
    for metric in metrics:
        sign = -1.0 if metric.startswith("-") else 1.0
        name = metric.lstrip("-")
        total += sign * float(np.mean([run.recorded.series[name].mean() for run in runs]))
    return total
