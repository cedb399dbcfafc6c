"""Worlds that can be forgotten, with Mesa before 3.5.

Mesa 3.3 numbers the agents of each model in a table that belongs to the class `mesa.Agent` and
holds on to every model it has ever seen: a worker would keep all people of all its cells in memory.
Here the table holds its models weakly. Mesa 3.5 keeps the number in the model and has no table.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from weakref import WeakKeyDictionary

import mesa


class WeakCounters(WeakKeyDictionary[object, Iterator[int]]):
    """A counter from 1 for every model that is asked about, gone with the model."""

    def __getitem__(self, model: object) -> Iterator[int]:
        return self.setdefault(model, count(1))


def let_models_go() -> None:
    """Make Mesa's table of counters hold its models weakly."""
    if hasattr(mesa.Agent, "_ids") and not isinstance(mesa.Agent._ids, WeakCounters):
        mesa.Agent._ids = WeakCounters()
