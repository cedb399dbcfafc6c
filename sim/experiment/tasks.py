"""Tasks: what a worker is handed at a time, and what becomes one part of the store.

Small batches are gathered, large ones divided, by how much there is to simulate and never by how
fast this machine is or how many workers there are: the same study makes the same files anywhere.
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sim.errors import DesistError
from sim.experiment import batches
from sim.experiment.batches import ArmFailure, told
from sim.experiment.cells import Arm, Batch, code_version
from sim.experiment.ledger import Failure, Part
from sim.experiment.lock import holder
from sim.experiment.store import ArmResult, write_part

MONTH_SECONDS, PERSON_MONTH_SECONDS = 3e-3, 1e-7
"""Nominal cost of simulation, measured once; only the size of tasks hangs on it."""

TASK_SECONDS = 1.5
"""Nominal work of a task: long against handing over, short against what a crash may cost."""

LEAST_SECONDS, LAST_TASKS = 0.2, 8
"""The least work of a task, and into how many tasks what is left is divided at the end."""

PAST_SHARE = 0.05
"""A batch is divided when its past, simulated once more, costs at most this share."""


@dataclass(frozen=True)
class Task:
    """Some batches, to be simulated one after the other and stored as one part.

    Attributes
    ----------
    out
        Output folder, absolute.
    token
        Of the run; a worker whose run has been replaced by another writes nothing.
    """

    batches: tuple[Batch, ...]
    out: Path
    keep: tuple[str, ...] | None
    token: str


@dataclass(frozen=True)
class Report:
    """What a worker reports of a task; the results themselves are in the store."""

    part: Part | None
    failures: tuple[Failure, ...]
    seconds: float


def make_tasks(
    todo: Sequence[Batch], out: Path, keep: tuple[str, ...] | None, token: str
) -> list[Task]:
    """Gather and divide batches; towards the end into smaller tasks, so that workers end together.

    The size is a part of the work that is left (guided self-scheduling, Polychronopoulos and
    Kuck 1987, IEEE Transactions on Computers C-36:1425-1439), within limits.
    """
    pieces = [piece for whole in todo for piece in _divided(whole)]
    left = sum(map(_nominal_seconds, pieces))
    tasks: list[Task] = []
    now: list[Batch] = []
    work = 0.0
    for batch in pieces:
        seconds = _nominal_seconds(batch)
        if now and work + seconds > min(TASK_SECONDS, max(left / LAST_TASKS, LEAST_SECONDS)):
            tasks.append(Task(tuple(now), out, keep, token))
            now, work = [], 0.0
        now.append(batch)
        work, left = work + seconds, left - seconds
    return [*tasks, Task(tuple(now), out, keep, token)] if now else tasks


def _nominal_seconds(batch: Batch) -> float:
    past = batch.start + batch.warmup_months
    months = past + len(batch.arms) * (batch.months - batch.start)
    return months * (MONTH_SECONDS + PERSON_MONTH_SECONDS * batch.persons)


def _divided(batch: Batch) -> Iterator[Batch]:
    """Pieces of a batch of many arms, each long enough to be worth the past it repeats."""
    past, arm = batch.start + batch.warmup_months, batch.months - batch.start
    enough = past / arm / PAST_SHARE
    one = _nominal_seconds(replace(batch, arms=batch.arms[:1])) / (past + arm)
    most = max(int(enough), int(TASK_SECONDS / (arm * one)), 1)
    pieces = -(-len(batch.arms) // most)
    size = -(-len(batch.arms) // pieces)
    for first in range(0, len(batch.arms), size):
        yield replace(batch, arms=batch.arms[first : first + size])


def single_cells(task: Task) -> list[Task]:
    """The task cell by cell, to find the one that a worker dies of."""
    return [
        replace(task, batches=(replace(batch, arms=(arm,)),))
        for batch in task.batches
        for arm in batch.arms
    ]


def run_task(task: Task) -> Report:
    """Simulate and store a task; an error in one cell does not touch the others.

    Raises
    ------
    DesistError
        When the part cannot be written, or another run has taken the folder over.
    """
    begun = time.perf_counter()
    results: list[tuple[Batch, ArmResult]] = []
    failures: list[Failure] = []
    for batch in task.batches:
        for result in _attempt(batch):
            if isinstance(result, ArmFailure):
                failures.append(failure_of(batch, result.arm, result.error, result.trace))
            else:
                results.append((batch, result))
    part = _write(task, results) if results else None
    return Report(part, tuple(failures), time.perf_counter() - begun)


def _attempt(batch: Batch) -> Sequence[ArmResult | ArmFailure]:
    try:
        _check_code(batch)
        return batches.simulate(batch)
    except Exception as error:  # the common past failed: so did every arm
        trace = traceback.format_exc()
        return [ArmFailure(arm, told(error), trace) for arm in batch.arms]


def _write(task: Task, results: Sequence[tuple[Batch, ArmResult]]) -> Part:
    if holder(task.out).get("token") != task.token:
        raise DesistError("another run has taken the output folder over", f"out={task.out}")
    try:
        return write_part(task.out / "cells", results, task.keep)
    except OSError as error:
        raise unwritable(task.out, error) from None


def unwritable(out: Path, error: OSError) -> DesistError:
    """Say that the folder cannot be written, and how to go on."""
    return DesistError(
        "cannot write to the output folder", f"out={out}", error.strerror or str(error),
        "what is finished is kept: mend that, and run the same command again",
    )  # fmt: skip


def failure_of(batch: Batch, arm: Arm, error: str, trace: str = "") -> Failure:
    """Describe a cell that failed."""
    return Failure(
        arm.cell, batch.jurisdiction, arm.policy, arm.point, batch.draw, batch.replication,
        error, trace,
    )  # fmt: skip


def _check_code(batch: Batch) -> None:
    """Refuse a batch planned by other code: results of two versions must not share a folder."""
    if code_version(batch.folders) != batch.code:
        raise DesistError(
            "the model's source files were changed during the run",
            mend="choose a new folder and run again",
        )
