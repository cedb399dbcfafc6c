"""Supervision: training helps, time helps the trained only, control only raises breaches."""

import numpy as np
import pytest

from sim.effects import individual_log_hr


@pytest.fixture(scope="module")
def run(make_world):
    def make(**dials):
        world = make_world(6000, 4, dials={"supportive_supervision": dials}, months=36)
        return world.records.finish().series

    return make


def test_more_trained_officers_less_offending(run):
    offences = [run(trained=share)["offences"].sum() for share in (0.0, 0.4, 1.0)]
    assert offences[0] > offences[1] > offences[2]


def test_time_strengthens_training_and_shows_more_breaches(make_world):
    def rule(**dials):
        world = make_world(50, dials={"supportive_supervision": dials})
        return world.rule("supportive_supervision")

    usual, small = rule(trained=1.0), rule(trained=1.0, caseload=50.0)
    assert usual.log_trained() == pytest.approx(individual_log_hr(np.log(0.95), usual.base_risk))
    assert usual.log_breach() == 0
    assert small.log_trained() < usual.log_trained() and small.log_breach() > 0


def test_control_raises_breaches(run):
    breaches = [run(control=share)["breaches"].sum() for share in (0.0, 0.5, 1.0)]
    assert breaches[0] < breaches[1] < breaches[2]
    assert 1.1 < breaches[2] / breaches[0] < 1.8


def test_a_small_caseload_alone_helps_nobody_desist(make_world):
    dials = {"supportive_supervision": {"caseload": 40.0}}
    world = make_world(2000, 4, dials=dials, months=3)
    assert not (world.people.officer == 2).any()
    assert (world.people.officer == 1).any()
