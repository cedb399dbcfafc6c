"""The store of a study: immutable Parquet files, each with some cells, written aside and renamed.

A *part* is one file in each table's folder under one name. It counts as stored when its file of
outcomes is there, which is written last: whatever kills a run, the folder holds whole parts only.
A table is whatever an arm's result brings under a name; nothing here knows more of them.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from sim.experiment.cells import Arm, Batch, digest
from sim.experiment.ledger import Part
from sim.experiment.outcomes import Row

MARK = "outcomes"
"""The table that is written last, and always kept."""

KEYS = ("cell", "jurisdiction", "policy", "draw", "replication", "point")
RECIPE, START = b"desist.recipe", b"desist.start"
"""Where a file of outcomes says how they were made, and from which month they count."""

Columns = Mapping[str, NDArray[Any] | pa.Array | list[Any]]


@dataclass(frozen=True)
class ArmResult:
    """What one arm of a batch leaves: table -> column -> values.

    To store a further table, add it to the mapping; columns are NumPy arrays, Arrow arrays or
    lists, all of one length.
    """

    arm: Arm
    tables: Mapping[str, Columns]


def write_part(
    cells: Path, results: Sequence[tuple[Batch, ArmResult]], keep: Collection[str] | None = None
) -> Part:
    """Write results into ``cells/TABLE/NAME.parquet`` and say what was written.

    Parameters
    ----------
    keep
        Tables to write beside the outcomes; all when None.

    Raises
    ------
    OSError
        When a file cannot be written; nothing of the part counts then.
    """
    keys = tuple(result.arm.cell for _, result in results)
    first = results[0][0]
    name = f"{first.jurisdiction}.d{first.draw:04d}.r{first.replication:06d}.{digest(keys)[:12]}"
    recipe = first.recipe.mark
    names = dict.fromkeys(name for _, result in results for name in result.tables)
    wanted = [table for table in names if table != MARK and (keep is None or table in keep)]
    sizes, hashes = {}, {}
    for table in [*wanted, MARK]:
        content = pa.concat_tables(
            [_with_keys(batch, r.arm, r.tables[table]) for batch, r in results if table in r.tables]
        )
        path = cells / table / f"{name}.parquet"
        said = {RECIPE: recipe, START: str(first.start)} if table == MARK else {}
        sizes[table], hashes[table] = write_table(content, path, said)
    return Part(name, keys, recipe, sizes, hashes)


def outcome_columns(rows: Sequence[Row]) -> Columns:
    """Outcomes of one cell as columns."""
    return {
        "outcome": pa.array([row.outcome for row in rows], pa.string()),
        "definition": pa.array([row.definition for row in rows], pa.string()),
        "horizon_months": pa.array([row.horizon_months for row in rows], pa.int16()),
        "group": pa.array([row.group for row in rows], pa.string()),
        "value": pa.array([row.value for row in rows], pa.float64(), from_pandas=False),
        "n": pa.array([row.n for row in rows], pa.float64()),
        "unit": pa.array([row.unit for row in rows], pa.string()),
    }


def series_columns(series: Mapping[str, NDArray[np.float64]]) -> Columns:
    """Monthly metrics of one cell as columns, single precision."""
    months = len(next(iter(series.values())))
    columns = {name: values.astype(np.float32) for name, values in series.items()}
    return {"month": np.arange(months, dtype=np.int16), **columns}


def _with_keys(batch: Batch, arm: Arm, columns: Columns) -> pa.Table:
    length = len(next(iter(columns.values())))
    keys = {
        "cell": _repeated(arm.cell, length),
        "jurisdiction": _repeated(batch.jurisdiction, length),
        "policy": _repeated(arm.policy, length),
        "draw": pa.array(np.full(length, batch.draw, dtype=np.int32)),
        "replication": pa.array(np.full(length, batch.replication, dtype=np.int32)),
        "point": pa.array(np.full(length, arm.point, dtype=np.int64)),
    }
    return pa.table({**keys, **columns})


def _repeated(text: str, length: int) -> pa.Array:
    indices = pa.array(np.zeros(length, dtype=np.int8))
    return pa.DictionaryArray.from_arrays(indices, pa.array([text])).cast(pa.string())


def write_table(
    table: pa.Table, path: Path, metadata: Mapping[bytes, str] | None = None
) -> tuple[int, str]:
    """Write a Parquet file aside and rename it into place; gives its bytes and hash."""
    path.parent.mkdir(parents=True, exist_ok=True)
    sink = pa.BufferOutputStream()
    # A file of 130 columns and few rows is mostly overhead: no statistics, which nobody asks for,
    # and dictionaries only where values repeat.
    pq.write_table(
        table.replace_schema_metadata(metadata or None), sink,
        compression="zstd", compression_level=1, write_statistics=False,
        use_dictionary=[field.name for field in table.schema if field.type == pa.string()],
    )  # fmt: skip
    content = sink.getvalue()
    replace_file(path, content)
    return content.size, _hash(content)


def replace_file(path: Path, content: bytes | pa.Buffer) -> None:
    """Write a file aside and rename it into place; nothing is left behind when that fails."""
    # The process id keeps two workers of one part from sharing a half-written file.
    aside = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        with open(aside, "wb") as file:
            file.write(content)
        os.replace(aside, path)
    except OSError:
        aside.unlink(missing_ok=True)
        raise


def write_json(path: Path, content: Any) -> None:
    """Write a JSON file aside and rename it into place."""
    text = json.dumps(content, indent=2, ensure_ascii=False, default=str) + "\n"
    replace_file(path, text.encode("utf-8"))


def file_hash(path: Path) -> str:
    """BLAKE2b of a file, as in the ledger."""
    return _hash(path.read_bytes())


def _hash(content: bytes | pa.Buffer) -> str:
    return hashlib.blake2b(content, digest_size=16).hexdigest()


def tables_of(cells: Path) -> list[str]:
    """Tables that a store has, the outcomes last."""
    if not cells.is_dir():
        return []
    names = sorted(entry.name for entry in os.scandir(cells) if entry.is_dir())
    return [name for name in names if name != MARK] + [name for name in names if name == MARK]


def file_sizes(cells: Path) -> dict[str, dict[str, int]]:
    """Part -> table -> bytes of everything that is there."""
    found: dict[str, dict[str, int]] = {}
    for table in tables_of(cells):
        for entry in os.scandir(cells / table):
            if entry.name.endswith(".parquet"):
                name = entry.name.removesuffix(".parquet")
                found.setdefault(name, {})[table] = entry.stat().st_size
    return found


def read_part(cells: Path, name: str, sizes: Mapping[str, int]) -> Part | None:
    """Read what a part holds from its files; None when it is not whole."""
    try:
        table = pq.read_table(cells / MARK / f"{name}.parquet", columns=["cell"])
        recipe = (table.schema.metadata or {}).get(RECIPE, b"").decode()
        keys = tuple(dict.fromkeys(table["cell"].to_pylist()))
        hashes = {each: file_hash(cells / each / f"{name}.parquet") for each in sizes}
        for each in sizes:
            pq.read_schema(cells / each / f"{name}.parquet")
    except (OSError, pa.ArrowException, KeyError):
        return None
    return Part(name, keys, recipe, dict(sizes), hashes)


def remove_part(cells: Path, name: str) -> None:
    """Delete a part, its mark first."""
    for table in reversed(tables_of(cells)):
        (cells / table / f"{name}.parquet").unlink(missing_ok=True)


def leftovers(out: Path) -> Iterator[Path]:
    """Files that an interrupted run began and did not finish."""
    yield from out.glob("*.tmp")
    yield from out.glob("cells/*/*.tmp")
