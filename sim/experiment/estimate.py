"""How long a study will take, from two small worlds timed on this machine."""

from __future__ import annotations

import time
from dataclasses import dataclass

from sim.experiment.batches import place_of, rules_of
from sim.experiment.cells import Batch
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
    rules = rules_of(batch, batch.arms[-1].dials)
    world = World(place_of(batch), rules, persons, batch.seed, warmup_months=MONTHS + 1)
    world.run_to(-MONTHS)
    begun = time.perf_counter()
    world.run_to(0)
    return (time.perf_counter() - begun) / MONTHS


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
