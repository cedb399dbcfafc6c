"""Stages of restorative justice: each is used, capacity and consent limit, a lottery evaluates."""

import pytest

ALL = {"before_charge": 0.5, "in_custody": 0.5, "after_release": 0.5, "facilitators": 5.0}


def _run(make_world, parameters=None, **dials):
    world = make_world(
        8000, seed=11, dials={"restorative_stages": dials}, parameters=parameters, months=36
    )
    return world.records.finish().series


@pytest.mark.parametrize("stage", ["before_charge", "in_custody", "after_release"])
def test_each_stage_holds_more_meetings_with_more_referrals(stage, make_world):
    held = [
        _run(make_world, facilitators=5.0, **{stage: share})["conferences_held"].sum()
        for share in (0.0, 0.3, 1.0)
    ]
    assert held[0] == 0 < held[1] < held[2]


def test_more_facilitators_do_nothing_where_consent_is_the_limit(make_world):
    few, enough, many = (
        _run(make_world, **ALL | {"facilitators": f})["conferences_held"].sum()
        for f in (0.02, 5.0, 50.0)
    )
    assert few < enough == many


def test_mediation_takes_fewer_hours(make_world):
    one, other = (_run(make_world, **ALL | {"mediation": m}) for m in (0.0, 1.0))
    assert other["stages_hours"].sum() < 0.6 * one["stages_hours"].sum()


def test_diversion_ends_cases(make_world):
    base, diverted = (_run(make_world, **ALL | {"diverted": d}) for d in (0.0, 1.0))
    assert diverted["stages_diverted"].sum() > 0
    assert diverted["disposals"].sum() < base["disposals"].sum()


def test_the_lottery_finds_an_effect_that_is_there(make_world):
    s = _run(
        make_world, {"restorative_stages": {"hazard_ratio": 0.2, "victim_consents": 0.8}},
        **ALL | {"before_charge": 1.0}, lottery=True,
    )  # fmt: skip
    assert 0.4 < s["lottery_held_months"].sum() / (
        s["lottery_held_months"].sum() + s["lottery_control_months"].sum()
    ) < 0.6  # fmt: skip
    rate = [
        s[f"lottery_{arm}_arrests"].sum() / s[f"lottery_{arm}_months"].sum()
        for arm in ("held", "control")
    ]
    assert rate[0] < 0.8 * rate[1]
