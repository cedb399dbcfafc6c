"""Paired differences between each policy and the baseline, under common draws.

Replication *r* of every policy simulates the same people with the same luck, so the
difference is taken inside each replication first and its spread is that of the
differences. What the pairing bought is printed beside it: the correlation between the
arms, and how many times larger the variance would be with independent draws.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.errors import AnalysisError
from analysis.intervals import check_confidence, half_width, probability_positive
from analysis.language import _
from analysis.store import Store

ROW = ["jurisdiction", "outcome", "definition", "horizon_months", "group"]
COLUMNS = (
    "jurisdiction", "policy", "outcome", "definition", "horizon_months", "group", "unit",
    "baseline", "value", "difference", "lo", "hi", "confidence", "replications",
    "sd_difference", "correlation", "variance_ratio", "p_better", "favourable", "note",
)  # fmt: skip
# Spread below this share of the values is rounding, not chance.
ROUNDING = 1e-12


def contrast_table(
    outcomes: pd.DataFrame,
    confidence: float = 0.95,
    *,
    baseline: str = "status_quo",
    favourable: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Compare every policy with the baseline, replication by replication.

    Several parameter draws of one replication are averaged before anything else.

    Parameters
    ----------
    outcomes : DataFrame
        The stored outcomes: one row per cell, outcome, definition, horizon and group.
    confidence : float
        Level of the intervals.
    baseline : str
        The policy the others are compared with.
    favourable : mapping, optional
        Outcome name to "lower", "higher" or "neither" (the default).

    Returns
    -------
    DataFrame
        Columns :data:`COLUMNS`; one row per jurisdiction, policy, outcome, definition,
        horizon and group. ``baseline`` and ``value`` are means over the paired
        replications; ``variance_ratio`` is (variance of one arm + variance of the
        other) / variance of the paired difference. A cell that cannot be computed is
        empty and ``note`` says why.

    Raises
    ------
    AnalysisError
        The baseline is absent, a cell is stored twice, or the confidence is no level.
    """
    check_confidence(confidence)
    _check(outcomes, baseline)
    base = _arm(outcomes, baseline)
    policies = [name for name in pd.unique(outcomes["policy"]) if name != baseline]
    parts = [_one_policy(base, _arm(outcomes, name), str(name)) for name in policies]
    if not parts:
        return pd.DataFrame(columns=list(COLUMNS))
    table = pd.concat(parts, ignore_index=True)
    _add_statements(table, confidence, favourable or {})
    order = ["jurisdiction", "policy", "outcome", "definition", "horizon_months", "group"]
    return table[list(COLUMNS)].sort_values(order, ignore_index=True)


def write_contrasts(out: Path) -> Path:
    """Write ``contrasts.csv`` from what is stored in the folder; return its path."""
    store = Store(Path(out))
    path = store.out / "contrasts.csv"
    aside = path.with_suffix(".csv.tmp")
    stored_contrasts(store).to_csv(aside, index=False, lineterminator="\n", float_format="%.10g")
    aside.replace(path)
    return path


def stored_contrasts(store: Store, baseline: str | None = None) -> pd.DataFrame:
    """Contrasts of a store, by its own study's baseline (or another) and confidence."""
    study = store.manifest.study
    return contrast_table(
        store.outcomes,
        study.confidence,
        baseline=baseline or study.baseline,
        favourable={name: entry.favourable for name, entry in store.manifest.outcomes.items()},
    )


def _check(outcomes: pd.DataFrame, baseline: str) -> None:
    missing = [name for name in (*ROW, "policy", "draw", "replication", "value", "unit")
               if name not in outcomes]  # fmt: skip
    if missing:
        raise AnalysisError(f"the outcomes have no column '{missing[0]}'")
    policies = sorted(map(str, pd.unique(outcomes["policy"])))
    if baseline not in policies:
        raise AnalysisError(
            f"the baseline '{baseline}' is not among the stored policies",
            why=f"there are: {', '.join(policies)}",
        )
    key = ["policy", *ROW, "draw", "replication"]
    twice = outcomes.duplicated(key)
    if twice.any():
        first = outcomes[twice].iloc[0]
        raise AnalysisError(
            f"'{first['outcome']}' of policy '{first['policy']}', replication "
            f"{first['replication']}, is stored twice",
            why="two runs wrote into one folder",
            mend="run again into a new folder",
        )


def _arm(outcomes: pd.DataFrame, policy: str) -> pd.DataFrame:
    rows = outcomes["policy"] == policy
    return outcomes.loc[rows, [*ROW, "draw", "replication", "value", "unit"]]


