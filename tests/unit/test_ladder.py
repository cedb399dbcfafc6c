"""The ladder's one mechanism: what is taken, from whom, once; and what replaces or widens."""

import numpy as np
import pytest

from sim.assembly import build_rules
from sim.ladder import Rung, usual
from sim.month import Docket
from sim.people import CUSTODY
from sim.processes.sentencing import COMMUNITY, FINE, PRISON, SHORT, SUSPENDED
from sim.rules import registry
from sim.world import World

RUNGS = sorted(n for n, rule in registry().items() if issubclass(rule, Rung))
MEASURE = {"fines": FINE, "restitution_orders": FINE, "suspended_sentences": SUSPENDED}
SUPERVISING = [name for name in RUNGS if name not in ("fines", "restitution_orders")]
THEFT = 6


@pytest.fixture
def before_the_court(make_world):
    """Make a docket of people at liberty, aged 20, convicted of theft, one sentence each."""

    def make(name, sentences, months=3.0, **dials):
        world = make_world(max(len(sentences), 300), 7, dials={name: dials})
        rows = np.arange(len(sentences))
        world.people.birth_month[rows] = -240
        world.people.status[rows] = 1
        world.docket = Docket(
            rows=rows, offence=np.full(rows.shape[0], THEFT), sentence=np.array(sentences),
            months=np.full(rows.shape[0], months), opened=np.zeros(rows.shape[0], np.int64),
            victim=np.full(rows.shape[0], -1), detained=np.zeros(rows.shape[0], bool),
            settled=np.zeros(rows.shape[0], bool),
        )  # fmt: skip
        rule = world.rule(name)
        step = next(s for s in type(rule).steps() if s.phase == "sentencing")
        step.function(rule, world)
        return world

    return make


@pytest.mark.parametrize("name", RUNGS)
def test_at_the_top_of_the_dial_every_short_custody_is_replaced_and_nobody_else_moved(
    name, before_the_court
):
    ladder = [FINE, COMMUNITY, SUSPENDED, SHORT, PRISON] * 40
    more = {"placements": 200.0} if name == "community_service" else {}
    world = before_the_court(name, ladder, months=60.0, uptake=1.0, **more)
    docket, measure = world.docket, MEASURE.get(name, COMMUNITY)
    was = np.array(ladder)
    assert (docket.sentence[was == SHORT] == measure).all()
    assert (docket.sentence[was != SHORT] == was[was != SHORT]).all()
    assert np.array_equal(np.flatnonzero(docket.settled), np.flatnonzero(was == SHORT))
    assert world.records.so_far("custody_replaced") == 40
    assert world.records.so_far("newly_supervised") == world.records.so_far("net_widened") == 0


@pytest.mark.parametrize("name", RUNGS)
def test_without_replacement_the_measure_only_widens_the_net(name, before_the_court):
    more = {"placements": 200.0} if name == "community_service" else {}
    world = before_the_court(name, [FINE, SHORT] * 200, uptake=1.0, replacement=0.0, **more)
    sentence, seen = world.docket.sentence, world.records.so_far
    assert (sentence[1::2] == SHORT).all() and seen("custody_replaced") == 0
    assert seen("net_widened") > 50
    assert seen("newly_supervised") == (seen("net_widened") if name in SUPERVISING else 0)


def test_the_net_is_as_wide_as_the_dials_say(before_the_court, standard_errors, band):
    # 5,000 fined people catch an error of 4 points in the share moved, 0.4 of the ratio.
    world = before_the_court("noncustodial_sentences", [FINE] * 5000, uptake=0.5, replacement=0.4)
    expected = 0.5 * 0.6 * usual(world, SHORT) / usual(world, FINE)
    assert standard_errors(world.records.so_far("net_widened"), 5000, expected) < band
    planted = 0.5 * 0.4 * usual(world, SHORT) / usual(world, FINE)  # the two dials confused
    assert standard_errors(world.records.so_far("net_widened"), 5000, planted) > band


def test_a_case_is_settled_once_whatever_is_on(make_place):
    dials = {name: {"uptake": 1.0} for name in RUNGS}
    dials["community_service"]["placements"] = 200.0
    world = World(make_place(), build_rules(make_place(), dials), 4000, 3, warmup_months=0)
    world.run_to(24)
    s = {name: values.sum() for name, values in world.records.finish().series.items()}
    # The first rungs leave nothing to the later ones: replaced people are short custody, once.
    assert s["custody_replaced"] > 100
    assert (
        s["custody_replaced"] + s["sentences_short_custody"] + s["sentences_prison"]
        <= (s["convictions"])
    )
    assert s["day_fines"] == 0 and s["restitution_orders"] == 0


def test_whoever_is_inside_for_another_sentence_is_left_there(make_world, before_the_court):
    world = before_the_court("noncustodial_sentences", [SHORT] * 10, uptake=0.0, replacement=0.5)
    world.people.status[:5] = CUSTODY
    world.people.recall_month[5:7] = 9
    world.rules["noncustodial_sentences"] = type(world.rule("noncustodial_sentences"))(uptake=1.0)
    world.rule("noncustodial_sentences").offer(world)
    assert world.docket.sentence.tolist() == [SHORT] * 7 + [COMMUNITY] * 3


def test_usual_shares_of_the_ladder_add_up(make_world):
    world = make_world(50)
    whole = sum(usual(world, rung) for rung in range(5))
    parts = np.array([usual(world, PRISON, months) for months in (0.0, 6.0, 24.0, np.inf)])
    assert whole == pytest.approx(1.0, abs=0.02)  # the place's figures are rounded
    assert (np.diff(parts) > 0).all() and parts[0] < 1e-9


def test_attendance_centres_are_for_the_young_and_never_for_violence(before_the_court):
    world = before_the_court("attendance_centre", [SHORT] * 30, uptake=0.0, replacement=0.5)
    docket, rule = world.docket, type(world.rule("attendance_centre"))(uptake=1.0)
    world.people.birth_month[:10] = -12 * 30
    docket.offence[10:20] = 3
    world.rules["attendance_centre"] = rule
    rule.refer(world)
    assert np.flatnonzero(docket.sentence == COMMUNITY).tolist() == list(range(20, 30))
    assert (docket.months[20:] == 3.0).all()
