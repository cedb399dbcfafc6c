"""Titles of figures, made from the numbers: a superlative only where it is earned."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis.language import _
from analysis.leaders import HIGHER, LOWER, Contrast, leader
from analysis.manifest import Manifest
from analysis.measures import outcome_title
from analysis.phrases import policy_phrase
from analysis.words import joined, number


def figure_title(rows: Sequence[Contrast], outcomes: pd.DataFrame, manifest: Manifest) -> str:
    """Title of a figure about one outcome, with a superlative only where it is earned.

    For example "Reconviction: lowered most by Rehabilitation in prison".
    """
    title = outcome_title(manifest, rows[0].outcome, rows[0].definition)
    parts: list[str] = []
    for direction in directions(rows):
        first = leader(rows, direction, outcomes, manifest.study.confidence)
        names = [policy_phrase(manifest, row.policy) for row in first.contrasts]
        if len(names) > 1 and not first.rivals:
            template = _("lowered most by {names}") if direction == LOWER else (
                _("raised most by {names}"))  # fmt: skip
            parts.append(template.format(names=names[0]))
        elif names:
            template = _("lowered by {names}") if direction == LOWER else _("raised by {names}")
            parts.append(template.format(names=joined(names)))
    if not parts:
        parts = [_nothing_words(rows)]
    return _("{title}: {says}").format(title=title, says=", ".join(parts))


def section_title(title: str, rows: Sequence[Contrast], manifest: Manifest) -> str:
    """Title of a figure about several outcomes: how many each policy clearly changes."""
    policies = sorted({row.policy for row in rows}, key=manifest.study.order)
    outcomes = {(row.outcome, row.definition, row.horizon_months) for row in rows}
    if len(outcomes) == 1 and any(row.is_clear for row in rows):
        moved = [
            (direction, [policy_phrase(manifest, row.policy) for row in rows
                         if row.verdict == direction])
            for direction in directions(rows)
        ]  # fmt: skip
        says = [
            (_("lowered by {names}") if direction == LOWER else _("raised by {names}")).format(
                names=joined(names))
            for direction, names in moved if names
        ]  # fmt: skip
        return _("{title}: {says}").format(title=title, says=", ".join(says))
    clear = {
        policy: sum(row.is_clear for row in rows if row.policy == policy) for policy in policies
    }
    shares = []
    for count in sorted({n for n in clear.values() if n}, reverse=True):
        names = joined([policy_phrase(manifest, one) for one in policies if clear[one] == count])
        template = _("all {k} outcomes under {names}") if count == len(outcomes) else (
            _("{n} of {k} outcomes under {names}"))  # fmt: skip
        shares.append(template.format(n=number(count, 0), k=number(len(outcomes), 0), names=names))
    if not shares:
        return _("{title}: {says}").format(title=title, says=_nothing_words(rows))
    return _("{title}: clear differences in {counts}").format(title=title, counts=", ".join(shares))


def directions(rows: Sequence[Contrast]) -> tuple[str, str]:
    """Begin with the favourable direction; with «lower» where neither is."""
    return (HIGHER, LOWER) if rows and rows[0].favourable == HIGHER else (LOWER, HIGHER)


def _nothing_words(rows: Sequence[Contrast]) -> str:
    if any(row.verdict == "unknown" for row in rows):
        return _("too few replications for an interval")
    if all(row.verdict == "same" for row in rows):
        return _("exactly the same under every policy")
    return _("no clear difference under any policy")
