"""Planning: fewer people leave homeless, as far as hand-offs succeed, and more take income up."""

import pytest


@pytest.fixture(scope="module")
def series(make_world):
    def run(dials, parameters=None):
        world = make_world(3000, 4, dials=dials, parameters=parameters, months=24)
        return world.records.finish().series

    return run


def test_more_plans_fewer_homeless(series):
    homeless = [series({"release_planning": {"planned": p}})["homeless"].sum() for p in (0, 0.5, 1)]
    assert homeless[0] > homeless[1] > homeless[2]


def test_plans_without_a_hand_off_house_nobody(series):
    lost = {"handoff": {"arrives": 0.0}}
    plans = series({"release_planning": {"planned": 1.0}}, lost)
    assert plans["releases_planned"].sum() > 0 and plans["homes_handed_over"].sum() == 0
    assert (plans["homeless"] == series({}, lost)["homeless"]).all()


def test_hand_offs_that_come_late_help_less(series):
    plan = {"release_planning": {"planned": 1.0}}
    late, soon = (
        series(plan, {"handoff": {"arrives": 1.0, "delay_months": months}})["homeless"].sum()
        for months in (6.0, 0.0)
    )
    assert soon < late < series({})["homeless"].sum()


def test_a_plan_helps_to_take_up_support_that_exists(series):
    income = {"income_at_release": {"months": 6}}
    alone = series(income)["income_supported"].sum()
    together = series(income | {"release_planning": {"planned": 1.0}})["income_supported"].sum()
    assert together > 1.2 * alone
