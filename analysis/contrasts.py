"""Paired differences and ratios between each policy and the baseline, under common draws.

Replication *r* of every policy simulates the same people with the same luck, so the
difference is taken inside each replication first and its spread is that of the
differences. What the pairing bought is printed beside it: the correlation between the
arms, and how many times larger the variance would be with independent draws.

Not here: which policy is best of all (:mod:`analysis.ranking`), tests against a margin
(:mod:`analysis.equivalence`).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.intervals import (
    check_confidence,
    half_width,
    mean_interval,
    probability_positive,
    two_sided_p,
)
from analysis.language import _
from analysis.multiplicity import adjusted
from analysis.number_needed import number_needed
from analysis.pair_notes import pair_note, ratio_notes
from analysis.pairs import (
    Pairs,
    mean_ratio,
    pairs_of,
    standardised_difference,
)
from analysis.precision import stored_pilot
from analysis.provenance import with_ids
from analysis.ranking import with_best
from analysis.replicates import Replicates, replicates
from analysis.store import Store

COLUMNS = (
    "jurisdiction", "policy", "outcome", "definition", "horizon_months", "group", "unit",
    "baseline", "value", "difference", "lo", "hi", "confidence", "replications",
    "sd_difference", "correlation", "variance_ratio", "p_better", "favourable", "note",
    "p_value", "ratio", "ratio_lo", "ratio_hi", "ratio_note", "standardised",
    "nnt", "nnt_lo", "nnt_hi", "nnt_note", "freedom",
)  # fmt: skip
# In contrasts.csv: what needs all policies and outcomes at once comes last.
FILE_COLUMNS = (*COLUMNS, "p_holm", "p_bh", "p_best", "id")
# Shares of people followed up: a number needed to treat has a meaning only there.
PERCENT = "%"


def contrast_table(
    outcomes: pd.DataFrame,
    confidence: float = 0.95,
    *,
    baseline: str = "status_quo",
    favourable: Mapping[str, str] | None = None,
    pilot: int | None = None,
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
    pilot : int, optional
        Of a run until precise: the replications that decided its length. All spreads are
        then theirs, with which the intervals keep their coverage (:mod:`analysis.stein`).

    Returns
    -------
    DataFrame
        Columns :data:`COLUMNS`; one row per jurisdiction, policy, outcome, definition,
        horizon and group. ``baseline`` and ``value`` are means over the paired
        replications; ``variance_ratio`` is (variance of one arm + variance of the
        other) / variance of the paired difference; ``p_better`` is the probability that
        the true difference is favourable (flat prior), ``p_value`` two-sided against no
        difference; ``freedom`` counts the degrees of freedom of the spreads; ``ratio`` is
        value / baseline with Fieller's paired interval; ``standardised`` counts in
        standard deviations between replications of one arm; ``nnt`` as in
        :func:`analysis.number_needed.number_needed`, for measures of reoffending. A cell
        that cannot be computed is empty and a note says why.

    Raises
    ------
    AnalysisError
        The baseline is absent, a cell is stored twice, or the confidence is no level.
    """
    check_confidence(confidence)
    arranged = replicates(outcomes)
    base = arranged.number(baseline)
    parts = [
        _one_policy(arranged, base, at, confidence, favourable or {}, pilot)
        for at in range(len(arranged.policies)) if at != base
    ]  # fmt: skip
    if not parts:
        return pd.DataFrame(columns=list(COLUMNS))
    table = pd.concat(parts, ignore_index=True)
    order = ["jurisdiction", "policy", "outcome", "definition", "horizon_months", "group"]
    return table[list(COLUMNS)].sort_values(order, ignore_index=True)


def write_contrasts(out: Path) -> Path:
    """Write ``contrasts.csv`` from what is stored in the folder; return its path.

    Columns :data:`FILE_COLUMNS`: those of :func:`contrast_table`, the p-values corrected
    over all policies and outcomes of a place, the probability of being best of all, and the
    id by which `desist why` traces a row.
    """
    store = Store(Path(out))
    path = store.out / "contrasts.csv"
    aside = path.with_suffix(".csv.tmp")
    full = with_ids(full_contrasts(store))[list(FILE_COLUMNS)]
    full.to_csv(aside, index=False, lineterminator="\n", float_format="%.10g")
    aside.replace(path)
    return path


def stored_contrasts(store: Store, baseline: str | None = None) -> pd.DataFrame:
    """Contrasts of a store, by its own study's baseline (or another) and confidence.

    A run until precise takes its spreads from its pilot (``precision.json``).
    """
    study = store.manifest.study
    return contrast_table(
        store.outcomes,
        study.confidence,
        baseline=baseline or study.baseline,
        favourable=favourable_of(store),
        pilot=stored_pilot(store.out),
    )


