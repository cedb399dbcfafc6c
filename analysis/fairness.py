"""Gaps between groups in what happens to people, and how a policy changes them.

By sex, age band, nationality, community and the label that a user may define. A gap is the
value in a group less that in its reference group, in the same replication; a policy's
effect on it is the difference of the two gaps under common draws. A gap is a fact about
outcomes, not yet a finding of unequal treatment: groups differ in what they are tried for.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from analysis.errors import AnalysisError
from analysis.groups import ALL, dimension_of, memberships, reference_of
from analysis.intervals import check_confidence
from analysis.language import _
from analysis.replications import over_replications, ratio_of_means
from analysis.tables import OUTCOME, WORLD, as_names, as_text, require, require_policy

GAP_COLUMNS = (
    "jurisdiction", "policy", "outcome", "definition", "horizon_months", "dimension", "group",
    "reference", "unit", "value", "reference_value", "gap", "gap_lo", "gap_hi", "ratio",
    "ratio_lo", "ratio_hi", "confidence", "replications", "n", "note",
)  # fmt: skip
CHANGE_COLUMNS = (
    "jurisdiction", "policy", "outcome", "definition", "horizon_months", "dimension", "group",
    "reference", "unit", "gap_baseline", "gap", "change", "lo", "hi", "confidence",
    "replications", "note",
)  # fmt: skip
_ROW = ["jurisdiction", "policy", "outcome", "definition", "horizon_months", "group"]


def outcomes_by_group(
    cohort: pd.DataFrame, outcomes: Mapping[tuple[str, str], str], horizon: int
) -> pd.DataFrame:
    """Outcomes of a cohort, for everyone and for each group, one row a world.

    Parameters
    ----------
    cohort : DataFrame
        Index events that can all be followed to the horizon
        (:func:`analysis.survival.cohort_window`).
    outcomes : mapping
        (outcome, definition) -> cohort column. A column of months to an event ("to_…")
        gives the percentage with the event within the horizon; one of 0 and 1 the
        percentage with 1; any other its mean.
    horizon : int
        Months of follow-up.

    Returns
    -------
    DataFrame
        As the stored outcomes: keys, outcome, definition, horizon_months, group, value, n,
        unit. A group in which a world has nobody has n = 0 and no value.
    """
    require(cohort, (*WORLD, *outcomes.values()), "the cohort")
    rows = as_names(cohort, ("jurisdiction", "policy"))
    keys = list(WORLD)
    scores = rows[keys].copy()
    units: dict[tuple[str, str], str] = {}
    for key, column in outcomes.items():
        name = _column(key)
        if column.startswith("to_"):
            scores[name], units[key] = 100.0 * rows[column].between(1, horizon), "%"
        elif set(pd.unique(rows[column])) <= {0, 1}:
            scores[name], units[key] = 100.0 * rows[column].astype(float), "%"
        else:
            scores[name], units[key] = rows[column].astype(float), ""
    worlds = scores.groupby(keys, observed=True, sort=True).size().index
    parts = [_means(scores.assign(group=ALL), [ALL], worlds, outcomes, units)]
    for _dimension, group in memberships(rows):
        names = sorted(group.cat.categories)
        parts.append(_means(scores.assign(group=group), names, worlds, outcomes, units))
    table = pd.concat(parts, ignore_index=True)
    table["horizon_months"] = horizon
    return table[[*keys, *OUTCOME, "value", "n", "unit"]]


def gap_table(outcomes: pd.DataFrame, confidence: float = 0.95) -> pd.DataFrame:
    """Gap and ratio between each group and its reference, under each policy.

    Parameters
    ----------
    outcomes : DataFrame
        Rows by group, from :func:`outcomes_by_group` or
        :func:`analysis.access.access_shares`.

    Returns
    -------
    DataFrame
        Columns :data:`GAP_COLUMNS`. ``n`` is the number of people in the group over all
        replications. The interval of the gap is that of its mean over replications, that
        of the ratio a jackknife's. What is empty is explained in ``note``.
    """
    check_confidence(confidence)
    pairs = _against_reference(outcomes)
    if pairs.empty:
        return pd.DataFrame(columns=list(GAP_COLUMNS))
    by = [*_ROW, "reference", "unit"]
    gap = over_replications(pairs, by, "gap", confidence)
    gap = gap.rename(columns={"value": "gap", "lo": "gap_lo", "hi": "gap_hi"})
    levels = pairs.groupby(by, sort=True).agg(
        value=("value", "mean"), reference_value=("reference_value", "mean"), n=("n", "sum")
    )
    inside = pairs.groupby([*by, "replication"], sort=True)[["value", "reference_value"]].mean()
    ratios = inside.groupby(by, sort=True).apply(
        lambda part: pd.Series(
            ratio_of_means(part["value"].to_numpy(float), part["reference_value"].to_numpy(float),
                           confidence),
            index=["ratio", "ratio_lo", "ratio_hi"],
        )
    )  # fmt: skip
    table = gap.merge(levels.join(ratios).reset_index(), on=by)
    table["dimension"] = [dimension_of(one) for one in table["group"]]
    table["confidence"] = confidence
    table["note"] = [
        _gap_note(*one) for one in zip(table["note"], table["n"], table["value"],
                                       table["reference_value"], table["ratio"],
                                       table["ratio_lo"], table["replications"], strict=True)
    ]  # fmt: skip
    return table[list(GAP_COLUMNS)]


def gap_change_table(
    outcomes: pd.DataFrame, baseline: str, confidence: float = 0.95
) -> pd.DataFrame:
    """How each policy changes each gap: the difference of the gaps, paired by replication.

    Returns
    -------
    DataFrame
        Columns :data:`CHANGE_COLUMNS`. A change below 0 narrows a gap that is above 0.
    """
    check_confidence(confidence)
    require_policy(outcomes, baseline)
    pairs = _against_reference(outcomes)
    keys = ["jurisdiction", *OUTCOME, "reference", "draw", "replication"]
    base = pairs.loc[pairs["policy"] == baseline, [*keys, "gap"]]
    arms = pairs[pairs["policy"] != baseline]
    both = arms.merge(base, on=keys, how="left", suffixes=("", "_baseline"))
    both["change"] = both["gap"] - both["gap_baseline"]
    if both.empty:
        return pd.DataFrame(columns=list(CHANGE_COLUMNS))
    by = [*_ROW, "reference", "unit"]
    table = over_replications(both, by, "change", confidence).rename(columns={"value": "change"})
    for name in ("gap", "gap_baseline"):
        level = over_replications(both, by, name, confidence)[[*by, "value"]]
        table = table.merge(level.rename(columns={"value": name}), on=by)
    table["dimension"] = [dimension_of(one) for one in table["group"]]
    table["confidence"] = confidence
    return table[list(CHANGE_COLUMNS)]


def _column(key: tuple[str, str]) -> str:
    return "\t".join(key)


def _means(
    scores: pd.DataFrame,
    names: list[str],
    worlds: pd.Index[Any],
    outcomes: Mapping[tuple[str, str], str],
    units: Mapping[tuple[str, str], str],
) -> pd.DataFrame:
    """Mean score of every group in every world, nobody included."""
    keys = list(WORLD)
    every = pd.MultiIndex.from_tuples(
        [(*world, name) for world in worlds for name in names], names=[*keys, "group"]
    )
    grouped = scores.groupby([*keys, "group"], observed=True, sort=True)
    count = grouped.size().reindex(every, fill_value=0)
    means = grouped[[_column(key) for key in outcomes]].mean().reindex(every)
    parts = []
    for outcome, definition in outcomes:
        part = means[_column((outcome, definition))].rename("value").reset_index()
        parts.append(part.assign(outcome=outcome, definition=definition, n=count.to_numpy(float),
                                 unit=units[outcome, definition]))  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def _against_reference(outcomes: pd.DataFrame) -> pd.DataFrame:
    """Put the reference group's value beside that of each group."""
    require(outcomes, (*WORLD, *OUTCOME, "value", "n", "unit"), "the outcomes")
    rows = as_text(outcomes, ("jurisdiction", "policy", "outcome", "definition", "group", "unit"))
    present = set(rows["group"])
    if present <= {ALL, ""}:
        raise AnalysisError("no outcome by group", mend="compute them with outcomes_by_group")
    reference = {group: reference_of(group) for group in present}
    chosen = rows[rows["group"].map(reference).notna()].copy()
    chosen["reference"] = chosen["group"].map(reference)
    keys = [*WORLD, "outcome", "definition", "horizon_months"]
    other = rows[[*keys, "group", "value"]].rename(
        columns={"group": "reference", "value": "reference_value"}
    )
    pairs = chosen.merge(other, on=[*keys, "reference"], how="left")
    pairs["gap"] = pairs["value"] - pairs["reference_value"]
    return pairs


def _gap_note(
    note: str, n: float, value: float, other: float, ratio: float, lo: float, replications: int
) -> str:
    parts = []
    if n == 0:
        parts.append(_("nobody in this group in any replication"))
    elif not np.isfinite(other):
        parts.append(_("nobody in the reference group in any replication"))
    elif note:
        parts.append(note)
    if np.isfinite(value) and np.isfinite(other) and replications > 0:
        if not np.isfinite(ratio):
            parts.append(_("no ratio: the reference group's value is 0"))
        elif not np.isfinite(lo) and replications > 1:
            parts.append(_("the ratio has no interval: too few events"))
    return "; ".join(parts)
