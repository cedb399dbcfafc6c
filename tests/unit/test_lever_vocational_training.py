"""Training: a qualification, and through it a job; nothing else."""

import numpy as np

from sim.processes.work import Work


def test_training_qualifies_more_people_with_more_places(make_world):
    def skilled(places):
        dials = {"vocational_training": {"places": places}}
        return np.count_nonzero(make_world(1500, 4, dials=dials, months=24).people.skill)

    few, many = skilled(4.0), skilled(20.0)
    assert 0 < few < many


def test_completion_is_what_is_published(make_world, band, standard_errors):
    # Everyone who can starts in month 0 and has finished or left after half a year.
    world = make_world(4000, 4, dials={"vocational_training": {"places": 100.0}}, months=1)
    stage = world.people.training
    began = np.flatnonzero(stage)
    ids = world.people.id[began].copy()
    world.run_to(7)
    same = began[(world.people.id[began] == ids) & (world.people.status[began] > 0)]
    done = np.count_nonzero(world.people.skill[same])
    assert standard_errors(done, same.shape[0], 0.73) < band


def test_a_saturated_labour_market_blunts_it(make_world):
    def found(skill_odds, **market):
        parameters = {"work": {"skill_odds": skill_odds}, "employers": market}
        worlds = [
            make_world(9000, 4, dials=dials, months=36, parameters=parameters)
            for dials in ({}, {"vocational_training": {"places": 60.0}})
        ]
        jobs = [w.records.finish().series["employed"][12:].mean() for w in worlds]
        return jobs[1] - jobs[0]

    assert found(skill_odds=1.28) > 2.0 * abs(found(skill_odds=1.28, vacancies=40.0))


def test_it_has_no_rate_of_its_own(make_world):
    rule = make_world(50, dials={"vocational_training": {"places": 5.0}}).rule(
        "vocational_training"
    )
    assert all(step.adds_to is None for step in rule.steps())
    assert any(step.adds_to == "offending" for step in Work.steps())
