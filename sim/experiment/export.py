"""Export: one row per cell and outcome, in a fixed order, as CSV or Parquet."""

from __future__ import annotations

import io
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from sim.errors import DesistError
from sim.experiment.joined import joined_outcomes
from sim.experiment.shelf import CELLS, take_stock
from sim.experiment.store import read_part, replace_file
from sim.experiment.tables import POINTS

FORMATS = (".csv", ".parquet")


def export(out: Path, to: Path) -> list[Path]:
    """Write the outcomes of a folder's cells to a file, or one file an outcome to a folder.

    Beside the point's id, the value of everything that the design varies has a column of its own.

    Raises
    ------
    DesistError
        When there is nothing to export, or the file cannot be written.
    """
    table = _with_values(out, joined_outcomes(out / CELLS, _parts(out / CELLS)))
    if not table.num_rows:
        raise DesistError("no finished cells to export", f"out={out}")
    if to.suffix in FORMATS:
        return [_write(table, to)]
    if to.suffix:
        raise DesistError(
            f"cannot write '{to.name}'", "to=", mend="end it in .csv or .parquet, or name a folder"
        )
    names = pc.unique(table["outcome"]).to_pylist()
    return [
        _write(table.filter(pc.equal(table["outcome"], name)), to / f"{name}.csv")
        for name in sorted(names)
    ]


def _parts(cells: Path) -> list[str]:
    stock = take_stock(cells)
    names = list(stock.book.parts)
    known = stock.book.cells
    for name, sizes in stock.unknown.items():
        part = read_part(cells, name, sizes)
        if part is not None and not known & set(part.cells):
            names.append(name)
            known |= set(part.cells)
    return names


def _with_values(out: Path, table: pa.Table) -> pa.Table:
    if not (out / POINTS).exists() or not table.num_rows:
        return table
    points = pq.read_table(out / POINTS).to_pylist()
    values: dict[str, dict[int, float]] = {}
    for row in points:
        values.setdefault(row["name"], {})[row["point"]] = row["value"]
    column = table["point"].to_pylist()
    for name in sorted(values):
        found = values[name]
        table = table.append_column(
            name, pa.array([found.get(point) for point in column], pa.float64())
        )
    return table


def _write(table: pa.Table, path: Path) -> Path:
    plain = table.cast(
        pa.schema([
            pa.field(f.name, pa.string() if pa.types.is_dictionary(f.type) else f.type)
            for f in table.schema
        ])
    )  # fmt: skip
    sink = io.BytesIO()
    if path.suffix == ".csv":
        pyarrow.csv.write_csv(plain, sink)
    else:
        pq.write_table(plain, sink, compression="zstd")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, sink.getvalue())
    except OSError as error:
        raise DesistError(f"cannot write '{path}'", "to=", error.strerror) from None
    return path
