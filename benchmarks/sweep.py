"""What a sweep costs beyond simulation: overhead a cell, speed-up, resuming, disk.

    python benchmarks/sweep.py [--quick] [--json FILE]

Nothing here fails on wall time: machines differ and are noisy. Each figure asserts the work done,
and is given as a ratio where a ratio says more.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from distributed import LocalCluster
from joblib.externals.loky import ProcessPoolExecutor

os.environ.setdefault("NUMBA_NUM_THREADS", "1")

from sim.app.progress import Silent
from sim.app.shipped import shipped
from sim.experiment import batches, tasks
from sim.experiment.batches import simulate
from sim.experiment.cells import Batch
from sim.experiment.engine import Engine, execute
from sim.experiment.folder import what_is_left
from sim.experiment.ledger import Ledger, Part
from sim.experiment.plan import Plan, make_plan
from sim.experiment.run import run
from sim.experiment.scenario import scenarios_in
from sim.experiment.shelf import put_in_order
from sim.experiment.study import check_study
from sim.experiment.way import Way

SCENARIOS = scenarios_in([shipped("scenarios")])
SMALL = {
    "jurisdictions": ["us_states"], "policies": ["status_quo", "rehabilitation"], "persons": 200,
    "months": 24, "start": 6, "warmup_months": 6, "seed": 1, "horizons": [12],
}  # fmt: skip


def plan_of(**changes: Any) -> Plan:
    study = check_study({**SMALL, **changes}, lambda keys: "benchmark")
    return make_plan(study, SCENARIOS.load("study", "kyoto_core"), SCENARIOS)


def simulation_seconds(todo: list[Batch]) -> float:
    """Seconds to simulate batches in this process, with nothing stored."""
    begun = time.perf_counter()
    for batch in todo:
        assert len(simulate(batch)) == len(batch.arms)
    return time.perf_counter() - begun


RESULTS: list[Any] = []
"""Of one batch, simulated once in each worker."""


def replay(batch: Batch) -> list[Any]:
    """Stand in for the simulation: results made beforehand, under the batch's own cells."""
    if not RESULTS:
        RESULTS.extend(batches.really_simulate(batch))
    return [replace(result, arm=arm) for result, arm in zip(RESULTS, batch.arms, strict=True)]


def replay_task(task: tasks.Task) -> tasks.Report:
    """Run a task whose simulation costs nothing, in whichever process this is."""
    # Kept in the module: functions travel to workers by name, and this name is about to change.
    batches.really_simulate = getattr(batches, "really_simulate", batches.simulate)
    batches.simulate = replay
    try:
        return tasks.run_task(task)
    finally:
        batches.simulate = batches.really_simulate


def overhead(engine: Engine, replications: int) -> dict[str, float]:
    """Milliseconds a cell of everything that is not simulation: plan, hand over, write, note.

    The simulation itself is replaced by results made once in each worker.
    """
    from sim.experiment.lock import locked

    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        plan = plan_of(replications=replications)
        with locked(out) as token:
            put_in_order(out, plan.code)
            ledger = Ledger(out / "cells")
            warm = tasks.make_tasks(plan_of(replications=40, seed=99).batches(), out, None, token)
            for _ in execute(warm, replay_task, engine):
                pass  # workers have started and made their results
            begun = time.perf_counter()
            todo = tasks.make_tasks(plan.batches(), out, None, token)
            cells = 0
            for report in execute(todo, replay_task, engine):
                assert report.part is not None and not report.failures, report.failures[:1]
                ledger.stored([report.part])
                cells += len(report.part.cells)
            seconds = time.perf_counter() - begun
        assert cells == plan.cells
        return {"cells": cells, "milliseconds_a_cell": 1000 * seconds / cells}


def speed_up(replications: int, persons: int) -> dict[str, float]:
    """Seconds of the same sweep with one worker and with two, workers' start left out."""
    plan = plan_of(replications=replications, persons=persons)
    seconds = {}
    for workers in (1, 2):
        with tempfile.TemporaryDirectory() as folder:
            engine = Engine("serial") if workers == 1 else Engine("local", workers)
            if workers == 2:  # start and warm the workers
                run(plan_of(replications=20, seed=7), Path(folder) / "warm", Way(engine), Silent())
            begun = time.perf_counter()
            ended = run(plan, Path(folder) / "out", Way(engine), Silent())
            seconds[workers] = time.perf_counter() - begun
            assert ended.cells == plan.cells and not ended.reused and not ended.failures
    return {"one": seconds[1], "two": seconds[2], "ratio": seconds[1] / seconds[2]}


