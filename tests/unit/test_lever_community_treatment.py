"""Treatment under supervision: places, completion, who gains, and no doubling."""

import numpy as np
import pytest

from sim.people import SUPERVISED
from sim.programme import taking_part


@pytest.fixture(scope="module")
def run(make_world):
    def make(months=36, **dials):
        return make_world(4000, 4, dials={"community_treatment": dials}, months=months)

    return make


def test_more_places_less_offending(run):
    offences = [run(places=p).records.finish().series["offences"].sum() for p in (0, 5, 25)]
    assert offences[0] > offences[1] > offences[2]


def test_places_are_never_exceeded(run):
    world = run(months=12, places=4.0)
    for _ in range(12):
        world.step()
        rows = world.selection("supervised")
        busy = taking_part(world.people.cbt, rows).shape[0]
        assert 0 < busy <= 0.04 * 1.3 * rows.shape[0] + 1


def test_the_published_effect_comes_back_at_full_fidelity(run):
    rule = run(months=1, places=5.0, quality=1.0).rule("community_treatment")
    kept = np.exp(-np.arange(0, 12, 0.01) / rule.fading_months).mean()
    ratio = np.exp(rule.completion * kept * rule.full_effect())
    assert ratio == pytest.approx(0.72, abs=0.002)


def test_treatment_in_prison_is_renewed_not_added(make_world):
    dials = {
        "community_treatment": {"places": 60.0, "quality": 0.5},
        "prison_treatment": {"places": 60.0, "quality": 0.5},
    }
    world = make_world(3000, 4, dials=dials, months=36)
    people = world.people
    both = people.treatment_log_hr + people.cbt_log_hr
    full = min(world.rule(name).full_effect() for name in dials)
    assert (people.cbt_log_hr[people.status == SUPERVISED] < 0).any()
    assert both.min() >= 1.001 * full
