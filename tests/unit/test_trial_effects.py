"""Effects of trials against lifelines, closed forms and planted effects."""

import numpy as np
import pandas as pd
import pytest
from lifelines import CoxPHFitter
from lifelines.datasets import load_rossi

from sim.experiment.trial_effects import Effect, effect, from_link, log_hazard_ratio, power


def test_the_hazard_ratio_of_life_is_that_of_lifelines():
    rossi = load_rossi()
    fitted = CoxPHFitter().fit(rossi[["week", "arrest", "fin"]], "week", "arrest")
    ours = log_hazard_ratio(
        rossi["week"].to_numpy(), rossi["arrest"].to_numpy() == 1, rossi["fin"].to_numpy() == 1
    )
    assert ours.link == pytest.approx(fitted.params_["fin"], abs=1e-5)
    assert ours.se == pytest.approx(fitted.standard_errors_["fin"], abs=1e-5)
    assert from_link(ours.link, "hazard ratio") == pytest.approx(0.691, abs=5e-4)


def test_strata_and_heavy_ties_are_those_of_lifelines():
    u = (np.arange(1, 1201) * 0.6180339887) % 1.0  # no generator: a low-discrepancy sequence
    v = (np.arange(1, 1201) * 0.7548776662) % 1.0
    stratum = np.arange(1200) % 3
    treated = v < 0.5
    rate = np.array([0.05, 0.1, 0.2])[stratum] * np.where(treated, 0.7, 1.0)
    time = np.ceil(-np.log(u) / rate)
    event, time = time <= 12, np.minimum(time, 12)
    ours = log_hazard_ratio(time, event, treated, stratum)
    table = pd.DataFrame({"t": time, "e": event, "x": treated * 1, "s": stratum})
    fitted = CoxPHFitter().fit(table, "t", "e", strata=["s"])
    assert ours.link == pytest.approx(fitted.params_["x"], abs=1e-5)
    assert ours.se == pytest.approx(fitted.standard_errors_["x"], abs=1e-5)


@pytest.fixture
def two_by_two():
    """40 of 100 against 50 of 100."""
    event = np.r_[np.arange(100) < 40, np.arange(100) < 50]
    treated = np.repeat([1, 0], 100)
    ones = np.ones(200)
    return {"treated": treated, "time": ones, "event": event, "count": event * 2.0,
            "world": np.zeros(200)}  # fmt: skip


@pytest.mark.parametrize(
    ("scale", "outcome", "expected", "se"),
    [
        ("points", "rearrest", -10.0, np.sqrt(0.0024 + 0.0025)),
        ("risk ratio", "rearrest", 0.8, np.sqrt(1 / 40 - 0.01 + 1 / 50 - 0.01)),
        ("percent", "rearrest", -20.0, np.sqrt(1 / 40 - 0.01 + 1 / 50 - 0.01)),
        ("odds ratio", "rearrest", 2 / 3, np.sqrt(1 / 40 + 1 / 60 + 1 / 50 + 1 / 50)),
        ("rate ratio", "arrests", 0.8, np.sqrt(0.6 / 0.4 / 99 + 0.5 / 0.5 / 99)),
    ],
)
def test_a_two_by_two_table_gives_the_textbook_result(two_by_two, scale, outcome, expected, se):
    found = effect(two_by_two, scale, outcome)
    assert found.on(scale) == pytest.approx(expected)
    assert found.se == pytest.approx(se, rel=1e-6)


def test_without_events_or_without_an_arm_there_is_no_effect_to_tell(two_by_two):
    quiet = {**two_by_two, "event": np.zeros(200, bool), "count": np.zeros(200)}
    assert np.isnan(effect(quiet, "hazard ratio", "rearrest").link)
    assert np.isnan(effect(quiet, "rate ratio", "arrests").link)
    alone = {**two_by_two, "treated": np.ones(200)}
    assert np.isnan(effect(alone, "odds ratio", "rearrest").link)


def test_an_interaction_is_the_difference_of_effects():
    both = Effect(-0.3, 0.3).minus(Effect(0.1, 0.4))
    assert both.link == pytest.approx(-0.4) and both.se == pytest.approx(0.5)


def test_power_is_the_share_of_normal_trials_that_see_the_effect():
    assert power(0.0, 0.2) == pytest.approx(0.05)
    assert power(-0.56, 0.2) == pytest.approx(power(0.56, 0.2)) == pytest.approx(0.80, abs=0.01)


def test_a_standardised_difference_is_cohens_d():
    count = np.array([0, 1, 2, 3, 1, 2, 3, 4], float)
    treated = np.repeat([True, False], 4)
    found = effect({"treated": treated * 1, "count": count}, "standardised difference", "arrests")
    sd = np.sqrt((count[:4].var(ddof=1) + count[4:].var(ddof=1)) / 2)
    assert found.link == pytest.approx(-1.0 / sd)
    assert found.se == pytest.approx(np.sqrt(0.5 + found.link**2 / 16))
    assert from_link(found.link, "standardised difference") == found.link
