"""Work in prison: a share, experience after some months, and an effect only through jobs."""

import numpy as np
import pytest

from sim.programme import LEAST_ROOM


@pytest.fixture(scope="module")
def run(make_world):
    def make(months=24, parameters=None, **more):
        dials = {"prison_work": {"working": more.pop("working", 0.5)}}
        return make_world(3000, 4, dials=dials, months=months, parameters=parameters, **more)

    return make


def test_that_share_works_as_far_as_crowding_leaves_room(run, band, standard_errors):
    world = run()
    workers = world.records.finish().series["prison_workers"][-1]
    rows = world.selection("in_custody").shape[0]
    room = max(world.rule("custody").access(world), LEAST_ROOM)
    # Who is received and who leaves in the month differ by a few people.
    assert standard_errors(workers, rows, 0.5 * room) < band + 1
    assert run(custody__places=20.0).records.finish().series["prison_workers"][-1] < 0.6 * workers


def test_experience_helps_to_find_a_job_and_is_spent_by_it(run):
    world = run()
    people = world.people
    world._open_month()
    world.rule("prison_work").look_for_work(world)
    helped = np.flatnonzero(world.rate("finding_work"))
    assert helped.shape[0] > 5
    assert (people.worked_inside[helped] >= 6).all() and not people.employed[helped].any()
    outside = np.isin(people.status, (1, 2)) & (people.employed > 0)
    assert not people.worked_inside[outside].any()


def test_without_better_odds_nothing_changes(run, make_world):
    same = run(parameters={"prison_work": {"experience_odds": 1.0}}).records.finish().series
    none = make_world(3000, 4, months=24).records.finish().series
    assert np.array_equal(same["offences"], none["offences"])


def test_more_work_inside_more_jobs_outside(run):
    odds = {"prison_work": {"experience_odds": 1.28}}
    jobs = [
        run(working=share, parameters=odds, months=48).records.finish().series["employed"].sum()
        for share in (0.0, 0.4, 1.0)
    ]
    assert jobs[0] < jobs[1] < jobs[2]
