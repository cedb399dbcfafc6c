"""Treatment of substance use in custody: fewer people use, and the rest of the published effect.

Use explains part of the total; what is left acts directly.
"""

import numpy as np
import pytest

from sim.effects import individual_log_hr


def using(make_world, places):
    world = make_world(2000, 4, dials={"substance_treatment": {"places": places}}, months=24)
    return world.records.finish().series


def test_more_places_fewer_people_using(make_world):
    runs = [using(make_world, places) for places in (0.0, 5.0, 20.0)]
    counts = [run["using"][12:].mean() for run in runs]
    assert counts[0] > counts[1] > counts[2]
    assert runs[2]["substance_treatment_remissions"].sum() > 0


def test_both_parts_add_up_to_the_published_total(make_world):
    world = make_world(50, dials={"substance_treatment": {"places": 5.0}})
    rule = world.rule("substance_treatment")
    kept = np.exp(-np.arange(0, rule.evaluated_months, 0.01) / rule.fading_months).mean()
    use = rule.part_through_use(world)
    total = rule.completion * (kept * rule.full_effect(world) + use)
    own = individual_log_hr(np.log(rule.hazard_ratio), rule.base_risk)
    assert total == pytest.approx(own, abs=0.001)
    assert -0.2 < use < 0.0, "part of the effect, not all of it"


def test_no_published_effect_leaves_the_part_through_use(make_world):
    world = make_world(
        2000, 4, dials={"substance_treatment": {"places": 20.0}}, months=24,
        parameters={"substance_treatment": {"hazard_ratio": 1.0}},
    )  # fmt: skip
    assert not world.people.drug_treatment_log_hr.any()
    assert world.records.finish().series["substance_treatment_remissions"].sum() > 0
