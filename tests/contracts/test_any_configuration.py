"""What must hold in any run, over random valid configurations (hypothesis)."""

import itertools

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.people import COMMUNITY_ORDER, CUSTODY, GONE, NO_ORDER, NO_PRISON, REMAND, SUPERVISED
from sim.world import World
from tests.contracts.configurations import DIALS, PARAMETERS, PLACES, SEEDS
from tests.contracts.test_rules_in_a_run import kept

PERSONS, MONTHS, START = 150, 16, 6

QUICK = settings(
    max_examples=25, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow,
                           HealthCheck.data_too_large],
)  # fmt: skip
LONG = settings(QUICK, max_examples=400, derandomize=False)


def conserved(make_world, dials, parameters, place, seed):
    """People, days and places are conserved, and every claim of the table holds in every month."""
    world = make_world(PERSONS, seed=seed, dials=dials, parameters=parameters, **place)
    tables = [world.people.copy_columns()]
    for _ in range(MONTHS):
        world.step()
        for claim, rows in kept(world.people, world.month - 1).items():
            assert rows.shape[0] == 0, (claim, world.month - 1, rows[:3])
        tables.append(world.people.copy_columns())
    s = world.records.finish().series
    zero = np.zeros(MONTHS)
    before = np.concatenate(([world.persons], s["people"][:-1]))
    gone = s["deaths"] + s.get("transferred", zero)
    assert np.array_equal(s["people"], before + s["entrants"] - gone)
    ladder = sum(s[name] for name in s if name.startswith("sentences_"))
    assert np.array_equal(ladder, s["convictions"])
    for then, now in itertools.pairwise(tables):
        n = then["status"].shape[0]
        same = (then["status"] != GONE) & (now["status"][:n] != GONE)
        same &= then["id"] == now["id"][:n]
        assert np.isin(now["priors"][:n][same].astype(int) - then["priors"][same], (0, 1)).all()
        held = same & ((then["status"] == CUSTODY) | (then["status"] == REMAND))
        assert not now["offences"][:n][held].any(), "only people at liberty offend"
    for name, values in s.items():
        assert np.isfinite(values).all(), name
    for rate in world.rates.values():
        assert np.isfinite(rate).all()
    return world, s


@QUICK
@given(dials=DIALS, parameters=PARAMETERS, place=PLACES, seed=SEEDS)
def test_people_and_statuses_are_conserved(make_world, dials, parameters, place, seed):
    conserved(make_world, dials, parameters, place, seed)


@pytest.mark.slow
@LONG
@given(dials=DIALS, parameters=PARAMETERS, place=PLACES, seed=SEEDS)
def test_people_and_statuses_are_conserved_over_many(make_world, dials, parameters, place, seed):
    conserved(make_world, dials, parameters, place, seed)


@QUICK
@given(dials=DIALS, parameters=PARAMETERS, place=PLACES, seed=SEEDS)
def test_a_policy_equal_to_the_baseline_changes_nothing_and_a_fork_is_a_straight_run(
    make_world, differing, dials, parameters, place, seed
):
    straight = make_world(PERSONS, seed=seed, dials=dials, parameters=parameters, **place)
    straight.run_to(START)
    fork = World.resume(straight.snapshot())
    for world in (straight, fork):
        world.run_to(MONTHS)
    assert not differing(straight.records.finish(), fork.records.finish())


@QUICK
@given(dials=DIALS, place=PLACES, seed=SEEDS)
def test_policies_are_alike_until_the_month_they_start(make_world, dials, place, seed):
    base = make_world(PERSONS, seed=seed, **place)
    base.run_to(START)
    with_policy = make_world(PERSONS, seed=seed, dials=dials, **place)
    arm = World.resume(base.snapshot(), tuple(with_policy.rules.values()))
    base.run_to(MONTHS)
    arm.run_to(MONTHS)
    one, other = base.records.finish(), arm.records.finish()
    for name in one.series.keys() & other.series.keys():
        assert np.array_equal(one.series[name][:START], other.series[name][:START]), name


