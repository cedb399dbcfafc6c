"""A one-at-a-time design read back from the store: what each input changes at its ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from analysis.leaders import Contrast
from analysis.store import Store
from analysis.tornado import CENTRAL, HIGH, LOW, tornado_table

MOST_INPUTS = 12


@dataclass(frozen=True)
class Sensitivity:
    """The tornado of one contrast: :func:`analysis.tornado.tornado_table`."""

    row: Contrast
    table: pd.DataFrame


def sensitivity(store: Store, place: str, headlines: Sequence[Contrast]) -> list[Sensitivity]:
    """Tornados of the first headline of each policy; none if nothing was varied one at a time."""
    points = store.points
    if points is None:
        return []
    design = _one_at_a_time(points)
    if design is None:
        return []
    found = []
    for policy in dict.fromkeys(row.policy for row in headlines):
        row = next(one for one in headlines if one.policy == policy)
        results = _differences(store, place, row)
        results = results[results["run"].isin(design["run"])]
        if results.empty:
            continue
        used = design[design["run"].isin(results["run"])].copy()
        table = tornado_table(used, results, store.manifest.study.confidence).head(MOST_INPUTS)
        if len(table):
            found.append(Sensitivity(row, table))
    return found


def _one_at_a_time(points: pd.DataFrame) -> pd.DataFrame | None:
    """Central run, then each input at both ends; None if points set several inputs at once."""
    rows = points[points["row"] >= 0]
    if rows.empty or rows.groupby("point").size().max() > 1:
        return None
    names = sorted(rows["name"].unique())
    lines = [{"run": 0, "varied": "", "end": CENTRAL, **dict.fromkeys(names, float("nan"))}]
    for name in names:
        own = rows[rows["name"] == name].sort_values("value")
        for end, at in ((LOW, 0), (HIGH, -1)):
            one = own.iloc[at]
            lines.append(
                {
                    "run": int(one["point"]),
                    "varied": name,
                    "end": end,
                    **dict.fromkeys(names, float("nan")),
                    name: float(one["value"]),
                }
            )
    return pd.DataFrame(lines)


def _differences(store: Store, place: str, row: Contrast) -> pd.DataFrame:
    """Paired difference of the contrast at each design point and replication."""
    outcomes = store.everything
    chosen = outcomes[
        (outcomes["jurisdiction"] == place) & (outcomes["outcome"] == row.outcome)
        & (outcomes["definition"] == row.definition) & outcomes["group"].isin(["all", ""])
        & (outcomes["horizon_months"] == row.horizon_months)
    ]  # fmt: skip
    arms = store.arms
    keys = ["point", "replication"]

    def arm(policy: str) -> pd.DataFrame:
        own = chosen[chosen["policy"] == policy][[*keys, "value"]]
        where = arms[arms["policy"] == policy][["point", "stored"]]
        own = where.merge(own, left_on="stored", right_on="point", suffixes=("", "_stored"))
        return own.groupby(keys)["value"].mean().reset_index()

    both = arm(row.policy).merge(
        arm(store.manifest.study.baseline), on=keys, suffixes=("", "_baseline")
    )
    both["value"] = both["value"] - both["value_baseline"]
    return both.rename(columns={"point": "run"})[["run", "replication", "value"]]
