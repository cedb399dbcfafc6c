"""Run a planned study into a folder: go on where it stopped, never twice, never half."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from sim.errors import DesistError
from sim.experiment.cells import Batch
from sim.experiment.command import repeat_cell
from sim.experiment.engine import Engine, WorkerDiedError, alone, execute
from sim.experiment.folder import MANIFEST, check_folder, what_is_left
from sim.experiment.forecast import crew_for, speed_of
from sim.experiment.interrupts import second_interrupt_ends
from sim.experiment.joined import write_outcomes
from sim.experiment.ledger import Failure, Ledger, Part, read_ledger
from sim.experiment.lock import locked
from sim.experiment.manifest import describe, united
from sim.experiment.plan import Plan
from sim.experiment.reanalysis import remade
from sim.experiment.rehearsal import rehearse
from sim.experiment.shelf import adopt, put_in_order, take_stock
from sim.experiment.store import write_json
from sim.experiment.tables import write_tables
from sim.experiment.tasks import (
    Report,
    Task,
    failure_of,
    make_tasks,
    run_task,
    single_cells,
    unwritable,
)  # fmt: skip
from sim.experiment.way import Way, only


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
    remade: int
    failures: tuple[Failure, ...]
    seconds: float


def run(plan: Plan, out: Path, way: Way, watcher: Watcher) -> Outcome:
    """Simulate what is missing of a study and join the results.

    Raises
    ------
    DesistError
        When the folder holds something else, is in use, or cannot be written.
    KeyboardInterrupt
        Passed on after the manifest has been brought up to date.
    """
    out = out.absolute()
    check_folder(out, plan, other_code=way.other_code)
    rehearse(plan)
    try:
        with locked(out, way.wait) as token:
            return _Run(plan, out, way, token).go(watcher)
    except OSError as error:
        raise unwritable(out, error) from None


class _Run:
    """One run: the folder is ours from here on."""

    def __init__(self, plan: Plan, out: Path, way: Way, token: str) -> None:
        self.out, self.way, self.token = out, way, token
        self.earlier = check_folder(out, plan, other_code=way.other_code)
        self.begun = time.perf_counter()
        self.cells = out / "cells"
        book = put_in_order(out, plan.code)
        self.ledger = Ledger(self.cells)
        self.progress = what_is_left(plan, book, self.earlier)
        self.plan = self.progress.plan
        self.finished = set(book.cells)
        self.failures: dict[str, Failure] = {}
        self.base = united(describe(self.plan), self.earlier, self.plan)
        self.started = str(self.earlier.get("started") or _now())

    def go(self, watcher: Watcher) -> Outcome:
        self._save("running")
        write_tables(self.out, self.plan)
        remade_parts = self._remake()
        todo = only(self.progress.todo, self.way.cell)
        if self.way.cell and not todo:
            raise DesistError("nothing to do", f"cell={self.way.cell}", "the cell is finished, "
                              "or no cell of this study")  # fmt: skip
        if todo:
            watcher.prepare()
            crew = crew_for(todo, speed_of(todo[0]), self.way.engine)
            total = len(self.finished) + sum(len(batch.arms) for batch in todo)
            watcher.begin(total, len(self.finished), crew.seconds, crew.engine.crew)
            try:
                with second_interrupt_ends():
                    self._simulate(todo, crew.engine, watcher)
            except BaseException:
                self._stopped()
                raise
            finally:
                watcher.end()
        write_outcomes(self.out, read_ledger(self.cells).parts)
        left = self.total - len(self.finished)
        state = "failed" if self.failures else "finished" if left <= 0 else "stopped"
        self._save(state)
        return Outcome(
            self.out, len(self.finished), len(self.progress.done), remade_parts,
            tuple(self.failures.values()), time.perf_counter() - self.begun,
        )  # fmt: skip

    @property
    def total(self) -> int:
        return self.progress.cells

    def _remake(self) -> int:
        """Make outcomes anew that were made by another recipe; gives the number of cells."""
        recipe = self.plan.recipe
        stale = [p for p in self.progress.book.parts.values() if p.recipe != recipe.mark]
        places = self.base["places"]
        currencies = {name: str(place.get("currency")) for name, place in places.items()}
        for part in stale:
            self.ledger.stored([remade(self.cells, part, recipe, currencies)])
        return sum(len(part.cells) for part in stale)

    def _simulate(self, todo: Sequence[Batch], engine: Engine, watcher: Watcher) -> None:
        """Run all tasks; after the death of a worker, those it may have died of one by one."""
        tasks = make_tasks(todo, self.out, self.plan.study.keep, self.token)
        while tasks:
            try:
                with closing(execute(tasks, run_task, engine)) as reports:
                    for report in reports:
                        self._note(report, watcher)
                return
            except WorkerDiedError:
                self._adopt(watcher)
            tasks = self._unfinished(tasks)
            # Tasks are handed out in order: the dead worker's is among the first.
            suspects, tasks = tasks[: 2 * engine.crew], tasks[2 * engine.crew :]
            with alone(engine) as attempt:
                cells = [cell for task in suspects for cell in single_cells(task)]
                for cell in self._unfinished(cells):
                    try:
                        report = attempt(run_task, cell)
                    except WorkerDiedError:
                        report = _died(cell)
                    self._note(report, watcher)

    def _unfinished(self, tasks: Sequence[Task]) -> list[Task]:
        """Tasks with what is neither finished nor failed of each."""
        ended = self.finished | self.failures.keys()
        left = []
        for task in tasks:
            batches = tuple(
                replace(batch, arms=arms)
                for batch in task.batches
                if (arms := tuple(arm for arm in batch.arms if arm.cell not in ended))
            )
            if batches:
                left.append(replace(task, batches=batches))
        return left

    def _note(self, report: Report, watcher: Watcher) -> None:
        if report.part is not None:
            self.ledger.stored([report.part])
            self._finish([report.part], watcher)
        if report.failures:
            failures = [
                replace(f, command=repeat_cell(self.plan, self.out, f.cell))
                for f in report.failures
            ]
            self.ledger.failed(failures)
            self.failures |= {failure.cell: failure for failure in failures}
            watcher.advance(len(failures), True)

    def _finish(self, parts: Iterable[Part], watcher: Watcher | None) -> None:
        for part in parts:
            self.finished |= set(part.cells)
            if watcher is not None:
                watcher.advance(len(part.cells), False)

    def _adopt(self, watcher: Watcher | None) -> None:
        """Take in what workers finished but could not report."""
        parts = adopt(self.cells, take_stock(self.cells))
        self.ledger.stored(parts)
        self._finish(parts, watcher)

    def _stopped(self) -> None:
        # Whatever stopped the run (a full disk, say) may keep this from being written, too.
        with suppress(OSError):
            self._adopt(None)
            self._save("stopped")

    def _save(self, state: str) -> None:
        before = float(self.earlier.get("wall_seconds") or 0.0)
        write_json(
            self.out / MANIFEST,
            {
                "state": state,
                "started": self.started,
                "finished": None if state == "running" else _now(),
                "wall_seconds": round(before + time.perf_counter() - self.begun, 3),
                "cells": {
                    "total": self.total,
                    "done": len(self.finished),
                    "failed": len(self.failures),
                    "reused": len(self.progress.done) + len(self.progress.more),
                },
                "failures": [_told(f) for f in sorted(self.failures.values(), key=_place)],
                **self.base,
            },
        )


def _died(task: Task) -> Report:
    batch = task.batches[0]
    error = "the worker process died: killed, out of memory, or over the time limit"
    return Report(None, (failure_of(batch, batch.arms[0], error),), 0.0)


def _told(failure: Failure) -> dict[str, Any]:
    return dict(vars(failure))


def _place(failure: Failure) -> tuple[Any, ...]:
    return (failure.jurisdiction, failure.draw, failure.replication, failure.point, failure.policy)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
