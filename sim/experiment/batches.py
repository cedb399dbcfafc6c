"""Run one batch: the common past once, then one fork per policy."""

from __future__ import annotations

import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sim.assembly import build_rules
from sim.errors import DesistError
from sim.experiment.cells import Batch, code_version, digest
from sim.experiment.outcomes import Series, outcome_rows
from sim.experiment.store import ArmResult, write_batch
from sim.place import Place
from sim.rules import Rule, registry
from sim.world import World


@dataclass(frozen=True)
class Finished:
    """What a worker reports of one batch; the results themselves are in the store.

    Attributes
    ----------
    error, trace
        Empty when the batch was written; otherwise one line, and where it happened.
    """

    batch: str
    cells: int
    seconds: float
    error: str = ""
    trace: str = ""


def simulate(batch: Batch) -> list[ArmResult]:
    """Simulate a batch: the baseline's rules up to ``start``, then every arm from a snapshot."""
    place = place_of(batch)
    arms = [rules_of(batch, arm.dials) for arm in batch.arms]
    past = World(place, arms[0], batch.persons, batch.seed, warmup_months=batch.warmup_months)
    past.run_to(batch.start)
    snapshot = past.snapshot()
    results = []
    for arm, rules in zip(batch.arms, arms, strict=True):
        world = World.resume(snapshot, rules=rules)
        world.run_to(batch.months)
        recorded = world.records.finish()
        series = _with_silent_metrics(recorded.series, batch.folders)
        rows = outcome_rows(
            series,
            recorded.cohort,
            start=batch.start,
            horizons=batch.horizons,
            index=batch.index,
            currency=place.currency,
            names=batch.outcomes,
        )
        results.append(ArmResult(arm, rows, series, recorded.cohort))
    return results


def run_batches(batches: Sequence[Batch], cells: Path) -> list[Finished]:
    """Run batches one after the other and store each; an error in one does not touch the others."""
    return [_run_one(batch, cells) for batch in batches]


def _run_one(batch: Batch, cells: Path) -> Finished:
    begun = time.perf_counter()
    try:
        _check_code(batch)
        write_batch(cells, batch, simulate(batch))
    except Exception as error:  # isolation is the point: reported, recorded, repeatable
        told = str(error) if isinstance(error, DesistError) else f"{type(error).__name__}: {error}"
        line = told.splitlines()[0]
        seconds = time.perf_counter() - begun
        return Finished(batch.name, len(batch.arms), seconds, line, traceback.format_exc())
    return Finished(batch.name, len(batch.arms), time.perf_counter() - begun)


def _check_code(batch: Batch) -> None:
    """Refuse a batch planned by other code: results of two versions must not share a folder."""
    if code_version(batch.folders) != batch.code:
        raise DesistError(
            "the model's source files were changed during the run",
            mend="choose a new folder and run again",
        )


def warm_kernels(batch: Batch) -> None:
    """Compile every kernel, or load it from the disk cache, on a world of a few people."""
    place = place_of(batch)
    rules = rules_of(batch, batch.arms[-1].dials)
    World(place, rules, 64, batch.seed, warmup_months=1).run_to(1)


def rules_of(batch: Batch, dials: Any) -> tuple[Rule, ...]:
    """The rules of one arm."""
    place = place_of(batch)
    return build_rules(place, dials, batch.parameters, folders=batch.folders)


def _with_silent_metrics(series: Series, folders: tuple[Path, ...]) -> Series:
    """Add zeros for the metrics of levers that this arm does not use: nothing was counted."""
    quiet = np.zeros_like(series["people"])
    declared = sorted(name for rule in registry(folders).values() for name in rule.metrics)
    return {name: series.get(name, quiet) for name in dict.fromkeys([*declared, *series])}


_places: dict[str, Place] = {}


def place_of(batch: Batch) -> Place:
    """Check and build a place once per process, however many batches ask for it."""
    key = digest([batch.jurisdiction, batch.place])
    if key not in _places:
        _places[key] = Place.from_mapping(batch.jurisdiction, batch.place)
    return _places[key]
