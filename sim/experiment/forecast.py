"""How large a run is, who does the work and how long it takes, before anything is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sim.errors import DesistError
from sim.experiment.batches import warm_kernels
from sim.experiment.cells import Batch
from sim.experiment.engine import Engine
from sim.experiment.estimate import UNKNOWN_SPEED, Speed, cell_bytes, measure_speed
from sim.experiment.folder import check_folder, what_is_left
from sim.experiment.plan import Plan
from sim.experiment.rehearsal import rehearse
from sim.experiment.shelf import cells_of, take_stock
from sim.experiment.store import read_part
from sim.experiment.time_limit import time_limit
from sim.experiment.way import Way, only

WORTH_WORKERS = 12.0
"""Seconds of work below which starting workers (each imports the model anew) costs more."""

WORKER_START = 4.0
"""Seconds until the workers are at work."""


@dataclass(frozen=True)
class Forecast:
    """What a run would do (``--dry-run``)."""

    cells: int
    reused: int
    todo: int
    workers: int
    seconds: float
    bytes: float


def forecast(plan: Plan, out: Path, way: Way) -> Forecast:
    """Say how large a run is, without starting it or writing anything."""
    rehearse(plan)
    earlier = check_folder(out, plan, other_code=way.other_code)
    cells = cells_of(out, plan.code)
    stock = take_stock(cells)
    for name, sizes in stock.unknown.items():
        part = read_part(cells, name, sizes)
        if part is not None:
            stock.book.parts[name] = part
    progress = what_is_left(plan, stock.book, earlier)
    reused = len(progress.done) + len(progress.more)
    todo = only(progress.todo, way.cell)
    if not todo:
        return Forecast(reused, reused, 0, 0, 0.0, 0.0)
    count = sum(len(batch.arms) for batch in todo)
    crew = crew_for(todo, speed_of(todo[0]), way.engine)
    size = cell_bytes(todo[0], plan.study.keep, stock.book)
    return Forecast(reused + count, reused, count, crew.engine.crew, crew.seconds, count * size)


_speeds: dict[str, Speed] = {}


def speed_of(batch: Batch) -> Speed:
    """Warm the kernels in this process, so that workers load them, and time two small worlds."""
    known = batch.arms[-1].cell  # the forecast and the run begin with the same batch
    if known not in _speeds:
        _speeds[known] = _measured(batch)
    return _speeds[known]


def _measured(batch: Batch) -> Speed:
    try:
        with time_limit(batch.cell_seconds):
            warm_kernels(batch)
            return measure_speed(batch)
    except DesistError:
        raise
    except Exception:  # a rule that fails is the business of the cells, where it is recorded
        return UNKNOWN_SPEED


@dataclass(frozen=True)
class Crew:
    """Who does the work, and the expected seconds."""

    engine: Engine
    seconds: float


def crew_for(todo: Sequence[Batch], speed: Speed, engine: Engine) -> Crew:
    """Choose who does the work: for a little of it, starting workers is not worth while."""
    seconds = sum(speed.batch_seconds(batch) for batch in todo)
    if engine.name == "local" and engine.workers is None and seconds < WORTH_WORKERS:
        engine = replace(engine, name="serial")
    count = engine.crew
    return Crew(engine, seconds / count + (WORKER_START if count > 1 else 0.0))
