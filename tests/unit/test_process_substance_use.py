"""Problem use: a steady share, changed in turns with the chances of several months."""

import numpy as np
import pytest


def test_the_usual_share_is_steady(make_world, band):
    world = make_world(20000, 3)
    rule, people = world.rule("substance_use"), world.people
    for world.month in range(120):
        rule.change(world)
    outside = world.selection("at_liberty")
    share = people.substance_use[outside].mean()
    resting = rule.relapsing / (rule.relapsing + rule.remitting)
    error = np.sqrt(resting * (1 - resting) / outside.shape[0])
    # A share off by 1.5 points would be seen.
    assert abs(share - resting) < band * error
    assert rule.usual_share == pytest.approx(resting)


def test_a_turn_holds_the_chances_of_its_months(make_world, band, standard_errors):
    world = make_world(20000, 3)
    rule, people = world.rule("substance_use"), world.people
    outside = world.selection("at_liberty")
    people.substance_use[:] = 1
    for world.month in range(4):
        rule.change(world)
    stopped = np.count_nonzero(people.substance_use[outside] == 0)
    chance = 0.6 * (1 - 0.95**4)
    # A monthly chance off by 0.2 points of 3 would be seen.
    assert standard_errors(stopped, outside.shape[0], chance) < band
    assert standard_errors(stopped, outside.shape[0], 1.07 * chance) > band


def test_custody_neither_cures_nor_causes(make_world):
    world = make_world(3000, 3)
    inside = world.selection("in_custody")
    before = world.people.substance_use[inside].copy()
    for world.month in range(24):
        world.rule("substance_use").change(world)
    assert (world.people.substance_use[inside] == before).all()
