"""Bars of one length scale: how much of a variance is evidence, what knowing is worth, a tornado.

Two parts of a bar differ in hatching as well as colour, so no meaning hangs on colour.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes

from analysis.figures.drawing import (
    COLOURS,
    INK,
    RULE,
    SOFT,
    Drawing,
    finish,
    house_style,
    new_figure,
    quiet,
)  # fmt: skip
from analysis.figures.labels import round_above, shortened
from analysis.figures.strips import Words
from analysis.words import decimals_for, number

ROW, HEAD, TOP, FOOT = 0.2, 0.26, 0.32, 0.42  # inches
LEFT, RIGHT = 0.36, 0.80
FIRST, SECOND = COLOURS[0], COLOURS[4]


@dataclass(frozen=True)
class Bar:
    """One row: label, ends of the two parts, and the text at the right.

    The first part runs from ``start`` to ``first``, the second from there, or from
    ``start`` the other way, to ``second``.
    """

    label: str
    start: float
    first: float
    second: float
    text: str
    group: str = ""


@dataclass(frozen=True)
class Scale:
    """Axis of the bars: its title, its ends, and whether its numbers carry a sign."""

    title: str
    low: float
    high: float
    is_signed: bool = False


def draw_bars(
    bars: Sequence[Bar], scale: Scale, parts: tuple[str, str], words: Words, table: pd.DataFrame
) -> Drawing:
    """Draw the bars from top to bottom, with a heading where the group changes.

    Parameters
    ----------
    parts : (str, str)
        Names of the two parts for the key; an empty second name if there is one part only.
    """
    groups = [bar.group for at, bar in enumerate(bars)
              if bar.group and (at == 0 or bars[at - 1].group != bar.group)]  # fmt: skip
    body = ROW * len(bars) + HEAD * len(groups)
    total = TOP + body + FOOT
    with house_style():
        figure = new_figure(total)
        axes = figure.add_axes((LEFT, FOOT / total, RIGHT - LEFT, body / total))
        quiet(axes, keep="bottom")
        axes.set_xlim(scale.low, scale.high)
        axes.set_ylim(body, 0)
        axes.set_yticks([])
        _ticks(axes, scale)
        _key(figure.add_axes((LEFT, 1 - 0.26 / total, RIGHT - LEFT, 0.22 / total)), parts)
        across = axes.get_yaxis_transform()
        left = -LEFT / (RIGHT - LEFT)
        y, group = 0.0, ""
        for bar in bars:
            if bar.group and bar.group != group:
                group = bar.group
                axes.text(left, y + HEAD * 0.6, shortened(group, 90), weight="bold", va="center",
                          transform=across)  # fmt: skip
                axes.plot([left, 1 + (0.99 - RIGHT) / (RIGHT - LEFT)], [y + 0.02] * 2, color=RULE,
                          linewidth=0.6, clip_on=False, transform=across)  # fmt: skip
                y += HEAD
            _draw_bar(axes, bar, y)
            axes.text(left, y + ROW / 2, shortened(bar.label, 46), va="center", transform=across)
            axes.text(1 + (0.99 - RIGHT) / (RIGHT - LEFT), y + ROW / 2, bar.text, ha="right",
                      va="center", transform=across, color=INK)  # fmt: skip
            y += ROW
        if scale.low < 0 < scale.high or scale.is_signed:
            axes.axvline(bars[0].start, color=SOFT, linewidth=0.8)
        return finish(figure, words.name, words.title, words.caption, words.description, table)


def _draw_bar(axes: Axes, bar: Bar, y: float) -> None:
    both_ways = (bar.first - bar.start) * (bar.second - bar.start) < 0
    pieces = [(bar.start, bar.first, FIRST, "")]
    pieces.append((bar.start if both_ways else bar.first, bar.second, SECOND, "////"))
    for begin, end, colour, hatch in pieces:
        if math.isfinite(end - begin) and begin != end:
            axes.barh(y + ROW / 2, end - begin, height=ROW * 0.62, left=begin, color=colour,
                      hatch=hatch, edgecolor="white", linewidth=0.5)  # fmt: skip


def _ticks(axes: Axes, scale: Scale) -> None:
    middle = 0.0 if scale.low < 0 < scale.high else (scale.low + scale.high) / 2
    ticks = [scale.low, middle, scale.high]
    places = decimals_for(scale.high, (scale.high - scale.low) / 4)
    axes.set_xticks(ticks, [number(one, places, sign=scale.is_signed) for one in ticks], size=7)
    axes.set_xlabel(scale.title, color=SOFT, size=7.2)


def _key(axes: Axes, parts: tuple[str, str]) -> None:
    quiet(axes)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    if not parts[1]:
        return
    at = 0.0
    for name, colour, hatch in ((parts[0], FIRST, ""), (parts[1], SECOND, "////")):
        axes.barh(0.5, 0.045, height=0.5, left=at, color=colour, hatch=hatch, edgecolor="white",
                  linewidth=0.5)  # fmt: skip
        axes.text(at + 0.06, 0.5, name, va="center", color=SOFT)
        at += 0.12 + 0.0205 * len(name)


def reach_of(values: Sequence[float]) -> float:
    """Limit of a scale about 0 that shows these values."""
    seen = [abs(one) for one in values if math.isfinite(one)]
    return round_above(1.02 * max(seen, default=1.0))