def full_contrasts(store: Store) -> pd.DataFrame:
    """Contrasts of a store with corrected p-values and the probability of being best."""
    table = adjusted(stored_contrasts(store), within=("jurisdiction", "group"))
    return with_best(table, store.outcomes, favourable_of(store))


def favourable_of(store: Store) -> dict[str, str]:
    """Outcome name to its favourable direction, as the manifest has it."""
    return {name: entry.favourable for name, entry in store.manifest.outcomes.items()}


def _one_policy(
    arranged: Replicates,
    base: int,
    at: int,
    confidence: float,
    favourable: Mapping[str, str],
    pilot: int | None,
) -> pd.DataFrame:
    """Rows of one policy: pair the arms, then every statement about the pairs."""
    first, second = arranged.arms(base, at)
    stored = np.flatnonzero(arranged.is_stored[:, [base, at]].any(axis=(1, 2)))
    pairs = pairs_of(first[stored], second[stored], pilot)
    # Where nothing pairs, still show the one arm there is.
    any_baseline, any_value = (
        mean_interval(arranged.average(arranged.values[stored, one]).T, confidence)[0]
        for one in (base, at)
    )
    table: pd.DataFrame = arranged.rows.iloc[stored].reset_index(drop=True)
    table.insert(1, "policy", arranged.policies[at])
    table["baseline"] = np.where(pairs.count > 0, pairs.baseline, any_baseline)
    table["value"] = np.where(pairs.count > 0, pairs.value, any_value)
    table["replications"], table["freedom"] = pairs.count, np.maximum(pairs.freedom, 0)
    table["confidence"] = confidence
    table["favourable"] = [favourable.get(name, "neither") for name in table["outcome"]]
    _add_difference(table, pairs, confidence)
    _add_ratio(table, pairs, confidence)
    table["standardised"] = standardised_difference(pairs)
    _add_number_needed(table)
    unpaired = arranged.unpaired(base, at)[stored]
    varies = (pairs.var_baseline > 0) & (pairs.var_value > 0)
    table["note"] = [
        pair_note(*row)
        for row in zip(pairs.difference, pairs.sd, pairs.count, ~varies, unpaired,
                       np.isnan(any_baseline), np.isnan(any_value), strict=True)
    ]  # fmt: skip
    return table


def _add_difference(table: pd.DataFrame, pairs: Pairs, confidence: float) -> None:
    """Add the difference, its interval and test, and what the pairing bought, in place."""
    width = half_width(pairs.sd, pairs.count, confidence, pairs.freedom)
    better = probability_positive(pairs.difference, pairs.sd, pairs.count, pairs.freedom)
    direction = table["favourable"].to_numpy()
    better = np.where(direction == "lower", 1 - better, better)
    better[direction == "neither"] = np.nan
    first, second = pairs.var_baseline, pairs.var_value
    with np.errstate(divide="ignore", invalid="ignore"):
        correlation = np.clip(pairs.covariance / np.sqrt(first * second), -1.0, 1.0)
        ratio = (first + second) / pairs.sd**2
    correlation[~((first > 0) & (second > 0))] = np.nan
    ratio[~(pairs.sd > 0)] = np.nan
    table["difference"], table["sd_difference"] = pairs.difference, pairs.sd
    table["lo"], table["hi"] = pairs.difference - width, pairs.difference + width
    table["correlation"], table["variance_ratio"] = correlation, ratio
    table["p_better"] = better
    table["p_value"] = two_sided_p(pairs.difference, pairs.sd, pairs.count, pairs.freedom)


def _add_ratio(table: pd.DataFrame, pairs: Pairs, confidence: float) -> None:
    """Add the ratio of the means, its interval and a note, in place."""
    ratio, lo, hi = mean_ratio(pairs, confidence)
    table["ratio"], table["ratio_lo"], table["ratio_hi"] = ratio, lo, hi
    table["ratio_note"] = ratio_notes(pairs.count, ratio, lo)


def _add_number_needed(table: pd.DataFrame) -> None:
    """Add the number needed to treat, where the outcome is a share of people followed up."""
    needed = number_needed(
        table["difference"], table["lo"], table["hi"], table["favourable"] == "lower"
    )
    is_share = (table["unit"] == PERCENT) & (table["horizon_months"] > 0)
    applies = (is_share & (table["favourable"] != "neither")).to_numpy()
    needed.loc[~applies, ["nnt", "nnt_lo", "nnt_hi"]] = np.nan
    needed.loc[~applies, "nnt_note"] = _("not a share of people with a favourable direction")
    for name in needed.columns:
        table[name] = needed[name]
