"""Costs against the baseline: each agency, their sum, and apart from them harm to victims."""

from __future__ import annotations

import math
from collections.abc import Sequence

from matplotlib.axes import Axes

from analysis.costs import HARM, TOTAL, agency_title, in_order
from analysis.figures.drawing import (
    INK,
    RULE,
    SOFT,
    Drawing,
    finish,
    house_style,
    look,
    new_figure,
    quiet,
)  # fmt: skip
from analysis.figures.forest import contrast_rows
from analysis.figures.labels import round_above, wrapped
from analysis.language import _
from analysis.leaders import Contrast
from analysis.manifest import Manifest
from analysis.words import decimals_for, difference, number

ROW, LINE, FOOT, HEAD = 0.16, 0.1, 0.42, 0.3  # inches
LEFT, RIGHT = 0.24, 0.66


def draw_costs(
    rows: Sequence[Contrast], manifest: Manifest, name: str, title: str, caption: str
) -> Drawing:
    """Draw one jurisdiction's rows of :func:`analysis.costs.cost_contrasts`."""
    study = manifest.study
    ordered = sorted(rows, key=lambda row: study.order(row.policy))
    groups: dict[str, list[Contrast]] = {}
    for row in ordered:
        groups.setdefault(row.outcome, []).append(row)
    names = in_order(one for one in groups if one not in (TOTAL, HARM))
    public = [*names, TOTAL] if TOTAL in groups else names
    panels = [[groups[one] for one in public]]
    if HARM in groups:
        panels.append([groups[HARM]])
    heights = [sum(ROW * len(group) + LINE for group in panel) for panel in panels]
    key = 0.26
    total = key + sum(heights) + (HEAD + FOOT) * len(panels)
    with house_style():
        figure = new_figure(total)
        top = key
        policies = list(dict.fromkeys(row.policy for row in ordered))
        _legend(figure.add_axes((0, 1 - key / total, 1, key / total)), policies, manifest)
        for panel, height in zip(panels, heights, strict=True):
            top += HEAD
            axes = figure.add_axes((
                LEFT, 1 - (top + height) / total, RIGHT - LEFT, height / total,
            ))  # fmt: skip
            heading = (
                _("Harm to victims, valued: not part of the sum above")
                if panel is not panels[0]
                else _("Public cost, difference from {baseline}").format(
                    baseline=study.policy(study.baseline).title
                )
            )
            _panel(axes, panel, manifest, heading)
            top += height + FOOT
        description = " ".join(
            f"{agency_title(row.outcome)}, {study.policy(row.policy).title}: "
            f"{difference(row.difference, row.lo, row.hi)} {row.unit}."
            for row in ordered
        )
        return finish(figure, name, title, caption, description, contrast_rows(ordered))


def _legend(axes: Axes, policies: Sequence[str], manifest: Manifest) -> None:
    """Name the markers in one line; there are too many rows to label each directly."""
    quiet(axes)
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    axes.set_xticks([])
    axes.set_yticks([])
    titles = [wrapped(manifest.study.policy(policy).title, 30, 1) for policy in policies]
    at = 0.006
    for policy, title in zip(policies, titles, strict=True):
        style = look(manifest.study.order(policy))
        axes.plot(at, 0.5, marker=style.marker, color=style.colour, markersize=5)
        axes.text(at + 0.014, 0.5, title, va="center", size=7.5)
        at += 0.05 + 0.0105 * len(title)


def _panel(
    axes: Axes, groups: Sequence[Sequence[Contrast]], manifest: Manifest, heading: str
) -> None:
    rows = [row for group in groups for row in group]
    ends = [abs(end) for row in rows for end in (row.difference, row.lo, row.hi)
            if math.isfinite(end)]  # fmt: skip
    reach = round_above(max(ends, default=0.0) * 1.02)
    axes.set_xlim(-reach, reach)
    height = sum(ROW * len(group) + LINE for group in groups)
    axes.set_ylim(height, 0)
    quiet(axes, keep="bottom")
    axes.set_yticks([])
    axes.axvline(0, color=SOFT, linewidth=0.8, zorder=0)
    places = decimals_for(reach, reach / 2) if reach < 10 else 0
    finest = decimals_for(reach, reach / 100)  # one scale, one precision
    axes.set_xticks([-reach, -reach / 2, 0, reach / 2, reach])
    axes.set_xticklabels([number(-reach, places, sign=True), "", "0", "",
                          number(reach, places, sign=True)], size=7)  # fmt: skip
    axes.set_xlabel(rows[0].unit, color=SOFT, size=7.2, labelpad=1)
    width = 1 / (RIGHT - LEFT)
    left, right = -LEFT * width, (1 - LEFT) * width * 0.995
    axes.annotate(heading, (left, 1), xycoords="axes fraction", xytext=(0, 8),
                  textcoords="offset points", weight="bold", va="bottom")  # fmt: skip
    across = axes.get_yaxis_transform()
    at = 0.0
    for group in groups:
        axes.plot([left, right], [at, at], color=RULE, linewidth=0.6, clip_on=False,
                  transform=across)  # fmt: skip
        strong = "bold" if group[0].outcome == TOTAL else "normal"
        axes.text(left, at + LINE / 2 + ROW / 2, agency_title(group[0].outcome), va="center",
                  weight=strong, transform=across)  # fmt: skip
        at += LINE / 2
        for row in group:
            style = look(manifest.study.order(row.policy))
            middle = at + ROW / 2
            if math.isfinite(row.lo) and math.isfinite(row.hi):
                axes.plot([row.lo, row.hi], [middle] * 2, color=style.colour,
                          solid_capstyle="butt", linewidth=1.3)  # fmt: skip
            if math.isfinite(row.difference):
                axes.plot(row.difference, middle, marker=style.marker, color=style.colour,
                          markersize=4.4, markeredgecolor="white", markeredgewidth=0.4,
                          clip_on=False)  # fmt: skip
            text = difference(row.difference, row.lo, row.hi, finest) or _("no value")
            axes.text(right, middle, text, ha="right", va="center", transform=across, size=7.2,
                      weight="bold" if row.is_clear else "normal", color=INK)  # fmt: skip
            at += ROW
        at += LINE / 2
