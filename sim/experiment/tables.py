"""The small tables beside the cells: the design's points, which arm is where, the draws.

``points.parquet``
    row, point, name, value: the design's rows in its order; row -1 for points of earlier designs
    in this folder, and for those that only name the cells of an arm.
``arms.parquet``
    policy, point, stored: under which point an arm's cells are, since a policy that is the same
    at several points is simulated once.
``draws.parquet``
    draw, rule, parameter, value, jurisdiction: the drawn parameters, tables as ``name.key``;
    the jurisdiction is empty for values that all places share.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sim.experiment.design import Point
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
    if plan.study.draws and plan.study.draws >= _draws_there(out):
        drawn = {name: place.everything() for name, place in plan.draws.items()}
        rows = [
            {"draw": draw, "rule": rule, "parameter": name, "value": value, "jurisdiction": place}
            for place, draw, rule, name, value in draw_rows(drawn)
        ]
        write_table(pa.Table.from_pylist(rows, _DRAWS), out / DRAWS)


def _draws_there(out: Path) -> int:
    if not (out / DRAWS).exists():
        return 0
    return int(pc.max(pq.read_table(out / DRAWS, columns=["draw"])["draw"]).as_py() or 0)


def _write_points(out: Path, plan: Plan) -> None:
    arms = stored_points(plan.layout, plan.points)
    before = _earlier(out / POINTS, _POINTS)
    known = {row["point"]: row["row"] for row in before}
    first = 0
    if plan.is_job:  # the jobs of a multirun are rows of one design, in the order they come
        first = max(known.values(), default=-1) + 1
        plan = replace(plan, rows=tuple(p for p in plan.rows if known.get(p.id, -1) < 0))
    rows = [row for at, point in enumerate(plan.rows, first) for row in _values(at, point)]
    listed = {row["point"] for row in rows}
    for row in before:
        if row["point"] not in listed:
            rows.append(row if plan.is_job else {**row, "row": -1})
    listed |= {row["point"] for row in before}
    for stored in {stored.id: stored for _, _, stored in arms}.values():
        if stored.id not in listed:
            rows += _values(-1, stored)
    table = pa.Table.from_pylist(rows, _POINTS)
    keys = [(name, "ascending") for name in ("row", "point", "name")]
    write_table(table.take(pc.sort_indices(table, sort_keys=keys)), out / POINTS)
    where = {(row["policy"], row["point"]): row["stored"] for row in _earlier(out / ARMS, _ARMS)}
    where |= {(policy, point): stored.id for policy, point, stored in arms}
    write_table(
        pa.Table.from_pylist(
            [{"policy": p, "point": at, "stored": s} for (p, at), s in sorted(where.items())],
            _ARMS,
        ),
        out / ARMS,
    )


def _values(row: int, point: Point) -> list[dict[str, Any]]:
    return [
        {"row": row, "point": point.id, "name": name, "value": float(value)}
        for name, value in point.values.items()
    ]


def _earlier(path: Path, schema: pa.Schema) -> list[dict[str, Any]]:
    if not path.exists():
        return []
    rows: list[dict[str, Any]] = pq.read_table(path, schema=schema).to_pylist()
    return rows
