"""Ties: worn by months without visits, kept by visits, more of them where people are accepted."""

import itertools

import numpy as np
import pytest

from sim.people import CUSTODY, NO_PRISON


@pytest.fixture(scope="module")
def inside(make_world):
    """A world and its people in a prison; ties as usual."""
    world = make_world(4000, 5, months=1)
    rows = world.selection("in_custody")
    rows = rows[world.people.prison[rows] != NO_PRISON]
    return world, rows


def after(world, rows, months):
    world.people.ties_log_hr[:] = 0.0
    for _ in range(months):
        world.rule("family").visit(world)
    return world.people.ties_log_hr[rows].copy()


def test_months_without_visits_wear_a_tie_and_visits_keep_it(inside):
    world, rows = inside
    effect = [after(world, rows, months) for months in (1, 6, 60)]
    unvisited = effect[0] > 0
    for shorter, longer in itertools.pairwise(effect):
        assert (longer[unvisited] > shorter[unvisited]).all()
        assert (longer[~unvisited] < shorter[~unvisited]).all()
    gap = effect[2][unvisited].mean() - effect[2][~unvisited].mean()
    assert gap > -np.log(world.rule("family").visits_hr), "fading takes the rest away"


def test_the_usual_share_is_visited_and_the_mean_effect_is_none(inside, band, standard_errors):
    world, rows = inside
    effect = after(world, rows, 60)
    visited = np.count_nonzero(effect < 0)
    assert standard_errors(visited, rows.shape[0], world.rule("family").visited_share) < band
    assert abs(effect.mean()) < 0.1 * np.abs(effect).mean() + band * effect.std() / rows.size**0.5


def test_people_from_accepting_communities_are_visited_more(inside):
    world, rows = inside
    usual = world.rule("acceptance").in_principle
    shares = []
    for acceptance in (0.2, usual, 0.95):
        for community in world.communities:
            community.acceptance = acceptance
        shares.append((after(world, rows, 1) < 0).mean())
    for community in world.communities:
        community.acceptance = usual
    assert shares[0] < shares[1] < shares[2]
    assert shares[2] / shares[1] == pytest.approx(1 + 0.2 * (0.95 / usual - 1), abs=0.06)


def test_ties_come_back_to_the_usual_at_liberty(make_world):
    world = make_world(2000, 5, months=12)
    people = world.people
    rows = np.flatnonzero(
        (people.status != CUSTODY) & (people.status > 0) & (people.ties_log_hr != 0)
    )
    before, ids = people.ties_log_hr[rows].copy(), people.id[rows].copy()
    world.step()
    out = (people.id[rows] == ids) & (people.status[rows] != CUSTODY)
    kept = np.exp(-1.0 / world.rule("family").fading_months)
    assert np.allclose(people.ties_log_hr[rows][out], kept * before[out], rtol=1e-5)
    assert out.sum() > 10
