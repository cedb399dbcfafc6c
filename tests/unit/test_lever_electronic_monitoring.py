"""§36, electronic monitoring: custody replaced, the published total, and the null on probation."""

from functools import cache

import numpy as np
import pytest

from sim.effects import event_cohort_shape, individual_log_hr

LEVER = "electronic_monitoring"


@pytest.fixture(scope="module")
def run(make_world):
    @cache
    def once(**dials):
        world = make_world(4000, seed=9, dials={LEVER: dials} if dials else {}, months=48)
        return world, {n: s[12:].mean() for n, s in world.records.finish().series.items()}

    return once


def test_more_house_arrest_means_less_custody(run):
    doses = [run()[1], run(uptake=0.4)[1], run(uptake=0.9)[1]]
    for name, sign in (("jail_stock", -1), ("prison_stock", -1), ("supervised_stock", 1)):
        assert (sign * np.diff([dose[name] for dose in doses]) > 0).all(), name
    ladder = sum(v for n, v in doses[2].items() if n.startswith("sentences_"))
    assert ladder == pytest.approx(doses[2]["convictions"])


def test_a_larger_limit_reaches_more_prison_sentences(run):
    stocks = [run(uptake=0.6, longest=limit)[1]["prison_stock"] for limit in (0.0, 12.0, 36.0)]
    assert stocks[0] > stocks[1] > stocks[2]


def test_the_effect_averages_over_five_years_to_what_the_published_one_means_for_a_person(run):
    world = run(uptake=0.9)[0]
    rule = world.rule(LEVER)
    months = np.arange(0.0, 60.0, 0.01)
    mean = rule.full_effect(world) * np.exp(-months / rule.fading_months).mean()
    assert mean == pytest.approx(
        individual_log_hr(np.log(0.85), 0.65, event_cohort_shape(world)), rel=1e-3
    )
    assert mean < np.log(0.85)


def test_the_after_effect_of_short_custody_is_counted_once(run):
    """Against custody each person gains the full effect, whatever they carry from before."""
    world = run(uptake=1.0)[0]
    people, rule = world.people, world.rule(LEVER)
    new = np.flatnonzero(people.monitored_end == 47 + 6)
    new = new[people.order_end[new] == 47 + 6]
    assert new.size >= 5
    total = people.monitored_log_hr[new] + people.custody_log_hr[new]
    short = rule.full_effect(world) + np.log(world.rule("release").after_short_custody)
    expected = (short, rule.full_effect(world))  # short custody or prison replaced
    assert all(np.isclose(total, e, atol=1e-5).any() for e in expected[:1])
    assert (np.isclose(total, short, atol=1e-5) | np.isclose(total, expected[1], atol=1e-5)).all()


def test_monitoring_on_top_of_probation_only_costs(run):
    usual, on_top = run()[1], run(on_top=0.8)[1]
    assert on_top["offences"] == usual["offences"]
    assert on_top["monitored_stock"] > 0
    assert on_top["cost_supervision"] > usual["cost_supervision"]


def test_those_who_would_have_been_fined_gain_nothing(run):
    world, wide = run(uptake=0.8, replacement=0.0)
    assert wide["newly_supervised"] > 0 and not world.people.monitored_log_hr.any()
