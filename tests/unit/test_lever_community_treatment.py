"""Treatment under supervision: places, completion, who gains, and no doubling."""

import numpy as np
import pytest

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


def test_treatment_of_no_quality_changes_nobody(run):
    none, hollow = run(places=0.0), run(places=25.0, quality=0.0)
    assert hollow.records.finish().series["community_treatment_completions"].sum() > 10
    assert not hollow.people.treatment_log_hr.any()
    offences = [w.records.finish().series["offences"] for w in (none, hollow)]
    assert np.array_equal(*offences)


def test_treatment_in_prison_is_renewed_not_added(make_world):
    dials = {
        "community_treatment": {"places": 60.0, "quality": 0.5},
        "prison_treatment": {"places": 60.0, "quality": 0.5},
    }
    world = make_world(3000, 4, dials=dials, months=36)
    community, prison = (world.rule(name) for name in dials)
    logs = [
        world.rule("assessment").log_hr_by_match(
            np.log(lever.hazard_ratio) * lever.quality, 48.0, lever.completion
        )
        for lever in (community, prison)
    ]
    effect = world.people.treatment_log_hr
    assert effect.min() < 0 and effect.min() >= 1.001 * np.min(logs)
