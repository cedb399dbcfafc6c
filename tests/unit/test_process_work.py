"""Work: jobs last as long as drawn, and vacancies fill in proportion."""

import numpy as np

from sim.institutions.employer import SECTORS
from sim.people import CUSTODY, NEVER


def test_a_month_takes_the_published_share_of_jobs(make_world, standard_errors, band):
    """A deviation of 10 % of the monthly hazard of 8 % would be 4.2 standard errors."""
    world = make_world(20000)
    rows = world.selection("everybody")
    world.rule("work").hire(world, rows, 1)
    lasts = world.people.job_end[rows] - world.month
    assert lasts.min() == 1
    assert standard_errors(np.count_nonzero(lasts == 1), rows.shape[0], 0.08) < band
    alive = lasts > 6
    assert standard_errors(alive.sum(), rows.shape[0], 0.92**6) < band
    # A planted bug: jobs that last a month longer than drawn.
    assert standard_errors(np.count_nonzero(lasts + 1 > 6), rows.shape[0], 0.92**6) > band


def test_custody_ends_the_job_and_the_time_is_remembered(make_world):
    world = make_world(30)
    people, work = world.people, world.rule("work")
    work.hire(world, np.arange(3), 2)
    people.status[0] = CUSTODY
    people.job_end[1] = world.month
    people.job_end[2] = world.month + 1
    work.lose(world)
    assert people.employed[:3].tolist() == [0, 0, 1]
    assert people.employer[:3].tolist() == [0, 0, 2]
    assert people.job_end[:2].tolist() == [NEVER, NEVER]
    assert people.last_inside[0] == world.month != people.last_inside[1]


def test_hires_spread_over_sectors_as_their_openings_do(make_world):
    world = make_world(20000, seed=3)
    people = world.people
    people.employed[:], people.employer[:], people.job_end[:] = 0, 0, NEVER
    openings = np.zeros((8, len(SECTORS)), np.int64)
    openings[:] = [40, 20, 10, 20, 10]
    object.__setattr__(world.rule("employers"), "openings", lambda _: openings)
    world.rule("work").find(world)
    codes = np.bincount(people.employer[people.employed > 0], minlength=len(SECTORS) + 1)[1:]
    assert codes.sum() == openings.sum(), "more seekers than places: every place is filled"
    assert np.array_equal(codes, openings.sum(axis=0))


def test_deprived_communities_have_fewer_vacancies_and_homes_and_the_total_stays(make_world):
    world = make_world(8000, months=1)
    worst, best = (f(world.communities, key=lambda c: c.deprivation) for f in (max, min))
    per_head = {
        c.index: sum(e.vacancies for e in world.employers if e.community == c.index) / c.residents
        for c in world.communities
    }
    assert per_head[worst.index] < per_head[best.index]
    assert worst.homes / worst.residents < best.homes / best.residents
    assert worst.efficacy < 1.0 < best.efficacy
    mean = np.mean(list(per_head.values()))
    assert abs(1000.0 * mean / world.rule("employers").vacancies - 1.0) < 1e-9
