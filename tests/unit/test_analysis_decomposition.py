"""Shapley contributions and interactions: exact answers, efficiency, honest sampling."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from analysis.coalitions import (
    EXACT_UP_TO,
    coalition_name,
    coalition_of,
    coalition_policies,
    lever_orders,
    needed_coalitions,
)
from analysis.decomposition import contributions, shapley_table
from analysis.errors import AnalysisError
from analysis.interactions import interaction_table
from analysis.replications import paired_differences

LEVERS = ("housing", "jobs", "treatment")


def outcomes(value, levers=LEVERS, orders=None, replications=4, draws=(0,), with_pairs=False):
    """Stored outcomes of every needed combination; ``value(chosen, rng)`` less 50 a world."""
    rows = []
    for draw in draws:
        for run in range(replications):
            base = 50 + np.random.default_rng((draw, run)).normal()
            for chosen in needed_coalitions(levers, orders, with_pairs=with_pairs):
                luck = np.random.default_rng((draw, run, len(chosen), hash_of(chosen)))
                rows.append({
                    "jurisdiction": "here",
                    "policy": coalition_name("package", chosen, levers, "status_quo"),
                    "draw": draw, "replication": run, "outcome": "rearrest",
                    "definition": "", "horizon_months": 36, "group": "all", "unit": "%",
                    "value": base + value(chosen, luck), "n": 9.0,
                })  # fmt: skip
    return pd.DataFrame(rows)


def hash_of(chosen: frozenset[str]) -> int:
    return sum(map(ord, "".join(sorted(chosen))))


def additive(chosen, _luck):
    """Housing −1, jobs −2, treatment −3; jobs and treatment overlap by 1 when together."""
    return -sum({"housing": 1.0, "jobs": 2.0, "treatment": 3.0}[one] for one in chosen) + (
        {"jobs", "treatment"} <= chosen
    )


def noisy(chosen, luck):
    return additive(chosen, luck) + 0.3 * luck.normal()


def test_the_value_of_a_known_game_is_found():
    table = shapley_table(outcomes(additive), "package", LEVERS, "status_quo")
    found = table.set_index("lever")["contribution"]
    # The overlap of 1 is shared equally by jobs and treatment.
    assert found.to_dict() == pytest.approx({"treatment": -2.5, "jobs": -1.5, "housing": -1.0})
    assert table["lever"].to_list() == ["treatment", "jobs", "housing"]
    assert table["package_effect"].to_list() == pytest.approx([-5.0] * 3)
    assert table["share"].sum() == pytest.approx(1.0)
    assert (table["method"] == "exact").all()


@pytest.mark.parametrize("sampled", [False, True])
def test_contributions_add_up_to_the_packages_effect_in_every_replication(sampled):
    levers = tuple(f"lever{at}" for at in range(8)) if sampled else LEVERS
    orders = lever_orders(levers, count=6, seed=1)

    def game(_chosen, luck):
        return luck.normal(0, 10)  # no structure at all: only the identity can hold

    stored = outcomes(game, levers, orders, draws=(0, 1))
    parts = contributions(stored, "package", levers, "status_quo", orders)
    total = parts.groupby(["draw", "replication"])["value"].sum()
    pairs = paired_differences(stored, "status_quo").query("policy == 'package'")
    effect = pairs.set_index(["draw", "replication"])["difference"]
    assert len(effect) == 8
    np.testing.assert_allclose(total.sort_index(), effect.sort_index(), atol=1e-10)


def test_a_lever_that_changes_nothing_contributes_nothing_and_equal_levers_alike():
    def game(chosen, _luck):
        return -4.0 * bool({"jobs", "housing"} & chosen)

    found = shapley_table(outcomes(game), "package", LEVERS, "status_quo")
    value = found.set_index("lever")["contribution"]
    assert value["treatment"] == pytest.approx(0.0, abs=1e-9)
    assert value["jobs"] == pytest.approx(-2.0) and value["housing"] == pytest.approx(-2.0)


def test_a_planted_bug_adding_levers_in_one_order_is_seen():
    """Credit by order of the alphabet gives the whole overlap to the lever that comes last."""
    one = (("housing", "jobs", "treatment"),)
    planted = shapley_table(outcomes(additive), "package", LEVERS, "status_quo", orders=one)
    wrong = planted.set_index("lever")["contribution"]
    assert wrong["treatment"] == pytest.approx(-2.0) != -2.5


def test_the_interval_is_that_of_the_mean_over_replications():
    stored = outcomes(noisy, replications=5)
    parts = contributions(stored, "package", LEVERS, "status_quo")
    jobs = parts[parts["lever"] == "jobs"]["value"].to_numpy()
    from scipy import stats

    low, high = stats.t.interval(0.95, 4, jobs.mean(), stats.sem(jobs))
    row = shapley_table(stored, "package", LEVERS, "status_quo").set_index("lever").loc["jobs"]
    assert (row["contribution"], row["lo"], row["hi"]) == pytest.approx((jobs.mean(), low, high))


def many_lever_game(levers):
    """Additive with pairwise overlaps, whose exact values are known."""
    rng = np.random.default_rng(3)
    alone = dict(zip(levers, rng.normal(-1, 0.5, len(levers)), strict=True))
    pairs = {frozenset(one): rng.normal(0, 0.3) for one in combinations(levers, 2)}

    def game(chosen, _luck):
        return sum(alone[one] for one in chosen) + sum(
            worth for pair, worth in pairs.items() if pair <= chosen
        )

    truth = {one: alone[one] + sum(worth / 2 for pair, worth in pairs.items() if one in pair)
             for one in levers}  # fmt: skip
    return game, truth


def test_an_order_with_its_reverse_is_exact_for_pairwise_overlaps():
    levers = tuple(f"lever{at}" for at in range(9))
    game, truth = many_lever_game(levers)
    orders = lever_orders(levers, count=2, seed=5)
    table = shapley_table(outcomes(game, levers, orders), "package", levers, "status_quo",
                          orders=orders)  # fmt: skip
    found = table.set_index("lever")["contribution"].to_dict()
    assert found == pytest.approx(truth)
    assert (table["method"] == "sampled").all()


def test_sampled_intervals_hold_the_sampling_error_of_the_orders():
    # A game with a triple overlap has no exact pair of orders. Without the part of the orders
    # the interval would have no width at all: every replication has the same differences.
    levers = tuple(f"lever{at}" for at in range(8))

    def game(chosen, _luck):
        return -6.0 * ({"lever0", "lever1", "lever2"} <= chosen)

    orders = lever_orders(levers, count=24, seed=2)
    table = shapley_table(outcomes(game, levers, orders), "package", levers, "status_quo",
                          0.9999, orders=orders).set_index("lever")  # fmt: skip
    three = table.loc[["lever0", "lever1", "lever2"]]
    assert (three["se_orders"] > 0).all()
    assert ((three["lo"] < -2.0) & (three["hi"] > -2.0)).all()
    assert table.loc["lever7", "se_orders"] == pytest.approx(0.0, abs=1e-9)


def test_a_known_interaction_is_found_and_the_others_are_zero():
    table = interaction_table(outcomes(additive), "package", LEVERS, "status_quo")
    row = table.iloc[0]
    assert (row["first"], row["second"]) == ("jobs", "treatment")
    assert row["interaction"] == pytest.approx(1.0)
    assert table["interaction"].iloc[1:].to_list() == pytest.approx([0.0, 0.0], abs=1e-9)


def test_interactions_alone_need_only_singles_and_pairs():
    levers = tuple(f"lever{at}" for at in range(7))
    game, _truth = many_lever_game(levers)
    orders = lever_orders(levers, count=2)
    stored = outcomes(game, levers, orders, with_pairs=True)
    table = interaction_table(stored, "package", levers, "status_quo", exact=False)
    rng = np.random.default_rng(3)
    rng.normal(-1, 0.5, 7)
    truth = {one: rng.normal(0, 0.3) for one in combinations(levers, 2)}
    found = table.set_index(["first", "second"])["interaction"].to_dict()
    assert found == pytest.approx(truth) and (table["method"] == "alone").all()


def test_an_interaction_is_clear_only_where_its_interval_excludes_zero():
    table = interaction_table(outcomes(noisy, replications=30), "package", LEVERS, "status_quo",
                              0.9999)  # fmt: skip
    clear = table[table["is_clear"]]
    assert clear[["first", "second"]].to_numpy().tolist() == [["jobs", "treatment"]]


def test_a_package_without_effect_has_no_shares_and_says_so():
    table = shapley_table(outcomes(lambda *_: 0.0), "package", LEVERS, "status_quo")
    assert (table["contribution"] == 0).all() and table["share"].isna().all()
    assert table["note"].str.contains("the package changes nothing: no share").all()


def test_one_replication_and_a_failed_cell_are_said():
    table = shapley_table(outcomes(additive, replications=1), "package", LEVERS, "status_quo")
    assert (table["note"] == "one replication: no interval").all()
    hole = outcomes(additive)
    hole = hole.drop(hole[(hole["policy"] == "package~jobs") & (hole["replication"] == 2)].index)
    table = shapley_table(hole, "package", LEVERS, "status_quo")
    assert (table["replications"] == 3).all()
    assert table["note"].str.contains("1 replications left out: no value").all()


def test_a_combination_that_is_not_stored_is_named():
    stored = outcomes(additive)
    with pytest.raises(AnalysisError, match="'package~jobs' is not stored: 1 of 8 are missing"):
        shapley_table(stored[stored["policy"] != "package~jobs"], "package", LEVERS, "status_quo")


DIALS = {"housing": {"places": 30}, "jobs": {"subsidy": 0.3, "bonding": True},
         "treatment": {"places": 20}}  # fmt: skip


def test_the_planner_gets_every_combination_with_its_dials():
    policies = coalition_policies("package", DIALS, "status_quo")
    assert len(policies) == 8 and policies["status_quo"] == {} and policies["package"] == DIALS
    assert policies["package~housing+jobs"] == {
        "housing": {"places": 30}, "jobs": {"subsidy": 0.3, "bonding": True},
    }  # fmt: skip
    for name, dials in policies.items():
        assert coalition_of(name, "package", LEVERS, "status_quo") == set(dials)


def test_levers_can_be_added_in_parts():
    parts = {"par39": ["housing", "jobs"], "par37": ["treatment"]}
    policies = coalition_policies("package", DIALS, "status_quo", parts=parts)
    assert list(policies) == ["status_quo", "package~par37", "package~par39", "package"]
    assert set(policies["package~par39"]) == {"housing", "jobs"}


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"a": ["housing"], "b": ["jobs"]}, "not a partition: 'treatment' is in none"),
        ({"a": ["housing", "jobs"], "b": ["jobs", "treatment"]}, "one lever is in two"),
        ({"a": ["housing", "jobs"], "b": ["tretment"]}, "does not set the lever 'tretment'"),
        ({"a": ["housing", "jobs", "treatment"]}, "fewer than two levers"),
        ({"a+b": ["housing", "jobs"], "c": ["treatment"]}, r"'a\+b' cannot be decomposed"),
    ],
)
def test_parts_that_are_no_partition_are_refused(parts, message):
    with pytest.raises(AnalysisError, match=message):
        coalition_policies("package", DIALS, "status_quo", parts=parts)


def test_many_levers_need_few_combinations_and_the_same_ones_each_time():
    levers = [f"lever{at}" for at in range(20)]
    assert lever_orders(levers[:EXACT_UP_TO]) is None
    orders = lever_orders(levers, count=10, seed=3)
    assert orders == lever_orders(levers[::-1], count=10, seed=3)
    assert len(needed_coalitions(levers, orders)) <= 10 * 19 + 2
    assert all(first == second[::-1] for first, second in zip(orders[::2], orders[1::2],
                                                                strict=True))  # fmt: skip
