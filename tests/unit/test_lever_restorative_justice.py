"""Restorative justice: each stage is used, capacity, consent and safety limit it, victims gain."""

import numpy as np
import pytest

STAGES = ("before_charge", "referral", "in_custody", "after_release")
ALL = dict.fromkeys(STAGES, 0.5) | {"facilitators": 5.0}


@pytest.fixture(scope="module")
def run(make_world):
    def series(parameters=None, **dials):
        world = make_world(
            8000, seed=11, dials={"restorative_justice": dials}, parameters=parameters, months=36
        )
        return world.records.finish().series

    return series


@pytest.mark.parametrize("stage", STAGES)
def test_each_stage_holds_more_meetings_with_more_referrals(stage, run):
    held = [
        run(facilitators=5.0, **{stage: share})["conferences_held"].sum()
        for share in (0.0, 0.3, 1.0)
    ]
    assert held[0] == 0 < held[1] < held[2]


def test_more_facilitators_do_nothing_where_consent_is_the_limit(run):
    few, enough, many = (
        run(**ALL | {"facilitators": f})["conferences_held"].sum() for f in (0.02, 5.0, 50.0)
    )
    assert few < enough == many


def test_without_facilitators_nobody_meets_and_everything_is_as_it_was(run):
    none, off = run(**ALL | {"facilitators": 0.0}), run()
    assert none["conferences_agreed"].sum() > 0
    for name in ("offences", "arrests", "victims_with_symptoms", "cost_restorative"):
        assert np.array_equal(none[name], off[name]), name


def test_nobody_meets_unless_both_consent(run):
    for side in ("person_consents", "victim_consents_prepared"):
        s = run({"restorative_justice": {side: 0.0}}, **ALL)
        assert s["conferences_referred"].sum() > 0 == s["conferences_held"].sum(), side


def test_the_funnel_narrows(run):
    s = run(**ALL)
    steps = ("conferences_referred", "victims_asked", "conferences_agreed", "conferences_held")
    counts = [s[name].sum() for name in steps]
    assert counts == sorted(counts, reverse=True) and counts[-1] > 0
    assert s["agreements_kept"].sum() + s["agreements_broken"].sum() == counts[-1]


def test_preparation_brings_victims_and_takes_hours(run):
    bare, prepared = (run(**ALL | {"preparation": p}) for p in (0.0, 1.0))
    assert bare["conferences_agreed"].sum() < prepared["conferences_agreed"].sum()
    each = [s["facilitator_hours"].sum() / s["conferences_held"].sum() for s in (bare, prepared)]
    assert each[0] == pytest.approx(each[1] * 2.0 / 3.0)


def test_mediation_takes_fewer_hours_and_circles_more(run):
    each = [
        s["facilitator_hours"].sum() / s["conferences_held"].sum()
        for s in (run(**ALL | form) for form in ({"mediation": 1.0}, {}, {"circle": 1.0}))
    ]
    assert each == pytest.approx([20.0, 45.0, 70.0])


def test_unsafe_cases_harm_victims_only_where_they_are_not_screened_out(run):
    screened, open_to_all = (run(**ALL | {"screening": s}) for s in (1.0, 0.0))
    assert screened["conferences_screened_out"].sum() > 0
    assert screened["victims_harmed_by_meeting"].sum() == 0
    assert open_to_all["victims_harmed_by_meeting"].sum() > 0


def test_kept_agreements_before_charge_end_cases(run):
    base, diverted = (run(**ALL | {"diverted": d}) for d in (0.0, 1.0))
    assert base["cases_diverted"].sum() == 0 < diverted["cases_diverted"].sum()
    assert diverted["disposals"].sum() < base["disposals"].sum()


def test_victims_recover_and_are_paid_more(run):
    # Enough meetings for the difference to be seen; the same luck in both worlds.
    with_it, without = run(**dict.fromkeys(STAGES, 1.0), facilitators=50.0), run()
    assert with_it["victims_relieved"].sum() > 0
    assert with_it["victims_with_symptoms"].sum() < without["victims_with_symptoms"].sum()
    assert with_it["restitution_paid"].sum() > without["restitution_paid"].sum()


def test_a_meeting_without_effect_changes_no_offence(run):
    off = {"restorative_justice": {"hazard_ratio": 1.0}}
    dials = ALL | {"before_charge": 0.0}
    assert np.array_equal(run(off, **dials)["offences"], run()["offences"])


def test_the_lottery_finds_an_effect_that_is_there(make_world, band):
    world = make_world(
        24_000, seed=11, months=36,
        dials={"restorative_justice": ALL | {"before_charge": 1.0, "lottery": True}},
        parameters={"restorative_justice": {"hazard_ratio": 0.2, "victim_consents_prepared": 0.8}},
    )  # fmt: skip
    s = world.records.finish().series
    months = [s[f"lottery_{arm}_months"].sum() for arm in ("held", "control")]
    rate = [s[f"lottery_{arm}_arrests"].sum() for arm in ("held", "control")] / np.array(months)
    # Lots are even. Time at liberty is not: who wins is arrested less, and so is inside less.
    held, control = (int(np.count_nonzero(world.people.lot == 1 + arm)) for arm in range(2))
    assert abs(held - control) < band * np.sqrt(held + control) and held + control > 200
    assert rate[0] < 0.8 * rate[1]
