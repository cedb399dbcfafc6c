"""At the extremes the answer is known."""

import itertools

import numpy as np
import pytest

from sim.errors import DesistError
from sim.offences import NAMES


def series(world):
    return world.records.finish().series


def test_no_offending_no_arrests(make_world):
    s = series(make_world(3000, 1, months=48, offending__arrests_per_year=0.0))
    for name in ("offences", "victims", "arrests", "convictions", "harm_to_victims"):
        assert not s[name].any(), name


def test_no_offending_means_a_rate_of_exactly_zero(make_world):
    world = make_world(5, 1, offending__arrests_per_year=0.0)
    step = world.rule("offending").offend
    scalars = {k: float(v) for k, v in world.rule("offending").constants(world).items()}
    person = {"status": 1.0, "birth_month": -300.0, "male": 1.0, "log_frailty": 1.0,
              "log_priors": 2.0, "offence_group": 0.0, "custody_log_hr": 0.0,
              "rate_offending": 0.0, "month": 0.0, "age_slope": -0.045,
              "priors_slope": 0.2}  # fmt: skip
    assert step(**(person | scalars), u=1.0 - 2.0**-33) == 0.0


def test_no_courts_no_convictions(make_world):
    s = series(make_world(1000, 2, months=36, hearings__capacity=0.0))
    assert s["arrests"].sum() > 50
    for name in ("disposals", "convictions", "sentences_prison", "sentences_fine"):
        assert not s[name].any(), name


def test_nobody_convicted_nobody_sentenced(make_world):
    s = series(make_world(1000, 2, months=36, hearings__conviction=0.0))
    assert s["disposals"].sum() > 50
    assert not s["convictions"].any() and not s["sentences_community"].any()


def test_nobody_detained_no_remand(make_world):
    s = series(make_world(1000, 2, months=36, pretrial__detained_share=0.0,
                          supervision__breach_conditional=0.0, supervision__recall_on_arrest=0.0,
                          population__prison_stock=0.0))  # fmt: skip
    assert s["arrests"].sum() > 50 and not s["remand_stock"].any()


def test_next_to_nothing_detected_nobody_arrested(make_world):
    seldom = dict.fromkeys(NAMES, 1e-12)
    s = series(make_world(300, 3, months=6, detection__clearance=seldom,
                          detection__discovery=seldom))  # fmt: skip
    assert s["offences"].sum() > 1000 and not s["arrests"].any()


def test_enough_places_no_density_above_100(make_world):
    world = make_world(1000, 4, custody__places=1000.0, custody__remand_in_prison=True)
    for _ in range(36):
        world.step()
        assert all(prison.density <= 100.0 for prison in world.prisons)
    assert sum(prison.held for prison in world.prisons) > 20


def test_few_places_show_as_density_above_100(make_world):
    world = make_world(1000, 4, custody__places=5.0, months=12)
    assert sum(p.held for p in world.prisons) / sum(p.places for p in world.prisons) > 1.0


def test_no_places_is_not_a_division_by_zero(make_world):
    world = make_world(1000, 4, custody__places=0.0, months=12)
    assert all(np.isinf(p.density) for p in world.prisons if p.held)
    assert np.isfinite(world.people.custody_log_hr).all()


def test_more_court_capacity_never_lengthens_the_queue(make_world):
    # Nobody is detained or convicted, so that the court changes nothing but the queue.
    quiet = {"pretrial__detained_share": 0.0, "hearings__conviction": 0.0,
             "population__prison_stock": 0.0, "offending__arrests_per_year": 1.0}  # fmt: skip
    queues = [
        series(make_world(1000, 5, months=48, hearings__capacity=capacity, **quiet))["backlog"]
        for capacity in (0.0, 5.0, 10.0, 20.0, 40.0, 80.0, 1000.0)
    ]
    for less, more in itertools.pairwise(queues):
        # Not month by month: a case closed sooner lets the person's next arrest open another.
        assert more.sum() <= less.sum()
    assert queues[0].sum() > 2 * queues[-1].sum()


def test_an_idle_court_saves_no_sittings(make_world):
    world = make_world(1000, 6, months=12, offending__arrests_per_year=0.0)
    assert world.court.unused < 1.0


@pytest.mark.parametrize("figure", ["detection__clearance", "detection__discovery",
                                    "victimisation__reporting"])  # fmt: skip
def test_offences_that_are_never_detected_are_refused(figure, make_world):
    # Offending is inferred from arrests, so offences that nobody ever detects have no number.
    with pytest.raises(DesistError, match="never leads to arrest"):
        make_world(200, 7, months=1, **{figure: {"homicide": 0.5}})
