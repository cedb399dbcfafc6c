"""Cumulative incidence by policy: the curves, what differs, and who is still at risk.

Policies often differ by a few points on curves that reach fifty, so the paired
difference from the baseline has a panel of its own. The at-risk table is drawn by hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.figures.drawing import (
    RULE,
    SOFT,
    Drawing,
    finish,
    house_style,
    look,
    new_figure,
    quiet,
)  # fmt: skip
from analysis.figures.labels import month_ticks, round_above, separate, shortened
from analysis.glossary import policy_title
from analysis.language import _
from analysis.manifest import Manifest
from analysis.words import index_phrase, number

LEFT, LETTER = 0.245, 0.0083  # shares of the width: where panels begin, a letter of a label
LABEL_INCHES = 0.165  # height of a label at the end of a curve
MOST_BANDS = 4  # more bands than this cannot be told apart


def draw_incidence(
    table: pd.DataFrame, manifest: Manifest, name: str, title: str, event: str, caption: str
) -> Drawing:
    """Draw one jurisdiction's table of :func:`analysis.survival.incidence_table`."""
    study = manifest.study
    policies = sorted(table["policy"].unique(), key=study.order)
    others = [policy for policy in policies if policy != study.baseline]
    longest = max(len(_end_label(manifest, policy)) for policy in policies)
    right = 0.955 - LETTER * (longest + 6)
    rows = 0.165 * (len(policies) + 1) + 0.12
    upper = max(1.85, 0.17 * len(policies))
    lower = max(1.05, 0.17 * len(others)) if others else 0.0
    total = 0.3 + upper + (0.42 + lower if others else 0) + 0.5 + rows
    horizon = int(table["month"].max())
    with house_style():
        figure = new_figure(total)

        def panel(from_top: float, height: float) -> Axes:
            return figure.add_axes((LEFT, 1 - (from_top + height) / total, right - LEFT,
                                    height / total))  # fmt: skip

        curves = panel(0.3, upper)
        _curves(curves, table, policies, manifest, horizon)
        _above(curves, _("% of people who {event}").format(event=event))
        last = curves
        if others:
            last = panel(0.3 + upper + 0.42, lower)
            _differences(last, table, others, manifest, horizon)
            _above(last, _("difference from {baseline}, points").format(
                baseline=policy_title(manifest, study.baseline)))  # fmt: skip
            curves.tick_params(labelbottom=False)
        last.set_xlabel(_("months since {event}").format(event=index_phrase(study.index)))
        _at_risk(panel(total - rows, rows), table, policies, manifest, horizon)
        description = " ".join(
            _("{policy}: {value} % at {months} months.").format(
                policy=policy_title(manifest, policy), months=horizon,
                value=number(_at(table, policy, horizon, "incidence"), 1),
            )
            for policy in policies
        )  # fmt: skip
        return finish(figure, name, title, caption, description, table)


def _at(table: pd.DataFrame, policy: str, month: int, column: str) -> float:
    rows = (table["policy"] == policy) & (table["month"] == month)
    return float(table.loc[rows, column].iloc[0])


def _above(axes: Axes, text: str) -> None:
    axes.text(0, 1.0, text, transform=axes.transAxes, va="bottom", color=SOFT)


def _frame(axes: Axes, horizon: int) -> None:
    quiet(axes, keep="bottom left")
    axes.set_xlim(0, horizon)
    axes.set_xticks(month_ticks(horizon))
    axes.grid(axis="y")
    axes.set_axisbelow(True)


def _curves(
    axes: Axes, table: pd.DataFrame, policies: Sequence[str], manifest: Manifest, horizon: int
) -> None:
    _frame(axes, horizon)
    shown = ["incidence", "hi"] if len(policies) <= MOST_BANDS else ["incidence"]
    top = round_above(float(np.nanmax(table[shown].to_numpy(float))) * 1.02)
    axes.set_ylim(0, min(top, 100.0))
    _lines(axes, table, policies, manifest, ("incidence", "lo", "hi"), horizon)


