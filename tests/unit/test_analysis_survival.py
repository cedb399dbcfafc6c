"""Cumulative incidence: exact answers, agreement with lifelines, agreement with the outcomes."""

from __future__ import annotations

import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.errors import AnalysisError
from analysis.measures import event_column, index_code
from analysis.store import Store
from analysis.survival import (
    cohort_window,
    cumulative_incidence,
    first_event,
    incidence_curves,
    incidence_table,
)
from tests.unit.synthetic_store import COHORT_EVENTS, Design, write_store


def test_five_people_by_hand():
    # Months: event 1, death 2, event 3, censored 3, censored 5.
    # F(1) = 1/5; S = 4/5, then 3/5 after the death; F(3) = 1/5 + 3/5 * 1/3 = 2/5.
    result = cumulative_incidence(np.array([1, 2, 3, 3, 5]), np.array([1, 2, 1, 0, 0]), 5)
    assert result.incidence[0].tolist() == pytest.approx([0, 0.2, 0.2, 0.4, 0.4, 0.4])
    assert result.at_risk[0].tolist() == [5, 5, 4, 3, 1, 1]
    assert result.events.sum() == 2 and result.competing.sum() == 1


def test_an_event_in_the_month_of_death_or_of_the_last_observation_counts():
    months, kind = first_event(np.array([4, 6, -1]), np.array([4, -1, -1]), np.array([9, 6, 6]))
    assert months.tolist() == [4, 6, 6] and kind.tolist() == [1, 1, 0]


def test_nobody_under_observation_leaves_the_curve_open_and_never_flat():
    result = cumulative_incidence(np.array([2, 2]), np.array([0, 1]), 4)
    assert np.isfinite(result.incidence[0][:3]).all()
    assert np.isnan(result.incidence[0][3:]).all()


def test_when_everyone_has_had_the_event_the_curve_stays_at_one():
    result = cumulative_incidence(np.array([1, 2]), np.array([1, 1]), 4)
    assert result.incidence[0].tolist() == [0, 0.5, 1, 1, 1]


def test_groups_are_the_same_as_one_at_a_time():
    rng = np.random.default_rng(5)
    months, kind = rng.integers(1, 40, 900), rng.integers(0, 3, 900)
    group = rng.integers(0, 3, 900)
    together = cumulative_incidence(months, kind, 36, group, 3)
    for one in range(3):
        alone = cumulative_incidence(months[group == one], kind[group == one], 36)
        np.testing.assert_array_equal(together.incidence[one], alone.incidence[0])


