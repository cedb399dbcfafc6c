"""Engines: where tasks run. One code path, the same results on any number of workers.

``serial`` is this process, ``local`` processes of this machine (joblib's loky), ``dask`` a cluster:
an existing one by the address of its scheduler, one of Slurm or PBS jobs (dask-jobqueue), or, with
neither, processes of this machine started through dask.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from typing import Any, Literal, TypeVar

from sim.errors import DesistError
from sim.experiment.interrupts import workers_ignore_interrupts
from sim.experiment.time_limit import declare_worker

EngineName = Literal["serial", "local", "dask"]
ENGINES: tuple[EngineName, ...] = ("serial", "local", "dask")

Task = TypeVar("Task")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Engine:
    """Where tasks run.

    Attributes
    ----------
    workers
        Processes; as many as there are cores, or as the cluster has, when None.
    address
        Of a dask scheduler, e.g. ``tcp://node1:8786``.
    system
        ``slurm`` or ``pbs``: start workers as jobs of that system.
    jobs
        Settings of a job as dask-jobqueue names them (queue, cores, memory, walltime, ...).
    """

    name: EngineName = "local"
    workers: int | None = None
    address: str | None = None
    system: str | None = None
    jobs: dict[str, Any] = field(default_factory=dict)

    @property
    def crew(self) -> int:
        """Number of workers, as far as it is known before they are there."""
        return 1 if self.name == "serial" else self.workers or usable_cores()


class WorkerDiedError(Exception):
    """A worker process ended in the middle of a task."""


def usable_cores() -> int:
    """Cores this process may use (affinity and container limits respected)."""
    import joblib

    return int(joblib.cpu_count())


def execute(
    tasks: Sequence[Task], run: Callable[[Task], Result], engine: Engine
) -> Generator[Result, None, None]:
    """Run tasks and give their results as they come, in any order.

    Parameters
    ----------
    run
        A function that workers can import.

    Raises
    ------
    WorkerDiedError
        When a worker process dies; tasks that were not begun may be given again.
    """
    if engine.name == "serial" or (engine.name == "local" and engine.crew == 1):
        yield from map(run, tasks)
        return
    from joblib import Parallel, delayed

    with connected(engine), _quiet_tracker():
        pool = Parallel(
            n_jobs=engine.crew if engine.name == "local" else -1,
            return_as="generator_unordered", batch_size=1, pre_dispatch="2*n_jobs",
        )  # fmt: skip
        with workers_ignore_interrupts():
            parent = os.getpid() if engine.name == "local" else None
            results: Any = pool(delayed(_in_worker)(run, task, parent) for task in tasks)
        try:
            yield from results
        except BaseException as error:
            if type(error).__name__ in DEATHS:
                raise WorkerDiedError(str(error)) from None
            raise
        finally:
            results.close()


DEATHS = ("TerminatedWorkerError", "BrokenProcessPool", "KilledWorker", "CancelledError")
"""Exceptions by which loky and dask tell that a worker has died."""


@contextmanager
def alone(engine: Engine) -> Iterator[Callable[[Callable[[Task], Result], Task], Result]]:
    """Give a function that runs one task in a process that may die of it.

    Then it raises `WorkerDiedError`, and the next task gets a new process.
    """
    if engine.name == "dask":

        def on_cluster(run: Callable[[Task], Result], task: Task) -> Result:
            with closing(execute([task], run, engine)) as results:
                return next(results)

        yield on_cluster
        return
    from joblib.externals.loky import ProcessPoolExecutor
    from joblib.externals.loky.process_executor import BrokenProcessPool

    pools: list[Any] = []

    def in_process(run: Callable[[Task], Result], task: Task) -> Result:
        with _quiet_tracker(), workers_ignore_interrupts():
            if not pools:
                pools.append(ProcessPoolExecutor(max_workers=1))
            future = pools[0].submit(_in_worker, run, task, os.getpid())
        try:
            result: Result = future.result()
        except BrokenProcessPool as error:
            pools.pop().shutdown(wait=False, kill_workers=True)
            raise WorkerDiedError(str(error)) from None
        return result

    try:
        yield in_process
    finally:
        for pool in pools:
            pool.shutdown(wait=False, kill_workers=True)


def _in_worker(run: Callable[[Task], Result], task: Task, parent: int | None) -> Result:
    declare_worker()
    if parent is not None:
        _end_with(parent)
    return run(task)


@cache
def _end_with(parent: int) -> None:
    """End this process soon after its parent has ended: nobody waits for its results."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1.0)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


@contextmanager
def connected(engine: Engine) -> Iterator[None]:
    """Choose joblib's backend; for dask, connect to the cluster or start one."""
    from joblib import parallel_config

    if engine.name == "local":
        with parallel_config(backend="loky"):
            yield
        return
    try:
        distributed: Any = import_module("distributed")
    except ImportError:
        raise DesistError(
            "dask is not installed", "engine=dask", mend="install the extra: desist[cluster]"
        ) from None
    with _cluster(engine) as cluster:
        try:
            client = distributed.Client(cluster, timeout="20s", set_as_default=False)
        except (OSError, ValueError, TimeoutError) as error:
            why = str(error).splitlines()[0] if str(error) else "no answer"
            raise DesistError(
                f"cannot reach the scheduler '{engine.address}'", "engine.address=", why
            ) from None
        # Long enough for jobs that wait in a queue: nothing is lost by waiting.
        with (
            client,
            parallel_config(backend="dask", client=client, wait_for_workers_timeout=86_400),
        ):
            yield


def _cluster(engine: Engine) -> Any:
    """Address of the running cluster, or a cluster to be closed in the end."""
    if engine.address:
        return nullcontext(engine.address)
    if engine.system:
        dask_jobqueue: Any = import_module("dask_jobqueue")
        kinds = {"slurm": dask_jobqueue.SLURMCluster, "pbs": dask_jobqueue.PBSCluster}
        cluster = kinds[engine.system](**engine.jobs)
        cluster.scale(engine.workers or 1)
        return cluster
    return import_module("distributed").LocalCluster(
        n_workers=engine.crew, threads_per_worker=1, dashboard_address=None, silence_logs=50
    )


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
