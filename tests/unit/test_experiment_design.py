"""Designs: the right points, named by what they set, the same in every folder."""

from itertools import pairwise

import numpy as np
import pytest

from sim.app.shipped import shipped
from sim.errors import DesistError
from sim.experiment.design import CENTRAL, design_points, point_of
from sim.experiment.pasts import stored_points
from sim.experiment.plan import make_plan
from sim.experiment.scenario import scenarios_in
from sim.experiment.study import check_study
from sim.rules import registry

PLACES, HR = "dials.prison_treatment.places", "parameters.prison_treatment.hazard_ratio"
SCENARIOS = scenarios_in([shipped("scenarios")])
BASE = {
    "jurisdictions": ["us_states"], "policies": ["status_quo", "rehabilitation", "restorative"],
    "persons": 100, "months": 12, "start": 3, "warmup_months": 2, "replications": 2, "seed": 1,
}  # fmt: skip


def where(keys):
    return ".".join(map(str, keys))


def study(**changes):
    return check_study({**BASE, **changes}, where)


def points(vary, **design):
    return design_points(study(vary=vary, design=design), registry(), where)


def plan(**changes):
    scenario = SCENARIOS.load("study", "kyoto_core")
    return make_plan(study(**changes), scenario, SCENARIOS, where=where)


def test_a_grid_is_every_combination():
    found = points({PLACES: [5, 10], HR: {"low": 0.7, "high": 0.9}}, kind="grid", levels=3)
    assert [tuple(point.values.values()) for point in found] == [
        (5.0, 0.7), (5.0, 0.8), (5.0, 0.9), (10.0, 0.7), (10.0, 0.8), (10.0, 0.9),
    ]  # fmt: skip


def test_one_at_a_time_sets_one_thing_at_each_point():
    found = points({PLACES: [5, 10], HR: [0.7]}, kind="one_at_a_time")
    assert [dict(point.values) for point in found] == [{PLACES: 5.0}, {PLACES: 10.0}, {HR: 0.7}]


def test_a_list_is_taken_as_it_is():
    found = points({}, kind="list", points=[{PLACES: 3, HR: 0.8}, {}])
    assert [point.id for point in found] == [point_of({HR: 0.8, PLACES: 3}).id, 0]


@pytest.mark.parametrize("kind", ["latin_hypercube", "sobol"])
def test_a_space_filling_design_has_one_point_in_every_stratum(kind):
    found = points({PLACES: {"low": 0, "high": 16}, HR: {}}, kind=kind, size=16)
    assert len({point.id for point in found}) == 16
    assert sorted(int(point.values[PLACES]) for point in found) == list(range(16))


def test_a_longer_sobol_sequence_begins_with_the_shorter():
    vary = {PLACES: {"low": 0, "high": 10}, HR: {}}
    assert points(vary, kind="sobol", size=20)[:8] == points(vary, kind="sobol", size=8)


def test_sensitivity_designs_have_the_rows_that_salib_analyses():
    vary = {PLACES: {"low": 0, "high": 10}, HR: {}}
    assert len(points(vary, kind="saltelli", size=8)) == 8 * (2 + 2)
    morris = points(vary, kind="morris", size=5)
    assert len(morris) == 5 * (2 + 1)
    for at in range(0, 15, 3):  # a trajectory changes one thing at each step
        steps = [dict(point.values) for point in morris[at : at + 3]]
        for one, two in pairwise(steps):
            assert sum(one[name] != two[name] for name in one) == 1


def test_a_parameter_s_own_range_is_taken_when_none_is_given():
    quantity = registry()["prison_treatment"].quantities()["hazard_ratio"]
    found = points({HR: {}}, kind="grid", levels=2)
    assert [point.values[HR] for point in found] == [quantity.low, quantity.high]


def test_a_point_s_id_is_what_it_sets():
    assert point_of({PLACES: 5, HR: 0.8}) == point_of({HR: 0.8, PLACES: 5.0})
    assert point_of({}) == CENTRAL
    ids = {point_of({PLACES: float(i), HR: 0.8}).id for i in range(2000)}
    assert len(ids) == 2000 and all(0 < i < 2**53 for i in ids)


@pytest.mark.parametrize(
    ("vary", "words"),
    [
        ({"dials.prison_treatmen.places": [1]}, "Did you mean 'prison_treatment'?"),
        ({"dials.prison_treatment.place": [1]}, "Did you mean 'places'?"),
        ({"places": [1]}, "write dials.LEVER.DIAL"),
        ({PLACES: [-1]}, "places is -1"),
        ({PLACES: {"low": 5, "high": 2}}, "low must be below high"),
        ({PLACES: {"values": [1], "low": 0}}, "both values and a range"),
        ({PLACES: []}, "expected at least one"),
        ({PLACES: {"lwo": 0}}, "Did you mean 'low'?"),
        ({"parameters.offending.moves": {}}, "is a table"),
        ({"dials.housing_support.places": [1]}, "no policy of this study"),
    ],
)
def test_a_slip_in_a_design_is_told_in_one_line(vary, words):
    with pytest.raises(DesistError) as caught:
        plan(vary=vary)
    assert words in str(caught.value) and "\n" not in str(caught.value)


