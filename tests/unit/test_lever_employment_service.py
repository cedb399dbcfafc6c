"""The employment service: places fill, jobs follow, and a full labour market blunts it."""

import numpy as np


def _employed(make_world, places, **employers):
    dials = {"employment_service": {"places": places}} if places else {}
    run = make_world(8000, seed=4, dials=dials, parameters={"employers": employers}, months=30)
    return run.records.finish().series


def test_more_places_bring_more_people_into_work(make_world):
    employed = [_employed(make_world, p)["employed"][6:].mean() for p in (0.0, 1.0, 20.0)]
    assert employed[0] < employed[1] < employed[2]


def test_places_are_never_exceeded_and_about_half_find_a_job(make_world):
    world = make_world(8000, seed=4, dials={"employment_service": {"places": 1.0}})
    for _ in range(24):
        world.step()
        assert np.count_nonzero(world.people.job_support == 2) <= 8
        assert world.employment_service.caseload <= 8
    s = _employed(make_world, 50.0)
    assert 0.35 < s["job_support_placed"].sum() / s["job_support_starts"].sum() < 0.60


def test_a_saturated_labour_market_blunts_it(make_world):
    gain = {}
    for vacancies in (250.0, 80.0):
        with_it, without = (
            _employed(make_world, p, vacancies=vacancies)["employed"][6:].mean()
            for p in (50.0, 0.0)
        )
        gain[vacancies] = with_it - without
    assert gain[80.0] < 0.3 * gain[250.0]


def test_each_stage_of_access_is_a_part_of_the_one_before(make_world):
    dials = {"employment_service": {"places": 1.0}}
    access = make_world(8000, seed=4, dials=dials, months=30).records.finish().access
    reached = [access["employment_service", s][0] for s in ("eligible", "offered", "started",
                                                            "completed")]  # fmt: skip
    assert reached == sorted(reached, reverse=True) and reached[-1] > 0
