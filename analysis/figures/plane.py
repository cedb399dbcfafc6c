"""Cost-effectiveness plane: what each policy costs more, against what it gains."""

from __future__ import annotations

import math

import numpy as np
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
from analysis.figures.labels import round_above, separate, shortened
from analysis.figures.strips import Words
from analysis.glossary import policy_title
from analysis.language import _
from analysis.manifest import Manifest
from analysis.words import difference, number

LEFT, RIGHT, HEIGHT = 0.13, 0.7, 3.9
CLOUD = 400  # worlds drawn of each policy; the data hold all


def draw_plane(
    points: pd.DataFrame, means: pd.DataFrame, manifest: Manifest, words: Words,
    axes_titles: tuple[str, str],
) -> Drawing:  # fmt: skip
    """Draw the worlds of each policy and its mean with both intervals.

    Parameters
    ----------
    points : DataFrame
        policy, cost, gain: one row a world.
    means : DataFrame
        policy, cost, cost_lo, cost_hi, gain, gain_lo, gain_hi.
    axes_titles : (str, str)
        Of the gain (across) and the cost (up), with units.
    """
    study = manifest.study
    policies = sorted(means["policy"], key=study.order)
    rows = means.set_index("policy")
    with house_style():
        figure = new_figure(HEIGHT)
        axes = figure.add_axes((LEFT, 0.13, RIGHT - LEFT, 0.8))
        across = _reach(points["gain"], means[["gain", "gain_lo", "gain_hi"]])
        up = _reach(points["cost"], means[["cost", "cost_lo", "cost_hi"]])
        _frame(axes, across, up, axes_titles)
        for policy in policies:
            style, row = look(study.order(policy)), rows.loc[policy]
            cloud = points[points["policy"] == policy].dropna(subset=["gain", "cost"])
            cloud = cloud.iloc[:: max(len(cloud) // CLOUD, 1)]
            axes.plot(cloud["gain"], cloud["cost"], style.marker, color=style.colour, alpha=0.28,
                      markersize=3, markeredgewidth=0)  # fmt: skip
            if math.isfinite(row["cost_lo"]) and math.isfinite(row["gain_lo"]):
                axes.plot([row["gain_lo"], row["gain_hi"]], [row["cost"]] * 2, color=style.colour)
                axes.plot([row["gain"]] * 2, [row["cost_lo"], row["cost_hi"]], color=style.colour)
            axes.plot(row["gain"], row["cost"], style.marker, color=style.colour, markersize=6,
                      markeredgecolor="white", markeredgewidth=0.6)  # fmt: skip
        ends = [(float(rows.loc[one, "cost"]) + up) / (2 * up) for one in policies]
        placed = separate(ends, 0.052, 0.02, 0.98)
        for policy, end, at in zip(policies, ends, placed, strict=True):
            style = look(study.order(policy))
            start = (float(rows.loc[policy, "gain"]) + across) / (2 * across)
            axes.plot([start, 1.0, 1.03], [end, at, at], color=style.colour, linewidth=0.5,
                      alpha=0.6, transform=axes.transAxes, clip_on=False)  # fmt: skip
            axes.plot(1.035, at, style.marker, color=style.colour, markersize=4.5,
                      transform=axes.transAxes, clip_on=False)  # fmt: skip
            axes.text(1.055, at, shortened(policy_title(manifest, policy), 33),
                      transform=axes.transAxes, va="center", size=7.5)  # fmt: skip
        description = " ".join(
            _("{policy}: gain {gain}, extra cost {cost}.").format(
                policy=policy_title(manifest, one),
                gain=_statement(rows.loc[one], "gain"),
                cost=_statement(rows.loc[one], "cost"),
            )
            for one in policies
        )
        words = Words(words.name, words.title, words.caption, description)
        return finish(figure, words.name, words.title, words.caption, words.description, points)


def _statement(row: pd.Series, name: str) -> str:
    return difference(float(row[name]), float(row[f"{name}_lo"]), float(row[f"{name}_hi"]))


def _reach(cloud: pd.Series, ends: pd.DataFrame) -> float:
    values = np.abs(np.concatenate([cloud.to_numpy(float), ends.to_numpy(float).ravel()]))
    values = values[np.isfinite(values)]
    return round_above(1.05 * float(values.max())) if values.size else 1.0


def _frame(axes: Axes, across: float, up: float, titles: tuple[str, str]) -> None:
    quiet(axes, keep="bottom left")
    axes.set_xlim(-across, across)
    axes.set_ylim(-up, up)
    axes.axhline(0, color=SOFT, linewidth=0.8)
    axes.axvline(0, color=SOFT, linewidth=0.8)
    axes.grid(color=RULE)
    axes.set_axisbelow(True)
    for reach, axis in ((across, axes.xaxis), (up, axes.yaxis)):
        ticks = [-reach, -reach / 2, 0, reach / 2, reach]
        places = 0 if reach >= 10 else max(1, -math.floor(math.log10(reach)) + 1)
        axis.set_ticks(ticks, [number(one, places, sign=True) if one else "0" for one in ticks],
                       size=7)  # fmt: skip
    axes.set_xlabel(titles[0])
    axes.set_ylabel(titles[1])
    corners = (
        (0.985, 0.985, _("costs more, gains")), (0.015, 0.985, _("costs more, loses")),
        (0.985, 0.015, _("saves money, gains")), (0.015, 0.015, _("saves money, loses")),
    )  # fmt: skip
    for x, y, text in corners:
        axes.text(x, y, text, transform=axes.transAxes, color=SOFT, size=7.2, style="italic",
                  ha="right" if x > 0.5 else "left", va="top" if y > 0.5 else "bottom")  # fmt: skip


def draw_acceptability(
    table: pd.DataFrame, manifest: Manifest, words: Words, axis_title: str
) -> Drawing:
    """Draw how probable it is that each policy is the best, against what a gain is worth.

    Parameters
    ----------
    table : DataFrame
        threshold, policy, probability_best, on_frontier: of one place.
    axis_title : str
        What the threshold is, with its unit.
    """
    study = manifest.study
    policies = sorted(table["policy"].unique(), key=study.order)
    with house_style():
        figure = new_figure(3.1)
        axes = figure.add_axes((0.075, 0.15, RIGHT - 0.075, 0.76))
        quiet(axes, keep="bottom left")
        axes.grid(axis="y")
        axes.set_axisbelow(True)
        last = float(table["threshold"].max())
        axes.set_xlim(0, last)
        axes.set_ylim(0, 1)
        axes.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0", "25", "50", "75", "100"])
        ticks = [last * part / 4 for part in range(5)]
        axes.set_xticks(ticks, [number(one, 0 if last >= 8 else 2) for one in ticks])
        axes.set_xlabel(axis_title)
        axes.text(0, 1.02, _("probability of being the best, %"), transform=axes.transAxes,
                  va="bottom", color=SOFT)  # fmt: skip
        ends = []
        for policy in policies:
            rows = table[table["policy"] == policy].sort_values("threshold")
            style = look(study.order(policy))
            x, y = rows["threshold"].to_numpy(float), rows["probability_best"].to_numpy(float)
            axes.plot(x, y, color=style.colour, linestyle=style.line, linewidth=1.4)
            best = np.where(rows["on_frontier"].to_numpy(bool), y, np.nan)
            axes.plot(x, best, color=style.colour, linewidth=4.2, alpha=0.35,
                      solid_capstyle="round")  # fmt: skip
            ends.append(float(y[-1]) if np.isfinite(y[-1]) else 0.0)
        placed = separate(ends, 0.068, 0.0, 1.0)
        for policy, end, at in zip(policies, ends, placed, strict=True):
            style = look(study.order(policy))
            axes.plot([1.0, 1.028], [end, at], color=style.colour, linewidth=0.7,
                      transform=axes.transAxes, clip_on=False)  # fmt: skip
            axes.plot(1.034, at, marker=style.marker, color=style.colour, markersize=4,
                      transform=axes.transAxes, clip_on=False)  # fmt: skip
            label = f"{number(100 * end, 0)}  {shortened(policy_title(manifest, policy), 30)}"
            axes.text(1.052, at, label, transform=axes.transAxes, va="center", size=7.5,
                      color=INK)  # fmt: skip
        description = " ".join(
            _("{policy}: {value} % at a worth of {worth}.").format(
                policy=policy_title(manifest, one), value=number(100 * end, 0),
                worth=number(last, 0),
            )
            for one, end in zip(policies, ends, strict=True)
        )  # fmt: skip
        return finish(figure, words.name, words.title, words.caption, description, table)
