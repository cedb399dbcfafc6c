"""Outcomes and policies, as the report's tables show them: text only, nothing computed.

Few policies stand side by side. Many would be pressed into columns nobody can read, so then
they stand below each other: against the main outcomes at a glance, or under each outcome.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from analysis.glossary import policy_title, unit_text
from analysis.language import _
from analysis.leaders import Contrast
from analysis.manifest import Manifest
from analysis.measures import sections_of
from analysis.provenance import contrast_id
from analysis.summary import says, title_with_horizon
from analysis.words import HARD_SPACE, number, places_for, plain

MOST_COLUMNS = 4  # policies that fit side by side


@dataclass(frozen=True)
class Cell:
    """A number, and what belongs to it; ``interval`` is empty where there is none.

    ``id`` traces it (`analysis.provenance`).
    """

    text: str
    interval: str = ""
    says: str = ""
    judgement: str = ""
    is_clear: bool = False
    id: str = ""


@dataclass(frozen=True)
class Line:
    """A row: its title, its unit, a cell per column."""

    title: str
    unit: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Part:
    """Lines under one heading."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Matrix:
    """A table of the report; a column is its title and unit."""

    baseline: str
    corner: str
    columns: tuple[tuple[str, str], ...]
    parts: tuple[Part, ...]


Group = dict[str, Contrast]


def glance(rows: Sequence[Contrast], manifest: Manifest) -> Matrix:
    """Few outcomes by policies, without headings."""
    groups, policies = _groups(rows), _policies(rows, manifest)
    if len(policies) <= MOST_COLUMNS:
        lines = tuple(_beside(group, policies, manifest) for group in groups)
        return Matrix(_baseline(manifest), _("Outcome"), _columns(policies, manifest),
                      (Part("", lines),))  # fmt: skip
    firsts = [next(iter(group.values())) for group in groups]
    columns = tuple((title_with_horizon(row, manifest), unit_text(row.unit)) for row in firsts)
    levels = Line(_baseline(manifest), "", tuple(_level(row, manifest) for row in firsts))
    lines = tuple(
        Line(
            policy_title(manifest, policy), "", tuple(_cell(group.get(policy)) for group in groups)
        )
        for policy in policies
    )
    return Matrix(_baseline(manifest), _("Policy"), columns, (Part("", (levels, *lines)),))


def matrix(rows: Sequence[Contrast], manifest: Manifest) -> Matrix:
    """All outcomes, already in reading order, under the headings of their sections."""
    policies = _policies(rows, manifest)
    if len(policies) > MOST_COLUMNS:
        return _below(rows, policies, manifest)
    parts = []
    for section in sections_of(row.outcome for row in rows):
        chosen = [row for row in rows if row.outcome in section.outcomes]
        lines = tuple(_beside(group, policies, manifest) for group in _groups(chosen))
        parts.append(Part(section.title, lines))
    return Matrix(_baseline(manifest), _("Outcome"), _columns(policies, manifest), tuple(parts))


def _below(rows: Sequence[Contrast], policies: Sequence[str], manifest: Manifest) -> Matrix:
    """Each outcome with its policies below it."""
    parts = []
    for group in _groups(rows):
        first = next(iter(group.values()))
        share = f"{HARD_SPACE}%" if first.unit == "%" else f" {unit_text(first.unit)}"
        title = _("{outcome} ({baseline}: {value})").format(
            outcome=title_with_horizon(first, manifest), baseline=_baseline(manifest),
            value=plain(first.baseline) + share,
        )  # fmt: skip
        lines = []
        for policy in policies:
            cell = _cell(group.get(policy))
            lines.append(Line(policy_title(manifest, policy), "", (
                Cell(cell.text, judgement=cell.judgement, is_clear=cell.is_clear, id=cell.id),
                Cell(cell.interval), Cell("", says=cell.says, judgement=cell.judgement),
            )))  # fmt: skip
        parts.append(Part(title, tuple(lines)))
    columns = ((_("Difference"), ""), (_("Interval"), ""), (_("Verdict"), ""))
    return Matrix(_baseline(manifest), _("Policy"), columns, tuple(parts))


def _groups(rows: Sequence[Contrast]) -> list[Group]:
    groups: dict[tuple[str, str, int], Group] = {}
    for row in rows:
        groups.setdefault((row.outcome, row.definition, row.horizon_months), {})[row.policy] = row
    return list(groups.values())


def _policies(rows: Sequence[Contrast], manifest: Manifest) -> list[str]:
    return sorted({row.policy for row in rows}, key=manifest.study.order)


def _baseline(manifest: Manifest) -> str:
    return policy_title(manifest, manifest.study.baseline)


def _columns(policies: Sequence[str], manifest: Manifest) -> tuple[tuple[str, str], ...]:
    names = (manifest.study.baseline, *policies)
    return tuple((policy_title(manifest, name), "") for name in names)


def _beside(group: Group, policies: Sequence[str], manifest: Manifest) -> Line:
    first = next(iter(group.values()))
    cells = (_level(first, manifest), *(_cell(group.get(policy)) for policy in policies))
    return Line(title_with_horizon(first, manifest), unit_text(first.unit), cells)


def _cell(row: Contrast | None) -> Cell:
    if row is None:
        return Cell("", says=_("not stored"))
    places = places_for(row.difference, row.lo, row.hi)
    interval = ""
    if math.isfinite(row.lo) and row.lo != row.hi:
        interval = _("{lo} to {hi}").format(
            lo=number(row.lo, places, sign=True), hi=number(row.hi, places, sign=True)
        )
    gap = "0" if row.verdict == "same" else number(row.difference, places, sign=True)
    return Cell(gap, interval, says(row), row.judgement, row.is_clear, _id(row, row.policy))


def _level(row: Contrast, manifest: Manifest) -> Cell:
    """The baseline's own number."""
    return Cell(plain(row.baseline), id=_id(row, manifest.study.baseline))


def _id(row: Contrast, policy: str) -> str:
    return contrast_id({**vars(row), "policy": policy, "group": "all"})
