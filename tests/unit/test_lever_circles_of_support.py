"""Circles of support: as many as can meet, for people who come out of prison alone."""

import numpy as np

from sim.offences import VIOLENT


def _world(make_world, circles, **dials):
    dials = {"circles_of_support": {"circles": circles}, **dials}
    return make_world(6000, seed=6, dials=dials)


def test_no_more_circles_meet_than_volunteers_allow_and_only_for_those_alone(make_world):
    world = _world(make_world, 0.5)
    for _ in range(24):
        before = world.people.circle_until.copy()
        world.step()
        people, n = world.people, before.shape[0]
        meeting = np.flatnonzero(people.circle_until > world.month - 1)
        ready = sum(c.residents * c.helping for c in world.communities) / 0.20
        assert meeting.shape[0] <= max(0.5 / 1000.0 * ready, 1) + 1
        new = meeting[people.circle_until[meeting] != before[meeting[meeting < n]]]
        groups = people.offence_group[new[people.offences[new] == 0]]
        assert (groups == VIOLENT).all()
    assert world.records.finish().series["circles_waiting"].sum() > 0


def test_more_circles_support_more_people(make_world):
    number = []
    for circles in (0.2, 1.0, 5.0):
        world = _world(make_world, circles)
        world.run_to(24)
        number.append(world.records.finish().series["circles_meeting"].mean())
    assert number[0] < number[1] < number[2]


def test_a_circle_acts_while_it_meets(make_world):
    step = type(_world(make_world, 1.0).rule("circles_of_support")).support
    assert step(10.0, 9.0, -0.07) == -0.07 and step(10.0, 10.0, -0.07) == 0.0