@QUICK
@given(place=PLACES, seed=SEEDS, dials=DIALS)
def test_without_offending_nobody_is_arrested(make_world, place, seed, dials):
    world = make_world(PERSONS, seed=seed, dials=dials,
                       **place | {"offending__arrests_per_year": 0.0})  # fmt: skip
    world.run_to(MONTHS)
    s = world.records.finish().series
    assert s["offences"].sum() == 0 and s["arrests"].sum() == 0


@QUICK
@given(place=PLACES, seed=SEEDS, dials=DIALS)
def test_without_courts_nobody_is_convicted(make_world, place, seed, dials):
    court = {"hearings__capacity": 0.0}
    dials = {name: value for name, value in dials.items() if name != "court_capacity"}
    world = make_world(PERSONS, seed=seed, dials=dials, **place | court)
    world.run_to(MONTHS)
    assert world.records.finish().series["convictions"].sum() == 0


@QUICK
@given(place=PLACES, seed=SEEDS, dials=DIALS)
def test_with_places_for_all_density_is_never_above_100(make_world, place, seed, dials):
    world = make_world(PERSONS, seed=seed, dials=dials, **place | {"custody__places": 1000.0})
    for _ in range(MONTHS):
        world.step()
        assert all(prison.density <= 100.0 for prison in world.prisons)


@settings(QUICK, max_examples=10)
@given(few=st.floats(0.0, 60.0), seed=SEEDS)
def test_places_for_everyone_leave_nobody_waiting_and_serve_no_fewer(make_world, few, seed):
    """Month by month a queue may be longer with more places: who starts together ends together."""
    # Without an effect on offending both worlds hold the same people in every month.
    off = {"prison_treatment": {"hazard_ratio": 1.0}}
    runs = [
        make_world(PERSONS, seed=seed, dials={"prison_treatment": {"places": places}},
                   parameters=off, months=MONTHS, population__prison_stock=200.0,
                   custody__places=1000.0).records.finish().series
        for places in (few, 100.0)
    ]  # fmt: skip
    assert runs[1]["treatment_waiting"].sum() == 0
    served = [run.get("treatment_starts", np.zeros(MONTHS)).sum() for run in runs]
    assert served[0] <= served[1] > 0


@QUICK
@given(dials=DIALS, place=PLACES, seed=SEEDS)
def test_the_prison_stock_is_what_came_less_what_left(make_world, dials, place, seed):
    """Receptions less releases, deaths and transfers make the change of the stock, exactly."""
    world = make_world(PERSONS, seed=seed, dials=dials, **place)
    before = set(_inside(world))
    for _ in range(MONTHS):
        world.step()
        now = set(_inside(world))
        came = len(now - before)
        left = len(before - now)
        assert len(now) == len(before) + came - left
        people = world.people
        for identity in now:
            row = np.flatnonzero((people.id == identity) & (people.status != GONE))
            assert row.shape[0] == 1, "a person has one row"
        before = now


def _inside(world):
    people = world.people
    return people.id[people.status == CUSTODY].tolist()


def test_the_claims_can_be_broken(make_world):
    """Planted bugs: each breaks the claim that is there to catch it."""
    world = make_world(PERSONS, seed=1, months=MONTHS)
    people = world.people
    row = int(np.flatnonzero(people.status == CUSTODY)[0])
    for column, value, claim in (
        ("custody", 0, "in custody for a reason, and only then"),
        ("custody_end", world.month - 1, "released later"),
        ("status", 77, "one of the known statuses"),
    ):
        old = people.array(column)[row]
        people.array(column)[row] = value
        assert row in kept(people, world.month - 1)[claim], claim
        people.array(column)[row] = old
    free = int(np.flatnonzero((people.status == 1) & (people.order == NO_ORDER))[0])
    people.prison[free] = 0
    assert free in kept(people, world.month - 1)["no prison outside"]
    people.prison[free] = NO_PRISON
    people.order[free] = COMMUNITY_ORDER
    assert free in kept(people, world.month - 1)["free of orders"]
    assert people.status[free] != SUPERVISED
