"""Equivalence, non-inferiority, corrections and ranking: exact answers, and other programs'."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.weightstats import ttost_paired

from analysis.contrasts import contrast_table
from analysis.equivalence import equivalence
from analysis.errors import AnalysisError
from analysis.multiplicity import adjusted
from analysis.ranking import probability_best

BASE = [50.0, 52.0, 48.0, 54.0, 49.0]
NEW = [50.4, 51.5, 48.6, 54.1, 49.2]


def outcomes(arms: dict[str, list[float]]) -> pd.DataFrame:
    return pd.DataFrame([
        {"jurisdiction": "here", "policy": policy, "draw": 0, "replication": at,
         "outcome": "rearrest", "definition": "", "horizon_months": 36, "group": "all",
         "value": value, "n": 100.0, "unit": "%"}
        for policy, series in arms.items() for at, value in enumerate(series)
    ])  # fmt: skip


def contrasts(new: list[float], base: list[float] = BASE) -> pd.DataFrame:
    return contrast_table(outcomes({"status_quo": base, "new": new}),
                          favourable={"rearrest": "lower"})  # fmt: skip


def test_equivalence_is_that_of_statsmodels():
    row = equivalence(contrasts(NEW), {"rearrest": 0.8}).iloc[0]
    p, _below, above = ttost_paired(np.array(NEW), np.array(BASE), -0.8, 0.8)
    assert row["p_equivalent"] == pytest.approx(p)
    assert row["p_noninferior"] == pytest.approx(above[1])
    assert row["is_equivalent"] == "yes" and row["is_noninferior"] == "yes"


@pytest.mark.parametrize("margin", [0.3, 0.6, 1.2])
def test_equivalence_is_claimed_exactly_where_the_interval_lies_within_the_margin(margin):
    row = equivalence(contrasts(NEW), {"rearrest": margin}).iloc[0]
    inside = -margin < row["equivalence_lo"] and row["equivalence_hi"] < margin
    assert (row["is_equivalent"] == "yes") == inside


def test_a_large_improvement_is_not_inferior_and_not_equivalent():
    row = equivalence(contrasts([value - 5 for value in NEW]), {"rearrest": 1.0}).iloc[0]
    assert (row["is_noninferior"], row["is_equivalent"]) == ("yes", "no")


def test_a_null_policy_is_equivalent_and_one_replication_is_no_test():
    null = equivalence(contrasts(BASE), {"rearrest": 1.0}).iloc[0]
    assert null["is_equivalent"] == "yes" and "no spread" in null["margin_note"]
    one = equivalence(contrasts([50.0], [51.0]), {"rearrest": 1.0}).iloc[0]
    assert one["is_equivalent"] == "" and one["margin_note"] == "one replication: no test"


@pytest.mark.parametrize(
    ("margins", "message"),
    [({"rearest": 1.0}, "did you mean 'rearrest'"), ({"rearrest": 0.0}, "give one above 0")],
)
def test_a_margin_that_cannot_be_used_is_refused(margins, message):
    with pytest.raises(AnalysisError, match=message):
        equivalence(contrasts(NEW), margins)


def test_corrections_are_those_of_statsmodels_family_by_family():
    rng = np.random.default_rng(1)
    table = pd.DataFrame({"jurisdiction": rng.integers(0, 3, 60), "p_value": rng.random(60) ** 3})
    table.loc[[4, 7], "p_value"] = table.loc[3, "p_value"], 1.0
    found = adjusted(table)
    for _place, rows in found.groupby("jurisdiction"):
        for column, method in (("p_holm", "holm"), ("p_bh", "fdr_bh")):
            np.testing.assert_allclose(
                rows[column], multipletests(rows["p_value"], method=method)[1]
            )
    whole = adjusted(table, within=())
    np.testing.assert_allclose(whole["p_holm"], multipletests(table["p_value"], method="holm")[1])


def test_what_is_no_test_is_in_no_family():
    table = pd.DataFrame({"jurisdiction": "here", "p_value": [0.02, np.nan, 0.04]})
    assert adjusted(table)["p_holm"].round(6).fillna(-1).tolist() == [0.04, -1.0, 0.04]
    with pytest.raises(AnalysisError, match="no column 'p'"):
        adjusted(table, column="p")


def test_policies_that_are_equal_share_being_best():
    arms = {"status_quo": BASE, "same": BASE, "worse": [value + 9 for value in BASE]}
    best = probability_best(outcomes(arms), {"rearrest": "lower"}).set_index("policy")
    assert best["p_best"].to_dict() == {"status_quo": 0.5, "same": 0.5, "worse": 0.0}
    assert best["mean_rank"].to_dict() == {"status_quo": 1.5, "same": 1.5, "worse": 3.0}


def test_being_best_of_two_is_the_paired_statement_and_the_direction_matters():
    table = outcomes({"status_quo": BASE, "new": NEW})
    for direction in ("lower", "higher"):
        best = probability_best(table, {"rearrest": direction}).set_index("policy")["p_best"]
        pair = contrast_table(table, favourable={"rearrest": direction}).iloc[0]
        assert best["new"] == pytest.approx(pair["p_better"], abs=0.022)
        assert best.sum() == pytest.approx(1.0)


def test_more_policies_than_replications_can_be_ranked_and_one_replication_cannot():
    rng = np.random.default_rng(2)
    arms = {f"p{at}": list(50 + rng.normal(0, 1, 3)) for at in range(6)}
    best = probability_best(outcomes(arms), {"rearrest": "lower"})
    assert best["p_best"].sum() == pytest.approx(1.0)
    alone = probability_best(outcomes({"a": [1.0], "b": [2.0]}), {"rearrest": "lower"})
    assert alone["p_best"].isna().all()
    assert (alone["note"] == "one replication: no probability").all()
    assert probability_best(outcomes(arms), {}).empty
