"""Outcomes made anew from what is stored, when a study asks for others: nothing is simulated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sim.errors import DesistError
from sim.experiment.cells import Recipe
from sim.experiment.ledger import Part
from sim.experiment.outcomes import outcome_rows
from sim.experiment.store import KEYS, MARK, RECIPE, START, outcome_columns, write_table


def remade(cells: Path, part: Part, recipe: Recipe, currencies: Mapping[str, str]) -> Part:
    """Write a part's outcomes again by another recipe.

    Parameters
    ----------
    currencies
        Place -> currency.

    Raises
    ------
    DesistError
        When the series and the index events were not kept, or cannot be read.
    """
    path = cells / MARK / f"{part.name}.parquet"
    missing = [name for name in ("series", "cohort") if name not in part.sizes]
    if missing:
        raise DesistError(
            "the outcomes cannot be made anew",
            why=f"the {missing[0]} of these cells were not kept",
            mend="choose another folder, or ask for the same outcomes, horizons and index",
        )
    try:
        metadata = pq.read_schema(path).metadata
        tables = {
            name: pq.read_table(cells / name / f"{part.name}.parquet")
            for name in ("series", "cohort")
        }
    except (OSError, pa.ArrowException):
        raise DesistError(
            "a file of the store is damaged",
            part.name,
            mend=f"run desist verify out={cells.parent}",
        ) from None
    start = int(metadata[START])
    pieces = [
        _outcomes(cell, series, tables["cohort"], start, recipe, currencies)
        for cell, series in _by_cell(tables["series"], part)
    ]
    size, mark = write_table(
        pa.concat_tables(pieces), path, {RECIPE: recipe.mark, START: str(start)}
    )
    return Part(
        part.name, part.cells, recipe.mark, {**part.sizes, MARK: size},
        {**part.hashes, MARK: mark},
    )  # fmt: skip


def _by_cell(table: pa.Table, part: Part) -> Iterator[tuple[str, pa.Table]]:
    cells = table["cell"]
    for cell in part.cells:
        yield cell, table.filter(pc.equal(cells, cell))


def _outcomes(
    cell: str, series: pa.Table, cohorts: pa.Table, start: int, recipe: Recipe,
    currencies: Mapping[str, str],
) -> pa.Table:  # fmt: skip
    cohort = cohorts.filter(pc.equal(cohorts["cell"], cell))
    keys = {name: series[name][0] for name in KEYS}
    currency = currencies[keys["jurisdiction"].as_py()]
    rows = outcome_rows(
        _numbers(series, np.float64), _numbers(cohort, None),
        start=start, horizons=recipe.horizons, index=recipe.index, currency=currency,
        names=recipe.outcomes,
    )  # fmt: skip
    columns = {name: pa.repeat(value, len(rows)) for name, value in keys.items()}
    return pa.table({**columns, **outcome_columns(rows)})


def _numbers(table: pa.Table, dtype: type | None) -> dict[str, np.ndarray[tuple[int], np.dtype]]:
    return {
        name: table[name].to_numpy().astype(dtype) if dtype else table[name].to_numpy()
        for name in table.column_names
        if (name not in KEYS and name != "month") or (name == "month" and dtype is None)
    }
