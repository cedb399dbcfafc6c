"""With all else off, the model is a textbook one: frailty survival and geometric clocks."""

import numpy as np
import pytest

from sim.experiment.validation.must_hold import NO_EFFECTS
from sim.people import GONE, SUPERVISED

PEOPLE = 300_000
SHAPE, ARRESTS = 0.9, 0.30
QUIET = {
    "offending__arrests_per_year": ARRESTS, "population__frailty_shape": SHAPE,
    "population__prison_stock": 0.0, "population__past_convictions": 0.0,
    "desistance__per_year": 0.0, "pretrial__detained_share": 0.0,
    "hearings__capacity": 0.0, "hearings__conviction": 0.0,
}  # fmt: skip
"""Nobody is detained, heard, convicted or desists: the first arrest is all that happens."""


def arrested_by(world):
    """Share of founders who were arrested; cases stay open because no court sits."""
    founders = (world.people.status != GONE) & (world.people.id < 2**30)
    return float((world.people.case_offence[founders] > 0).mean()), int(founders.sum())


@pytest.fixture(scope="module")
def first_arrests(make_world):
    def trace(rate, parameters=NO_EFFECTS):
        world = make_world(PEOPLE, 17, parameters=parameters,
                           **(QUIET | {"offending__arrests_per_year": rate}))  # fmt: skip
        seen = {}
        for month in (1, 6, 12, 24, 48):
            world.run_to(month)
            seen[month], n = arrested_by(world)
        assert n == PEOPLE
        return seen

    return trace


def frailty_survival(months):
    """1 minus the Laplace transform of a gamma frailty with mean 1 at the cumulative hazard."""
    return 1.0 - (1.0 + ARRESTS * months / 12.0 / SHAPE) ** -SHAPE


def test_first_arrests_follow_the_gamma_frailty_form(first_arrests, standard_errors, band):
    seen = first_arrests(ARRESTS)
    for month, share in seen.items():
        assert standard_errors(share * PEOPLE, PEOPLE, frailty_survival(month)) < band, month


def test_the_frailty_form_catches_a_rate_that_is_10_percent_off(
    first_arrests, standard_errors, band
):
    seen = first_arrests(ARRESTS * 1.1)
    away = [standard_errors(seen[m] * PEOPLE, PEOPLE, frailty_survival(m)) for m in (12, 24, 48)]
    assert min(away) > band


def test_the_frailty_form_catches_circumstances_that_act(first_arrests, standard_errors, band):
    """Work, homes, substances and cognition spread the rates of people, so fewer are arrested."""
    acting = {rule: NO_EFFECTS[rule] for rule in ("offending", "death")}
    share = first_arrests(ARRESTS, acting)[48]
    assert share < frailty_survival(48)
    assert standard_errors(share * PEOPLE, PEOPLE, frailty_survival(48)) > band


@pytest.mark.parametrize(("true", "used"), [(0.05, 0.05), (0.05, 0.055)])
def test_deaths_are_geometric(make_world, standard_errors, band, true, used):
    quiet = {
        "death": {"hazard_at_35": used, "age_slope": 0.0},
        "offending": NO_EFFECTS["offending"],
    }
    world = make_world(PEOPLE, 4, parameters=quiet, months=60,
                       **(QUIET | {"offending__arrests_per_year": 0.0}))  # fmt: skip
    left = np.count_nonzero((world.people.status != GONE) & (world.people.id < 2**30))
    away = standard_errors(left, PEOPLE, np.exp(-true * 5.0))
    assert away < band if used == true else away > band


@pytest.mark.parametrize("used", [4.0, 4.4])
def test_preparation_is_geometric(make_world, standard_errors, band, used):
    world = make_world(PEOPLE, 5, parameters=NO_EFFECTS, months=1, **(QUIET | {
        "hearings__capacity": 1000.0, "hearings__preparation_months": used,
        "offending__arrests_per_year": 6.0}))  # fmt: skip
    opened = np.flatnonzero((world.people.case_offence > 0) & (world.people.case_month == 0))
    assert opened.shape[0] > 8000
    world.run_to(7)
    waiting = (world.people.case_offence > 0) & (world.people.case_month == 0)
    away = standard_errors(waiting[opened].sum(), opened.shape[0], np.exp(-6.0 / 4.0))
    assert away < band if used == 4.0 else away > band


@pytest.mark.parametrize("used", [1.5, 1.65])
def test_breaches_are_geometric(make_world, standard_errors, band, used):
    world = make_world(
        PEOPLE, 6, parameters=NO_EFFECTS | {"supervision": {"risk_slope": 0.0}}, **(QUIET | {
            "offending__arrests_per_year": 0.0, "supervision__breach_order": used,
            "supervision__breach_to_custody": 1.0})
    )  # fmt: skip
    people, founders = world.people, np.flatnonzero(world.people.status != GONE)
    people.status[founders], people.order[founders] = SUPERVISED, 1
    people.order_end[founders] = 500
    world.step()
    kept = np.count_nonzero(people.status[founders] == SUPERVISED)
    away = standard_errors(kept, founders.shape[0], np.exp(-1.5 / 12.0))
    assert away < band if used == 1.5 else away > band