def lifelines_incidence(months, kind):
    from lifelines import AalenJohansenFitter

    fitter = AalenJohansenFitter(calculate_variance=False, seed=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns that it moves tied times apart
        fitter.fit(months, kind, event_of_interest=1)
    return fitter.cumulative_density_.iloc[:, 0]


def test_agrees_with_lifelines_where_no_times_are_tied():
    rng = np.random.default_rng(2)
    months = rng.permutation(np.arange(1, 401))
    kind = rng.choice([0, 1, 2], 400, p=[0.3, 0.5, 0.2])
    ours = cumulative_incidence(months, kind, 400).incidence[0]
    theirs = lifelines_incidence(months, kind)
    np.testing.assert_allclose(
        ours[np.asarray(theirs.index, int)], theirs.to_numpy(), atol=1e-12
    )  # fmt: skip


def test_agrees_with_lifelines_on_tied_months_up_to_its_own_moving_apart():
    # lifelines cannot hold ties: it shifts them at random within the month, which changes
    # the estimate by the order of (deaths x events) / at-risk² in that month.
    rng = np.random.default_rng(3)
    n = 4000
    months = np.minimum(rng.geometric(0.05, n), 60)
    kind = np.where(months == 60, 0, rng.choice([1, 2], n, p=[0.8, 0.2]))
    ours = cumulative_incidence(months, kind, 59).incidence[0]
    theirs = lifelines_incidence(months, kind)
    at = [theirs[theirs.index <= month + 0.5].iloc[-1] for month in range(60)]
    np.testing.assert_allclose(ours, at, atol=2e-3)


def test_without_a_competing_event_it_is_one_minus_kaplan_meier_on_the_rossi_data():
    from lifelines import KaplanMeierFitter
    from lifelines.datasets import load_rossi

    rossi = load_rossi()
    ours = cumulative_incidence(
        rossi["week"].to_numpy(), rossi["arrest"].to_numpy(), int(rossi["week"].max())
    )
    fitter = KaplanMeierFitter().fit(rossi["week"], rossi["arrest"])
    survival = fitter.survival_function_.iloc[:, 0]
    at = np.asarray(survival.index, int)
    np.testing.assert_allclose(ours.incidence[0][at], 1 - survival.to_numpy(), atol=1e-12)
    table = fitter.event_table["at_risk"]
    assert ours.at_risk[0][at[1:]].tolist() == table.to_numpy()[1:].astype(int).tolist()
    assert ours.incidence[0][52] == pytest.approx(114 / 432)


def test_a_planted_bug_counting_deaths_as_censored_is_seen():
    rng = np.random.default_rng(4)
    months, kind = rng.integers(1, 30, 3000), rng.choice([1, 2], 3000, p=[0.6, 0.4])
    right = cumulative_incidence(months, kind, 29).incidence[0]
    wrong = cumulative_incidence(months, np.where(kind == 2, 0, kind), 29).incidence[0]
    assert wrong[28] - right[28] > 0.2


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return Store(write_store(tmp_path_factory.mktemp("store"), Design(replications=5)))


def test_curve_and_outcomes_agree_exactly_at_the_horizon(store: Store):
    study = store.manifest.study
    for (outcome, definition), column in COHORT_EVENTS.items():
        assert event_column(outcome, definition) == column
        cohort = cohort_window(store.cohort((column,)), index_code(study.index), study.start,
                               study.months, 36)  # fmt: skip
        names, curves = incidence_curves(cohort, column, 36)
        stored = store.outcomes.query("outcome == @outcome and definition == @definition "
                                      "and horizon_months == 36")  # fmt: skip
        both = names.assign(curve=100 * curves.incidence[:, 36]).merge(
            stored.astype({"policy": str, "jurisdiction": str}), on=["policy", "replication"]
        )
        assert len(both) == 20
        np.testing.assert_allclose(both["curve"], both["value"], atol=1e-10)


def test_the_table_has_the_mean_curve_its_interval_and_the_paired_difference(store: Store):
    from scipy import stats

    study = store.manifest.study
    cohort = cohort_window(store.cohort(("to_rearrest",)), 0, study.start, study.months, 24)
    names, curves = incidence_curves(cohort, "to_rearrest", 24)
    table = incidence_table(names, curves, 0.95, "status_quo")
    assert (
        not table.drop(columns=["difference", "difference_lo", "difference_hi"])
        .isna()
        .any(axis=None)
    )
    here = table.query("policy == 'restorative_justice' and month == 24").iloc[0]
    new = 100 * curves.incidence[names.index[names["policy"] == "restorative_justice"], 24]
    old = 100 * curves.incidence[names.index[names["policy"] == "status_quo"], 24]
    low, high = stats.t.interval(0.95, 4, new.mean(), stats.sem(new))
    assert here["incidence"] == pytest.approx(new.mean())
    assert (here["lo"], here["hi"]) == (pytest.approx(low), pytest.approx(high))
    low, high = stats.ttest_rel(new, old).confidence_interval()
    assert (here["difference_lo"], here["difference_hi"]) == (
        pytest.approx(low), pytest.approx(high),
    )  # fmt: skip
    start = table.query("policy == 'restorative_justice' and month == 0").iloc[0]
    assert start["at_risk"] == (cohort["policy"] == "restorative_justice").sum()
    pooled = cumulative_incidence(
        *first_event(*(cohort.loc[cohort["policy"] == "restorative_justice", column].to_numpy()
                       for column in ("to_rearrest", "to_death", "observed_months"))), 24
    )  # fmt: skip
    assert here["pooled"] == pytest.approx(100 * pooled.incidence[0][24])


def test_one_replication_has_the_interval_between_its_people_and_says_so(tmp_path: Path):
    store = Store(write_store(tmp_path, Design(replications=1)))
    cohort = cohort_window(store.cohort(("to_rearrest",)), 0, 12, 72, 24)
    table = incidence_table(*incidence_curves(cohort, "to_rearrest", 24), 0.95, "status_quo")
    assert table[["incidence", "lo", "hi"]].notna().all(axis=None)
    assert set(table["interval"]) == {"between people"}
    assert (table["note"] == "one replication: the interval is between its people").all()
    inside = table[table["month"] > 0]
    assert ((inside["lo"] < inside["incidence"]) & (inside["incidence"] < inside["hi"])).all()
    gap = table[(table["policy"] != "status_quo") & (table["month"] > 0)]
    assert (gap["difference_lo"] < gap["difference_hi"]).all()


def test_a_horizon_nobody_reaches_is_an_error_with_the_mend(store: Store):
    with pytest.raises(AnalysisError, match=r"nobody can be followed for 60 months.*shorter"):
        cohort_window(store.cohort(), 0, 12, 72, 60)


def test_a_million_rows_take_seconds():
    rng = np.random.default_rng(1)
    n = 1_000_000
    frame = pd.DataFrame({
        "jurisdiction": "here", "policy": np.repeat(list("abcd"), n // 4), "draw": 0,
        "replication": np.tile(np.arange(20), n // 20),
        "to_rearrest": rng.integers(-1, 120, n).astype(np.int16),
        "to_death": np.int16(-1), "observed_months": np.int16(119),
    }).astype({"jurisdiction": "category", "policy": "category"})  # fmt: skip
    begin = time.process_time()
    names, curves = incidence_curves(frame, "to_rearrest", 60)
    table = incidence_table(names, curves, 0.95, "a")
    assert curves.at_risk[:, 0].sum() == n and len(table) == 4 * 61
    assert time.process_time() - begin < 10
