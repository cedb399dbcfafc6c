"""Housing: a home until the drawn month, and never more homes than there are."""

import numpy as np

from sim.people import CUSTODY, FREE
from sim.processes.housing import UNKNOWN


def test_homes_are_lost_at_the_published_rate(make_world, standard_errors, band):
    """Of 18,700 homes, 9.2 % are lost in a year; a tenth more would be 4 standard errors."""
    world = make_world(20000)
    rows = world.selection("at_liberty")
    world.rule("housing")._move_in(world, rows)
    lost, due = 1.0 - 0.992**12, world.people.home_month[rows] - world.month
    assert standard_errors((due <= 12).sum(), rows.shape[0], lost) < band
    assert standard_errors((due <= 14).sum(), rows.shape[0], lost) > band, "planted: two months off"


def test_a_custody_decides_once_how_it_will_end(make_world):
    world = make_world(400)
    people, housing = world.people, world.rule("housing")
    rows = np.arange(400)
    people.status[rows], people.custody_start[rows] = CUSTODY, world.month - 1
    people.homeless[rows] = 0
    housing._foresee(world)
    first = people.homeless[rows].copy()
    assert 0 < first.sum() < 120
    people.last_inside[rows] = world.month
    world.month += 1
    housing._foresee(world)
    assert np.array_equal(first, people.homeless[rows])


def test_a_home_given_by_a_lever_gets_a_month_of_its_own(make_world):
    world = make_world(50, months=1)
    people = world.people
    row = world.selection("at_liberty")[0]
    people.homeless[row], people.home_month[row] = 0, UNKNOWN
    world.step()
    assert people.home_month[row] >= world.month - 1


def test_a_full_community_houses_nobody_more(make_world):
    world = make_world(400, parameters={"housing": {"homes": 930.0}}, months=1)
    people = world.people
    rows = world.selection("at_liberty")
    people.homeless[rows] = 1
    people.home_month[rows] = UNKNOWN
    for community in world.communities:
        community.housed = 10_000
    world.rule("housing").change_hands(world)
    assert people.homeless[rows].all()
    for community in world.communities:
        community.housed = 0
    world.rule("housing").change_hands(world)
    assert 0 < people.homeless[rows].sum() < rows.shape[0]


def test_the_office_serves_no_more_than_it_can(make_world):
    world = make_world(4000, parameters={"housing": {"office_serves": 0.5, "office_finds": 0.4}})
    people = world.people
    rows = world.selection("at_liberty")
    people.status[rows] = FREE
    people.homeless[rows], people.home_month[rows] = 1, world.month
    world._open_month()
    world.rule("housing")._office(world, rows)
    served = np.count_nonzero(people.home_month[rows] == UNKNOWN)
    assert served <= 0.5 / 1000.0 * 4000 and served == rows.shape[0] - sum(
        office.waiting for office in world.welfare_offices
    )
