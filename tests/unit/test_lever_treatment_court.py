"""§36, treatment courts: who gets a place, how many, and how strong the effect is."""

from functools import cache

import numpy as np
import pytest

from sim.effects import event_cohort_shape, individual_log_hr

LEVER = "treatment_court"


@pytest.fixture(scope="module")
def run(make_world):
    @cache
    def once(places, replacement=0.5, **parameters):
        dials = {LEVER: {"places": places, "replacement": replacement}} if places else {}
        world = make_world(
            4000, seed=10, dials=dials, parameters={LEVER: parameters} if parameters else None,
            months=72,
        )  # fmt: skip
        return world, world.records.finish().series

    return once


def test_places_limit_who_starts_until_eligible_people_do(run):
    starts = [run(places)[1]["treatment_court_starts"].sum() for places in (2.0, 5.0)]
    assert 0 < starts[0] < starts[1]
    for places in (2.0, 5.0):
        assert run(places)[1]["treatment_court_stock"].max() <= places * 4
    many, more = run(45.0)[1], run(50.0)[1]
    assert np.array_equal(many["treatment_court_starts"], more["treatment_court_starts"])


def test_more_places_mean_less_short_custody(run):
    jail = [run(places)[1]["jail_stock"][24:].mean() for places in (0.0, 4.0, 40.0)]
    assert jail[0] > jail[1] > jail[2]


def test_places_for_milder_cases_replace_no_custody_and_widen_the_net(run):
    doses = [run(4.0, part)[1] for part in (1.0, 0.5, 0.0)]
    for name, sign in (("custody_replaced", -1), ("net_widened", 1), ("newly_supervised", 1)):
        assert (sign * np.diff([dose[name].sum() for dose in doses]) > 0).all(), name
    assert doses[0]["net_widened"].sum() == doses[2]["custody_replaced"].sum() == 0


def test_a_stronger_effect_means_fewer_offences(run):
    weak = run(40.0, hazard_ratio=0.95)[1]["offences"].sum()
    strong = run(40.0, hazard_ratio=0.69)[1]["offences"].sum()
    assert strong < weak


def test_the_effect_averages_over_three_years_to_what_the_published_one_means_for_a_person(run):
    world = run(5.0)[0]
    rule = world.rule(LEVER)
    months = np.arange(0.0, 36.0, 0.01)
    mean = rule.full_effect(world) * np.exp(-months / rule.fading_months).mean()
    assert mean == pytest.approx(
        individual_log_hr(np.log(0.8), 0.5, event_cohort_shape(world)), rel=1e-3
    )
