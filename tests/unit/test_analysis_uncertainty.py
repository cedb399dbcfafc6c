"""Evidence and chance apart: unbiased parts, covering intervals, conclusions that survive."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.components import components
from analysis.expected_values import expected_by_draw
from analysis.uncertainty import COLUMNS, uncertainty_table


def simulated(rng, draws, replications, evidence, seeds, rest):
    """One experiment with crossed seeds; standard deviations of the three parts."""
    return (rng.normal(0, evidence, (draws, 1)) + rng.normal(0, seeds, (1, replications))
            + rng.normal(0, rest, (draws, replications)))  # fmt: skip


def test_the_parts_are_those_of_statsmodels_analysis_of_variance():
    from statsmodels.formula.api import ols
    from statsmodels.stats.anova import anova_lm

    table = simulated(np.random.default_rng(3), 6, 5, 1.0, 0.7, 0.4)
    long = pd.DataFrame(table).stack().rename("y").rename_axis(["draw", "run"]).reset_index()
    squares = anova_lm(ols("y ~ C(draw) + C(run)", long).fit())
    mean_squares = squares["sum_sq"] / squares["df"]
    found = components(table)
    evidence = (mean_squares["C(draw)"] - mean_squares["Residual"]) / 5
    seeds = (mean_squares["C(run)"] - mean_squares["Residual"]) / 6
    assert found.evidence == pytest.approx(evidence)
    assert found.chance == pytest.approx(seeds + mean_squares["Residual"])
    own = components(table, shared_seeds=False)
    one_way = anova_lm(ols("y ~ C(draw)", long).fit())
    inside = one_way.loc["Residual", "sum_sq"] / one_way.loc["Residual", "df"]
    between = one_way.loc["C(draw)", "sum_sq"] / one_way.loc["C(draw)", "df"]
    assert own.chance == pytest.approx(inside)
    assert own.evidence == pytest.approx((between - inside) / 5)


def untruncated(table: np.ndarray) -> tuple[float, float]:
    """Evidence and chance of a large table, where truncation at 0 never happens."""
    found = components(table)
    return found.evidence, found.chance


def test_the_parts_are_unbiased_and_a_planted_bug_is_not():
    # 600 experiments; thresholds are 4 standard errors of the mean estimate (1e-4). The
    # planted bug takes shared seeds for own ones: its evidence part loses variance(seeds) / R.
    rng = np.random.default_rng(7)
    tables = [simulated(rng, 12, 6, 1.0, 1.0, 0.5) for _ in range(600)]
    right = np.array([untruncated(one) for one in tables])
    se = right.std(axis=0, ddof=1) / np.sqrt(len(right))
    assert (np.abs(right.mean(axis=0) - [1.0, 1.25]) < 4 * se).all()
    wrong = np.array([components(one, shared_seeds=False).evidence for one in tables])
    assert wrong.mean() < 1.0 - 4 * se[0]


def coverage(experiments, draws, replications, evidence, seeds=1.0, rest=0.5):
    """Share of experiments whose intervals hold one more world, and one more expectation."""
    rng = np.random.default_rng(draws * 100 + replications)
    held = np.zeros(2)
    for _ in range(experiments):
        found = components(simulated(rng, draws, replications, evidence, seeds, rest))
        expected = rng.normal(0, evidence)
        world = expected + rng.normal(0, seeds) + rng.normal(0, rest)
        held += [found.lo <= world <= found.hi,
                 found.evidence_lo <= expected <= found.evidence_hi]  # fmt: skip
    return held / experiments


def test_both_intervals_cover_one_more_world():
    # 500 experiments: 1e-4 tails of the binomial around 93 and 97 %.
    low, high = (stats.binom.ppf(p, 500, q) / 500 for p, q in ((1e-4, 0.93), (1 - 1e-4, 0.97)))
    for share in coverage(500, 20, 8, 1.0):
        assert low <= share <= high


@pytest.mark.slow
@pytest.mark.parametrize("evidence", [0.0, 0.3, 1.0, 3.0])
@pytest.mark.parametrize(("draws", "replications"), [(20, 8), (100, 10), (10, 20), (50, 6)])
def test_both_intervals_cover_93_to_97_percent(draws, replications, evidence):
    world, expected = coverage(4000, draws, replications, evidence)
    assert 0.93 <= world <= 0.97
    assert 0.93 <= expected <= 0.97


def test_a_negative_part_is_truncated_and_said():
    # Rows with equal means and large, opposite remainders: no evidence part at all.
    table = np.array([[1.0, -1.0, 0.0], [-1.0, 1.0, 0.0], [0.0, 0.0, 0.0]])
    found = components(table)
    assert found.evidence == 0.0
    assert "evidence part was estimated below 0" in found.note


@pytest.mark.parametrize(
    ("table", "note"),
    [
        (np.empty((0, 3)), "no value"),
        (np.array([[1.0, 2.0, 4.0]]), "one parameter draw: the evidence part is not known"),
        (np.array([[1.0], [2.0]]), "one replication: evidence and chance cannot be told apart"),
        (np.full((3, 4), 2.0), "the same in every draw and replication"),
        (np.array([[1.0, np.nan, 2.0], [3.0, 1.0, 1.0]]), "1 replications left out"),
    ],
)
def test_what_cannot_be_told_says_so(table, note):
    found = components(table)
    assert note in found.note
    if found.draws > 1 and found.replications > 1:
        assert np.isfinite([found.lo, found.hi, found.evidence, found.chance]).all()


def stored(differences: dict[int, list[float]], outcome: str = "rearrest") -> pd.DataFrame:
    """Outcomes whose paired difference in draw d, replication r is ``differences[d][r]``."""
    return pd.DataFrame(
        [
            {"jurisdiction": "here", "policy": policy, "draw": draw, "replication": run,
             "outcome": outcome, "definition": "first", "horizon_months": 36, "group": "all",
             "value": 50.0 + run + 3 * draw + (value if policy == "new" else 0.0), "n": 9.0,
             "unit": "%"}
            for draw, values in differences.items() for run, value in enumerate(values)
            for policy in ("status_quo", "new")
        ]
    )  # fmt: skip


CENTRAL = [-1.0, -1.2, -0.8, -1.1]


def test_a_conclusion_survives_when_the_evidence_always_agrees():
    draws = {0: CENTRAL} | {d: [-0.5 * d + 0.1 * r for r in range(4)] for d in range(1, 6)}
    row = uncertainty_table(stored(draws)).iloc[0]
    assert list(row.index) == list(COLUMNS)
    assert row["conclusion"] == "lower" and row["sign_share"] == 1.0 and row["survives"] == "yes"
    low, high = stats.t.interval(0.95, 3, np.mean(CENTRAL), stats.sem(CENTRAL))
    assert (row["central_lo"], row["central_hi"]) == pytest.approx((low, high))
    assert row["draws"] == 5 and row["replications"] == 4
    assert row["evidence_share"] > 0.9


def test_a_conclusion_falls_when_some_of_the_evidence_disagrees():
    draws = {0: CENTRAL} | {d: [d - 3.5 + 0.1 * r for r in range(4)] for d in range(1, 6)}
    row = uncertainty_table(stored(draws)).iloc[0]
    assert row["conclusion"] == "lower" and row["sign_share"] == pytest.approx(3 / 5)
    assert row["survives"] == "no"
    assert row["lo"] < 0 < row["hi"]


def test_central_values_are_in_neither_loop():
    draws = {d: [0.5 * d + 0.1 * r for r in range(4)] for d in range(1, 6)}
    with_central = uncertainty_table(stored(draws | {0: CENTRAL})).iloc[0]
    without = uncertainty_table(stored(draws)).iloc[0]
    parts = ["difference", "evidence_variance", "chance_variance", "lo", "hi"]
    assert with_central[parts].equals(without[parts])
    assert without["conclusion"] == "unknown" and "no central values" in without["note"]


@pytest.mark.parametrize(
    ("draws", "note"),
    [
        ({0: CENTRAL}, "no parameter draws: the evidence part is not known"),
        ({0: [-1.0]}, "one replication: no interval"),
        ({0: [-1.0], 1: [-2.0], 2: [-3.0]}, "evidence and chance cannot be told apart"),
        ({0: [0.0, 0.0], 1: [0.0, 0.0], 2: [0.0, 0.0]}, "the same in every draw"),
    ],
)
def test_a_table_that_cannot_tell_them_apart_says_so(draws, note):
    row = uncertainty_table(stored(draws)).iloc[0]
    assert note in row["note"] and row["survives"] == ""
    assert np.isfinite(row["difference"])


def test_expected_values_have_the_variance_of_the_evidence_alone():
    # 3,000 draws, two policies whose evidence parts are correlated 0.6. Thresholds: 4 standard
    # errors of a variance, sqrt(2 / 3000) relative, with the chance part three times as large.
    rng = np.random.default_rng(5)
    root = np.linalg.cholesky(np.array([[1.0, 0.6], [0.6, 1.0]]))
    truth = rng.normal(size=(3000, 2)) @ root.T
    values = truth[:, None, :] + rng.normal(0, 3.0, (3000, 3, 2)) + rng.normal(0, 1, (1, 3, 1))
    found = np.cov(expected_by_draw(values), rowvar=False)
    plain = np.cov(values.mean(axis=1), rowvar=False)
    assert found[0, 0] == pytest.approx(1.0, abs=4 * 4 * np.sqrt(2 / 3000))
    assert found[0, 1] == pytest.approx(0.6, abs=4 * 4 * np.sqrt(2 / 3000))
    assert plain[0, 0] > 3.0  # what a plain mean of three seeds would have claimed


def test_expected_values_without_chance_are_the_means():
    values = np.repeat(np.random.default_rng(2).normal(size=(50, 1, 3)), 4, axis=1)
    np.testing.assert_allclose(expected_by_draw(values), values[:, 0], atol=1e-9)
