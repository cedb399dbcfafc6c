"""Regret, satisficing and the Pareto front: exact on small tables, honest about chance."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.errors import AnalysisError
from analysis.pareto import dominates, pareto_table
from analysis.replications import paired_differences
from analysis.robustness import (
    Requirement,
    regret_table,
    robustness_table,
    satisficing_table,
)

# Net benefit by policy (A, B, C) in four states: two places, two draws.
STATES = {
    ("north", 1): (10.0, 8.0, 6.0), ("north", 2): (2.0, 8.0, 6.0),
    ("south", 1): (9.0, 3.0, 6.0), ("south", 2): (5.0, 9.0, 6.0),
}  # fmt: skip


def worlds(noise: float = 0.0, replications: int = 4, states=STATES) -> pd.DataFrame:
    rng = np.random.default_rng(2)
    return pd.DataFrame(
        [
            {"jurisdiction": place, "policy": policy, "draw": draw, "replication": run,
             "value": value + noise * rng.normal()}
            for (place, draw), entries in states.items()
            for policy, value in zip("ABC", entries, strict=True) for run in range(replications)
        ]
    )  # fmt: skip


def test_regret_is_the_shortfall_from_the_best_of_each_state():
    table = regret_table(worlds()).set_index(["jurisdiction", "draw", "policy"])["regret"]
    assert table.loc[("north", 1)].to_dict() == {"A": 0, "B": 2, "C": 4}
    assert table.loc[("south", 1)].to_dict() == {"A": 0, "B": 6, "C": 3}


def test_minimax_regret_picks_the_policy_that_is_never_far_from_the_best():
    # Worst regrets: A 6 (north, 2), B 6 (south, 1), C 4 (north, 1).
    table = robustness_table(worlds()).set_index("policy")
    assert table["largest_regret"].to_dict() == {"C": 4.0, "A": 6.0, "B": 6.0}
    assert table.loc["C", "is_minimax"] and not table.loc["A", "is_minimax"]
    assert table.loc["A", "worst_jurisdiction"] == "north" and table.loc["A", "worst_draw"] == 2
    assert table["share_best"].to_dict() == {"C": 0.0, "A": 0.5, "B": 0.5}
    assert table.loc["B", "mean_regret"] == pytest.approx((2 + 0 + 6 + 0) / 4)
    assert table.loc["C", "share_minimax"] == 1.0


def test_fewer_is_better_where_that_is_said():
    low = robustness_table(worlds().assign(value=lambda f: -f["value"]), favourable="lower")
    pd.testing.assert_frame_equal(low, robustness_table(worlds()))


def test_a_choice_that_rests_on_chance_says_so():
    even = dict.fromkeys(STATES, (6.0, 6.0, 0.0))
    table = robustness_table(worlds(noise=1.0, replications=6, states=even)).set_index("policy")
    assert table.loc["C", "share_minimax"] == 0
    # A and B are alike: no resampling should be certain between them.
    assert 0 < table.loc["A", "share_minimax"] < 1
    assert table["share_minimax"].sum() == pytest.approx(1.0)


def test_one_replication_has_regrets_but_no_certainty():
    table = robustness_table(worlds(replications=1))
    assert table["largest_regret"].notna().all() and table["share_minimax"].isna().all()
    assert table["note"].str.startswith("one replication").all()


def test_a_state_without_some_policy_is_said():
    frame = worlds(replications=1)
    hole = frame[~((frame["policy"] == "B") & (frame["draw"] == 2))]
    regrets = regret_table(hole).set_index("draw")
    assert (regrets.loc[2, "note"] == "no replication has every policy").all()
    assert regrets.loc[1, "regret"].notna().all()
    table = robustness_table(hole)
    assert (table["note"] == "no replication has every policy in every state").all()


def outcomes() -> pd.DataFrame:
    """Differences from the baseline: A meets both aims in 1 of 2 draws, B never the second."""
    rows = []
    effect = {("A", 1): (-2.0, -5.0), ("A", 2): (-2.0, 5.0), ("B", 1): (-3.0, 9.0),
              ("B", 2): (-3.0, 9.0), ("base", 1): (0.0, 0.0), ("base", 2): (0.0, 0.0)}  # fmt: skip
    for (policy, draw), pair in effect.items():
        for outcome, change in zip(("rearrest", "cost"), pair, strict=True):
            rows += [{"jurisdiction": "here", "policy": policy, "draw": draw, "replication": run,
                      "outcome": outcome, "definition": "", "horizon_months": 0, "group": "all",
                      "unit": "", "value": 50 + run + change} for run in range(2)]  # fmt: skip
    return pd.DataFrame(rows)


def test_satisficing_counts_the_states_in_which_every_requirement_is_met():
    aims = [Requirement("rearrest", at_most=-1.0), Requirement("cost", at_most=0.0)]
    table = satisficing_table(paired_differences(outcomes(), "base"), aims)
    share = table.set_index(["policy", "requirement"])["share"]
    assert share[("A", "rearrest ≤ -1")] == 1.0 and share[("A", "cost ≤ 0")] == 0.5
    assert share[("A", "all")] == 0.5 and share[("B", "all")] == 0.0
    assert (table.loc[table["requirement"] == "all", "states"] == 2).all()


def test_a_state_without_a_value_meets_nothing_and_is_counted():
    frame = outcomes()
    frame.loc[(frame["policy"] == "A") & (frame["draw"] == 1), "value"] = np.nan
    table = satisficing_table(
        paired_differences(frame, "base"), [Requirement("rearrest", at_most=-1.0)]
    )
    row = table.set_index(["policy", "requirement"]).loc[("A", "all")]
    assert row["share"] == 0.5 and "1 states without a value" in row["note"]


def test_requirements_are_the_users_and_must_exist():
    pairs = paired_differences(outcomes(), "base")
    with pytest.raises(AnalysisError, match="needs requirements: none is assumed"):
        satisficing_table(pairs, [])
    with pytest.raises(AnalysisError, match="no outcome 'rearest'; nearest name: 'rearrest'"):
        satisficing_table(pairs, [Requirement("rearest")])


def test_dominance_needs_one_strict_improvement():
    same = np.array([[1.0, 2.0], [1.0, 2.0]])
    assert not dominates(same).any()
    assert dominates(np.array([[1.0, 2.0], [1.0, 3.0]])).tolist() == [[False, True], [False] * 2]


POLICIES = {"base": (5.0, 5.0), "safe": (3.0, 7.0), "cheap": (6.0, 4.0), "poor": (6.0, 6.0)}
WANTED = {"offences": "lower", "recovered": "higher"}


def objectives(noise: float = 0.0, replications: int = 5, seed: int = 8) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        [
            {"jurisdiction": "here", "policy": policy, "draw": 0, "replication": run,
             "outcome": outcome, "definition": "", "horizon_months": 0, "group": "all",
             "unit": "", "value": (-value if outcome == "recovered" else value)
             + noise * rng.normal()}
            for policy, pair in POLICIES.items()
            for outcome, value in zip(WANTED, pair, strict=True) for run in range(replications)
        ]
    )  # fmt: skip


def test_the_front_holds_what_nothing_beats_and_names_what_beats_the_rest():
    table = pareto_table(objectives(), WANTED).set_index("policy")
    assert table["is_on_front"].to_dict() == {
        "base": True, "cheap": True, "poor": False, "safe": True,
    }  # fmt: skip
    assert table.loc["poor", "dominated_by"] == "base, cheap"
    assert table.loc["safe", "offences"] == 3.0 and table.loc["safe", "recovered"] == -7.0
    assert table.loc["poor", "share_on_front"] == 0.0


def test_how_sure_the_front_is_falls_with_chance():
    def doubt(noise: float) -> float:
        """Mean of min(share, 1 - share) over the policies of 20 data sets."""
        shares = np.array([pareto_table(objectives(noise, seed=seed), WANTED)["share_on_front"]
                           for seed in range(20)])  # fmt: skip
        return float(np.minimum(shares, 1 - shares).mean())

    # At noise 0.05 the gaps are 40 standard errors; at 4 less than one, and doubt is the rule.
    assert doubt(0.05) == 0.0 and doubt(4.0) > 0.1


def test_equal_policies_are_all_on_the_front():
    frame = objectives()
    same = pd.concat([frame[frame["policy"] == "base"].assign(policy=name) for name in "ab"])
    assert pareto_table(same, WANTED)["is_on_front"].all()


def test_a_policy_without_a_value_is_not_judged_and_says_so():
    frame = objectives()
    hole = frame[~((frame["policy"] == "safe") & (frame["outcome"] == "offences"))]
    table = pareto_table(hole, WANTED).set_index("policy")
    assert table.loc["safe", "note"] == "no value in some objective: not judged"
    assert not table.loc["safe", "is_on_front"] and table.loc["base", "is_on_front"]
    assert np.isnan(table.loc["safe", "share_on_front"])


def test_an_objective_that_is_not_stored_is_named():
    with pytest.raises(AnalysisError, match="no outcome 'offnces' is stored; nearest name"):
        pareto_table(objectives(), {"offnces": "lower"})


def test_the_weights_of_a_net_benefit_are_printed_with_its_regrets_and_never_mixed():
    stated = worlds().assign(weights="cost_total × -1")
    for table in (regret_table(stated), robustness_table(stated)):
        assert (table["weights"] == "cost_total × -1").all()
    mixed = pd.concat([stated, worlds(states={("east", 1): (1.0, 2.0, 3.0)}).assign(
        weights="cost_total × -2")])  # fmt: skip
    with pytest.raises(AnalysisError, match="net benefits at different weights"):
        regret_table(mixed)
