"""Stigma: rises with conviction and custody, fades at liberty, decides who is taken."""

import numpy as np
import pytest

from sim.people import CUSTODY, FREE
from sim.processes.stigma import Stigma
from sim.rules import registry


def test_a_first_conviction_marks_more_than_a_later_one(make_world):
    world = make_world(20)
    rule, stigma = world.rule("stigma"), world.people.stigma
    stigma[:3] = 0.0
    levels = []
    for _ in range(3):
        world.docket.rows = np.arange(3)
        rule.mark_conviction(world)
        levels.append(float(stigma[0]))
    assert levels == pytest.approx([0.5, 0.75, 0.875])


def test_custody_marks_once_in_the_month_of_reception(make_world):
    world = make_world(20)
    people, rule = world.people, world.rule("stigma")
    people.status[:2], people.stigma[:2] = CUSTODY, 0.0
    people.custody_start[0], people.custody_start[1] = world.month, world.month - 1
    rule.mark_custody(world)
    assert people.stigma[:2].tolist() == pytest.approx([0.3, 0.0])
    assert rule.fresh() == pytest.approx(0.65)


def test_it_fades_at_liberty_and_keeps_in_custody():
    assert Stigma.fade(0.8, FREE, 0.5) == 0.4
    assert Stigma.fade(0.8, CUSTODY, 0.5) == 0.8


def test_it_never_acts_on_offending():
    assert not any(step.adds_to for step in registry()["stigma"].steps())


def test_who_is_marked_more_is_taken_less_and_an_accepting_community_minds_less(make_world):
    world = make_world(300)
    people, rule, work = world.people, world.rule("stigma"), world.rule("work")
    rows = np.arange(3)
    people.community[rows] = 0
    people.stigma[rows] = [0.0, rule.usual, 1.0]
    people.skill[rows] = 0
    least, usual, most = work.chance(world, rows)
    assert usual == pytest.approx(work.finding)
    odds = [p / (1.0 - p) for p in (least, most)]
    assert odds[1] / odds[0] == pytest.approx(rule.hiring)
    home = world.rule("housing").chance(world, rows)
    assert home[0] > home[1] == pytest.approx(world.rule("housing").finding)
    world.communities[0].acceptance = 0.9
    least, same, most = work.chance(world, rows)
    odds = [p / (1.0 - p) for p in (least, most)]
    assert same == pytest.approx(usual) and rule.hiring < odds[1] / odds[0] < 1.0


def test_no_chance_is_better_than_the_best_there_is(make_world):
    """Seekers above the best chance are not looked at: the bound must hold for everybody."""
    world = make_world(2000, months=6, dials={"employment_service": {"places": 50.0}})
    world.people.skill[::2] = 1
    rows = world.selection("at_liberty")
    assert world.rule("work").chance(world, rows).max() <= world.rule("work")._best_chance(world)


def test_among_seekers_the_mean_stays_near_its_usual_level(make_world):
    world = make_world(6000, seed=2, warmup_months=60, months=1)
    people = world.people
    seekers = np.flatnonzero((people.status == FREE) & (people.employed == 0))
    assert people.stigma[seekers].mean() == pytest.approx(world.rule("stigma").usual, abs=0.05)
