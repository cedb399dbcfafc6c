"""Prison population under each policy against the places there are: a fan for each policy.

Small multiples on one scale: fans of several policies on top of each other cannot be told
apart. The baseline's mean runs through every panel, so each can be read on its own.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.errors import AnalysisError
from analysis.figures.drawing import (
    INK,
    SOFT,
    Drawing,
    finish,
    house_style,
    look,
    new_figure,
    quiet,
)  # fmt: skip
from analysis.figures.labels import wrapped, year_ticks
from analysis.glossary import policy_title
from analysis.language import _
from analysis.manifest import Manifest
from analysis.words import number

METRICS = ("prison_stock", "prison_places", "people")
FAN = (5.0, 25.0, 75.0, 95.0)  # percentiles of the runs
LEFT, RIGHT, BETWEEN = 0.06, 0.995, 0.03  # shares of the width
PANEL, ABOVE, BELOW = 1.35, 0.27, 0.24  # inches: a panel, its title, its axis


def prison_table(series: pd.DataFrame) -> pd.DataFrame:
    """Mean and percentiles over all runs (replications, and draws if any), per 1,000 people.

    Parameters
    ----------
    series : DataFrame
        Keys, month and :data:`METRICS`.

    Returns
    -------
    DataFrame
        jurisdiction, policy, month, prison_population, p5, p25, p75, p95, places (all per
        1,000 people alive that month), runs.
    """
    people = series["people"].to_numpy(float)
    if not (people > 0).all():
        raise AnalysisError("a month without people", why="the series have people = 0")
    frame = series[["jurisdiction", "policy", "month"]].copy()
    frame["prison_population"] = 1000 * series["prison_stock"].to_numpy(float) / people
    frame["places"] = 1000 * series["prison_places"].to_numpy(float) / people
    keys = ["jurisdiction", "policy", "month"]
    grouped = frame.groupby(keys, observed=True)
    table = grouped.agg(
        prison_population=("prison_population", "mean"),
        places=("places", "mean"),
        runs=("places", "size"),
    )
    for percent in FAN:
        table[f"p{percent:g}"] = grouped["prison_population"].quantile(percent / 100)
    table = table.reset_index()
    table[["jurisdiction", "policy"]] = table[["jurisdiction", "policy"]].astype(str)
    bands = [f"p{percent:g}" for percent in FAN]
    return table[[*keys, "prison_population", *bands, "places", "runs"]]


def draw_prison(
    table: pd.DataFrame, manifest: Manifest, name: str, title: str, caption: str
) -> Drawing:
    """Draw one jurisdiction's table of :func:`prison_table`."""
    study = manifest.study
    policies = sorted(table["policy"].unique(), key=study.order)
    across = min(2 if len(policies) <= 4 else 3, len(policies))
    down = math.ceil(len(policies) / across)
    headings = {
        policy: wrapped(policy_title(manifest, policy), 52 if across == 2 else 36, 2)
        for policy in policies
    }
    above = ABOVE + 0.13 * max(heading.count("\n") for heading in headings.values())
    key, foot = 0.32, 0.2
    total = key + down * (above + PANEL + BELOW) + foot
    width = (RIGHT - LEFT - BETWEEN * (across - 1)) / across
    with house_style():
        figure = new_figure(total)
        _key(figure.add_axes((LEFT, 1 - 0.2 / total, RIGHT - LEFT, 0.2 / total)), manifest)
        figure.text((LEFT + RIGHT) / 2, 0.09 / total, _("years since the policies start"),
                    ha="center", va="center")  # fmt: skip
        limits = _limits(table)
        for at, policy in enumerate(policies):
            row, column = divmod(at, across)
            top = key + row * (above + PANEL + BELOW) + above
            axes = figure.add_axes((
                LEFT + column * (width + BETWEEN), 1 - (top + PANEL) / total, width, PANEL / total,
            ))  # fmt: skip
            _panel(axes, table, policy, manifest, limits)
            axes.annotate(headings[policy], (0, 1), xycoords="axes fraction", xytext=(0, 5),
                          textcoords="offset points", weight="bold", va="bottom")  # fmt: skip
            if column:
                axes.tick_params(labelleft=False)
        description = " ".join(
            _("{policy}: {value} per 1,000 people in the last month, {places} places.").format(
                policy=policy_title(manifest, policy),
                value=number(_last(table, policy, "prison_population"), 2),
                places=number(_last(table, policy, "places"), 2),
            )
            for policy in policies
        )
        return finish(figure, name, title, caption, description, table)


def _limits(table: pd.DataFrame) -> tuple[float, float]:
    shown = table[["prison_population", "p5", "p95", "places"]].to_numpy(float)
    bottom, top = float(np.nanmin(shown)), float(np.nanmax(shown))
    room = 0.08 * max(top - bottom, 0.05 * abs(top), 1e-9)
    return max(bottom - room, 0.0), top + room


def _rows(table: pd.DataFrame, policy: str) -> pd.DataFrame:
    return table[table["policy"] == policy].sort_values("month")


def _last(table: pd.DataFrame, policy: str, column: str) -> float:
    return float(_rows(table, policy)[column].iloc[-1])


def _panel(
    axes: Axes, table: pd.DataFrame, policy: str, manifest: Manifest, limits: tuple[float, float]
) -> None:
    study = manifest.study
    quiet(axes, keep="bottom left")
    axes.grid(axis="y")
    axes.set_axisbelow(True)
    axes.set_ylim(*limits)
    rows = _rows(table, policy)
    years = (rows["month"].to_numpy(float) - study.start) / 12
    axes.set_xlim(years[0], years[-1])
    axes.set_xticks(year_ticks(years[0], years[-1], 8))
    if years[0] < 0:
        axes.axvline(0, color=SOFT, linewidth=0.8, linestyle=(0, (2, 2)))
    style = look(study.order(policy))
    for low, high, alpha in (("p5", "p95", 0.15), ("p25", "p75", 0.25)):
        axes.fill_between(years, rows[low].to_numpy(float), rows[high].to_numpy(float),
                          color=style.colour, alpha=alpha, linewidth=0)  # fmt: skip
    if policy != study.baseline and study.baseline in set(table["policy"]):
        base = _rows(table, study.baseline)
        axes.plot((base["month"].to_numpy(float) - study.start) / 12,
                  base["prison_population"].to_numpy(float), color=INK, linewidth=0.9,
                  linestyle=(0, (4, 2)))  # fmt: skip
    axes.plot(years, rows["prison_population"].to_numpy(float), color=style.colour, linewidth=1.5)
    axes.plot(years, rows["places"].to_numpy(float), color=INK, linewidth=1.0,
              linestyle=(0, (1, 1.5)))  # fmt: skip


def _key(axes: Axes, manifest: Manifest) -> None:
    """Say once what the lines are; they are the same in every panel."""
    quiet(axes)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    baseline = policy_title(manifest, manifest.study.baseline)
    lines: tuple[tuple[str, str | tuple[int, tuple[float, ...]]], ...] = (
        (_("people in prison per 1,000 people"), "-"),
        (_("the same under {baseline}").format(baseline=baseline), (0, (4, 2))),
        (_("prison places"), (0, (1, 1.5))),
    )
    at = 0.0
    for text, style in lines:
        axes.plot([at, at + 0.035], [0.5, 0.5], color=INK, linewidth=1.2, linestyle=style)
        axes.text(at + 0.045, 0.5, text, va="center", color=SOFT)
        at += 0.075 + 0.0088 * len(text)
