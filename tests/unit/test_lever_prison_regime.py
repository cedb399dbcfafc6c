"""Regime: the share of the unvisited who are visited, and an effect on those without work."""

import numpy as np
import pytest


def world_with(make_world, **dials):
    return make_world(2000, 4, dials={"prison_regime": dials}, months=24)


@pytest.mark.parametrize("contact", [0.2, 0.7])
def test_that_share_of_the_unvisited_is_visited(contact, make_world):
    before, after = (world_with(make_world, contact=c) for c in (0.0, contact))
    visited = [w.records.finish().series["visited"][1:7] for w in (before, after)]
    # Receptions of a month are reached in the next, hence a margin of a few people.
    stock = before.records.finish().series["prison_stock"][1:7]
    expected = visited[0] + contact * (stock - visited[0])
    assert np.abs(visited[1] - expected).max() < 0.2 * contact * stock.mean() + 4
    assert (visited[1] > visited[0]).all()


def test_normality_acts_on_those_received_without_work_and_grows_with_the_dial(make_world):
    effect = []
    for normality in (0.0, 0.4, 1.0):
        people = world_with(make_world, normality=normality).people
        effect.append(people.custody_log_hr.astype(np.float64).sum())
    assert effect[0] > effect[1] > effect[2]


def test_a_crowded_prison_is_less_normal(make_world):
    def least(**figures):
        dials = {"prison_regime": {"normality": 1.0}}
        world = make_world(2000, 4, dials=dials, months=24, **figures)
        return world.people.custody_log_hr.min()

    assert least() < least(custody__places=15.0) <= 0.0
