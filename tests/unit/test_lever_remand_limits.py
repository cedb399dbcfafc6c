"""§36, remand limits: nobody waits longer inside, but for those who missed a hearing."""

import numpy as np

from sim.pretrial_release import detained_for_court


def world_with(make_world, limit):
    dials = {"remand_limits": {"longest": limit}} if limit else {}
    return make_world(4000, seed=3, dials=dials, months=40)


def test_a_limit_ends_long_remand(make_world):
    for limit in (6, 3):
        world = world_with(make_world, limit)
        due = detained_for_court(world)
        assert due.size and (39 - world.people.case_month[due] < limit).all()
    unlimited = world_with(make_world, None)
    assert (39 - unlimited.people.case_month[detained_for_court(unlimited)] >= 6).any()


def test_limits_shorten_remand_in_order(make_world):
    stocks = [
        world_with(make_world, limit).records.finish().series["remand_stock"][12:].mean()
        for limit in (None, 8, 2)
    ]
    assert stocks[0] > stocks[1] > stocks[2]


def test_who_missed_a_hearing_is_held_all_the_same(make_world):
    world = world_with(make_world, 2)
    absent = np.flatnonzero(world.people.absence == 255)
    assert absent.size and (world.people.status[absent] == 3).all()
