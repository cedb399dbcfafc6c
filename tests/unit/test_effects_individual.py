"""From an effect between groups of mixed risk to the effect on each person, and back."""

import numpy as np
import pytest

from sim.draws import Draws
from sim.effects import event_cohort_shape, individual_log_hr

CASES = [(0.80, 0.50, 1.3), (0.85, 0.65, 0.9), (0.70, 0.30, 0.6), (1.20, 0.60, 0.5)]


@pytest.mark.parametrize(("group_hr", "base", "shape"), CASES)
def test_the_closed_form_gives_the_groups_back(group_hr, base, shape):
    hazard = shape * ((1.0 - base) ** (-1.0 / shape) - 1.0)
    treated = np.exp(individual_log_hr(np.log(group_hr), base, shape)) * hazard
    survival = (1.0 + treated / shape) ** -shape
    assert np.log(survival) / np.log(1.0 - base) == pytest.approx(group_hr)


@pytest.mark.parametrize(("group_hr", "base", "shape"), CASES)
def test_a_simulated_trial_shows_the_published_effect(group_hr, base, shape, band):
    # 200,000 an arm give the log of the group hazard ratio a standard error below 0.005: an error
    # of 2 % in the hazard ratio would be caught. Frailty by inversion, times exponential.
    from scipy.special import gammaincinv

    n, draws = 200_000, Draws(11)
    ids = np.arange(2 * n, dtype=np.uint32)
    frailty = gammaincinv(shape, draws.uniform("test.frailty", ids, 0)) / shape
    hazard = shape * ((1.0 - base) ** (-1.0 / shape) - 1.0)
    luck = -np.log(draws.uniform("test.time", ids, 0))
    treated = ids < n

    def error(effect):
        events = luck < frailty * hazard * np.where(treated, np.exp(effect), 1.0)
        p1, p0 = events[treated].mean(), events[~treated].mean()
        found = np.log(np.log1p(-p1) / np.log1p(-p0))
        variance = sum(p / ((1 - p) * n * np.log1p(-p) ** 2) for p in (p1, p0))
        return abs(found - np.log(group_hr)) / np.sqrt(variance)

    assert error(individual_log_hr(np.log(group_hr), base, shape)) < band
    assert error(np.log(group_hr)) > band, "planted: the group's effect taken for a person's"


def test_the_effect_on_a_person_is_the_stronger_the_more_mixed_the_group():
    effects = [individual_log_hr(np.log(0.8), 0.5, shape) for shape in (50.0, 2.0, 1.0, 0.5)]
    assert (np.diff(effects) < 0).all()
    assert effects[0] == pytest.approx(np.log(0.8), rel=0.02)
    assert individual_log_hr(0.0, 0.5, 1.0) == 0.0
    assert individual_log_hr(np.log(0.8), 1e-9, 0.5) == pytest.approx(np.log(0.8), rel=1e-6)


def test_convicted_people_have_the_spread_of_rates_that_the_formula_says(make_world):
    world = make_world(15_000, 2, warmup_months=30)
    rates = []
    for _ in range(24):
        world.step()
        rates.append(world.rule("offending").relative_rate(world, world.docket.rows))
    rate = np.concatenate(rates)
    shape = rate.mean() ** 2 / rate.var()
    # About 2,000 convictions: the standard error of the shape is some 5 %.
    assert event_cohort_shape(world) == pytest.approx(shape, rel=0.2)
    k = world.rule("population").frailty_shape
    not_size_biased = 1.0 / ((1.0 + 1.0 / k) * 1.2 - 1.0)
    assert not_size_biased != pytest.approx(shape, rel=0.2)
