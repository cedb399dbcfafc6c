"""The small tables beside the cells: the design's points, which arm is where, the draws.

``points.parquet``
    row, point, name, value: the design's rows in its order; earlier points of the folder that the
    present design does not use have row -1.
``arms.parquet``
    policy, point, stored: under which point an arm's cells are, since an arm that is the same at
    several points is simulated once.
``draws.parquet``
    draw, rule, parameter, value, jurisdiction: the drawn parameters, tables as ``name.key``;
    the jurisdiction is empty for values that all places share.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sim.experiment.pasts import stored_points
from sim.experiment.plan import Plan
from sim.experiment.store import write_table
from sim.experiment.uncertainty import draw_rows

POINTS, ARMS, DRAWS = "points.parquet", "arms.parquet", "draws.parquet"

_POINTS = pa.schema(
    [("row", pa.int32()), ("point", pa.int64()), ("name", pa.string()), ("value", pa.float64())]
)
_ARMS = pa.schema([("policy", pa.string()), ("point", pa.int64()), ("stored", pa.int64())])
_DRAWS = pa.schema(
    [("draw", pa.int32()), ("rule", pa.string()), ("parameter", pa.string()),
     ("value", pa.float64()), ("jurisdiction", pa.string())]
)  # fmt: skip


def write_tables(out: Path, plan: Plan) -> None:
    """Write the tables of a plan into its folder, where it has points or draws."""
    if plan.rows:
        _write_points(out, plan)
    if plan.draws and plan.study.draws >= _draws_there(out):
        rows = [
            {"draw": draw, "rule": rule, "parameter": name, "value": value, "jurisdiction": place}
            for place, draw, rule, name, value in draw_rows(plan.draws)
        ]
        write_table(pa.Table.from_pylist(rows, _DRAWS), out / DRAWS)


def _draws_there(out: Path) -> int:
    if not (out / DRAWS).exists():
        return 0
    return int(pc.max(pq.read_table(out / DRAWS, columns=["draw"])["draw"]).as_py() or 0)


def _write_points(out: Path, plan: Plan) -> None:
    before = _earlier(out / POINTS, _POINTS)
    # The jobs of a multirun are rows of one design, in the order in which they come.
    known = {row["point"]: row["row"] for row in before}
    first = max(known.values(), default=-1) + 1 if plan.is_job else 0
    rows = [
        {"row": known.get(point.id, row) if plan.is_job else row, "point": point.id, "name": name,
         "value": float(value)}
        for row, point in enumerate(plan.rows, start=first)
        for name, value in point.values.items()
    ]  # fmt: skip
    ours = {row["point"] for row in rows}
    kept = [
        row if plan.is_job else {**row, "row": -1} for row in before if row["point"] not in ours
    ]
    table = pa.Table.from_pylist([*rows, *kept], _POINTS)
    order = pc.sort_indices(table, sort_keys=[("row", "ascending"), ("name", "ascending")])
    write_table(table.take(order), out / POINTS)
    arms = {
        (policy, point): stored
        for policy, point, stored in stored_points(plan.policies, plan.points)
    }
    for row in _earlier(out / ARMS, _ARMS):
        arms.setdefault((row["policy"], row["point"]), row["stored"])
    listed = [
        {"policy": policy, "point": point, "stored": stored}
        for (policy, point), stored in sorted(arms.items())
    ]
    write_table(pa.Table.from_pylist(listed, _ARMS), out / ARMS)


def _earlier(path: Path, schema: pa.Schema) -> list[dict[str, Any]]:
    if not path.exists():
        return []
    rows: list[dict[str, Any]] = pq.read_table(path, schema=schema).to_pylist()
    return rows
