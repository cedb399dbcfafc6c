"""Run a planned study into a folder: go on where it stopped, never twice, never half."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from sim.errors import DesistError
from sim.experiment.batches import Finished, run_batches, warm_kernels
from sim.experiment.cells import Batch
from sim.experiment.engine import Engine, execute, usable_cores
from sim.experiment.estimate import UNKNOWN_SPEED, Speed, measure_speed
from sim.experiment.folder import MANIFEST, Progress
from sim.experiment.manifest import describe
from sim.experiment.plan import Plan
from sim.experiment.store import finished, sweep_leftovers, write_json, write_outcomes

TASK_SECONDS = 1.0
"""Work handed to a worker at a time: long against the cost of handing over."""

WORTH_WORKERS = 12.0
"""Seconds of work below which starting workers (each imports the model anew) costs more."""


WORKER_START = 4.0
"""Seconds until the workers are at work."""


class Watcher(Protocol):
    """Whoever shows the progress of a run."""

    def prepare(self) -> None:
        """The model is being compiled and timed."""

    def begin(self, cells: int, done: int, seconds: float, workers: int) -> None:
        """Start: cells in all, cells already there, expected seconds, worker processes."""

    def advance(self, cells: int, failed: bool) -> None:
        """Take note that some cells have ended."""

    def end(self) -> None:
        """Stop showing; also called when the run is interrupted."""


@dataclass(frozen=True)
class Outcome:
    """How a run ended."""

    out: Path
    cells: int
    reused: int
    failures: tuple[Finished, ...]
    seconds: float


@dataclass(frozen=True)
class Forecast:
    """What a run would do (``--dry-run``)."""

    cells: int
    reused: int
    batches: int
    workers: int
    seconds: float


def forecast(plan: Plan, progress: Progress, engine: Engine, workers: int | None) -> Forecast:
    """Say how large a run is, without starting it or writing anything."""
    arms = len(plan.policies)
    reused = arms * len(progress.done)
    if not progress.todo:
        return Forecast(reused, reused, 0, 0, 0.0)
    crew = _crew(progress.todo, _speed(progress.todo[0]), engine, workers)
    todo = len(progress.todo)
    return Forecast(reused + arms * todo, reused, todo, crew.workers, crew.seconds)


def run(
    plan: Plan, progress: Progress, out: Path, engine: Engine, workers: int | None,
    watcher: Watcher,
) -> Outcome:  # fmt: skip
    """Simulate what is missing of a study and join the results.

    Parameters
    ----------
    progress
        What `sim.experiment.folder.inspect` found in ``out``.
    workers
        Processes; as many as there are cores when None.

    Raises
    ------
    DesistError
        When a worker dies.
    KeyboardInterrupt
        Passed on after the manifest has been brought up to date.
    """
    arms = len(plan.policies)
    study = plan.study.model_copy(update={"replications": progress.replications})
    plan = replace(plan, study=study)
    base = describe(plan)
    crew = None
    if progress.todo:
        watcher.prepare()
        crew = _crew(progress.todo, _speed(progress.todo[0]), engine, workers)
    ledger = _Ledger(out, base, arms, progress)
    out.mkdir(parents=True, exist_ok=True)
    sweep_leftovers(out)
    ledger.save("running")
    if crew is not None:
        watcher.begin(ledger.total, arms * len(progress.done), crew.seconds, crew.workers)
        try:
            _simulate(crew, out, engine, watcher, ledger)
        except BaseException:
            ledger.recount()
            ledger.save("stopped")
            raise
        finally:
            watcher.end()
    write_outcomes(out, ledger.done)
    ledger.save("failed" if ledger.failures else "finished")
    return Outcome(
        out, len(ledger.done) * arms, len(progress.done) * arms, tuple(ledger.failures),
        ledger.seconds(),
    )  # fmt: skip


def _speed(batch: Batch) -> Speed:
    """Warm the kernels in this process, so that workers load them, and time two small worlds."""
    try:
        warm_kernels(batch)
        return measure_speed(batch)
    except DesistError:
        raise
    except Exception:  # a rule that fails is the business of the cells, where it is recorded
        return UNKNOWN_SPEED


@dataclass(frozen=True)
class _Crew:
    """Who does the work: the tasks, the number of workers, the expected seconds."""

    tasks: list[tuple[Batch, ...]]
    workers: int
    seconds: float


def _crew(todo: Sequence[Batch], speed: Speed, engine: Engine, workers: int | None) -> _Crew:
    each = speed.batch_seconds(todo[0])
    count = min(workers or usable_cores(), len(todo))
    if engine == "serial" or (workers is None and each * len(todo) < WORTH_WORKERS):
        count = 1
    size = max(1, min(int(TASK_SECONDS / each), len(todo) // (4 * count)))
    tasks = [tuple(todo[i : i + size]) for i in range(0, len(todo), size)]
    seconds = each * len(todo) / count + (WORKER_START if count > 1 else 0.0)
    return _Crew(tasks, count, seconds)


def _simulate(crew: _Crew, out: Path, engine: Engine, watcher: Watcher, ledger: _Ledger) -> None:
    work = partial(run_batches, cells=out / "cells")
    with closing(execute(crew.tasks, work, engine, crew.workers)) as results:
        for reports in results:
            for result in reports:
                ledger.note(result)
                watcher.advance(result.cells, bool(result.error))


class _Ledger:
    """Keeps the manifest true while the run goes on."""

    def __init__(self, out: Path, base: dict[str, Any], arms: int, progress: Progress) -> None:
        self.out, self.base, self.arms = out, base, arms
        self.done = set(progress.done)
        self.planned = self.done | {batch.name for batch in progress.todo}
        self.reused = arms * len(self.done)
        self.failures: list[Finished] = []
        self.begun = time.perf_counter()
        self.started = str(progress.earlier.get("started") or _now())
        self.before = float(progress.earlier.get("wall_seconds") or 0.0)

    @property
    def total(self) -> int:
        return self.arms * len(self.planned)

    def seconds(self) -> float:
        return time.perf_counter() - self.begun

    def note(self, result: Finished) -> None:
        if result.error:
            self.failures.append(result)
        else:
            self.done.add(result.batch)

    def recount(self) -> None:
        """Count what is stored: workers may have finished more than they could report."""
        self.done = self.planned & finished(self.out / "cells")

    def save(self, state: str) -> None:
        failed = sum(failure.cells for failure in self.failures)
        write_json(
            self.out / MANIFEST,
            {
                "state": state,
                "started": self.started,
                "finished": None if state == "running" else _now(),
                "wall_seconds": round(self.before + self.seconds(), 3),
                "cells": {
                    "total": self.total,
                    "done": self.arms * len(self.done),
                    "failed": failed,
                    "reused": self.reused,
                },
                "failures": [
                    {"batch": f.batch, "cells": f.cells, "error": f.error, "trace": f.trace}
                    for f in sorted(self.failures, key=lambda f: f.batch)
                ],
                **self.base,
            },
        )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
