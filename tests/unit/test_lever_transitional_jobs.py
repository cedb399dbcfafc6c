"""Transitional jobs: for people released, for a while, acting through having a job only."""

import numpy as np
import pytest

from sim.processes.work import SUBSIDISED

FEW = {"transitional_jobs": {"places": 0.5, "months": 3.0}}
MANY = {"transitional_jobs": {"places": 50.0, "months": 6.0}}


def test_places_are_never_exceeded_and_a_job_lasts_its_months(make_world):
    world = make_world(6000, seed=4, dials=FEW)
    months = {}
    for _ in range(24):
        world.step()
        inside = np.flatnonzero(world.people.employer == SUBSIDISED)
        assert inside.shape[0] <= 3
        assert world.employment_service.caseload <= 3
        for identity in world.people.id[inside]:
            months[int(identity)] = months.get(int(identity), 0) + 1
    assert len(months) > 10 and max(months.values()) == 3


def test_more_jobs_mean_more_people_in_work_while_they_last(make_world):
    employed = [
        make_world(6000, seed=4, dials={"transitional_jobs": {"places": p, "months": 6.0}},
                   months=30).records.finish().series["employed"].mean()
        for p in (0.0, 2.0, 50.0)
    ]  # fmt: skip
    assert employed[0] < employed[1] < employed[2]


def test_it_acts_through_the_job_only(make_world):
    nothing = {"work": {"employed_hr": 1.0}}
    runs = [
        make_world(3000, seed=4, dials=d, parameters=nothing, months=24).records.finish().series
        for d in ({}, MANY)
    ]
    assert runs[1]["transitional_jobs"].sum() > 0
    assert np.array_equal(runs[0]["offences"], runs[1]["offences"])


@pytest.mark.parametrize("within", [1.0, 24.0])
def test_who_comes_late_is_taken_only_where_the_dial_says_so(within, make_world):
    world = make_world(
        4000, seed=4, dials={"transitional_jobs": {"places": 50.0, "within": within}}
    )
    lag = []
    for _ in range(30):
        started = world.people.employer == SUBSIDISED
        world.step()
        new = np.flatnonzero((world.people.employer == SUBSIDISED) & ~started[: len(world.people)])
        lag += (world.month - 1 - world.people.last_inside[new]).tolist()
    # A referral takes the place's two months; who lost a job later comes where the door is open.
    assert (max(lag) > 4) == (within > 1.0)
