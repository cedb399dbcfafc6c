"""Income: for the months paid, acquisitive offending only."""

import numpy as np
import pytest

from sim.offences import PROPERTY
from sim.people import FREE, SUPERVISED


def test_it_is_paid_for_the_months_of_the_dial(make_world):
    world = make_world(1500, 4, dials={"income_at_release": {"months": 5}}, months=6)
    people, months = world.people, world.people.income_months.copy()
    assert months.max() == 5  # granted this month; the first payment acts in the next
    rows, ids = np.flatnonzero(months == 5), people.id[months == 5]
    for left in (4, 3, 2, 1, 0):
        world.step()
        still = (people.id[rows] == ids) & np.isin(people.status[rows], (FREE, SUPERVISED))
        assert still.any() and (people.income_months[rows[still]] == left).mean() > 0.8


def test_longer_support_less_offending(make_world):
    def offences(months):
        dials = {"income_at_release": {"months": months}}
        series = make_world(6000, 4, dials=dials, months=36).records.finish().series
        return series["offences"].sum()

    none, short, long = offences(0.0), offences(6.0), offences(24.0)
    assert none > short > long


def test_it_acts_on_the_acquisitive_part(make_world):
    world = make_world(50, dials={"income_at_release": {"months": 5}})
    people, ratio = world.people, world.rule("income_at_release").acquisitive_ratio
    people.status[:], people.income_months[:] = FREE, 2
    world._open_month()
    world.rule("income_at_release").live_on(world)
    after = [world.rate("offending")[people.offence_group == g].mean() for g in range(4)]
    assert np.argmin(after) == PROPERTY
    # Never more than on acquisitive offences themselves, and something for every group.
    assert all(np.log(ratio) < value < 0 for value in after)


def test_while_it_is_paid_people_find_less_work(make_world):
    def employed(odds):
        world = make_world(
            6000, 4, dials={"income_at_release": {"months": 24.0}}, months=36,
            parameters={"income_at_release": {"work_odds": odds}},
        )  # fmt: skip
        return world.records.finish().series["employed"][12:].sum()

    jobs = [employed(odds) for odds in (0.4, 0.7, 1.0)]
    assert jobs[0] < jobs[1] < jobs[2]


@pytest.mark.parametrize("ratio", [1.0])
def test_a_ratio_of_one_does_nothing(ratio, make_world):
    runs = [
        make_world(
            1000, 4, dials=dials, months=24,
            parameters={"income_at_release": {"acquisitive_ratio": ratio, "work_odds": 1.0}},
        ).records.finish().series["offences"]
        for dials in ({}, {"income_at_release": {"months": 12}})
    ]  # fmt: skip
    assert np.array_equal(*runs)