def _one_policy(base: pd.DataFrame, arm: pd.DataFrame, policy: str) -> pd.DataFrame:
    """Pair the arms and reduce to one row per jurisdiction, outcome, …."""
    pairs = base.merge(
        arm, how="outer", on=[*ROW, "draw", "replication"], suffixes=("_baseline", "_value")
    )
    both = pairs["unit_baseline"].notna() & pairs["unit_value"].notna()
    if (both & (pairs["unit_baseline"].astype(str) != pairs["unit_value"].astype(str))).any():
        raise AnalysisError(f"policy '{policy}' and the baseline give an outcome in two units")
    pairs["unit"] = pairs["unit_baseline"].astype(object).fillna(pairs["unit_value"])
    pairs["difference"] = pairs["value_value"] - pairs["value_baseline"]
    paired = pairs["difference"].notna()
    pairs["unpaired"] = ~paired
    one_sided = pairs[["value_baseline", "value_value"]]
    pairs[["any_baseline", "any_value"]] = one_sided
    pairs.loc[~paired, ["value_baseline", "value_value"]] = np.nan

    grouped = pairs.groupby([*ROW, "replication"], observed=True, sort=False)
    by_replication = grouped.agg(
        unit=("unit", "first"),
        baseline=("value_baseline", "mean"),
        value=("value_value", "mean"),
        difference=("difference", "mean"),
        any_baseline=("any_baseline", "mean"),
        any_value=("any_value", "mean"),
        unpaired=("unpaired", "any"),
    ).reset_index()
    rows = by_replication.groupby(ROW, observed=True, sort=False)
    table = rows.agg(
        unit=("unit", "first"),
        baseline=("baseline", "mean"),
        value=("value", "mean"),
        difference=("difference", "mean"),
        sd_difference=("difference", "std"),
        var_baseline=("baseline", "var"),
        var_value=("value", "var"),
        replications=("difference", "count"),
        unpaired=("unpaired", "sum"),
        any_baseline=("any_baseline", "mean"),
        any_value=("any_value", "mean"),
    ).reset_index()
    # Where nothing pairs, still show the one arm there is.
    table["baseline"] = table["baseline"].fillna(table["any_baseline"])
    table["value"] = table["value"].fillna(table["any_value"])
    for column in ("jurisdiction", "outcome", "definition", "group", "unit"):
        table[column] = table[column].astype(str)
    table["horizon_months"] = table["horizon_months"].astype(int)
    table.insert(1, "policy", policy)
    return table


def _add_statements(table: pd.DataFrame, confidence: float, favourable: Mapping[str, str]) -> None:
    """Add interval, correlation, variance ratio, probability and note in place."""
    difference = table["difference"].to_numpy(float)
    sd = table["sd_difference"].to_numpy(float).copy()
    n = table["replications"].to_numpy(int)
    first, second = table["var_baseline"].to_numpy(float), table["var_value"].to_numpy(float)
    scale = np.fmax(np.abs(table["baseline"].to_numpy(float)),
                    np.abs(table["value"].to_numpy(float)))  # fmt: skip
    sd[(n >= 2) & (sd <= ROUNDING * scale)] = 0.0
    width = half_width(sd, n, confidence)
    better = probability_positive(difference, sd, n)
    direction = np.array([favourable.get(name, "neither") for name in table["outcome"]])
    better = np.where(direction == "lower", 1 - better, better)
    better[direction == "neither"] = np.nan
    with np.errstate(divide="ignore", invalid="ignore"):
        correlation = (first + second - sd**2) / (2 * np.sqrt(first * second))
        ratio = (first + second) / sd**2
    constant = ~((first > 0) & (second > 0))
    correlation[constant] = np.nan
    ratio[~(sd > 0)] = np.nan
    table["sd_difference"] = sd
    table["lo"], table["hi"] = difference - width, difference + width
    table["confidence"] = confidence
    table["correlation"] = np.clip(correlation, -1.0, 1.0)
    table["variance_ratio"] = ratio
    table["p_better"] = better
    table["favourable"] = direction
    table["note"] = [
        _note(*row)
        for row in zip(difference, sd, n, constant, table["unpaired"].to_numpy(int),
                       table["any_baseline"].isna(), table["any_value"].isna(), strict=True)
    ]  # fmt: skip


def _note(
    difference: float,
    sd: float,
    n: int,
    constant: bool,
    unpaired: int,
    no_baseline: bool,
    no_value: bool,
) -> str:
    """Say why a row has empty cells, or an interval of no width."""
    parts = []
    if n == 0:
        if no_baseline and no_value:
            parts.append(_("no value in any replication, in either arm"))
        elif no_baseline:
            parts.append(_("no value in any replication of the baseline"))
        elif no_value:
            parts.append(_("no value in any replication of the policy"))
        else:
            parts.append(_("no replication has a value in both arms"))
    elif n == 1:
        parts.append(_("one replication: no interval"))
    elif sd == 0 and difference == 0:
        parts.append(_("every paired difference is exactly 0"))
    elif sd == 0:
        parts.append(_("every paired difference is the same: interval of no width"))
    elif constant:
        parts.append(_("one arm is the same in every replication: no correlation"))
    if unpaired and n > 0:
        parts.append(_("{n} replications left out: no pair").format(n=unpaired))
    return "; ".join(parts)
