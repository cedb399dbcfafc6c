"""Mathematics, numbers with a home, and the errors they raise: exact answers."""

import math

import numpy as np
import pytest

from sim.assembly import build_rules
from sim.errors import DesistError
from sim.evidence import odds_ratio_to_hazard_ratio, risk_to_hazard_ratio
from sim.mathematics import exp, log
from sim.offences import GROUP_OF, HAS_VICTIM, IS_PERSONAL, NAMES, by_group, by_offence
from sim.parameters import dial, figure, parameter
from sim.rules import Column, Process, person_step, registry


@pytest.mark.parametrize(("reach", "error"), [(1.0, 1e-12), (10.0, 5e-8), (20.0, 5e-6)])
def test_exp_is_as_close_as_it_says(reach, error):
    for x in np.linspace(-reach, reach, 4001):
        assert exp(float(x)) == pytest.approx(math.exp(x), rel=error)
    assert exp(0.0) == 1.0


def test_log_is_as_close_as_it_says():
    for x in np.geomspace(1e-4, 1e4, 4001):
        assert abs(log(float(x)) - math.log(x)) < 3e-7 * max(abs(math.log(x)), 1.0)


@pytest.mark.parametrize("value", [-0.1, 1.1, math.nan, math.inf, "much", None, True, {"a": 0.5}])
def test_a_probability_refuses_what_is_none(value, make_place):
    with pytest.raises(DesistError, match=r"hearings\.remand_adds"):
        build_rules(make_place(), parameters={"hearings": {"remand_adds": value}})


@pytest.mark.parametrize("value", [-1.0, 101.0, True])
def test_a_dial_stays_within_what_it_offers(value, make_place):
    with pytest.raises(DesistError, match=r"prison_treatment\.places"):
        build_rules(make_place(), {"prison_treatment": {"places": value}})


@pytest.mark.parametrize(
    ("dials", "parameters", "near"),
    [
        ({"prison_treatmnt": {}}, {}, "prison_treatment"),
        ({"prison_treatment": {"place": 1}}, {}, "places"),
        ({}, {"hearing": {}}, "hearings"),
        ({}, {"hearings": {"remand_ads": 0.1}}, "remand_adds"),
    ],
)
def test_a_mistyped_name_is_answered_with_the_nearest(dials, parameters, near, make_place):
    with pytest.raises(DesistError, match=f"'{near}'"):
        build_rules(make_place(), dials, parameters)


def test_a_process_is_no_lever(make_place):
    with pytest.raises(DesistError, match="unknown lever 'hearings'"):
        build_rules(make_place(), {"hearings": {"capacity": 1}})


def test_a_figure_is_not_given_as_a_parameter(make_place):
    with pytest.raises(DesistError, match="is a figure, not a parameter"):
        build_rules(make_place(), parameters={"hearings": {"capacity": 1.0}})


def test_a_missing_figure_is_named(make_place):
    place = make_place()
    del place.figures["hearings"]["capacity"]
    with pytest.raises(DesistError, match=r"missing figure hearings\.capacity"):
        build_rules(place)


def test_a_number_must_say_what_it_is():
    with pytest.raises(TypeError, match="unknown unit"):
        dial(0.0, unit="furlongs", label="distance")
    with pytest.raises(TypeError, match="needs a source"):
        parameter(1.0, unit="months", low=0, high=2, source="")
    with pytest.raises(TypeError, match="needs a note"):
        parameter(1.0, unit="months", low=0, high=2, source="assumed")


def test_a_bare_number_is_no_quantity():
    class Bare(Process):
        rate: float = 0.5

    with pytest.raises(TypeError, match="no unit and source"):
        Bare.quantities()


def test_rules_are_frozen_and_closed(make_place):
    rule = {r.name: r for r in build_rules(make_place())}["hearings"]
    with pytest.raises(ValueError, match="frozen"):
        rule.conviction = 0.9
    with pytest.raises(ValueError, match="extra"):
        type(rule)(**rule.model_dump(), further=1)


def test_a_person_step_either_writes_or_adds():
    with pytest.raises(TypeError):
        person_step("needs")
    with pytest.raises(TypeError):
        person_step("needs", writes=["flag"], adds_to="offending")


@pytest.mark.parametrize(
    ("body", "match"),
    [
        ("class A(Process): pass\nclass B(Process): pass", "found 2"),
        ("x = 1", "found 0"),
    ],
)
def test_a_file_holds_one_rule(body, match, tmp_path):
    (tmp_path / "odd.py").write_text("from sim.rules import Process\n" + body)
    with pytest.raises(DesistError, match=match):
        registry([tmp_path])


def test_two_rules_cannot_share_a_name(tmp_path):
    (tmp_path / "hearings.py").write_text(
        "from sim.rules import Process\nclass Mine(Process):\n    'Mine.'\n"
    )
    with pytest.raises(DesistError, match="two rules are named 'hearings'"):
        registry([tmp_path])


def test_a_folder_of_rules_must_exist(tmp_path):
    with pytest.raises(DesistError, match="no such folder"):
        registry([tmp_path / "none"])


def test_declarations_read_back():
    class Odd(Process):
        columns = (Column("odd", "u1", "0/1", "oddness"),)
        share: float = figure(unit="share", label="a share")

    quantity = Odd.quantities()["share"]
    assert (quantity.kind, quantity.unit, quantity.default) == ("figure", "share", None)
    assert quantity.bounds == (0.0, 1.0) and quantity.sources == ()


def test_conversions_of_published_effects():
    assert risk_to_hazard_ratio(0.19, 0.1) == pytest.approx(2.0)
    assert odds_ratio_to_hazard_ratio(1.0, 0.3) == pytest.approx(1.0)


def test_offences_are_laid_out_in_order():
    assert by_offence({"theft": 2.0}, 1.0).tolist() == [2.0 if n == "theft" else 1.0 for n in NAMES]
    assert by_group({"drug": 3.0}).tolist() == [0.0, 0.0, 3.0, 0.0]
    assert len(NAMES) == GROUP_OF.shape[0] and not (IS_PERSONAL & ~HAS_VICTIM).any()
