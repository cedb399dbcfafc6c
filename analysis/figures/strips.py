"""Estimates with their intervals, in strips: what a forest plot and its relatives share.

A strip has a title and one row per estimate. Differences are drawn on a linear scale,
symmetrical about 0, ratios on a logarithmic one, symmetrical about 1, so the line of «no
difference» runs through the whole figure. Strips of one unit share a scale, others have
their own; the numbers stand at the right.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.figures.drawing import (
    INK,
    RULE,
    SOFT,
    Drawing,
    Look,
    finish,
    house_style,
    new_figure,
    quiet,
)  # fmt: skip
from analysis.figures.labels import ratio_reach, round_above, shortened
from analysis.language import _
from analysis.words import decimals_for, number, plain

ROW, HEAD, FOOT, TOP = 0.20, 0.36, 0.30, 0.25  # inches: a row, a strip's title, its axis, the key
LEFT, RIGHT = 0.30, 0.715  # share of the width where the plotting area begins and ends
MOST_INCHES = 9.4  # with title and caption, a page when printed
LABEL_WIDTH = 38  # letters that fit at the left


@dataclass(frozen=True)
class Mark:
    """One estimate: its label, look, value, interval, and the text at the right."""

    label: str
    look: Look
    value: float
    lo: float
    hi: float
    text: str
    is_clear: bool = False


@dataclass(frozen=True)
class Strip:
    """Estimates under one title; ``note`` stands at the right of it."""

    title: str
    note: str
    marks: tuple[Mark, ...]
    scale: str = ""  # strips that name the same scale share it


@dataclass(frozen=True)
class Words:
    """What is said with a figure; see :class:`analysis.figures.drawing.Drawing`."""

    name: str
    title: str
    caption: str
    description: str


def drawn(
    strips: Sequence[Strip],
    words: Words,
    table: pd.DataFrame,
    heading: str,
    *,
    is_ratio: bool = False,
    sides: tuple[str, str] | None = None,
) -> list[Drawing]:
    """Draw the strips on as many sheets as they need; each with the data of all."""
    pages = sheets(strips)
    drawings = []
    for at, page in enumerate(pages, start=1):
        figure = draw_strips(page, heading, is_ratio=is_ratio, sides=sides, whole=strips)
        title, name = words.title, words.name
        if len(pages) > 1:
            title = _("{title} ({n} of {all})").format(title=title, n=at, all=len(pages))
            name = f"{name}-{at}"
        drawings.append(finish(figure, name, title, words.caption, words.description, table))
    return drawings


def sheets(strips: Sequence[Strip]) -> list[list[Strip]]:
    """Divide the strips into figures that fit a printed page."""
    pages: list[list[Strip]] = [[]]
    height = TOP
    for strip in strips:
        more = HEAD + ROW * len(strip.marks) + FOOT
        if pages[-1] and height + more > MOST_INCHES:
            pages.append([])
            height = TOP
        pages[-1].append(strip)
        height += more
    return pages


def draw_strips(
    strips: Sequence[Strip],
    heading: str,
    *,
    is_ratio: bool = False,
    sides: tuple[str, str] | None = None,
    whole: Sequence[Strip] = (),
) -> Figure:
    """Draw the strips.

    Parameters
    ----------
    heading : str
        What stands above the numbers at the right.
    sides : (str, str), optional
        Names of the two directions; "lower" and "higher" if not given.
    whole : sequence of Strip, optional
        All strips, where these are one sheet of several: a shared scale is that of all.
    """
    with house_style():
        # A shared scale needs its axis once, under its last strip.
        last = {strip.scale or str(at): at for at, strip in enumerate(strips)}
        feet = [FOOT if last[strip.scale or str(at)] == at else 0.06
                for at, strip in enumerate(strips)]  # fmt: skip
        heights = [HEAD + ROW * len(strip.marks) + foot
                   for strip, foot in zip(strips, feet, strict=True)]  # fmt: skip
        total = sum(heights) + TOP
        figure = new_figure(total)
        less, more = sides or (_("lower"), _("higher"))
        centre, y = (LEFT + RIGHT) / 2, 1 - 0.12 / total
        figure.text(centre - 0.012, y, f"← {less}", ha="right", va="center", color=SOFT)
        figure.text(centre + 0.012, y, f"{more} →", va="center", color=SOFT)
        figure.text(0.99, y, heading, ha="right", va="center", color=SOFT)
        top = total - TOP + 0.03
        for strip, height, foot in zip(strips, heights, feet, strict=True):
            bottom = top - height
            rows = ROW * len(strip.marks)
            axes = figure.add_axes((
                LEFT, (bottom + foot) / total, RIGHT - LEFT, rows / total,
            ))  # fmt: skip
            alike = [one for one in whole or strips if strip.scale and one.scale == strip.scale]
            _scale(axes, [mark for one in alike or [strip] for mark in one.marks], is_ratio)
            if foot != FOOT:
                axes.tick_params(bottom=False, labelbottom=False)
                quiet(axes)
            _rows(axes, strip.marks)
            _heading(axes, strip, HEAD / rows)
            top = bottom
    return figure


def _heading(axes: Axes, strip: Strip, head: float) -> None:
    width = 1 / (RIGHT - LEFT)
    left = -LEFT * width
    axes.text(left, 1 + head * 0.52, strip.title, weight="bold", transform=axes.transAxes,
              va="center")  # fmt: skip
    axes.text(left + width * 0.99, 1 + head * 0.52, strip.note, transform=axes.transAxes,
              ha="right", va="center", color=SOFT, size=7.2)  # fmt: skip
    axes.plot([left, left + width], [1 + head * 0.92] * 2, color=RULE, linewidth=0.6,
              transform=axes.transAxes, clip_on=False)  # fmt: skip


def _scale(axes: Axes, marks: Sequence[Mark], is_ratio: bool) -> None:
    """Set limits and ticks symmetrical about «no difference», and draw its line."""
    quiet(axes, keep="bottom")
    axes.set_yticks([])
    ends = [end for mark in marks for end in (mark.value, mark.lo, mark.hi) if math.isfinite(end)]
    if is_ratio:
        reach = ratio_reach(ends)
        axes.set_xscale("log")
        axes.set_xlim(1 / reach, reach)
        axes.set_xticks([1 / reach, 1, reach], [plain(round(1 / reach, 3)), "1", plain(reach)],
                        size=7)  # fmt: skip
        axes.set_xticks([], minor=True)
        axes.axvline(1, color=SOFT, linewidth=0.8, zorder=0)
        return
    reach = round_above(max((abs(end) for end in ends), default=0.0) * 1.02)
    axes.set_xlim(-reach, reach)
    places = decimals_for(reach, reach / 2) if reach < 10 else 0
    axes.set_xticks([-reach, -reach / 2, 0, reach / 2, reach])
    axes.set_xticklabels([number(-reach, places, sign=True), "", "0", "",
                          number(reach, places, sign=True)], size=7)  # fmt: skip
    axes.axvline(0, color=SOFT, linewidth=0.8, zorder=0)


def _rows(axes: Axes, marks: Sequence[Mark]) -> None:
    axes.set_ylim(len(marks) - 0.5, -0.5)
    across = axes.get_yaxis_transform()
    low, high = axes.get_xlim()
    for at, mark in enumerate(marks):
        axes.text(-LEFT / (RIGHT - LEFT), at, shortened(mark.label, LABEL_WIDTH), transform=across,
                  va="center")  # fmt: skip
        if math.isfinite(mark.lo) and math.isfinite(mark.hi):
            ends = [max(mark.lo, low), min(mark.hi, high)]
            axes.plot(ends, [at, at], color=mark.look.colour, solid_capstyle="butt")
        if math.isfinite(mark.value):
            axes.plot(min(max(mark.value, low), high), at, marker=mark.look.marker,
                      color=mark.look.colour, markersize=5, markeredgecolor="white",
                      markeredgewidth=0.5, clip_on=False)  # fmt: skip
        axes.text(1 + (0.99 - RIGHT) / (RIGHT - LEFT), at, mark.text or _("no value"), ha="right",
                  va="center", transform=across, weight="bold" if mark.is_clear else "normal",
                  color=INK)  # fmt: skip
