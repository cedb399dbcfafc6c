"""Restitution: what is owed, what is paid, and that it never exceeds what is owed."""

import numpy as np


def test_part_of_what_is_owed_is_paid(make_world):
    s = make_world(8000, seed=5, months=48).records.finish().series
    assert 0 < s["restitution_paid"].sum() < s["restitution_ordered"].sum()


def test_the_collected_share_is_that_of_the_parameter(make_world, standard_errors, band):
    world = make_world(8000, seed=5, months=24)
    rule = world.rule("restitution")
    victims = np.arange(len(world.victims))
    ids = np.arange(victims.shape[0], dtype=np.uint32) + 1
    before = world.records.so_far("victims_paid")
    rule.pay(world, victims, ids)
    paid = world.records.so_far("victims_paid") - before
    assert standard_errors(paid, victims.shape[0], rule.collected) < band


def test_nothing_is_owed_where_courts_order_nothing(make_world):
    s = make_world(4000, seed=5, parameters={"restitution": {"ordered": 0.0}}, months=24)
    assert s.records.finish().series["restitution_ordered"].sum() == 0
