"""Forest plot: paired differences with intervals, one strip per outcome, zero aligned.

Outcomes have different units, so each strip has its own scale, symmetrical about a zero
line that runs through the whole figure; the numbers stand at the right.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes

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
from analysis.figures.labels import round_above, wrapped
from analysis.language import _
from analysis.leaders import Contrast
from analysis.manifest import Manifest
from analysis.phrases import difference_unit
from analysis.summary import title_with_horizon
from analysis.words import HARD_SPACE, decimals_for, difference, number, plain

ROW, HEAD, FOOT = 0.20, 0.36, 0.30  # inches: one policy, the strip's title, its axis
LEFT, RIGHT = 0.25, 0.69  # share of the width where the plotting area begins and ends


def draw_forest(
    rows: Sequence[Contrast], manifest: Manifest, name: str, title: str, caption: str
) -> Drawing:
    """Draw the contrasts in their order; rows of one outcome must stand together."""
    strips: dict[tuple[str, str, int], list[Contrast]] = {}
    for row in rows:
        strips.setdefault((row.outcome, row.definition, row.horizon_months), []).append(row)
    heights = [HEAD + ROW * len(strip) + FOOT for strip in strips.values()]
    total = sum(heights) + 0.25
    with house_style():
        figure = new_figure(total)
        top = total - 0.22
        centre = (LEFT + RIGHT) / 2
        figure.text(centre - 0.012, 1 - 0.12 / total, f"← {_('less')}", ha="right", va="center",
                    color=SOFT)  # fmt: skip
        figure.text(centre + 0.012, 1 - 0.12 / total, f"{_('more')} →", va="center", color=SOFT)
        figure.text(0.99, 1 - 0.12 / total, _("difference (interval)"), ha="right", va="center",
                    color=SOFT)  # fmt: skip
        for strip, height in zip(strips.values(), heights, strict=True):
            bottom = top - height
            axes = figure.add_axes((
                LEFT, (bottom + FOOT) / total, RIGHT - LEFT, ROW * len(strip) / total,
            ))  # fmt: skip
            _strip(axes, strip, manifest)
            _heading(axes, strip[0], manifest, HEAD / (ROW * len(strip)))
            top = bottom
        description = " ".join(
            f"{title_with_horizon(row, manifest)}, {manifest.study.policy(row.policy).title}: "
            f"{difference(row.difference, row.lo, row.hi)} {row.unit}."
            for row in rows
        )
        return finish(figure, name, title, caption, description, contrast_rows(rows))


def _heading(axes: Axes, row: Contrast, manifest: Manifest, head: float) -> None:
    """Title of a strip, with the level the differences start from."""
    base = manifest.study.policy(manifest.study.baseline).title
    share = f"{HARD_SPACE}%" if row.unit == "%" else ""
    note = _("{unit}; {baseline}: {value}").format(
        unit=difference_unit(row.unit), baseline=base, value=plain(row.baseline) + share
    )
    width = 1 / (RIGHT - LEFT)
    left = -LEFT * width
    axes.text(left, 1 + head * 0.52, title_with_horizon(row, manifest), weight="bold",
              transform=axes.transAxes, va="center")  # fmt: skip
    axes.text(left + width * 0.99, 1 + head * 0.52, note, transform=axes.transAxes, ha="right",
              va="center", color=SOFT, size=7.2)  # fmt: skip
    axes.plot([left, left + width], [1 + head * 0.92] * 2, color=RULE, linewidth=0.6,
              transform=axes.transAxes, clip_on=False)  # fmt: skip


def _strip(axes: Axes, strip: Sequence[Contrast], manifest: Manifest) -> None:
    ends = [abs(end) for row in strip for end in (row.difference, row.lo, row.hi)
            if math.isfinite(end)]  # fmt: skip
    reach = round_above(max(ends, default=0.0) * 1.02)
    axes.set_xlim(-reach, reach)
    axes.set_ylim(len(strip) - 0.5, -0.5)
    quiet(axes, keep="bottom")
    axes.axvline(0, color=SOFT, linewidth=0.8, zorder=0)
    places = decimals_for(reach, reach / 2) if reach < 10 else 0
    axes.set_xticks([-reach, -reach / 2, 0, reach / 2, reach])
    axes.set_xticklabels([number(-reach, places, sign=True), "", "0", "",
                          number(reach, places, sign=True)], size=7)  # fmt: skip
    axes.set_yticks([])
    for at, row in enumerate(strip):
        style = look(manifest.study.order(row.policy))
        left = -LEFT / (RIGHT - LEFT)
        axes.text(left, at, wrapped(manifest.study.policy(row.policy).title, 30, 1),
                  transform=axes.get_yaxis_transform(), va="center")  # fmt: skip
        if math.isfinite(row.lo) and math.isfinite(row.hi):
            axes.plot([row.lo, row.hi], [at, at], color=style.colour, solid_capstyle="butt")
        if math.isfinite(row.difference):
            axes.plot(row.difference, at, marker=style.marker, color=style.colour, markersize=5,
                      markeredgecolor="white", markeredgewidth=0.5, clip_on=False)  # fmt: skip
        text = difference(row.difference, row.lo, row.hi)
        if row.verdict == "same":
            text = _("0 (exactly the same)")
        axes.text(1 + (0.99 - RIGHT) / (RIGHT - LEFT), at, text or _("no value"), ha="right",
                  va="center", transform=axes.get_yaxis_transform(),
                  weight="bold" if row.is_clear else "normal", color=INK)  # fmt: skip


def contrast_rows(rows: Sequence[Contrast]) -> pd.DataFrame:
    """What a figure of contrasts shows, as the table that lies beside it."""
    columns = ["jurisdiction", "policy", "outcome", "definition", "horizon_months", "unit",
               "baseline", "value", "difference", "lo", "hi", "replications", "note"]  # fmt: skip
    return pd.DataFrame(
        [[getattr(row, column) for column in columns] for row in rows], columns=columns
    )
