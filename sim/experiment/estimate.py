"""How long a study will take and how much disk, from small worlds timed on this machine."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

from sim.errors import DesistError
from sim.experiment.batches import ArmFailure, place_of, rules_of, simulate
from sim.experiment.cells import Batch
from sim.experiment.ledger import Book
from sim.experiment.store import write_part
from sim.world import World

SMALL, LARGE, MONTHS = 200, 4_000, 6


@dataclass(frozen=True)
class Speed:
    """Cost of simulation: ``fixed`` seconds a month and ``slope`` seconds a person-month."""

    fixed: float
    slope: float

    def batch_seconds(self, batch: Batch) -> float:
        """Expected seconds of one batch on one core."""
        past = batch.start + batch.warmup_months
        months = past + len(batch.arms) * (batch.months - batch.start)
        return months * (self.fixed + self.slope * batch.persons)


UNKNOWN_SPEED = Speed(0.005, 2e-7)
"""Stands in where the model cannot be timed."""


def measure_speed(batch: Batch) -> Speed:
    """Time a small and a larger world for a few months; a fraction of a second."""
    small, large = _month_seconds(batch, SMALL), _month_seconds(batch, LARGE)
    slope = max((large - small) / (LARGE - SMALL), 1e-9)
    return Speed(max(small - slope * SMALL, 1e-5), slope)


def _month_seconds(batch: Batch, persons: int) -> float:
    rules = rules_of(batch, batch.arms[-1])
    world = World(place_of(batch), rules, persons, batch.seed, warmup_months=MONTHS + 1)
    world.run_to(-MONTHS)
    begun = time.perf_counter()
    world.run_to(0)
    return (time.perf_counter() - begun) / MONTHS


UNKNOWN_BYTES = 20_000.0
"""Stands in where no cell can be tried."""

TRIED_PERSONS, TRIED_MONTHS, TRIED_CELLS = 1_000, 24, 8


def cell_bytes(batch: Batch, keep: Collection[str] | None, book: Book) -> float:
    """Expected bytes of a cell on disk: as those that are there, or as a small world's.

    Series grow with the months, index events with persons and months. What fails is the business
    of the cells, where it is recorded: here `UNKNOWN_BYTES` stands in.
    """
    there = [(sum(part.sizes.values()), len(part.cells)) for part in book.parts.values()]
    if there:
        return sum(size for size, _ in there) / sum(cells for _, cells in there)
    arm = batch.arms[-1]
    small = replace(
        batch, arms=(arm,), persons=TRIED_PERSONS, months=TRIED_MONTHS, start=0, warmup_months=6
    )
    try:
        results = [result for result in simulate(small) if not isinstance(result, ArmFailure)]
    except DesistError:
        raise
    except Exception:
        results = []
    if not results:
        return UNKNOWN_BYTES
    with tempfile.TemporaryDirectory() as folder:
        # Several at once, as in a study: a file of its own would be mostly overhead.
        part = write_part(Path(folder), [(small, r) for r in results for _ in range(TRIED_CELLS)],
                          keep)  # fmt: skip
    months = batch.months / TRIED_MONTHS
    grow = {"series": months, "cohort": months * batch.persons / TRIED_PERSONS}
    return sum(
        size / TRIED_CELLS * max(grow.get(table, 1.0), 1.0) for table, size in part.sizes.items()
    )


def in_words(seconds: float) -> str:
    """A duration as people say it.

    >>> in_words(0.4), in_words(75), in_words(7300)
    ('under a second', '1 min 15 s', '2 h 1 min')
    """
    if seconds < 1:
        return "under a second"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def bytes_in_words(size: float) -> str:
    """A number of bytes as people say it.

    >>> bytes_in_words(900), bytes_in_words(2.34e6), bytes_in_words(5e10)
    ('1 kB', '2.3 MB', '50 GB')
    """
    for unit, step in (("kB", 1e3), ("MB", 1e6), ("GB", 1e9), ("TB", 1e12)):
        if size < 1000 * step or unit == "TB":
            number = max(size / step, 1.0)
            return f"{number:.2g} {unit}" if number < 10 else f"{number:.0f} {unit}"
    raise AssertionError
