"""Prison population by month under each policy, against the places there are."""

from __future__ import annotations

from collections.abc import Sequence

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
from analysis.figures.labels import separate, wrapped, year_ticks
from analysis.language import _
from analysis.manifest import Manifest
from analysis.words import number

METRICS = ("prison_stock", "prison_places", "people")
BAND = (5.0, 95.0)  # percentiles of the replications
LEFT, RIGHT = 0.07, 0.735


def prison_table(series: pd.DataFrame) -> pd.DataFrame:
    """Mean and band of the replications, per 1,000 people, by month.

    Parameters
    ----------
    series : DataFrame
        Keys, month and :data:`METRICS`.

    Returns
    -------
    DataFrame
        jurisdiction, policy, month, prison_population, lo, hi, places (all per 1,000
        people alive that month), replications.
    """
    people = series["people"].to_numpy(float)
    if not (people > 0).all():
        raise AnalysisError("a month without people", why="the series have people = 0")
    frame = series[["jurisdiction", "policy", "replication", "month"]].copy()
    frame["prison_population"] = 1000 * series["prison_stock"].to_numpy(float) / people
    frame["places"] = 1000 * series["prison_places"].to_numpy(float) / people
    keys = ["jurisdiction", "policy", "month"]
    frame = frame.groupby([*keys, "replication"], observed=True).mean().reset_index()
    grouped = frame.groupby(keys, observed=True)
    table = grouped.agg(
        prison_population=("prison_population", "mean"),
        places=("places", "mean"),
        replications=("replication", "nunique"),
    )
    table["lo"] = grouped["prison_population"].quantile(BAND[0] / 100)
    table["hi"] = grouped["prison_population"].quantile(BAND[1] / 100)
    table = table.reset_index()
    table[["jurisdiction", "policy"]] = table[["jurisdiction", "policy"]].astype(str)
    return table[[*keys, "prison_population", "lo", "hi", "places", "replications"]]


def draw_prison(
    table: pd.DataFrame, manifest: Manifest, name: str, title: str, caption: str
) -> Drawing:
    """Draw one jurisdiction's table of :func:`prison_table`."""
    study = manifest.study
    policies = sorted(table["policy"].unique(), key=study.order)
    total = 3.3
    with house_style():
        figure = new_figure(total)
        axes = figure.add_axes((LEFT, 0.13, RIGHT - LEFT, 0.78))
        quiet(axes, keep="bottom left")
        axes.grid(axis="y")
        axes.set_axisbelow(True)
        first, last = int(table["month"].min()), int(table["month"].max())
        years = ((first - study.start) / 12, (last - study.start) / 12)
        axes.set_xlim(*years)
        axes.set_xticks(year_ticks(*years))
        axes.set_xlabel(_("years since the policies start"))
        axes.text(0, 1.02, _("people in prison per 1,000 people"), transform=axes.transAxes,
                  va="bottom", color=SOFT)  # fmt: skip
        shown = table[["prison_population", "lo", "hi", "places"]].to_numpy(float)
        bottom, top = float(np.nanmin(shown)), float(np.nanmax(shown))
        room = 0.08 * max(top - bottom, 0.05 * abs(top), 1e-9)
        axes.set_ylim(max(bottom - room, 0.0), top + room)
        if years[0] < 0:
            axes.axvline(0, color=INK, linewidth=0.8, linestyle=(0, (2, 2)))
            axes.annotate(_("policies start"), (0, 0), xycoords=axes.get_xaxis_transform(),
                          xytext=(4, 4), textcoords="offset points", size=7,
                          color=SOFT)  # fmt: skip
        _lines(axes, table, policies, manifest)
        description = " ".join(
            _("{policy}: {value} per 1,000 people in the last month.").format(
                policy=study.policy(policy).title,
                value=number(_last(table, policy, "prison_population"), 2),
            )
            for policy in policies
        )
        return finish(figure, name, title, caption, description, table)


def _last(table: pd.DataFrame, policy: str, column: str) -> float:
    rows = table[table["policy"] == policy].sort_values("month")
    return float(rows[column].iloc[-1])


def _lines(axes: Axes, table: pd.DataFrame, policies: Sequence[str], manifest: Manifest) -> None:
    study = manifest.study
    for policy in policies:
        rows = table[table["policy"] == policy].sort_values("month")
        style = look(study.order(policy))
        years = (rows["month"].to_numpy(float) - study.start) / 12
        axes.fill_between(years, rows["lo"].to_numpy(float), rows["hi"].to_numpy(float),
                          color=style.colour, alpha=0.10, linewidth=0)  # fmt: skip
        axes.plot(years, rows["prison_population"].to_numpy(float), color=style.colour,
                  linestyle=style.line, linewidth=1.3)  # fmt: skip
    # Places rarely differ by policy: one line where they do not.
    lines: list[tuple[str, str, str, float]] = []
    for policy in policies:
        style = look(study.order(policy))
        title = wrapped(study.policy(policy).title, 24, 1)
        lines.append((title, style.colour, style.marker, _last(table, policy, "prison_population")))
    spread = table.groupby("month")["places"].agg(lambda values: values.max() - values.min())
    alike = float(spread.max()) <= 0.02 * float(table["places"].max())
    for policy in policies[:1] if alike else policies:
        rows = table[table["policy"] == policy].sort_values("month")
        years = (rows["month"].to_numpy(float) - study.start) / 12
        colour = SOFT if alike else look(study.order(policy)).colour
        axes.plot(years, rows["places"].to_numpy(float), color=colour, linewidth=1.0,
                  linestyle=(0, (1, 1.5)))  # fmt: skip
        label = _("prison places") if alike else _("places, {policy}").format(
            policy=wrapped(study.policy(policy).title, 16, 1))  # fmt: skip
        lines.append((label, colour, "", _last(table, policy, "places")))
    low, high = axes.get_ylim()
    ends = [(end - low) / (high - low) for *_rest, end in lines]
    placed = separate(ends, 0.062, 0.02, 1.0)
    for (title, colour, marker, value), end, at in zip(lines, ends, placed, strict=True):
        axes.plot([1.0, 1.024], [end, at], color=colour, linewidth=0.7,
                  transform=axes.transAxes, clip_on=False)  # fmt: skip
        axes.plot(1.03, at, marker=marker or "_", color=colour, markersize=4,
                  transform=axes.transAxes, clip_on=False)  # fmt: skip
        axes.text(1.046, at, f"{number(value, 2)}  {title}", transform=axes.transAxes,
                  va="center", size=7.5)  # fmt: skip
