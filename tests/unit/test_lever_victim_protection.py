"""Protection of victims: conditions for a share, at a price to reintegration."""

import numpy as np
import pytest

from sim.offences import VIOLENT
from sim.people import CONDITIONAL_RELEASE, SUPERVISED


@pytest.fixture(scope="module")
def run(make_world):
    def make(parameters=None, persons=4000, **dials):
        return make_world(
            persons, 4, dials={"victim_protection": dials}, months=30,
            parameters={"victim_protection": parameters or {}},
        )  # fmt: skip

    return make


def test_more_conditions_for_conditional_releases_only(run):
    stock = []
    for share in (0.2, 0.5, 1.0):
        world = run(conditions=share)
        people = world.people
        stock.append(np.count_nonzero(people.no_contact == 2))
        bound = (people.no_contact == 2) & (people.status == SUPERVISED)
        assert (people.order[bound] == CONDITIONAL_RELEASE).all()
    assert stock[0] < stock[1] < stock[2]


def test_they_lower_violence_that_hits_known_victims(run):
    world = run(conditions=1.0)
    people = world.people
    people.status[:], people.no_contact[:] = SUPERVISED, 2
    world._open_month()
    world.rule("victim_protection").keep_away(world)
    after = [world.rate("offending")[people.offence_group == g].mean() for g in range(4)]
    assert np.argmin(after) == VIOLENT and max(after) < 0
    strong = {"known": 0.5, "kept_away": 0.5, "home_lost": 0.0, "job_lost": 0.0}
    violent = [
        run(strong, persons=16000, conditions=share)
        .records.finish()
        .series["offences_violent"]
        .sum()
        for share in (0.0, 1.0)
    ]
    assert violent[1] < violent[0]


def test_they_cost_homes_and_jobs(run):
    price = {"kept_away": 0.0, "home_lost": 0.03, "job_lost": 0.03}
    none, all_ = (run(price, conditions=share).records.finish().series for share in (0.0, 1.0))
    assert all_["homeless"].sum() > none["homeless"].sum()
    assert all_["employed"].sum() < none["employed"].sum()


def test_victims_are_told_of_that_share(run):
    told = [run(notified=s).records.finish().series["victims_notified"].sum() for s in (0.5, 1.0)]
    assert 0.3 < told[0] / told[1] < 0.7
