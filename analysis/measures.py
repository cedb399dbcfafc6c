"""How the outcomes are read: their sections, their columns in the cohort, their horizon."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from analysis.errors import AnalysisError
from analysis.language import _
from analysis.manifest import Manifest

# Codes of the index event in the cohort table, in the order of the records.
INDEX_EVENTS = (
    "release_from_prison",
    "release_from_short_custody",
    "start_of_community_sentence",
    "start_of_suspended_sentence",
    "restorative_conference",
    "reception_into_custody",
    "fine_or_discharge",
)
# Definition -> column of the cohort with the months to the first such event, -1 for none.
DEFINITIONS = {
    "reoffending": "to_offence",
    "rearrest": "to_rearrest",
    "reconviction": "to_reconviction",
    "return_to_prison": "to_return",
    "return_new_crime": "to_return_new_crime",
    "return_breach": "to_return_breach",
    "severe_violence": "to_severe",
}
# The follow-up at which reoffending is reported first, if the run is long enough.
MAIN_HORIZON_MONTHS = 36


@dataclass(frozen=True)
class Section:
    """Outcomes shown together: a key for file names, a title, the names in order."""

    key: str
    title: str
    outcomes: tuple[str, ...]


SECTIONS = (
    Section(
        "reoffending",
        "Reoffending",
        (
            "reoffending",
            "serious_reoffending",
            "rearrest",
            "reconviction",
            "return_to_prison",
        ),
    ),
    Section(
        "safety",
        "Offences and victims",
        (
            "offences_per_1000",
            "violent_offences_per_1000",
            "victims_per_1000",
            "victims_with_symptoms_per_1000",
            "victims_satisfied_per_1000",
            "restitution_per_person_year",
        ),
    ),
    Section(
        "custody",
        "Custody and courts",
        (
            "prison_population",
            "prison_density",
            "receptions_per_1000",
            "recalls_per_1000",
            "remand_population",
            "days_to_disposition",
            "transferred_per_1000",
        ),
    ),
    Section(
        "supervision",
        "Supervision and programmes",
        (
            "supervised_per_1000",
            "newly_supervised_per_1000",
            "treatment_completions_per_1000",
            "conferences_per_1000",
        ),
    ),
    Section("reintegration", "Life in the community", ("employed", "homeless", "acceptance")),
    Section("money", "Money", ("public_cost_per_person_year", "harm_per_person_year")),
)


def sections_of(outcomes: Iterable[str]) -> tuple[Section, ...]:
    """Sections with the outcomes present; unknown ones come last, under their own title."""
    present = list(dict.fromkeys(outcomes))
    known = {name for section in SECTIONS for name in section.outcomes}
    chosen = [
        Section(section.key, _(section.title), names)
        for section in SECTIONS
        if (names := tuple(name for name in section.outcomes if name in present))
    ]
    other = tuple(sorted(name for name in present if name not in known))
    if other:
        chosen.append(Section("other", _("Other outcomes"), other))
    return tuple(chosen)


def main_horizon(contrasts: pd.DataFrame) -> int:
    """Follow-up of the headlines: 36 months, or the longest the run allows below it."""
    horizons = sorted({int(months) for months in contrasts["horizon_months"] if months > 0})
    if not horizons:
        return 0
    reached = [months for months in horizons if months <= MAIN_HORIZON_MONTHS]
    return reached[-1] if reached else horizons[0]


def main_rows(contrasts: pd.DataFrame) -> pd.DataFrame:
    """Rows of the headlines: everyone, and reoffending at the main horizon only."""
    horizon = main_horizon(contrasts)
    rows = contrasts["horizon_months"].isin([0, horizon]) & contrasts["group"].isin(["all", ""])
    return contrasts.loc[rows]


def index_code(index: str) -> int:
    """Code of an index event in the cohort table."""
    if index not in INDEX_EVENTS:
        raise AnalysisError(
            f"unknown index event '{index}'", mend=f"use one of: {', '.join(INDEX_EVENTS)}"
        )
    return INDEX_EVENTS.index(index)


def event_column(outcome: str, definition: str) -> str | None:
    """Column of the cohort with the months to this outcome; None if it has none."""
    name = outcome
    if outcome == "return_to_prison" and "breach" in definition:
        name = "return_breach"
    elif outcome == "return_to_prison" and "new" in definition:
        name = "return_new_crime"
    return DEFINITIONS.get(name)


def outcome_title(manifest: Manifest, outcome: str, definition: str = "") -> str:
    """Title of an outcome, with its definition where there are several of one outcome."""
    title = _(manifest.outcome(outcome).title)
    if outcome == "return_to_prison" and definition and definition.lower() not in title.lower():
        return f"{title} ({_(definition)})"
    return title
