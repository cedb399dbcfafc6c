"""The check of the evidence finds what it is for: each fault is planted, and found by name."""

from dataclasses import replace

import pytest

from sim import evidence
from sim.evidence.contradictions import CONTRADICTIONS
from sim.evidence.conversions import derivations
from sim.experiment import evidence_check as check
from sim.experiment.evidence_use import parameters_of, uses
from sim.place import Place, Sourced
from sim.rules import registry

NUMBERS = {f"{q.rule}.{q.name}": q for q in parameters_of(registry())}


def lines(name, **changed):
    return list(check.of_parameter(replace(NUMBERS[name], **changed)))


@pytest.mark.parametrize(
    ("name", "changed", "found"),
    [
        ("death.hazard_at_35", {"source": "no_such_row"}, "no row 'no_such_row'"),
        ("death.age_slope", {"note": ""}, "neither a row nor assumed"),
        ("housing.finding", {"source": "housing_rho"}, "rows of United States only"),
        ("prison_treatment.hazard_ratio", {"default": 0.85}, "default 0.85, but"),
        ("prison_education.hazard_ratio", {"default": 0.83}, "gives 0.8088"),
        ("prison_education.hazard_ratio", {"low": 0.82}, "outside its range"),
        ("housing.housed_hr", {"default": 0.50}, "default 0.5, but"),
        ("housing.housed_hr", {"default": 1.05}, "default 1.05, but"),
        ("release.crowding", {"note": "as published"}, "a sign only"),
        ("cognition.slope", {"source": "cbt_meta_all"}, "nothing computes it"),
        ("family.visits_hr", {"source": "visits_meta"}, "none of which is its source"),
    ],
)
def test_a_planted_fault_is_found(name, changed, found):
    assert not lines(name), "sound as it stands"
    faults = lines(name, **changed)
    assert any(found in fault and name in fault for fault in faults), faults


def test_a_users_parameter_may_state_its_transport_in_its_note():
    changed = {"source": "housing_rho", "note": "transport: moves alike everywhere"}
    assert not lines("housing.finding", **changed)


def test_rounding_is_half_the_last_digit_typed():
    assert check.rounding_of(0.81) == pytest.approx(0.005)
    assert check.rounding_of(0.614) == pytest.approx(0.00307)
    assert not lines("acceptance.in_principle", default=0.54), "53.5 % is 0.54"
    assert lines("acceptance.in_principle", default=0.55)


def place(**stated):
    return Place(
        name="japan", title="", currency="JPY", population=Sourced(value=1.0, source="assumed"),
        figures={"housing": {"x": Sourced(**stated)}},
    )  # fmt: skip


def test_a_place_that_borrows_a_figure_says_so():
    borrowed = {"value": 1.0, "source": "ew_prison_stock_01"}
    assert "another country" in next(check.of_place(place(**borrowed), []))
    assert not list(check.of_place(place(**borrowed, note="as England and Wales"), []))
    assert not list(check.of_place(place(value=1.0, source="jp_prison_stock_01"), []))


def test_a_place_that_states_another_value_than_its_rows_give_says_that_it_is_fitted():
    def faults(**more):
        slope = Sourced(value=-0.033, source="age_hazard", **more)
        there = place(value=1.0, source="jp_prison_stock_01").model_copy(
            update={"parameters": {"offending": {"age_slope": slope}}}
        )
        return list(check.of_place(there, NUMBERS.values()))

    assert any("default -0.033, but" in fault for fault in faults(note="American"))
    assert not faults(note="calibrated to the curve of the cohort")


def test_a_trial_simulated_elsewhere_says_so():
    trial = {"jurisdiction": "us_states", "published": {"evidence": "em_france"}}
    assert list(check.of_trial("mine", trial)) == [
        "trial mine: from France, simulated in United States without a note"
    ]
    assert not list(check.of_trial("mine", trial | {"note": "no French place here"}))
    assert not list(check.of_trial("mine", trial | {"jurisdiction": "france"}))


def test_statements_that_nothing_needs_any_more_are_found():
    kept = [q for q in NUMBERS.values() if q.rule != "transfer"]
    faults = list(check.leftovers(kept))
    assert "transport.csv: no parameter transfer.escort" in faults
    assert "sim/evidence/derived: no parameter transfer.escort" in faults
    pooled = replace(NUMBERS["transfer.escort"], source="transfer_cost;cbt_meta_all")
    assert any("one country alone" in fault for fault in check.leftovers([*kept, pooled]))


def test_a_contradiction_without_its_number_is_found():
    rules = {name: rule for name, rule in registry().items() if name != "prison_regime"}
    assert list(check.contradictions(rules)) == [
        "contradiction custody: no number prison_regime.hazard_ratio"
    ]


def test_a_contradiction_has_at_least_two_readings_that_differ():
    assert len(CONTRADICTIONS) == 8
    for one in CONTRADICTIONS:
        assert len({side.value for side in one.readings}) > 1, one.name


def test_uses_name_rules_places_trials_and_readings():
    borrowed = place(value=1.0, source="em_france", note="as France")
    found = uses(registry(), [borrowed], {"my_trial": "em_france"})
    kinds = {(use.kind, use.where) for use in found["em_france"]}
    assert kinds >= {
        ("parameter", "electronic_monitoring.against_prison"),
        ("place", "japan: housing.x"),
        ("trial", "my_trial"),
        ("conversion", "electronic_monitoring.base_risk"),
    }
    assert found.keys() == evidence.rows().keys()
    assert {use.kind for use in found["cbt_meta_demo"]} <= {"words"}


def test_every_row_of_a_derivation_exists():
    assert all(set(found.rows) <= evidence.rows().keys() for found in derivations().values())
