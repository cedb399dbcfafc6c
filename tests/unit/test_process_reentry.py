"""Re-entry: the rate after custody settles within a year, and nobody else is touched."""

import numpy as np
import pytest

from sim.people import FREE


def test_the_rate_settles_from_the_second_month_on(make_world):
    rule = make_world(50, parameters={"reentry": {"first_month": 0.9, "second_month": 0.6}}).rule(
        "reentry"
    )
    ratios = rule.ratios()
    assert ratios[1] == 0.9 and ratios[2] == pytest.approx(0.6)
    assert (np.diff(ratios[2:]) > 0).all() and 0.95 < ratios[12] < 1.0


def test_only_people_who_left_custody_within_the_year_are_concerned(make_world):
    world = make_world(400, seed=2, months=1)
    people, rule = world.people, world.rule("reentry")
    rows = np.flatnonzero(people.status == FREE)[:4]
    people.last_inside[:] = -32000
    people.last_inside[rows[:3]] = world.month - np.array([1, 3, 13])
    world.rate("offending")[:] = 0
    rule.settle(world)
    found = world.rate("offending")
    assert found[rows[0]] == pytest.approx(np.log(rule.ratios()[1]), abs=1e-6)
    assert found[rows[1]] == pytest.approx(np.log(rule.ratios()[3]), abs=1e-6)
    assert found[rows[2]] == found[rows[3]] == 0 and np.count_nonzero(found) <= 2
