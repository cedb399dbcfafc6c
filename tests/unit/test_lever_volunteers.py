"""Volunteers: matched within their capacity, helpful while support lasts, scarcer when shunned."""

import numpy as np
import pytest


def _run(make_world, number, months=6.0):
    dials = {"volunteers": {"volunteers": number, "months": months}}
    return make_world(6000, seed=6, dials=dials, months=36)


def test_matches_are_what_volunteers_can_take_on(make_world):
    s = _run(make_world, 10.0).records.finish().series
    assert s["volunteers_waiting"][-1] > 0
    expected = s["volunteers"][12:].sum() * 1.4 / 12.0
    assert s["volunteers_matched"][12:].sum() == pytest.approx(expected, abs=9)


def test_support_acts_while_it_lasts_and_then_is_over(make_world):
    world = _run(make_world, 50.0)
    step = type(world.rule("volunteers")).support
    assert step(10.0, 9.0, -0.07) == -0.07 and step(10.0, 10.0, -0.07) == 0.0


def test_more_volunteers_support_more_people(make_world):
    number = [
        _run(make_world, n).records.finish().series["volunteers_supporting"].mean()
        for n in (2.0, 10.0, 50.0)
    ]
    assert number[0] < number[1] < number[2]


def test_where_acceptance_falls_volunteers_are_lost(make_world):
    world = _run(make_world, 10.0)
    before = world.records.finish().series["volunteers"][-1]
    for community in world.communities:
        community.acceptance *= 0.5
    world.run_to(world.month + 3)
    assert world.records.finish().series["volunteers"][-1] < 0.7 * before
    assert np.isfinite(before)


def test_matching_brings_volunteers_to_those_without_a_job_first(make_world):
    share = []
    for matching in (False, True):
        dials = {"volunteers": {"volunteers": 10.0, "matching": matching}}
        world, employed = make_world(6000, seed=6, dials=dials), []
        for _ in range(18):
            world.step()
            new = world.people.volunteer_until == world.month - 1 + 6
            employed += world.people.employed[new].tolist()
        share.append(np.mean(employed))
    assert share[1] < 0.5 * share[0]
