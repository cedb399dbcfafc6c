"""Outcomes by policies, as the report's tables show them: text only, nothing computed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from analysis.language import _
from analysis.leaders import Contrast
from analysis.manifest import Manifest
from analysis.measures import sections_of
from analysis.summary import says, title_with_horizon
from analysis.words import number, places_for, plain


@dataclass(frozen=True)
class Cell:
    """One outcome under one policy; ``interval`` is empty where there is none."""

    difference: str
    interval: str
    says: str
    judgement: str
    is_clear: bool


@dataclass(frozen=True)
class Line:
    """One outcome: its level under the baseline, then a cell per policy."""

    title: str
    unit: str
    baseline: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Part:
    """Lines under one heading."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Matrix:
    """A table of the report."""

    baseline: str
    policies: tuple[str, ...]
    parts: tuple[Part, ...]


def matrix(rows: Sequence[Contrast], manifest: Manifest, *, headings: bool = True) -> Matrix:
    """Arrange rows, already in reading order, as outcomes by policies."""
    study = manifest.study
    policies = sorted({row.policy for row in rows}, key=study.order)
    groups: dict[tuple[str, str, int], dict[str, Contrast]] = {}
    for row in rows:
        key = (row.outcome, row.definition, row.horizon_months)
        groups.setdefault(key, {})[row.policy] = row
    parts = []
    for section in sections_of(row.outcome for row in rows):
        lines = tuple(
            _line(group, policies, manifest)
            for key, group in groups.items()
            if key[0] in section.outcomes
        )
        parts.append(Part(section.title if headings else "", lines))
    return Matrix(
        study.policy(study.baseline).title,
        tuple(study.policy(policy).title for policy in policies),
        tuple(parts),
    )


def _line(group: dict[str, Contrast], policies: Sequence[str], manifest: Manifest) -> Line:
    first = next(iter(group.values()))
    return Line(
        title_with_horizon(first, manifest),
        first.unit,
        plain(first.baseline),
        tuple(_cell(group.get(policy)) for policy in policies),
    )


def _cell(row: Contrast | None) -> Cell:
    if row is None:
        return Cell("", "", _("not stored"), "", False)
    places = places_for(row.difference, row.lo, row.hi)
    interval = ""
    if math.isfinite(row.lo) and row.lo != row.hi:
        interval = _("{lo} to {hi}").format(
            lo=number(row.lo, places, sign=True), hi=number(row.hi, places, sign=True)
        )
    gap = "0" if row.verdict == "same" else number(row.difference, places, sign=True)
    return Cell(gap, interval, says(row), row.judgement, row.is_clear)
