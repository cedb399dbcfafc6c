"""A world that nobody holds is gone: a worker simulates thousands, one after the other."""

import gc
import weakref
from collections import defaultdict
from itertools import count

import mesa
import pytest

from sim.agent_ids import WeakCounters


def worlds_left(make_world):
    """How many of three worlds are still there when nobody holds them."""
    worlds = [weakref.ref(make_world(50, seed=seed, months=2)) for seed in range(3)]
    gc.collect()
    return sum(world() is not None for world in worlds)


def test_worlds_do_not_outlive_their_cells(make_world):
    assert worlds_left(make_world) == 0


@pytest.mark.skipif(not hasattr(mesa.Agent, "_ids"), reason="this Mesa has no such table")
def test_with_mesas_own_table_every_world_would_stay(make_world, monkeypatch):
    """The planted twin."""
    monkeypatch.setattr(mesa.Agent, "_ids", defaultdict(lambda: count(1)))
    assert worlds_left(make_world) == 3


def test_agents_are_numbered_from_one_in_every_model():
    class Model:
        pass

    counters, one, other = WeakCounters(), Model(), Model()
    assert [next(counters[model]) for model in (one, one, other, one)] == [1, 2, 1, 3]
    del one
    gc.collect()
    assert len(counters) == 1
