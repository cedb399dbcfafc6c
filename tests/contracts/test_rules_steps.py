"""Contracts of every step: it writes what it declares. New rules inherit them from the registry."""

import numpy as np
import pytest

from sim import schedule
from sim.rules import registry

MONTHS = 30


def columns_and_rates(world):
    copies = world.people.copy_columns()
    return copies | {f"rate_{name}": rate.copy() for name, rate in world.rates.items()}


def changed(before, after, fresh):
    """Name the columns that changed for people who were there before, and for newcomers."""
    n = before["status"].shape[0]
    old, new = set(), set()
    for name, column in after.items():
        then = before[name][: column.shape[0]]
        at = np.flatnonzero(column[: then.shape[0]] != then)
        fresh_rows = np.zeros(at.shape[0], bool) if name.startswith("rate_") else fresh[at]
        if (~fresh_rows).any():
            old.add(name)
        if fresh_rows.any() or column.shape[0] > n:
            new.add(name)
    return old, new


@pytest.fixture(scope="module")
def watched(make_world, ambitious):
    """Run a world step by step; return {(rule, step): (columns changed, of newcomers only)}."""
    world = make_world(400, seed=5, dials=ambitious, custody__places=30.0,
                       sentencing__suspended={"violent": 0.1, "property": 0.2, "drug": 0.2,
                                              "public_order": 0.2})  # fmt: skip
    seen = {}
    plan = schedule.plan(tuple(world.rules.values()))
    assert len(plan) == len(world._plan)
    for _ in range(MONTHS):
        world._open_month()
        for (rule, step), run in zip(plan, world._plan, strict=True):
            before = columns_and_rates(world)
            run()
            after = columns_and_rates(world)
            n = before["status"].shape[0]
            fresh = (before["status"] == 0) & (after["status"][:n] != 0)
            old, new = changed(before, after, fresh)
            was_old, was_new = seen.setdefault((rule.name, step.name), (set(), set()))
            was_old |= old
            was_new |= new
        world.records.close_month(world.month)
        world.month += 1
    return seen


@pytest.mark.parametrize("name", registry())
def test_a_step_writes_only_what_it_declares(name, watched):
    for step in registry()[name].steps():
        old, new = watched[name, step.name]
        declared = set(step.writes) | ({f"rate_{step.adds_to}"} if step.adds_to else set())
        assert old <= declared, f"{name}.{step.name}"
        assert "*" in declared or new <= declared, f"{name}.{step.name}, rows of newcomers"


@pytest.mark.parametrize("name", registry())
def test_every_step_ran_and_a_rule_does_something(name, watched):
    steps = registry()[name].steps()
    assert steps, "a rule has a step"
    assert {(name, step.name) for step in steps} <= watched.keys()


def test_the_watch_can_catch_a_trespasser(make_world):
    """Planted bug: a step that also writes a column it did not declare."""
    world = make_world(50)
    before = columns_and_rates(world)
    world.people.priors[3] += 1
    old, new = changed(before, columns_and_rates(world), np.zeros(len(world.people), bool))
    assert old == {"priors"} and not new
