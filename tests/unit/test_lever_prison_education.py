"""Education: the published total is split once between work and a direct effect."""

import numpy as np
import pytest

from sim.effects import individual_log_hr
from sim.programme import DONE

MONTHS = 30


@pytest.fixture(scope="module")
def run(make_world):
    def make(places, **more):
        world = make_world(1500, 4, dials={"prison_education": {"places": places}}, **more)
        world.run_to(MONTHS)
        return world

    return make


def test_places_that_crowding_closes_teach_nobody(run):
    def starts(**more):
        return run(20.0, **more).records.finish().series["education_starts"].sum()

    open_prisons = starts()
    assert starts(custody__places=20.0) < 0.7 * open_prisons


def test_more_places_more_qualifications(run):
    skilled = [run(places) for places in (0.001, 5.0, 20.0)]
    counts = [np.count_nonzero(world.people.skill) for world in skilled]
    assert counts[0] < counts[1] < counts[2]


def test_finishing_gives_the_qualification_and_the_effect(run):
    people = run(20.0).people
    done = people.education == DONE
    assert done.any() and people.skill[done].all() and (people.education_log_hr[done] < 0).all()
    assert not people.education_log_hr[people.skill == 0].any()


def test_both_parts_add_up_to_the_published_total(make_world):
    world = make_world(50, dials={"prison_education": {"places": 10.0}})
    rule = world.rule("prison_education")
    kept = np.exp(-np.arange(0, rule.evaluated_months, 0.01) / rule.fading_months).mean()
    work = rule.part_through_work(world)
    total = rule.completion * (kept * rule.full_effect(world) + work)
    own = individual_log_hr(np.log(rule.hazard_ratio), rule.base_risk)
    assert total == pytest.approx(own, abs=0.001)
    assert -0.02 < work < 0.0
