"""Cognition: about a mean of no effect, stable spread, slow drift, and one effect of treatment."""

import numpy as np
import pytest
from scipy.stats import chi2

PERSONS = 20000


@pytest.fixture(scope="module")
def world(make_world):
    return make_world(PERSONS, 3)


def neutral(rule, world, cognition, band):
    """Whether the step leaves the mean rate alone."""
    ratio = np.exp(rule.think(cognition, rule.slope, **rule.constants(world)))
    return abs(ratio.mean() - 1.0) < band * ratio.std() / np.sqrt(cognition.shape[0])


def test_it_leaves_the_mean_rate_alone(world, band):
    # At 20,000 people a bias of 0.3 % would be seen.
    rule, people = world.rule("cognition"), world.people
    cognition = people.cognition[people.status > 0].astype(float)
    assert neutral(rule, world, cognition, band)
    assert not neutral(rule, world, cognition + 50, band), "planted bug: 0.05 SD too high"
    assert rule.think(1000.0, rule.slope, 0.0) == pytest.approx(rule.slope)


def test_its_spread_stays_and_its_memory_fades(make_world):
    world = make_world(PERSONS, 3)
    people, ids = world.people, world.people.id[:PERSONS].copy()
    first = people.cognition[:PERSONS] / 1000.0
    rule = world.rule("cognition")
    for month in range(96):
        world.month = month
        rule.drift(world)
    last = people.cognition[:PERSONS] / 1000.0
    assert (people.id[:PERSONS] == ids).all()
    low, high = chi2.ppf([5e-5, 1 - 5e-5], PERSONS - 1) / (PERSONS - 1)
    assert low < last.var(ddof=1) < high, "a spread off by 4 % would be seen"
    expected = np.exp(-8.0 / rule.lasting_years)
    assert np.corrcoef(first, last)[0, 1] == pytest.approx(expected, abs=4.0 / np.sqrt(PERSONS))


def test_standing_goes_with_propensity_and_falls_with_age(world):
    rule, rows = world.rule("cognition"), world.selection("everybody")
    people = world.people
    active = rows[people.log_frailty[rows] > -9.0]
    standing, propensity = rule.standing(world, active), rule.propensity(world, active)
    age = (world.month - people.birth_month[active]) / 12.0
    design = np.column_stack([np.ones(active.shape[0]), propensity, age])
    slopes = np.linalg.lstsq(design, standing, rcond=None)[0]
    assert slopes[1] == pytest.approx(rule.with_propensity, abs=0.03)
    assert slopes[2] == pytest.approx(-rule.maturing, abs=0.002)


def test_a_weaker_second_treatment_does_not_undo_a_stronger(world):
    rule, rows = world.rule("cognition"), np.arange(3)
    effect = world.people.treatment_log_hr
    effect[rows] = (-0.4, -0.1, 0.0)
    rule.treat(world, rows, np.array([-0.2, -0.2, 0.05]))
    assert np.allclose(effect[rows], (-0.4, -0.2, 0.05))
    effect[rows] = 0.0


def test_nobody_is_likelier_to_leave_than_the_most_that_is_assumed(make_world):
    world = make_world(500, 4)
    cognition, people = world.rule("cognition"), world.people
    people.cognition[:] = 5000
    people.log_frailty[:] = 9.0
    people.birth_month[:] = world.month - 144
    rows = world.selection("everybody")
    most = cognition.most_hazard_of_leaving()
    hazard = cognition.hazard_of_leaving(world, rows).max()
    assert 0.9 * most < hazard < most, "a bound that is hardly above what can be"
