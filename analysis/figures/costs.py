"""Costs against the baseline: each agency, their sum, and apart from them harm to victims."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.costs import HARM, TOTAL, agency_title, in_order
from analysis.figures.drawing import Drawing, look
from analysis.figures.forest import contrast_rows
from analysis.figures.strips import Mark, Strip, Words, drawn
from analysis.glossary import policy_title, unit_text
from analysis.language import _
from analysis.leaders import Contrast
from analysis.manifest import Manifest
from analysis.words import decimals_for, difference


def draw_costs(
    rows: Sequence[Contrast], manifest: Manifest, name: str, title: str, caption: str
) -> list[Drawing]:
    """Draw one jurisdiction's rows of :func:`analysis.costs.cost_contrasts`."""
    study = manifest.study
    ordered = sorted(rows, key=lambda row: study.order(row.policy))
    groups: dict[str, list[Contrast]] = {}
    for row in ordered:
        groups.setdefault(row.outcome, []).append(row)
    agencies = in_order(one for one in groups if one not in (TOTAL, HARM))
    # The sum first: it is what is asked for; agencies on the same scale; harm apart, last.
    names = [one for one in (TOTAL, *agencies, HARM) if one in groups]
    most = max((abs(row.difference) for row in ordered if row.outcome != HARM), default=0.0)
    finest = decimals_for(most, most / 100)  # one scale, one precision
    strips = []
    for one in names:
        note = _("not part of public cost; its own scale") if one == HARM else ""
        if one == TOTAL:
            note = unit_text(groups[one][0].unit)
        marks = tuple(
            Mark(policy_title(manifest, row.policy), look(study.order(row.policy)),
                 row.difference, row.lo, row.hi, difference(row.difference, row.lo, row.hi, finest),
                 row.is_clear)
            for row in groups[one]
        )  # fmt: skip
        strips.append(Strip(agency_title(one), note, marks, "" if one == HARM else "public"))
    description = " ".join(
        _("{outcome}, {policy}: {text}.").format(
            outcome=agency_title(row.outcome), policy=policy_title(manifest, row.policy),
            text=difference(row.difference, row.lo, row.hi) or _("no value"),
        )
        for row in ordered
    )  # fmt: skip
    words = Words(name, title, caption, description)
    return drawn(strips, words, contrast_rows(ordered), _("difference (interval)"))
