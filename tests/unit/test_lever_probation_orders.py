"""§36, probation and judicial supervision: reviews cost the court hearings."""

from functools import cache

import numpy as np
import pytest


@pytest.fixture(scope="module")
def run(make_world):
    @cache
    def once(**dials):
        world = make_world(
            4000, seed=6, dials={"probation_orders": dials}, months=48, hearings__capacity=13.0
        )
        return world, {n: s[12:].mean() for n, s in world.records.finish().series.items()}

    return once


def test_reviews_take_hearings_and_lengthen_the_queue(run):
    doses = [run(uptake=0.9, reviews=reviews)[1] for reviews in (0.0, 4.0, 12.0)]
    for name in ("review_hearings", "backlog"):
        assert (np.diff([dose[name] for dose in doses]) > 0).all(), name
    assert doses[0]["review_hearings"] == 0.0


def test_reviews_never_take_more_than_half_of_the_court(make_world):
    world = make_world(
        1000, seed=6, months=36, dials={"probation_orders": {"uptake": 1.0, "reviews": 12.0}},
        hearings__capacity=1.0,
    )  # fmt: skip
    series = world.records.finish().series
    assert series["review_hearings"].max() == pytest.approx(0.5)
    assert series["disposals"].sum() >= 0.5 * 36 - 1
    assert world.court.unused > -1.0


def test_probation_is_reviewed_only_while_it_lasts(run):
    world, series = run(uptake=0.9, reviews=12.0)
    people = world.people
    on = (people.probation_end > 48) & (people.status == 2) & (people.order == 1)
    assert series["review_hearings"] == pytest.approx(0.25 * np.count_nonzero(on), rel=0.5)
