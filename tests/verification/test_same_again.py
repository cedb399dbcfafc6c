"""Runs that must agree exactly: engines, seeds, forks, arms before their start, order of rows."""

import pickle
from dataclasses import replace

import numpy as np
import pytest

from sim.assembly import build_rules
from sim.rules import registry
from sim.world import World

PERSONS, MONTHS = 300, 24
SEEN = {"transfer": {"population": {"foreign_share": 1.0}}}
"""Parameters without which a lever finds nobody among so few people."""
BUSY = {"offending__arrests_per_year": 1.0, "custody__places": 30.0}


@pytest.fixture(scope="module")
def run(make_world):
    def make(seed=3, months=MONTHS, **more):
        return make_world(PERSONS, seed, warmup_months=12, months=months, **(BUSY | more))

    return make


@pytest.fixture(scope="module")
def status_quo(run):
    return run().records.finish()


def test_the_same_seed_gives_the_same_run(run, status_quo, differing):
    assert not differing(run().records.finish(), status_quo)
    assert status_quo.cohort["month"].shape[0] > 20 and status_quo.series["arrests"].sum() > 50


def test_another_seed_gives_another_run(run, status_quo, differing):
    assert "series offences" in differing(run(seed=4).records.finish(), status_quo)


def test_levers_at_the_status_quo_change_nothing(run, status_quo, differing):
    assert not differing(run(all_levers=True).records.finish(), status_quo)


@pytest.mark.parametrize("lever", [n for n, rule in registry().items() if rule.kind == "lever"])
def test_a_lever_at_its_defaults_changes_nothing(lever, make_place, status_quo, differing):
    rules = build_rules(make_place(**BUSY), all_levers=True)
    rules = [r for r in rules if r.kind == "process" or r.name == lever]
    world = World(make_place(**BUSY), rules, PERSONS, 3, warmup_months=12)
    world.run_to(MONTHS)
    assert not differing(world.records.finish(), status_quo)


@pytest.mark.parametrize("lever", [n for n, rule in registry().items() if rule.kind == "lever"])
def test_a_lever_that_is_on_changes_something(lever, run, ambitious, status_quo, differing):
    changed = run(dials={lever: ambitious[lever]}, parameters=SEEN.get(lever)).records.finish()
    assert differing(changed, status_quo)


def test_both_engines_write_the_same_bits(make_world, ambitious):
    def sixty(engine):
        return make_world(60, 8, dials=ambitious, engine=engine, months=6, warmup_months=1,
                          offending__arrests_per_year=3.0)  # fmt: skip

    one, other = sixty("compiled"), sixty("python")
    for name, column in one.people.copy_columns().items():
        assert column.tobytes() == other.people.array(name).tobytes(), name
    for name, rate in one.rates.items():
        assert rate.tobytes() == other.rates[name].tobytes(), name
    recorded, again = one.records.finish(), other.records.finish()
    for part in ("series", "cohort", "tallies"):
        ours, theirs = getattr(recorded, part), getattr(again, part)
        assert all(ours[k].tobytes() == theirs[k].tobytes() for k in ours), part
    assert recorded.series["offences"].sum() > 20


def test_a_resumed_run_is_the_uninterrupted_run(run, ambitious, differing):
    whole = run(dials=ambitious)
    half = run(dials=ambitious, months=7)
    resumed = World.resume(pickle.loads(pickle.dumps(half.snapshot())))
    resumed.run_to(MONTHS)
    assert not differing(resumed.records.finish(), whole.records.finish())
    for name, column in whole.people.copy_columns().items():
        assert column.tobytes() == resumed.people.array(name).tobytes(), name


def test_a_snapshot_is_not_touched_by_what_follows(run, differing):
    world = run(months=6)
    snapshot = world.snapshot()
    before = pickle.dumps(snapshot)
    world.run_to(12)
    World.resume(snapshot).run_to(12)
    assert pickle.dumps(snapshot) == before


def forks(world, start, *policies):
    """Resume one snapshot under several policies; return the finished runs."""
    world.run_to(start)
    snapshot, found = world.snapshot(), []
    for dials in policies:
        arm = World.resume(snapshot, build_rules(world.place, dials))
        arm.run_to(MONTHS)
        found.append(arm.records.finish())
    return found


def test_a_fork_under_the_same_rules_differs_by_exactly_zero(run, status_quo, differing):
    one, other = forks(run(months=0), 6, {}, {})
    assert not differing(one, other)
    assert not differing(one, status_quo)


def test_policies_are_identical_until_they_start(run, ambitious, differing):
    start = 10
    base, arm = forks(run(months=0), start, {}, ambitious)
    assert differing(base, arm)
    for name, values in base.series.items():
        assert np.array_equal(values[:start], arm.series[name][:start], equal_nan=True), name
    early, late = base.cohort["month"] < start, arm.cohort["month"] < start
    for name in ("person", "index", "month", "age_years", "priors", "supervised"):
        assert np.array_equal(base.cohort[name][early], arm.cohort[name][late]), name


def test_the_order_of_the_arms_does_not_matter(run, ambitious, differing):
    first = forks(run(months=0), 6, {}, ambitious)
    second = forks(run(months=0), 6, ambitious, {})
    assert not differing(first[0], second[1]) and not differing(first[1], second[0])


@pytest.mark.parametrize("policy", ["status quo", "all levers on"])
def test_the_order_of_rows_does_not_matter(policy, run, ambitious, make_place):
    world = run(months=5, dials=ambitious if policy == "all levers on" else {})
    snapshot = world.snapshot()
    order = np.argsort(snapshot.columns["id"] * np.uint32(2654435761), kind="stable")
    shuffled = replace(snapshot, columns={k: v[order] for k, v in snapshot.columns.items()})
    runs = []
    for start in (snapshot, shuffled):
        arm = World.resume(start)
        arm.run_to(MONTHS)
        runs.append(arm.records.finish())
    one, other = runs
    for name, values in one.series.items():
        # Sums of fractions (days, costs) may be rounded in another order.
        np.testing.assert_allclose(values, other.series[name], rtol=1e-12, err_msg=name)
    for name, values in one.cohort.items():
        assert np.array_equal(values, other.cohort[name]), name


def test_the_table_may_grow_in_the_middle_of_a_month(make_world, ambitious):
    # Many deaths and entrants: more rows are needed than were set aside.
    more = {"dials": ambitious, "offending__arrests_per_year": 3.0,
            "parameters": {"death": {"hazard_at_35": 1.5, "age_slope": 0.0}}}  # fmt: skip
    worlds = [
        make_world(60, 2, engine=engine, months=0, **more) for engine in ("compiled", "python")
    ]
    rows = len(worlds[0].people)
    for _ in range(40):
        for world in worlds:
            world.step()
    assert len(worlds[0].people) > rows, "the test needs a world that grows"
    for name, column in worlds[0].people.copy_columns().items():
        assert column.tobytes() == worlds[1].people.array(name).tobytes(), name
