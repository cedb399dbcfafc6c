"""§36, court capacity: it helps where cases queue, and only there."""

import itertools

import numpy as np
import pytest

from sim.assembly import build_rules
from sim.world import World

EXTRA = (0.0, 0.1, 0.3, 0.6, 1.0)


def run(make_world, extra, capacity):
    dials = {"court_capacity": {"extra_hearings": extra}} if extra else {}
    world = make_world(3000, seed=4, dials=dials, months=48, hearings__capacity=capacity)
    return {name: s[12:].mean() for name, s in world.records.finish().series.items()}


def test_a_long_queue_gets_shorter_with_every_hearing_added(make_world):
    runs = [run(make_world, extra, 12.0) for extra in (0.0, 0.25, 0.5)]
    backlogs = [series["backlog"] for series in runs]
    days = [series["days_to_disposition_sum"] / series["disposals"] for series in runs]
    assert backlogs[0] > backlogs[1] > backlogs[2]
    assert days[0] > days[1] > days[2]


def test_where_even_people_on_remand_queue_they_are_detained_for_less_time(make_world):
    runs = [run(make_world, extra, 3.0) for extra in (0.0, 0.4, 0.8)]
    # Fewer old cases pending also means more new ones, and more people detained for them.
    months = [series["remand_stock"] / series["remanded"] for series in runs]
    assert months[0] > months[1] > months[2]


def test_without_a_queue_extra_hearings_only_cost(make_world):
    usual, more = run(make_world, 0.0, 60.0), run(make_world, 0.5, 60.0)
    for name in ("backlog", "remand_stock", "offences", "convictions"):
        assert more[name] == usual[name], name
    assert more["hearings_idle"] == pytest.approx(0.5 * 60.0 * 3)
    assert more["cost_courts"] > usual["cost_courts"]


def test_in_the_month_it_starts_more_capacity_never_lengthens_the_queue(make_world):
    """Exact, whatever the world is like: the same cases wait, and more of them are heard."""
    for month in (3, 9, 24):
        snapshot = make_world(2000, seed=4, months=month, hearings__capacity=8.0).snapshot()
        waiting = []
        for extra in EXTRA:
            dials = {"court_capacity": {"extra_hearings": extra}} if extra else {}
            world = World.resume(snapshot, build_rules(snapshot.place, dials))
            world.step()
            waiting.append(world.court.waiting)
        assert all(more <= less for less, more in itertools.pairwise(waiting))
        assert waiting[0] > waiting[-1]


def test_from_then_on_it_holds_month_by_month_where_the_court_changes_nothing_else(make_world):
    """Nobody detained or convicted, and so few arrests that hardly anyone has two cases.

    In general it holds for the months together only: a case closed sooner lets the next arrest of
    the person open another (`tests/verification/test_extremes.py`).
    """
    quiet = {"pretrial__detained_share": 0.0, "hearings__conviction": 0.0,
             "population__prison_stock": 0.0, "offending__arrests_per_year": 0.05}  # fmt: skip
    queues = []
    for extra in EXTRA:
        dials = {"court_capacity": {"extra_hearings": extra}} if extra else {}
        world = make_world(20_000, seed=4, dials=dials, months=30, hearings__capacity=0.8, **quiet)
        queues.append(world.records.finish().series["backlog"])
    for less, more in itertools.pairwise(queues):
        assert (more <= less).all()
    assert (np.array(queues[0])[12:] > np.array(queues[-1])[12:]).all()
