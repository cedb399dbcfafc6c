"""Peers: pairs of one prison and group, known by identity, who act only when both are outside."""

from dataclasses import replace

import numpy as np
import pytest

from sim.people import CUSTODY, FREE, GONE
from sim.processes.peers import NOBODY
from sim.world import World


@pytest.fixture(scope="module")
def met(make_world):
    """A world in which many have just met, none before."""
    world = make_world(4000, 5, parameters={"peers": {"meeting": 0.9}}, months=1)
    people = world.people
    people.peer_row[:], people.peer[:] = NOBODY, 0
    world.rule("peers").meet(world)
    return world


def tied(world):
    return np.flatnonzero(world.people.peer_row >= 0)


def test_ties_are_mutual_and_within_one_prison_and_group(met):
    people, rows = met.people, tied(met)
    other = people.peer_row[rows]
    assert rows.shape[0] > 100 and (people.status[rows] == CUSTODY).all()
    assert (people.peer_row[other] == rows).all() and (other != rows).all()
    assert (people.peer[rows] == people.id[other]).all()
    assert (people.prison[rows] == people.prison[other]).all()
    assert (people.offence_group[rows] == people.offence_group[other]).all()


def test_a_peer_acts_by_propensity_while_both_are_outside(met):
    people, rule = met.people, met.rule("peers")
    rows = tied(met)
    saved = people.copy_columns()
    people.offence_group[:], people.status[rows] = 1, FREE
    inside = rows[:10]
    people.status[inside] = CUSTODY
    people.status[people.peer_row[inside]] = FREE
    met._open_month()
    rule.keep_company(met)
    acting = np.flatnonzero(met.rate("offending"))
    other = people.peer_row[acting]
    assert acting.shape[0] > 50 and (people.status[other] == FREE).all()
    expected = rule.contagion * (met.rule("cognition").propensity(met, other) - rule.usual)
    assert np.allclose(met.rate("offending")[acting], expected, atol=1e-6)
    assert expected.min() < 0 < expected.max()
    people.set_columns(saved)


def test_violent_peers_do_not_act_unless_a_user_says_so(met):
    people = met.people
    saved = people.copy_columns()
    people.status[tied(met)], people.offence_group[:] = FREE, 0
    met._open_month()
    met.rule("peers").keep_company(met)
    assert not met.rate("offending").any()
    people.set_columns(saved)


def test_ties_are_lost_at_the_published_hazard(met, band, standard_errors):
    people, rule = met.people, met.rule("peers")
    saved, rows = people.copy_columns(), tied(met)
    people.status[rows] = FREE
    month = met.month
    for met.month in range(month, month + 12):
        rule.keep_company(met)
    lost = np.count_nonzero(people.peer_row[rows] == NOBODY)
    # About 200 ties: a hazard half or twice as high would be seen.
    assert standard_errors(lost, rows.shape[0], 1 - np.exp(-rule.parting)) < band
    assert standard_errors(lost, rows.shape[0], 1 - np.exp(-2 * rule.parting)) > band
    people.set_columns(saved)
    met.month = month


def test_a_peer_who_has_gone_is_lost(met):
    people = met.people
    saved, rows = people.copy_columns(), tied(met)
    people.status[people.peer_row[rows[0]]] = GONE
    met.rule("peers").mourn(met)
    assert people.peer_row[rows[0]] == NOBODY
    assert tied(met).shape[0] == rows.shape[0] - 2, "the gone and the tie to them"
    people.set_columns(saved)


def test_ties_survive_another_order_of_rows(make_world, differing):
    world = make_world(3000, 5, parameters={"peers": {"meeting": 0.5}}, months=12)
    snapshot = world.snapshot()
    order = np.argsort(snapshot.columns["id"] * np.uint32(2654435761), kind="stable")
    shuffled = replace(snapshot, columns={k: v[order] for k, v in snapshot.columns.items()})
    one, other = World.resume(snapshot), World.resume(shuffled)
    for arm in (one, other):
        arm.run_to(24)
    assert tied(one).shape[0] == tied(other).shape[0] > 100
    assert not [d for d in differing(one.records.finish(), other.records.finish())
                if "cost" not in d and "days" not in d]  # fmt: skip


def test_custody_feeds_the_network(make_world):
    """More people inside, more ties; nobody who was never inside has one."""
    few, many = (
        make_world(3000, 5, months=24, population__prison_stock=stock).records.finish().series
        for stock in (10.0, 120.0)
    )
    assert few["peers_met"].sum() < 0.5 * many["peers_met"].sum()
