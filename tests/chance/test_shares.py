"""Frequencies are what the figures say, within a band that theory gives at 1 in 10,000.

Each claim has a twin: the same test on a world that is 10 % off must fail. Seeds are arbitrary and
never tuned; the sizes are chosen so that 10 % is well outside the band.
"""

import numpy as np
import pytest
from scipy.stats import chi2

from sim.offences import NAMES, by_group, by_offence

OFF = 1.1
BUSY = {"offending__arrests_per_year": 1.0, "desistance__per_year": 0.0}


@pytest.fixture
def judge(standard_errors, band):
    def verdict(used, count, trials, probability):
        away = standard_errors(count, trials, probability)
        if used == 1.0:
            assert away < band
        else:
            assert away > band, "a 10 % error went unseen"

    return verdict


both = pytest.mark.parametrize("used", [1.0, OFF], ids=["right", "10 % off"])


@both
def test_offences_come_at_the_rate_of_the_log_linear_form(make_world, band, used):
    # 100,000 person-months; offences are Poisson, so the variance of their sum is its mean.
    parameters = {"death": {"hazard_at_35": 0.0}}
    world = make_world(100_000, 31, parameters=parameters, population__prison_stock=0.0,
                       **(BUSY | {"offending__arrests_per_year": 0.2 * used}))  # fmt: skip
    people, founders = world.people, np.arange(100_000)
    per_arrest, _ = world.rule("offending").kinds(world)
    rate = world.rule("offending").relative_rate(world, founders)
    per_arrest = per_arrest * by_group(world.rule("offending").group_ratio)
    expected = (0.2 / 12.0 * rate * per_arrest[people.offence_group[founders]]).sum()
    world.step()
    away = abs(people.offences[founders].sum(dtype=float) - expected) / np.sqrt(expected)
    assert away < band if used == 1.0 else away > band


@both
def test_convictions_are_the_share_that_the_place_states(make_world, judge, used):
    world = make_world(8000, 32, months=24, pretrial__detained_share=0.0,
                       supervision__recall_on_arrest=0.0, supervision__breach_conditional=0.0,
                       hearings__conviction=0.5 * used, **BUSY)  # fmt: skip
    s = world.records.finish().series
    judge(used, s["convictions"].sum(), s["disposals"].sum(), 0.5)


@both
def test_reports_are_the_shares_that_the_place_states(make_world, judge, used):
    stated = {"homicide": 1.0, "sexual": 0.2, "robbery": 0.6, "serious_assault": 0.5,
              "burglary": 0.45, "vehicle_theft": 0.8, "theft": 0.25, "fraud": 0.25}  # fmt: skip
    told = {name: min(p * used, 1.0) for name, p in stated.items()}
    world = make_world(4000, 33, months=12, victimisation__reporting=told, **BUSY)
    tallies = world.records.finish().tallies
    reported = tallies["reported"].sum()
    judge(used, reported, tallies["offences"], by_offence(stated))


@both
def test_detention_is_the_share_that_the_place_states(make_world, judge, used):
    odds = {"pretrial": {"odds_if_supervised": 1.0, "odds_if_violent": 1.0}}
    world = make_world(8000, 34, parameters=odds, pretrial__detained_share=0.4 * used,
                       hearings__capacity=0.0, **BUSY)  # fmt: skip
    opened = detained = 0
    for _ in range(12):
        world.step()
        people, run = world.people, world.month - 1
        at_risk = (people.case_offence > 0) & (people.case_month == run) & (people.status < 4)
        opened += np.count_nonzero(at_risk)
        detained += world.records._months[-1]["remanded"]
    judge(used, detained, opened, 0.4)


@both
def test_releases_are_conditional_in_the_share_that_the_place_states(make_world, judge, used):
    world = make_world(20_000, 35, months=24, population__prison_stock=200.0,
                       release__conditional_share=0.7 * used, **BUSY)  # fmt: skip
    cohort = world.records.finish().cohort
    # A year served leaves part of every sentence to serve outside.
    first = (cohort["index"] == 0) & (cohort["recalled"] == 0) & (cohort["served_months"] >= 12)
    judge(used, cohort["supervised"][first].sum(), first.sum(), 0.7)


@both
def test_entrants_are_men_in_the_share_that_the_place_states(make_world, judge, used):
    world = make_world(10_000, 36, population__male_share=0.8 * used)
    people = world.people
    judge(used, people.male[people.status > 0].sum(), 10_000, 0.8)


@both
def test_clearance_is_the_share_that_the_place_states(make_world, judge, used):
    stated = dict.fromkeys(NAMES, 0.3)
    world = make_world(
        40_000, 37, months=12, **BUSY,
        detection__clearance={name: p * used for name, p in stated.items()},
        detection__discovery={"drug": 0.2, "public_order": 0.2},
    )  # fmt: skip
    tallies = world.records.finish().tallies
    seen = tallies["reported"].sum()
    cleared = tallies["cleared"][by_offence(dict.fromkeys(NAMES[:8], 1.0)) > 0].sum()
    judge(used, cleared, seen, 0.3)


def test_sentences_follow_the_ladder_of_the_place(make_world):
    # Chi-square over the five rungs, with the record's tilt switched off.
    groups = ("violent", "property", "drug", "public_order")
    mix = {"fine": 0.2, "community": 0.3, "suspended": 0.1, "short_custody": 0.15, "prison": 0.25}
    figures = {f"sentencing__{k}": dict.fromkeys(groups, v) for k, v in mix.items()}
    world = make_world(40_000, 38, months=36, parameters={"sentencing": {"record_slope": 1e-9}},
                       **BUSY, **figures)  # fmt: skip
    s = world.records.finish().series
    seen = np.array([s[f"sentences_{k}"].sum() for k in mix])

    def p_value(stated):
        expected = seen.sum() * np.array(stated)
        return chi2.sf(((seen - expected) ** 2 / expected).sum(), len(mix) - 1)

    assert seen.sum() > 3000
    assert p_value(list(mix.values())) > 1e-4
    assert p_value([0.17, 0.33, 0.1, 0.15, 0.25]) < 1e-4, "10 % of community sentences misplaced"
