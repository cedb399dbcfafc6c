"""What is joined from the parts of a store: one table of outcomes, in a fixed order."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sim.errors import DesistError
from sim.experiment.store import MARK, write_table
from sim.experiment.yaml_file import shown

ORDER = (
    "jurisdiction", "point", "draw", "replication", "policy", "outcome", "definition",
    "horizon_months", "group",
)  # fmt: skip


def joined_outcomes(cells: Path, names: Collection[str]) -> pa.Table:
    """Outcomes of the named parts, sorted by what a row is of; never by how it came about.

    Raises
    ------
    DesistError
        When a part cannot be read.
    """
    parts = []
    for name in sorted(names):
        path = cells / MARK / f"{name}.parquet"
        try:
            table = pq.read_table(path, read_dictionary=list(_TEXT))
        except (OSError, pa.ArrowException):
            raise DesistError(
                "a file of the store is damaged", shown(path),
                mend=f"run desist verify out={shown(cells.parent)}, then the study again",
            ) from None  # fmt: skip
        parts.append(table.replace_schema_metadata(None))
    if not parts:
        return pa.table({})
    table = pa.concat_tables(parts).unify_dictionaries()
    return table.take(_sorted(table))


_TEXT = ("cell", "jurisdiction", "policy", "outcome", "definition", "group", "unit")


def _sorted(table: pa.Table) -> pa.Array:
    """Positions in order; texts are compared by their rank, which is far quicker."""
    ranks = {}
    for name in ORDER:
        column = table[name].combine_chunks()
        if isinstance(column, pa.ChunkedArray):
            column = column.chunk(0)
        if pa.types.is_dictionary(column.type):
            texts = column.dictionary.to_pylist()
            place = {text: rank for rank, text in enumerate(sorted(texts))}
            rank = pa.array([place[text] for text in texts], pa.int32())
            column = rank.take(column.indices)
        ranks[name] = column
    order: pa.Array = pc.sort_indices(
        pa.table(ranks), sort_keys=[(name, "ascending") for name in ORDER]
    )
    return order


def write_outcomes(out: Path, names: Collection[str]) -> None:
    """Join the outcomes of the named parts into ``outcomes.parquet``."""
    table = joined_outcomes(out / "cells", names)
    if table.num_rows:
        plain = pa.table({
            name: column.cast(pa.string()) if name in _TEXT else column
            for name, column in zip(table.column_names, table.columns, strict=True)
        })  # fmt: skip
        write_table(plain, out / "outcomes.parquet")
