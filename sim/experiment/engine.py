"""Engines: where tasks run. One code path, the same results on any number of workers."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Literal, TypeVar

from sim.errors import DesistError

Engine = Literal["serial", "local"]
ENGINES: tuple[Engine, ...] = ("serial", "local")

Task = TypeVar("Task")
Result = TypeVar("Result")


def usable_cores() -> int:
    """Cores this process may use (affinity and container limits respected)."""
    import joblib

    return int(joblib.cpu_count())


def execute(
    tasks: Sequence[Task], run: Callable[[Task], Result], engine: Engine, workers: int
) -> Generator[Result, None, None]:
    """Run tasks and give their results as they come, in any order.

    Parameters
    ----------
    run
        A function that workers can import.
    engine
        ``serial`` runs in this process, ``local`` in ``workers`` processes (joblib, loky).

    Raises
    ------
    DesistError
        When a worker process dies; finished tasks keep their results in the store.
    """
    if engine == "serial" or workers == 1 or len(tasks) == 1:
        yield from map(run, tasks)
        return
    yield from _local(tasks, run, workers)


def _local(tasks: Sequence[Task], run: Callable[[Task], Result], workers: int) -> Iterator[Result]:
    from joblib import Parallel, delayed
    from joblib.externals.loky.process_executor import BrokenProcessPool

    pool = Parallel(
        n_jobs=workers, backend="loky", return_as="generator_unordered", batch_size=1,
        pre_dispatch="2*n_jobs",
    )  # fmt: skip
    with _quiet_tracker(), _workers_ignore_interrupts():
        results: Any = pool(delayed(run)(task) for task in tasks)
    try:
        yield from results
    except BrokenProcessPool:
        raise DesistError(
            "a worker process died",
            why="most often the machine ran out of memory",
            mend="run the same command again to go on, with fewer workers: workers=1",
        ) from None
    finally:
        results.close()


@contextmanager
def _workers_ignore_interrupts() -> Iterator[None]:
    """Start workers deaf to Ctrl-C: the terminal sends it to the whole group of processes.

    The parent alone answers it, stops them and says how to go on. Ignored signals survive the
    start of a new program, so it is enough to ignore them while the workers are started.
    """
    try:
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    except ValueError:  # not the main thread, where signals cannot be set
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _quiet_tracker() -> Iterator[None]:
    """Start loky's resource tracker without its warnings.

    After Ctrl-C the tracker clears away what stopped workers left, and tells the user so in
    several lines that mean nothing to them.
    """
    name, before = "PYTHONWARNINGS", os.environ.get("PYTHONWARNINGS")
    rule = "ignore::UserWarning:joblib.externals.loky.backend.resource_tracker"
    os.environ[name] = f"{before},{rule}" if before else rule
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before


def one_thread_per_process() -> None:
    """Keep numerical libraries to one thread; workers inherit it. Call before importing Numba."""
    for name in ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
