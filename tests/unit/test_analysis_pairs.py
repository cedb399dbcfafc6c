"""Ratios, standardised sizes, numbers needed and p-values: exact answers and stated gaps."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import optimize, stats

from analysis.contrasts import contrast_table
from analysis.intervals import share_interval, two_sided_p
from analysis.number_needed import number_needed
from analysis.pairs import mean_ratio, pairs_of, standardised_difference

BASE = np.array([[50.0, 52.0, 48.0, 54.0, 49.0]])
NEW = np.array([[46.0, 48.5, 45.5, 49.0, 46.0]])


def table(base: list[float], new: list[float], **changes: object) -> pd.Series:
    frame = pd.DataFrame([
        {"jurisdiction": "here", "policy": policy, "draw": 0, "replication": at,
         "outcome": "rearrest", "definition": "", "horizon_months": 36, "group": "all",
         "value": value, "n": 100.0, "unit": "%"} | changes
        for policy, series in (("status_quo", base), ("new", new))
        for at, value in enumerate(series)
    ])  # fmt: skip
    return contrast_table(frame, favourable={"rearrest": "lower"}).iloc[0]


def test_the_ends_of_the_ratio_are_where_the_paired_t_test_turns():
    ratio, lo, hi = (part[0] for part in mean_ratio(pairs_of(BASE, NEW), 0.95))
    assert ratio == pytest.approx(NEW.mean() / BASE.mean())

    def p_minus_level(t: float) -> float:
        return stats.ttest_rel(NEW[0], t * BASE[0]).pvalue - 0.05

    assert lo == pytest.approx(optimize.brentq(p_minus_level, 0.5, ratio), abs=1e-9)
    assert hi == pytest.approx(optimize.brentq(p_minus_level, ratio, 1.5), abs=1e-9)


def test_the_ratio_of_a_null_policy_is_one_exactly():
    assert [part[0] for part in mean_ratio(pairs_of(BASE, BASE), 0.95)] == [1.0, 1.0, 1.0]


def test_a_baseline_that_may_be_nothing_leaves_the_ratio_open_and_says_so():
    row = table([0.0, 3.0, 0.1, -1.0], [1.0, 2.0, 1.0, 2.0])
    assert np.isfinite(row["ratio"]) and np.isnan(row["ratio_lo"])
    assert row["ratio_note"].startswith("the baseline is not clearly above 0")


@pytest.mark.parametrize(
    ("base", "new", "note"),
    [
        ([0.0, 0.0], [1.0, 2.0], "the baseline is 0, or a mean is negative: no ratio"),
        ([5.0], [4.0], "one replication: no interval"),
        ([np.nan, np.nan], [1.0, 2.0], "no pair: no ratio"),
    ],
)
def test_a_missing_ratio_has_its_reason(base, new, note):
    row = table(base, new)
    assert np.isnan(row["ratio_lo"]) and row["ratio_note"] == note


def test_a_zero_event_arm_has_a_ratio_of_zero():
    row = table([4.0, 5.0, 6.0], [0.0, 0.0, 0.0])
    assert (row["ratio"], row["ratio_lo"], row["ratio_hi"]) == (0, 0, 0)
    assert row["note"].startswith("one arm is the same")


def test_the_standardised_size_is_hedges_with_the_mean_variance_of_the_arms():
    one_arm = np.sqrt((BASE.var(ddof=1) + NEW.var(ddof=1)) / 2)
    expected = (NEW.mean() - BASE.mean()) / one_arm * (1 - 3 / (4 * 4 - 1))
    assert standardised_difference(pairs_of(BASE, NEW))[0] == pytest.approx(expected)


def test_spreads_can_be_those_of_the_pilot_while_means_are_of_all():
    pairs = pairs_of(BASE, NEW, pilot=3)
    gap = NEW[0] - BASE[0]
    assert pairs.sd[0] == pytest.approx(gap[:3].std(ddof=1)) and pairs.freedom[0] == 2
    assert pairs.difference[0] == pytest.approx(gap.mean()) and pairs.count[0] == 5


def test_p_values_are_those_of_scipy_and_of_sign_flips_where_nothing_varies():
    gap = (NEW - BASE)[0]
    p = two_sided_p(gap.mean(), gap.std(ddof=1), 5)
    assert float(p) == pytest.approx(stats.ttest_rel(NEW[0], BASE[0]).pvalue)
    flips = stats.permutation_test(([1.0, 1.0, 1.0, 1.0],), np.mean, permutation_type="samples")
    assert float(two_sided_p(1.0, 0.0, 4)) == pytest.approx(flips.pvalue)
    assert np.isnan(two_sided_p(1.0, 0.0, 1))


def test_numbers_needed_say_benefit_harm_and_both():
    rows = number_needed([-2.0, 2.0, -1.0, 4.0], [-4.0, 1.0, -3.0, 2.0], [-1.0, 4.0, 1.0, 5.0],
                         [True, True, True, False])  # fmt: skip
    assert rows[["nnt", "nnt_lo", "nnt_hi"]].to_numpy().tolist() == [
        [50, 25, 100], [-50, -25, -100], [100, pytest.approx(100 / 3), -100], [25, 20, 50],
    ]  # fmt: skip
    assert [bool(note) for note in rows["nnt_note"]] == [False, False, True, False]


def test_no_number_is_enough_where_nothing_changes():
    row = number_needed([0.0], [0.0], [0.0], [True]).iloc[0]
    assert row[["nnt", "nnt_lo", "nnt_hi"]].isna().all()
    assert row["nnt_note"] == "no difference: no number of people is enough"


def test_numbers_needed_are_for_shares_of_people_only():
    row = table([50.0, 51.0], [48.0, 50.0], unit="per 1,000 people", horizon_months=0)
    assert np.isnan(row["nnt"]) and row["nnt_note"].startswith("not a share of people")
    assert table([50.0, 51.0], [48.0, 50.0])["nnt"] == pytest.approx(100 / 1.5)


def test_every_empty_cell_has_a_note():
    for base, new in (([50.0], [49.0]), ([0.0, 0.0], [0.0, 0.0]), ([np.nan], [1.0])):
        row = table(base, new)
        assert row["note"]
        for columns, note in (
            (["ratio", "ratio_lo", "ratio_hi"], "ratio_note"),
            (["nnt", "nnt_lo", "nnt_hi"], "nnt_note"),
        ):
            assert not row[columns].isna().any() or row[note]


def test_shares_without_an_event_have_the_exact_binomial_limit():
    lo, hi = share_interval([0.0, 1.0], [0.0, 0.0], [30, 30], 0.95)
    exact = stats.binomtest(0, 30).proportion_ci(0.95, method="exact")
    assert (lo[0], hi[0]) == (0.0, pytest.approx(exact.high))
    assert (lo[1], hi[1]) == (pytest.approx(1 - exact.high), 1.0)
