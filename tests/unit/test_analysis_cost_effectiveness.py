"""Money over time, net benefit, the plane, its frontier and the acceptability curve."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.acceptability import acceptability
from analysis.cost_effectiveness import (
    efficiency_frontier,
    plane_points,
    plane_table,
    quadrant,
)
from analysis.errors import AnalysisError
from analysis.net_benefit import net_benefit, net_benefit_parts
from analysis.present_values import budget_impact, present_values


def series(policies: dict[str, float], months: int = 48, replications: int = 3) -> pd.DataFrame:
    """Monthly costs that are level in time: courts 100 a month × factor, prison 50, harm 10."""
    return pd.DataFrame(
        [
            {"jurisdiction": "here", "policy": policy, "draw": 0, "replication": run,
             "month": month, "people": 1000.0, "cost_courts": 100.0 * factor + run,
             "cost_prison": 50.0, "harm_to_victims": 10.0 * factor}
            for policy, factor in policies.items() for run in range(replications)
            for month in range(months)
        ]
    )  # fmt: skip


def test_a_level_flow_has_the_present_value_of_an_annuity():
    table = present_values(series({"status_quo": 1.0}, replications=1), 12, 0.035)
    monthly = 1.035 ** (-1 / 12)
    annuity = (1 - monthly**36) / (1 - monthly)
    values = table.set_index("metric")["value"]
    assert values["cost_courts"] == pytest.approx(100 * annuity / 1000)
    assert values["harm_to_victims"] == pytest.approx(10 * annuity / 1000)
    assert values["cost_total"] == pytest.approx(150 * annuity / 1000)
    assert set(table["months"]) == {36} and set(table["rate_per_year"]) == {0.035}


def test_without_discounting_it_is_the_plain_sum():
    table = present_values(series({"status_quo": 1.0}, replications=1), 0, 0.0)
    assert table.set_index("metric").loc["cost_prison", "value"] == pytest.approx(48 * 50 / 1000)


def test_any_flow_can_be_discounted_and_a_missing_one_is_an_error():
    frame = series({"status_quo": 1.0}).assign(victims=5.0)
    assert set(present_values(frame, 0, 0.03, ["victims"])["metric"]) == {"victims"}
    with pytest.raises(AnalysisError, match="no column 'victms'; nearest name: 'victims'"):
        present_values(frame, 0, 0.03, ["victms"])
    with pytest.raises(AnalysisError, match="discount rate of -1"):
        present_values(frame, 0, -1.0)
    with pytest.raises(AnalysisError, match="no month from 99"):
        present_values(frame, 99, 0.03)


def test_budget_impact_is_by_year_and_agency_and_harm_is_in_no_total():
    table = budget_impact(series({"status_quo": 1.0, "new": 1.2}, months=30), 0, "status_quo")
    rows = table.set_index(["year", "account"])
    # 20 % more for courts in each year: 12 × 20 / 1000 a person-year; prison and harm apart.
    assert rows.loc[(1, "cost_courts"), "difference"] == pytest.approx(20 * 12 / 1000)
    assert rows.loc[(1, "cost_prison"), "difference"] == 0
    assert rows.loc[(1, "cost_total"), "difference"] == pytest.approx(20 * 12 / 1000)
    assert rows.loc[(1, "harm_to_victims"), "difference"] == pytest.approx(2 * 12 / 1000)
    assert rows.loc[(3, "cost_courts"), "months"] == 6
    assert "a year of 6 months" in rows.loc[(3, "cost_courts"), "note"]
    assert table["year"].to_list() == sorted(table["year"].to_list())


def values(rows: dict[str, list[float]], draw: int = 0) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"jurisdiction": "here", "policy": policy, "draw": draw, "replication": run,
             "value": value}
            for policy, entries in rows.items() for run, value in enumerate(entries)
        ]
    )  # fmt: skip


def metrics(**columns: float) -> pd.DataFrame:
    return pd.DataFrame({
        "jurisdiction": "here", "policy": "new", "draw": 0, "replication": 0,
        "metric": list(columns), "value": list(columns.values()),
    })  # fmt: skip


def test_a_net_benefit_is_the_weighted_sum_and_prints_its_weights():
    frame = metrics(cost_total=120.0, harm_to_victims=30.0, victims=2.0)
    total = net_benefit(frame, {"cost_total": -1, "harm_to_victims": -0.5}).iloc[0]
    assert total["value"] == pytest.approx(-135.0)
    assert total["weights"] == "cost_total × -1; harm_to_victims × -0.5"
    discounted = net_benefit(frame.assign(rate_per_year=0.035), {"cost_total": -1}).iloc[0]
    assert discounted["weights"] == "cost_total × -1; discounted at 3.5 % a year"
    parts = net_benefit_parts(frame, {"cost_total": -1, "victims": -100}).set_index("metric")
    assert parts.loc["victims", "worth"] == -200 and parts.loc["victims", "weight"] == -100


def test_no_weight_is_ever_assumed():
    with pytest.raises(AnalysisError, match="needs weights: none is assumed"):
        net_benefit(metrics(cost_total=1.0), {})
    with pytest.raises(AnalysisError, match="no 'cost_totl' to weigh; nearest name: 'cost_total'"):
        net_benefit(metrics(cost_total=1.0), {"cost_totl": -1})


def test_a_missing_part_gives_no_partial_sum():
    frame = metrics(cost_total=120.0, victims=float("nan"))
    assert np.isnan(net_benefit(frame, {"cost_total": -1, "victims": -1}).iloc[0]["value"])


def test_points_are_paired_and_a_fall_of_what_is_unwanted_is_a_gain():
    cost = values({"status_quo": [10.0, 20.0], "new": [13.0, 24.0]})
    harm = values({"status_quo": [5.0, 6.0], "new": [4.0, 4.0]})
    points = plane_points(cost, harm, "status_quo")
    assert points["cost"].to_list() == [3.0, 4.0] and points["gain"].to_list() == [1.0, 2.0]
    row = plane_table(points).iloc[0]
    assert row["cost_per_gain"] == pytest.approx(3.5 / 1.5)
    low, high = stats.t.interval(0.95, 1, 3.5, stats.sem([3.0, 4.0]))
    assert (row["cost_lo"], row["cost_hi"]) == pytest.approx((low, high))
    assert plane_points(cost, harm, "status_quo", favourable="higher")["gain"].iloc[0] == -1.0


@pytest.mark.parametrize(
    ("cost", "gain", "where", "has_price"),
    [(1.0, 1.0, "costs more, gains", True), (-1.0, -1.0, "saves money, loses", True),
     (-1.0, 1.0, "saves money, gains", False), (1.0, -1.0, "costs more, loses", False),
     (0.0, 1.0, "", False)],
)  # fmt: skip
def test_a_price_is_given_only_where_something_is_traded(cost, gain, where, has_price):
    assert quadrant(cost, gain) == where
    points = values({"new": [0.0, 0.0]}).drop(columns="value").assign(cost=cost, gain=gain)
    row = plane_table(points).iloc[0]
    assert np.isfinite(row["cost_per_gain"]) == has_price
    assert has_price or "no price" in row["note"]


def test_the_frontier_is_that_of_a_worked_example():
    # Costs and gains as in the textbook example of extended dominance: B is dominated by A
    # (dearer, no better), C extendedly by A and D, whose prices are 20/2 and 40/4.
    points = pd.DataFrame({
        "jurisdiction": "here", "policy": list("ABCD"), "draw": 0, "replication": 0,
        "cost": [10.0, 12.0, 30.0, 40.0], "gain": [2.0, 1.0, 2.5, 5.0],
    })  # fmt: skip
    table = efficiency_frontier(points, "status_quo").set_index("policy")
    assert table["standing"].to_dict() == {
        "status_quo": "on the frontier", "A": "on the frontier", "B": "dominated",
        "C": "extendedly dominated", "D": "on the frontier",
    }  # fmt: skip
    assert table.loc["A", "cost_per_gain"] == 5.0
    assert table.loc["D", "cost_per_gain"] == pytest.approx(30.0 / 3.0)


def test_a_policy_that_saves_and_gains_dominates_the_baseline():
    points = pd.DataFrame({"jurisdiction": ["here"], "policy": ["A"], "draw": 0, "replication": 0,
                           "cost": [-1.0], "gain": [1.0]})  # fmt: skip
    table = efficiency_frontier(points, "status_quo").set_index("policy")
    assert table.loc["status_quo", "standing"] == "dominated"


def gaussian_worlds(draws: int, noise: float, replications: int = 4, seed: int = 0):
    """Extra cost N(10, 1), gain N(2, 1) by draw, and chance that differs between the arms."""
    rng = np.random.default_rng(seed)
    frames = {"cost": [], "effect": []}
    truth = {"cost": rng.normal(10, 1, draws), "effect": rng.normal(2, 1, draws)}
    for name in frames:
        for policy in ("status_quo", "new"):
            level = truth[name] if policy == "new" else np.zeros(draws)
            level = level if name == "cost" else -level  # less of the effect is a gain
            worth = level[:, None] + rng.normal(0, noise, (draws, replications))
            frames[name].append(pd.DataFrame({
                "jurisdiction": "here", "policy": policy,
                "draw": np.repeat(np.arange(1, draws + 1), replications),
                "replication": np.tile(np.arange(replications), draws), "value": worth.ravel(),
            }))  # fmt: skip
    return pd.concat(frames["cost"]), pd.concat(frames["effect"])


def test_the_acceptability_curve_is_the_normal_probability():
    # P(λ gain > cost) = Φ((2λ − 10) / sqrt(λ² + 1)). 4,000 draws: 4 standard errors are 0.032.
    thresholds = [1.0, 5.0, 10.0]
    table = acceptability(*gaussian_worlds(4000, 0.0), thresholds)
    new = table[table["policy"] == "new"].set_index("threshold")
    for one in thresholds:
        truth = stats.norm.cdf((2 * one - 10) / np.hypot(one, 1))
        assert new.loc[one, "probability_best"] == pytest.approx(truth, abs=0.032)
        assert new.loc[one, "net_benefit"] == pytest.approx(2 * one - 10, abs=0.1 * one)
    assert set(table["basis"]) == {"evidence"}
    sums = table.groupby("threshold")["probability_best"].sum()
    np.testing.assert_allclose(sums, 1.0)
    frontier = table[table["on_frontier"]].set_index("threshold")["policy"]
    assert frontier[1.0] == "status_quo" and frontier[10.0] == "new"


def test_chance_between_seeds_does_not_flatten_the_curve():
    # Two seeds with noise 1 in each arm: at λ = 10 the variance of the gain is 101 from the
    # evidence and as much again from chance, so plain means would give Φ(10 / sqrt(202)) =
    # 0.76 for the true 0.84. The limit is 4 standard errors of the evidence part (6.8) and of
    # the mean gain (0.22).
    table = acceptability(*gaussian_worlds(4000, 1.0, replications=2, seed=1), [10.0])
    found = table.set_index("policy").loc["new", "probability_best"]
    assert found == pytest.approx(stats.norm.cdf(10 / np.sqrt(101)), abs=0.05)
    assert stats.norm.cdf(10 / np.sqrt(202)) < stats.norm.cdf(10 / np.sqrt(101)) - 0.05


def test_without_draws_the_curve_is_of_chance_and_ties_are_shared():
    same = values({"status_quo": [1.0, 2.0], "new": [1.0, 2.0]})
    table = acceptability(same, same, [100.0])
    assert table["probability_best"].to_list() == [0.5, 0.5]
    assert set(table["basis"]) == {"chance"} and set(table["worlds"]) == {2}
    assert table["on_frontier"].all()


def test_worlds_without_a_pair_are_left_out_and_said():
    cost = values({"status_quo": [1.0, 2.0], "new": [0.0, float("nan")]})
    table = acceptability(cost, values({"status_quo": [1.0, 1.0], "new": [1.0, 1.0]}), [1.0])
    assert set(table["worlds"]) == {1} and table["note"].str.contains("left out").all()


def test_two_definitions_in_one_world_are_refused():
    cost = values({"status_quo": [1.0], "new": [2.0]})
    with pytest.raises(AnalysisError, match="several values in one world"):
        plane_points(cost, pd.concat([cost, cost]), "status_quo")
    with pytest.raises(AnalysisError, match="needs thresholds: none is assumed"):
        acceptability(cost, cost, [])
