"""Naive against true: exact on small cohorts, unbiased where it should be, biased where it is."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.errors import AnalysisError
from analysis.logistic import standardised_difference
from analysis.naive import COLUMNS, naive_table
from tests.unit.selected_cohort import Selection, selected_cohort, true_effect

LEVERS = {"prison_treatment": "treated"}


def told(cohort: pd.DataFrame, **options: object) -> pd.DataFrame:
    table = naive_table(cohort, LEVERS, "to_rearrest", 36, "status_quo", **options)
    assert list(table.columns) == list(COLUMNS)
    return table.set_index("estimate")


def people(rows: list[tuple[str, int, int, int, int]]) -> pd.DataFrame:
    """Rows: policy, replication, person, treated, months to rearrest."""
    frame = pd.DataFrame(rows, columns=["policy", "replication", "person", "treated",
                                        "to_rearrest"])  # fmt: skip
    return frame.assign(jurisdiction="here", draw=0, month=20)


def test_raw_and_true_are_counted_by_hand():
    # Under the policy 1 and 2 take part; 1 is rearrested, 3 of the others 2. The same two
    # under the baseline: both rearrested. Raw 50 - 67, true 50 - 100.
    cohort = people([
        ("new", 0, 1, 1, 5), ("new", 0, 2, 1, -1), ("new", 0, 3, 0, 7), ("new", 0, 4, 0, 36),
        ("new", 0, 5, 0, 37), ("status_quo", 0, 1, 0, 2), ("status_quo", 0, 2, 0, 9),
        ("status_quo", 0, 3, 0, 7), ("status_quo", 0, 4, 0, 36), ("status_quo", 0, 5, 0, -1),
    ])  # fmt: skip
    table = told(cohort)
    assert table.loc["raw", "difference"] == pytest.approx(50 - 200 / 3)
    assert table.loc["adjusted", "difference"] == pytest.approx(50 - 200 / 3)  # no covariates
    assert table.loc["true", "difference"] == pytest.approx(-50.0)
    assert table.loc["bias of raw", "difference"] == pytest.approx(50 - 200 / 3 + 50)
    assert (table["participants"] == 2).all() and (table["others"] == 3).all()
    assert table.loc["raw", "note"] == "one replication: no interval"
    assert "not adjusted for: age_years, male, priors" in table.loc["adjusted", "note"]


def test_only_the_first_index_event_of_a_person_counts():
    cohort = people([("new", 0, 1, 1, 5), ("new", 0, 2, 0, -1), ("status_quo", 0, 1, 0, -1),
                     ("status_quo", 0, 2, 0, -1)])  # fmt: skip
    later = people([("new", 0, 1, 0, -1), ("new", 0, 2, 1, 3)]).assign(month=40)
    assert told(pd.concat([later, cohort]))["difference"].equals(told(cohort)["difference"])


def test_those_who_take_part_anyway_are_no_effect_of_the_policy():
    cohort = people([("new", 0, 1, 1, 5), ("new", 0, 2, 1, -1), ("new", 0, 3, 0, 4),
                     ("status_quo", 0, 1, 1, -1), ("status_quo", 0, 2, 0, 8),
                     ("status_quo", 0, 3, 0, 4)])  # fmt: skip
    assert told(cohort).loc["true", "difference"] == -100.0  # person 2 alone


def test_a_participant_unknown_under_the_baseline_is_counted_and_said():
    cohort = people([("new", 0, 1, 1, 5), ("new", 0, 2, 1, -1), ("new", 0, 3, 0, 4),
                     ("status_quo", 0, 1, 0, 5), ("status_quo", 0, 3, 0, 4)])  # fmt: skip
    row = told(cohort).loc["true"]
    assert row["difference"] == 0.0 and row["unmatched"] == 1
    assert "1 who took part have no such event under the baseline" in row["note"]


def test_the_adjusted_estimate_is_statsmodels_own_margin():
    from statsmodels.api import Logit, add_constant

    rng = np.random.default_rng(3)
    x = rng.normal(size=(800, 2))
    took = (rng.random(800) < 0.4).astype(float)
    event = (rng.random(800) < 0.4 + 0.1 * took).astype(float)
    gap, coefficients = standardised_difference(event, took, x)
    design = add_constant(np.column_stack([took, x]))
    fitted = Logit(event, design).fit(disp=0)
    np.testing.assert_allclose(coefficients, fitted.params, atol=1e-6)
    without = design.copy()
    without[:, 1] = 0
    margin = (fitted.predict(design) - fitted.predict(without))[took == 1].mean()
    assert gap == pytest.approx(margin, abs=1e-9)


def test_without_selection_all_three_agree():
    # Intervals of 99.99 %, so that the three claims fail once in 3,000 data sets.
    table = told(selected_cohort(Selection(), people=300, replications=40), confidence=0.9999)
    truth = true_effect(Selection())
    for name in ("raw", "adjusted", "true"):
        assert table.loc[name, "lo"] < truth < table.loc[name, "hi"]
    # Common draws: an event that differs between the arms has variance 0.1 where a share of
    # two groups has 0.36; with 40 replications a ratio above 1 is a 1e-4 event (F 39, 39).
    width = table["hi"] - table["lo"]
    assert width["true"] < width["raw"]


def test_adjustment_removes_selection_on_what_is_recorded():
    selection = Selection(effect=0.0, risk_on_taking_part=1.2)
    table = told(selected_cohort(selection, people=3000), confidence=0.9999)
    assert table.loc["raw", "lo"] > 0  # high-risk people take part: it looks harmful
    assert table.loc["adjusted", "lo"] < 0 < table.loc["adjusted", "hi"]
    assert table.loc["true", ["difference", "lo", "hi"]].eq(0).all()
    assert "the same in every replication" in table.loc["true", "note"]


def test_adjustment_cannot_remove_selection_on_what_is_not_recorded():
    selection = Selection(effect=0.0, motivation_on_event=-0.8, motivation_on_taking_part=0.8)
    table = told(selected_cohort(selection, people=3000), confidence=0.9999)
    for name in ("bias of raw", "bias of adjusted"):
        assert table.loc[name, "hi"] < 0  # the motivated take part: it looks effective
    assert table.loc["true", "difference"] == 0.0


def misses(experiments: int, **size: int) -> pd.Series:
    selection = Selection(effect=-0.6, risk_on_taking_part=0.5)
    truth = true_effect(selection)
    out = pd.Series(0, index=["adjusted", "true"])
    for at in range(experiments):
        table = told(selected_cohort(selection, seed=100 + at, **size)).loc[out.index]
        out += ((table["lo"] > truth) | (table["hi"] < truth)).astype(int)
    return out


def test_intervals_cover_the_true_effect():
    # 40 experiments at 93 to 97 %: the 1e-4 tail allows 10 misses; a level of 60 % is caught.
    assert (misses(40, people=300) <= stats.binom.ppf(1 - 1e-4, 40, 0.07)).all()


@pytest.mark.slow
def test_intervals_cover_93_to_97_percent():
    # 1,000 experiments: 1e-4 tails of the binomial around 93 and 97 %.
    low, high = (stats.binom.ppf(p, 1000, q) for p, q in ((1e-4, 0.03), (1 - 1e-4, 0.07)))
    assert misses(1000, people=300).between(low, high).all()


@pytest.mark.parametrize(
    ("change", "estimate", "note"),
    [
        (lambda f: f.assign(treated=0), "raw", "nobody took part"),
        (lambda f: f.assign(treated=(f["policy"] == "new").astype(int)), "raw",
         "everyone took part: there is nobody to compare with"),
        (lambda f: f.assign(to_rearrest=f["to_rearrest"].where(f["treated"] == 0, -1)),
         "adjusted", "the regression has no solution: too few events on one side"),
        (lambda f: f.assign(treated=lambda g: g["person"] % 2), "true",
         "nobody took part because of the policy and is known under the baseline"),
    ],
)  # fmt: skip
def test_what_cannot_be_estimated_says_why(change, estimate, note):
    cohort = change(selected_cohort(Selection(), people=200, replications=3))
    table = told(cohort)
    assert np.isnan(table.loc[estimate, "difference"]) and note in table.loc[estimate, "note"]
    empty = table["difference"].isna() | table["lo"].isna()
    assert (table.loc[empty, "note"] != "").all()


def test_a_column_that_is_no_participation_is_refused():
    cohort = selected_cohort(Selection(), people=50, replications=2)
    with pytest.raises(AnalysisError, match="'priors' is not a participation column"):
        naive_table(cohort, {"x": "priors"}, "to_rearrest", 36, "status_quo")
    with pytest.raises(AnalysisError, match="no column 'treatd'; nearest name: 'treated'"):
        naive_table(cohort, {"x": "treatd"}, "to_rearrest", 36, "status_quo")
