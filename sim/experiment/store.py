"""The store of a study: one immutable Parquet file per batch and table, written aside and renamed.

A batch counts as finished when its file of outcomes is there; it is written last. Whatever kills a
run, the folder therefore holds whole batches only, and the next run goes on from them.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from sim.experiment.cells import Arm, Batch
from sim.experiment.outcomes import Row

TABLES = ("series", "cohort", "outcomes")
"""In the order of writing: outcomes last, as the mark that the batch is complete."""

KEYS = ("cell", "jurisdiction", "policy", "draw", "replication")
OUTCOME_ORDER = (
    "jurisdiction", "draw", "replication", "policy", "outcome", "definition", "horizon_months",
    "group",
)  # fmt: skip


@dataclass(frozen=True)
class ArmResult:
    """What one arm of a batch leaves: its outcomes, its months and its index events."""

    arm: Arm
    rows: Sequence[Row]
    series: Mapping[str, NDArray[np.float64]]
    cohort: Mapping[str, NDArray[Any]]


def write_batch(cells: Path, batch: Batch, results: Sequence[ArmResult]) -> None:
    """Write one batch's three files into ``cells/TABLE``."""
    tables = {
        "series": _joined(batch, results, _series_columns),
        "cohort": _joined(batch, results, lambda result: result.cohort),
        "outcomes": _joined(batch, results, _outcome_columns),
    }
    for name in TABLES:
        folder = cells / name
        folder.mkdir(parents=True, exist_ok=True)
        _write(tables[name], folder / f"{batch.name}.parquet")


def finished(cells: Path) -> frozenset[str]:
    """Names of the batches whose results are complete."""
    folder = cells / "outcomes"
    if not folder.is_dir():
        return frozenset()
    return frozenset(
        name.removesuffix(".parquet") for name in os.listdir(folder) if name.endswith(".parquet")
    )


def sweep_leftovers(out: Path) -> None:
    """Delete files that an interrupted run began and did not finish."""
    for path in (*out.glob("*.tmp"), *out.glob("cells/*/*.tmp")):
        path.unlink(missing_ok=True)


def write_outcomes(out: Path, names: Collection[str]) -> int:
    """Join the outcomes of the named batches into ``outcomes.parquet``, in a fixed order.

    Returns
    -------
    int
        Number of cells in it.
    """
    folder = out / "cells" / "outcomes"
    parts = [pq.read_table(folder / f"{name}.parquet") for name in sorted(names)]
    if not parts:
        return 0
    table = pa.concat_tables(parts)
    table = table.sort_by([(column, "ascending") for column in OUTCOME_ORDER])
    _write(table, out / "outcomes.parquet")
    return int(pc.count_distinct(table["cell"]).as_py())


def write_json(path: Path, content: Any) -> None:
    """Write a JSON file aside and rename it."""
    aside = path.with_name(path.name + ".tmp")
    text = json.dumps(content, indent=2, ensure_ascii=False, default=str)
    aside.write_text(text + "\n", encoding="utf-8")
    os.replace(aside, path)


def _write(table: pa.Table, path: Path) -> None:
    # The process number keeps two writers of one batch from sharing a half-written file.
    aside = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    pq.write_table(table, aside, compression="zstd")
    os.replace(aside, path)


def _joined(batch: Batch, results: Sequence[ArmResult], columns_of: Any) -> pa.Table:
    tables = []
    for result in results:
        columns = dict(columns_of(result))
        length = len(next(iter(columns.values())))
        keys = {
            "cell": _repeated(result.arm.cell, length),
            "jurisdiction": _repeated(batch.jurisdiction, length),
            "policy": _repeated(result.arm.policy, length),
            "draw": pa.array(np.full(length, batch.draw, dtype=np.int32)),
            "replication": pa.array(np.full(length, batch.replication, dtype=np.int32)),
        }
        tables.append(pa.table({**keys, **columns}))
    return pa.concat_tables(tables)


def _repeated(text: str, length: int) -> pa.Array:
    indices = pa.array(np.zeros(length, dtype=np.int8))
    return pa.DictionaryArray.from_arrays(indices, pa.array([text])).cast(pa.string())


def _series_columns(result: ArmResult) -> Mapping[str, Any]:
    series = {name: values.astype(np.float32) for name, values in result.series.items()}
    months = len(next(iter(series.values())))
    return {"month": np.arange(months, dtype=np.int16), **series}


def _outcome_columns(result: ArmResult) -> Mapping[str, Any]:
    rows = result.rows
    return {
        "outcome": pa.array([row.outcome for row in rows], pa.string()),
        "definition": pa.array([row.definition for row in rows], pa.string()),
        "horizon_months": pa.array([row.horizon_months for row in rows], pa.int16()),
        "group": pa.array([row.group for row in rows], pa.string()),
        "value": pa.array([row.value for row in rows], pa.float64(), from_pandas=False),
        "n": pa.array([row.n for row in rows], pa.float64()),
        "unit": pa.array([row.unit for row in rows], pa.string()),
    }
