"""Rows for the summary table in the terminal: plain strings, printed by the app."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from analysis.contrasts import stored_contrasts
from analysis.glossary import place_title, policy_title, unit_text
from analysis.language import _
from analysis.leaders import LOWER, Contrast, contrasts_of
from analysis.manifest import Manifest
from analysis.measures import main_rows, outcome_title, sections_of
from analysis.phrases import level_pair
from analysis.store import Store
from analysis.words import difference, duration


@dataclass(frozen=True)
class SummaryRow:
    """One outcome under one policy; every field is text ready to print.

    ``judgement`` is "better", "worse", "different" or "" (no clear difference), for the
    colour; ``says`` is the same in words.
    """

    place: str
    section: str
    outcome: str
    unit: str
    policy: str
    baseline: str
    value: str
    difference: str
    says: str
    judgement: str


def summary_rows(out: Path) -> list[SummaryRow]:
    """Rows of the main outcomes of a store, by place, section, outcome and policy."""
    store = Store(Path(out))
    return rows_of(contrasts_of(main_rows(stored_contrasts(store))), store.manifest)


def rows_of(rows: list[Contrast], manifest: Manifest) -> list[SummaryRow]:
    """Order the contrasts for reading and turn each into text."""
    ordered: list[SummaryRow] = []
    for place in dict.fromkeys(row.jurisdiction for row in rows):
        here = [row for row in rows if row.jurisdiction == place]
        for section in sections_of(row.outcome for row in here):
            for outcome in section.outcomes:
                chosen = [row for row in here if row.outcome == outcome]
                chosen.sort(key=lambda row: (
                    definition_order(row.definition), row.horizon_months,
                    manifest.study.order(row.policy),
                ))  # fmt: skip
                ordered += [_row(row, section.title, manifest) for row in chosen]
    return ordered


def definition_order(definition: str) -> tuple[int, str]:
    """Put the widest definition first ('any'), then new crimes, then breaches."""
    return (0 if definition in ("", "any") else 1 if "new" in definition else 2, definition)


def title_with_horizon(row: Contrast, manifest: Manifest) -> str:
    """Title of an outcome with its follow-up, where it has one."""
    title = outcome_title(manifest, row.outcome, row.definition)
    if row.horizon_months <= 0:
        return title
    return _("{title}, {duration}").format(title=title, duration=duration(row.horizon_months))


def says(row: Contrast) -> str:
    """Verdict in one or two words."""
    if row.judgement == "different":
        return _("lower") if row.verdict == LOWER else _("higher")
    if row.judgement:
        return _("better") if row.judgement == "better" else _("worse")
    return {"same": _("no difference"), "unclear": _("not clear")}.get(
        row.verdict, row.note or _("no interval")
    )


def _row(row: Contrast, section: str, manifest: Manifest) -> SummaryRow:
    value, baseline = level_pair(row)
    return SummaryRow(
        place=place_title(manifest, row.jurisdiction),
        section=section,
        outcome=title_with_horizon(row, manifest),
        unit=unit_text(row.unit),
        policy=policy_title(manifest, row.policy),
        baseline=baseline,
        value=value,
        difference=difference(row.difference, row.lo, row.hi),
        says=says(row),
        judgement=row.judgement,
    )