def machine(persons: int) -> float:
    """How much work two processes that know nothing of each other do in the time of one.

    Cores share caches, memory and heat: no engine can give more than this.
    """
    todo = plan_of(replications=20, persons=persons).batches()
    with ProcessPoolExecutor(max_workers=2) as pool:
        list(pool.map(simulation_seconds, [todo[:4]] * 4))  # start and warm both
        alone = [pool.submit(simulation_seconds, todo).result() for _ in range(2)]
        both = list(pool.map(simulation_seconds, [todo, todo]))
    return 2 * min(alone) / max(both)


def resume(cells: int) -> dict[str, float]:
    """Seconds until a run knows what is left, with so many finished cells in the folder."""
    replications = cells // 2
    plan = plan_of(replications=replications)
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        put_in_order(out, plan.code)
        every = [key for _, _, keys in plan.keys(0, replications) for key in keys]
        done = every[:-10]
        parts = []
        for at in range(0, len(done), 10):  # as many files as such a sweep makes
            sizes = {}
            for table in ("series", "cohort", "outcomes"):
                path = out / "cells" / table / f"part{at}.parquet"
                path.parent.mkdir(exist_ok=True)
                path.write_bytes(b"not read")
                sizes[table] = 8
            hashes = dict.fromkeys(sizes, "0" * 32)
            parts.append(Part(f"part{at}", tuple(done[at : at + 10]), "", sizes, hashes))
        Ledger(out / "cells").stored(parts)
        begun = time.perf_counter()
        plan = plan_of(replications=replications)
        progress = what_is_left(plan, put_in_order(out, plan.code), {})
        seconds = time.perf_counter() - begun
        assert sum(len(batch.arms) for batch in progress.todo) == 10
    return {"cells": len(done), "seconds": seconds}


def disk(replications: int, persons: int, months: int) -> dict[str, float]:
    """Bytes a cell, by what is kept."""
    found: dict[str, float] = {"persons": persons, "months": months}
    for name, keep in (("all", None), ("outcomes", ["outcomes"])):
        plan = plan_of(replications=replications, persons=persons, months=months, keep=keep,
                       start=12)  # fmt: skip
        with tempfile.TemporaryDirectory() as folder:
            run(plan, Path(folder), Way(Engine("serial")), Silent())
            size = sum(p.stat().st_size for p in Path(folder).glob("cells/*/*.parquet"))
        found[name] = size / plan.cells
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="smaller, for a first look")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    small = options.quick
    count = 200 if small else 1000
    figures: dict[str, Any] = {"cores": os.cpu_count(), "load": os.getloadavg()[0]}

    each = simulation_seconds(plan_of(replications=10).batches()[3:]) / 14
    figures["simulation_ms_a_small_cell"] = 1000 * each
    print(f"a small cell (200 persons, 24 months) simulates in {1000 * each:.0f} ms")
    cluster = LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None)
    engines = {
        "serial": Engine("serial"), "local": Engine("local", 2),
        "dask": Engine("dask", address=cluster.scheduler_address),
    }  # fmt: skip
    for name, engine in engines.items():
        found = figures[f"overhead_{name}"] = overhead(engine, count)
        share = found["milliseconds_a_cell"] / (1000 * each)
        print(f"overhead on {name:<7} {found['milliseconds_a_cell']:.2f} ms a cell "
              f"({share:.3f} of a small cell), {found['cells']:.0f} cells")  # fmt: skip
    cluster.close()
    found = figures["speed_up"] = speed_up(*((40, 1000) if small else (120, 2000)))
    print(
        f"two workers: {found['ratio']:.2f} times one ({found['one']:.1f} s, {found['two']:.1f} s)"
    )
    allowed = figures["machine"] = machine(1000 if small else 2000)
    print(f"two processes without desist between them: {allowed:.2f} times one; "
          f"of this desist gives {found['ratio'] / allowed:.2f}")  # fmt: skip
    found = figures["resume"] = resume(10_000 if small else 100_000)
    print(
        f"resume with {found['cells']:,} finished cells: {found['seconds']:.2f} s to know the rest"
    )
    found = figures["disk"] = disk(2, 2000, 60) if small else disk(4, 10_000, 120)
    size = f"{found['persons']:,} persons and {found['months']} months"
    print(f"disk a cell of {size}: {found['all'] / 1000:.0f} kB, "
          f"outcomes only {found['outcomes'] / 1000:.1f} kB")  # fmt: skip
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