def _differences(
    axes: Axes, table: pd.DataFrame, others: Sequence[str], manifest: Manifest, horizon: int
) -> None:
    _frame(axes, horizon)
    rows = table[table["policy"].isin(others)]
    columns = ("difference", "difference_lo", "difference_hi")
    shown = list(columns) if len(others) <= MOST_BANDS else ["difference"]
    values = rows[shown].to_numpy(float)
    values = values[np.isfinite(values)]
    low, high = (float(values.min()), float(values.max())) if values.size else (-1.0, 1.0)
    room = 0.12 * max(high - low, 1e-9, 0.2 * max(abs(low), abs(high)))
    axes.set_ylim(min(low - room, 0.0 - room), max(high + room, 0.0 + room))
    axes.axhline(0, color=SOFT, linewidth=0.8)
    _lines(axes, rows, others, manifest, columns, horizon)


def _lines(
    axes: Axes,
    table: pd.DataFrame,
    policies: Sequence[str],
    manifest: Manifest,
    columns: tuple[str, str, str],
    horizon: int,
) -> None:
    """Curves with bands, each labelled at its end with its value."""
    ends = []
    for policy in policies:
        rows = table[table["policy"] == policy].sort_values("month")
        style = look(manifest.study.order(policy))
        month = rows["month"].to_numpy()
        mean, lo, hi = (rows[column].to_numpy(float) for column in columns)
        step: Literal["post"] | None = "post" if columns[0] == "incidence" else None
        if len(policies) <= MOST_BANDS:
            axes.fill_between(month, lo, hi, color=style.colour, alpha=0.16, linewidth=0, step=step)
        axes.plot(month, mean, color=style.colour, linestyle=style.line,
                  drawstyle="steps-post" if step else "default")  # fmt: skip
        seen = mean[np.isfinite(mean)]
        ends.append(float(seen[-1]) if seen.size else 0.0)
    low, high = axes.get_ylim()
    span = high - low
    figure = axes.get_figure(root=True)
    assert figure is not None  # the panel was made by one
    gap = LABEL_INCHES / (axes.get_position().height * figure.get_figheight())
    placed = separate([(end - low) / span for end in ends], gap, gap / 2, 1 + gap / 2)
    signed = columns[0] == "difference"
    for policy, end, at in zip(policies, ends, placed, strict=True):
        style = look(manifest.study.order(policy))
        axes.plot([1.0, 1.028], [(end - low) / span, at], color=style.colour, linewidth=0.7,
                  transform=axes.transAxes, clip_on=False)  # fmt: skip
        axes.plot(1.034, at, marker=style.marker, color=style.colour, markersize=4,
                  transform=axes.transAxes, clip_on=False)  # fmt: skip
        value = number(end, 2 if signed and span < 2 else 1, sign=signed)
        axes.text(
            1.052,
            at,
            f"{value}  {_end_label(manifest, policy)}",
            transform=axes.transAxes,
            va="center",
            size=7.5,
        )


def _end_label(manifest: Manifest, policy: str) -> str:
    return shortened(policy_title(manifest, policy), 34)


def _at_risk(
    axes: Axes, table: pd.DataFrame, policies: Sequence[str], manifest: Manifest, horizon: int
) -> None:
    """Numbers still at risk, all replications together, under the months they belong to."""
    quiet(axes)
    axes.set_xlim(0, horizon)
    axes.set_ylim(len(policies) + 0.6, -0.5)
    axes.set_xticks([])
    axes.set_yticks([])
    box = axes.get_position()
    left = -box.x0 / box.width
    axes.text(left, 0, _("At risk, all replications together"), color=SOFT, va="center", size=7.5,
              transform=axes.get_yaxis_transform())  # fmt: skip
    axes.plot([left, 1.06], [0.5, 0.5], color=RULE, linewidth=0.6, clip_on=False,
              transform=axes.get_yaxis_transform())  # fmt: skip
    months = [month for month in month_ticks(horizon) if month % 12 == 0 or horizon < 24]
    for at, policy in enumerate(policies, start=1):
        axes.text(left, at, shortened(policy_title(manifest, policy), 29), va="center",
                  size=7.5, transform=axes.get_yaxis_transform())  # fmt: skip
        for month in months:
            count = _at(table, policy, month, "at_risk")
            axes.text(month, at, number(count, 0), ha="center", va="center", size=7.5)