def test_a_design_too_large_is_refused_before_it_is_made():
    vary = {PLACES: {"low": 0, "high": 1}, HR: {}, "parameters.prison_treatment.completion": {}}
    with pytest.raises(DesistError, match="1,000,000,000 points"):
        points(vary, kind="grid", levels=1000)


def test_points_that_leave_the_past_alone_share_it():
    made = plan(vary={PLACES: [5, 10, 20], HR: [0.7, 0.8]}, design={"kind": "one_at_a_time"})
    assert len(made.pasts) == 1
    # Two policies use neither, and 20 places are what the policy has anyway.
    assert len(made.pasts[0].arms) == 3 + 4
    assert made.cells == 2 * 7


def test_a_point_that_moves_a_parameter_of_the_past_has_one_of_its_own():
    made = plan(vary={"parameters.offending.age_slope": [-0.05, -0.04]})
    assert [len(past.arms) for past in made.pasts] == [3, 3, 3]
    assert made.pasts[1].parameters == {"offending": {"age_slope": -0.05}}


def test_a_parameter_of_a_lever_that_the_baseline_uses_belongs_to_the_past():
    policies = ["rehabilitation", "restorative"]
    assert len(plan(policies=policies, vary={HR: [0.7, 0.8]}).pasts) == 3


def test_an_arm_is_the_same_cell_wherever_it_is_the_same():
    referral = "dials.restorative_justice.referral"
    made = plan(vary={PLACES: [5], referral: [0.1, 0.2]}, design={"kind": "grid"})
    stored = {(p, at): to for p, at, to in stored_points(made.layout, made.points)}
    first, second = (point.id for point in made.rows)
    assert stored["status_quo", second].id == 0
    assert stored["rehabilitation", second] == stored["rehabilitation", first]
    assert dict(stored["rehabilitation", first].values) == {PLACES: 5.0}
    assert dict(stored["restorative", second].values) == {referral: 0.2}
    assert {(arm.policy, arm.point) for arm in made.pasts[0].arms} == {
        (policy, to.id) for (policy, _), to in stored.items()
    }
    assert len({arm.content for arm in made.pasts[0].arms}) == len(made.pasts[0].arms)


def keys(made):
    return {key for _, _, some in made.keys(0, made.study.replications) for key in some}


def test_a_wider_study_contains_the_narrower():
    small = keys(plan(draws=3))
    assert small < keys(plan(draws=5))
    assert small < keys(plan(draws=3, replications=4))
    assert small < keys(plan(draws=3, policies=[*BASE["policies"], "noncustodial"]))
    assert small < keys(plan(draws=3, jurisdictions=["us_states", "georgia"]))
    assert small < keys(plan(draws=3, vary={PLACES: [5]}))
    assert small == keys(plan(draws=3, horizons=[3], outcomes=["rearrest"], confidence=0.9))
    assert not small & keys(plan(draws=3, persons=101))


def test_a_coalition_is_part_of_a_package():
    made = plan(policies=["status_quo", "par38_modest~housing_support+release_planning"])
    arm = made.policies[1]
    assert set(arm.dials) == {"housing_support", "release_planning"}
    assert arm.title == "Paragraph 38, modest: housing support, release planning"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("par38_modest~housing_suport", "Did you mean 'housing_support'?"),
        ("par38_modest~", "is no lever of the package"),
        ("par38_modst~housing_support", "Did you mean 'par38_modest'?"),
        ("par38_modest~release_planning+housing_support", "write par38_modest~housing_support+"),
    ],
)
def test_a_slip_in_a_coalition_is_told(name, words):
    with pytest.raises(DesistError) as caught:
        plan(policies=["status_quo", name])
    assert words in str(caught.value)


def test_a_large_design_is_planned_in_seconds():
    import time

    begun = time.perf_counter()
    made = plan(vary={PLACES: {"low": 0, "high": 30}}, replications=100,
                design={"kind": "sobol", "size": 1000})  # fmt: skip
    assert len(keys(made)) == made.cells == 100 * (3 + 1000)
    assert time.perf_counter() - begun < 5.0


def test_values_are_spread_over_a_list_as_over_a_range():
    found = points({PLACES: [1, 2, 4]}, kind="latin_hypercube", size=30)
    counts = np.unique([point.values[PLACES] for point in found], return_counts=True)
    assert list(counts[1]) == [10, 10, 10]
