"""Intervals cover the known truth at their level, and tests of a true null reject at theirs.

4,000 experiments: the band that theory gives at 1 in 10,000 is 5 % ± 1.3 points, so a level that
is off by 2.6 points would be caught as good as surely, and every estimate in it covers between 93
and 97 %. The twins plant a bug each. `test_coverage_in_full.py` has the slow ones.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.aalen_johansen import cumulative_incidence
from analysis.contrasts import contrast_table
from analysis.equivalence import equivalence
from analysis.intervals import mean_interval, share_interval
from analysis.multiplicity import adjusted
from analysis.stein import stein
from tests.chance.experiments import missed, misses_allowed, paired_outcomes, worlds_of_people

EXPERIMENTS = 4000
BAND = misses_allowed(EXPERIMENTS)


def covers(lo, hi, truth) -> bool:
    return BAND[0] <= missed(lo, hi, truth) <= BAND[1]


@pytest.fixture(scope="module")
def contrasts():
    table = paired_outcomes(EXPERIMENTS, 6, {"status_quo": 50.0, "new": 46.0}, seed=11)
    return contrast_table(table, favourable={"rearrest": "lower"})


def test_the_band_lies_within_93_and_97_percent():
    assert BAND[0] / EXPERIMENTS > 0.03 and BAND[1] / EXPERIMENTS < 0.07


def test_the_paired_difference_covers(contrasts):
    assert covers(contrasts["lo"], contrasts["hi"], -4.0)


def test_the_paired_ratio_covers(contrasts):
    assert covers(contrasts["ratio_lo"], contrasts["ratio_hi"], 46 / 50)


def test_the_ratio_covers_where_the_baseline_is_small_against_its_spread():
    # Fieller's interval has no end in 1 % of these, and holds everything there.
    table = paired_outcomes(EXPERIMENTS, 6, {"status_quo": 8.0, "new": 6.0}, seed=12, own=2.0)
    rows = contrast_table(table)
    assert covers(rows["ratio_lo"].fillna(-np.inf), rows["ratio_hi"].fillna(np.inf), 0.75)


def test_a_ratio_as_if_the_arms_were_independent_would_be_caught(contrasts):
    se = np.sqrt(
        (contrasts["sd_difference"] ** 2 * contrasts["variance_ratio"])
        / contrasts["replications"] / contrasts["baseline"] ** 2
    )  # fmt: skip
    width = stats.t.ppf(0.975, 5) * se
    assert not covers(contrasts["ratio"] - width, contrasts["ratio"] + width, 46 / 50)


def test_the_number_needed_to_treat_covers(contrasts):
    nearer, farther = contrasts["nnt_lo"].to_numpy(), contrasts["nnt_hi"].to_numpy()
    # Of two signs, the interval is everything beyond both ends.
    truth = 25.0
    inside = np.where(
        (nearer > 0) & (farther > 0), (nearer <= truth) & (truth <= farther),
        np.where(farther < 0, (nearer > 0) & (truth >= nearer), False),
    )  # fmt: skip
    assert BAND[0] <= int((~inside).sum()) <= BAND[1]


def test_the_standardised_difference_is_unbiased(contrasts):
    # Truth -4 / sqrt(10); its standard error over the experiments is below 0.01.
    error = contrasts["standardised"].std() / np.sqrt(EXPERIMENTS)
    assert abs(contrasts["standardised"].mean() + 4 / np.sqrt(10)) < 4 * error + 0.02


def test_a_true_null_is_rejected_at_its_level():
    rows = contrast_table(
        paired_outcomes(EXPERIMENTS, 5, {"status_quo": 50.0, "new": 50.0}, seed=13)
    )
    assert BAND[0] <= int((rows["p_value"] <= 0.05).sum()) <= BAND[1]
    assert stats.kstest(rows["p_value"], "uniform").pvalue > 1e-4


def test_equivalence_at_the_margin_is_claimed_at_its_level():
    # The truth is at the margin itself, where the error is largest: 5 % of claims, not 10.
    table = paired_outcomes(EXPERIMENTS, 12, {"status_quo": 50.0, "new": 52.0}, seed=14, own=0.5)
    rows = equivalence(contrast_table(table, favourable={"rearrest": "lower"}), {"rearrest": 2.0})
    for claim in ("is_equivalent", "is_noninferior"):
        assert BAND[0] <= int((rows[claim] == "yes").sum()) <= BAND[1]


def test_holm_makes_one_false_claim_in_twenty_families_and_uncorrected_claims_many():
    # Five policies without effect against one baseline, whose luck they share.
    names = {"status_quo": 50.0} | {f"p{at}": 50.0 for at in range(5)}
    rows = adjusted(contrast_table(paired_outcomes(EXPERIMENTS, 8, names, seed=15)))
    families = rows.groupby("jurisdiction")[["p_value", "p_holm", "p_bh"]].min() <= 0.05
    false = families.sum()
    # Shared comparisons make Holm stricter than its level, never laxer.
    assert 0.5 * BAND[0] <= false["p_holm"] <= BAND[1]
    assert false["p_bh"] <= BAND[1]
    assert false["p_value"] > 3 * BAND[1] / 2


def test_holm_and_bh_are_exact_over_independent_outcomes():
    rng = np.random.default_rng(16)
    p = rng.random((EXPERIMENTS, 8))
    table = pd.DataFrame(
        {"jurisdiction": np.repeat(np.arange(EXPERIMENTS), 8), "p_value": p.ravel()}
    )
    lowest = adjusted(table).groupby("jurisdiction")[["p_holm", "p_bh"]].min() <= 0.05
    assert BAND[0] <= lowest["p_holm"].sum() <= BAND[1]
    assert BAND[0] <= lowest["p_bh"].sum() <= BAND[1]


def test_bh_holds_the_share_of_false_discoveries():
    # 6 nulls and 6 real effects: the expected share of false claims is 5 % × 6/12.
    rng = np.random.default_rng(17)
    z = rng.normal(0, 1, (EXPERIMENTS, 12)) + np.repeat([0.0, 3.5], 6)
    table = pd.DataFrame({
        "jurisdiction": np.repeat(np.arange(EXPERIMENTS), 12),
        "p_value": 2 * stats.norm.sf(np.abs(z)).ravel(),
    })  # fmt: skip
    claimed = (adjusted(table)["p_bh"].to_numpy() <= 0.05).reshape(EXPERIMENTS, 12)
    share = claimed[:, :6].sum(axis=1) / np.maximum(claimed.sum(axis=1), 1)
    error = share.std() / np.sqrt(EXPERIMENTS)
    assert abs(share.mean() - 0.025) < stats.norm.isf(0.5e-4) * error


@pytest.fixture(scope="module")
def curves():
    """Incidence at 24 months of 4,000 experiments of 6 worlds with 60 people each."""
    episodes = worlds_of_people(EXPERIMENTS, 6, 60, seed=18, frailty=0.15)
    base = episodes[episodes["policy"] == "status_quo"]
    code = base["jurisdiction"].cat.codes.to_numpy() * 6 + base["replication"].to_numpy()
    found = cumulative_incidence(
        base["time"].to_numpy(), base["kind"].to_numpy(), 24, code, EXPERIMENTS * 6
    )
    level = np.exp(np.random.default_rng(1).normal(0, 0.15, 2_000_000)) * 0.03
    # Time to the first of both, then which: exact on whole months as the clock is continuous.
    truth = (level / (level + 0.004) * -np.expm1(-24 * (level + 0.004))).mean()
    return found, truth


def test_aalen_johansen_at_a_horizon_covers_between_replications(curves):
    found, truth = curves
    at = found.incidence[:, 24].reshape(EXPERIMENTS, 6).T
    _mean, lo, hi, _count = mean_interval(at, 0.95, (0.0, 1.0))
    assert covers(lo, hi, truth)


def test_aalen_johansen_at_a_horizon_covers_between_people():
    # One world of 150 people, a third of whom leave observation at random months.
    rng = np.random.default_rng(19)
    n = 150
    episodes = worlds_of_people(EXPERIMENTS, 1, n, seed=20)
    base = episodes[episodes["policy"] == "status_quo"]
    time, kind = base["time"].to_numpy(), base["kind"].to_numpy()
    leaves = np.where(rng.random(len(time)) < 1 / 3, rng.integers(1, 36, len(time)), 99)
    kind = np.where(leaves < time, 0, kind)
    code = base["jurisdiction"].cat.codes.to_numpy()
    found = cumulative_incidence(np.minimum(time, leaves), kind, 24, code, EXPERIMENTS)
    share, sd = found.incidence[:, 24], np.sqrt(found.variance[:, 24])
    truth = 0.03 / 0.034 * -np.expm1(-24 * 0.034)
    assert covers(*share_interval(share, sd, found.at_risk[:, 24], 0.95), truth)
    assert share.std() == pytest.approx(sd.mean(), rel=0.05)
    # Half the variance would be seen.
    assert not covers(*share_interval(share, sd / np.sqrt(2), found.at_risk[:, 24], 0.95), truth)


def stopped(values: np.ndarray, needed: np.ndarray) -> np.ndarray:
    """Keep the first ``needed`` replications of each experiment."""
    return np.where(np.arange(values.shape[1]) < needed[:, None], values, np.nan)


def test_stein_intervals_cover_after_stopping_and_the_width_is_reached():
    values = np.random.default_rng(21).normal(-1.0, 2.0, (EXPERIMENTS, 400))
    wanted = np.full(EXPERIMENTS, 0.9)
    needed = stein(values[:, :10], wanted, 0.95, 10)["needed"].to_numpy()
    assert needed.max() < 400 and np.median(needed) > 15
    at_end = stein(stopped(values, needed), wanted, 0.95, 10)
    assert covers(at_end["lo"], at_end["hi"], -1.0)
    assert at_end["is_met"].all()


def test_the_contrast_table_of_a_run_until_precise_covers():
    # With its ordinary spread it would cover 93.5 %: the length was chosen by a part of it.
    table = paired_outcomes(EXPERIMENTS, 60, {"status_quo": 50.0, "new": 49.0}, seed=25)
    first = table[table["replication"] < 10].sort_values(["jurisdiction", "replication"])
    gap = np.subtract(*(
        first.loc[first["policy"] == name, "value"].to_numpy().reshape(EXPERIMENTS, 10)
        for name in ("new", "status_quo")
    ))  # fmt: skip
    needed = stein(gap, np.full(EXPERIMENTS, 0.7), 0.95, 10)["needed"].to_numpy()
    run = table[table["replication"] < needed[table["jurisdiction"].astype(int)]]
    rows = contrast_table(run, favourable={"rearrest": "lower"}, pilot=10)
    assert covers(rows["lo"], rows["hi"], -1.0)
    assert covers(rows["ratio_lo"], rows["ratio_hi"], 49 / 50)


def test_stein_intervals_cover_where_another_outcome_decides_the_number_and_looks_are_many():
    # Three correlated outcomes; looked at after every five; the most demanding decides.
    rng = np.random.default_rng(22)
    shared = rng.normal(0, 1, (EXPERIMENTS, 1, 160))
    values = 0.7 * shared + rng.normal(0, 1, (EXPERIMENTS, 3, 160))
    wanted = np.array([0.6, 0.9, 1.2])
    run = np.full(EXPERIMENTS, 10)
    budget = 60  # and some end because the budget does
    while True:
        seen = np.where(np.arange(160) < run[:, None, None], values, np.nan)
        found = stein(seen.reshape(-1, 160), np.tile(wanted, EXPERIMENTS), 0.95, 10)
        unmet = ~found["is_met"].to_numpy().reshape(-1, 3).all(axis=1) & (run < budget)
        if not unmet.any():
            break
        run = run + 5 * unmet
    for one in range(3):
        assert covers(found["lo"][one::3], found["hi"][one::3], 0.0)


def test_stein_intervals_cover_skewed_differences():
    # As skewed (0.5) as a count near 16; what that does to coverage is below a point.
    values = np.random.default_rng(23).gamma(16.0, 0.5, (EXPERIMENTS, 300))
    wanted = np.full(EXPERIMENTS, 1.0)
    needed = stein(values[:, :10], wanted, 0.95, 10)["needed"].to_numpy()
    at_end = stein(stopped(values, np.minimum(needed, 300)), wanted, 0.95, 10)
    misses = missed(at_end["lo"], at_end["hi"], 8.0) / EXPERIMENTS
    assert 0.03 < misses < 0.07


def test_stopping_when_the_running_interval_is_narrow_enough_would_be_caught():
    """Plant a bug: look after every replication, stop at the first narrow t interval."""
    values = np.random.default_rng(24).normal(0.0, 2.0, (EXPERIMENTS, 80))
    n = np.arange(1, 81)
    mean = values.cumsum(axis=1) / n
    sd = np.sqrt(np.maximum((values**2).cumsum(axis=1) - n * mean**2, 0) / np.maximum(n - 1, 1))
    width = np.where(n >= 3, stats.t.ppf(0.975, np.maximum(n - 1, 1)) * sd / np.sqrt(n), np.inf)
    first = (width <= 0.9).argmax(axis=1)
    at = np.arange(EXPERIMENTS), first
    assert missed((mean - width)[at], (mean + width)[at], 0.0) / EXPERIMENTS > 0.07
