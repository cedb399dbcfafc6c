"""What a validation leaves: ``validation.csv``, and ``validation.json`` for the page."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sim import __version__
from sim.experiment.calibration.likelihood import MODEL_ERROR_POINTS, MODEL_ERROR_RELATIVE
from sim.experiment.store import replace_file, write_json
from sim.experiment.validation.run import Validated
from sim.experiment.validation.score import Scored, summarise, summary

COLUMNS = (
    "kind", "place_or_trial", "target", "observed", "predicted", "lo", "hi", "hit", "definition",
    "subgroup", "unit", "observed_lo", "observed_hi", "error", "z", "sign_agrees",
    "null_respected", "note", "source",
)  # fmt: skip
"""Of ``validation.csv``; empty where nothing is known."""


def write(
    result: Validated, out: Path, titles: Mapping[str, str], settings: Mapping[str, Any],
    command: str,
) -> dict[str, Any]:  # fmt: skip
    """Write both files; return the content of the second."""
    rows = sorted(result.rows, key=_order)
    replace_file(out / "validation.csv", table(rows).encode("utf-8"))
    content = {
        "desist": __version__, "command": command, "settings": dict(settings),
        "titles": dict(titles),
        "model_error": {"points": MODEL_ERROR_POINTS, "percent": 100.0 * MODEL_ERROR_RELATIVE},
        "summary": summarise(rows), "places": _by_place(rows),
        "refits": result.refits, "constants": result.constants,
        "rows": [_plain(row) for row in rows],
    }  # fmt: skip
    write_json(out / "validation.json", content)
    return content


def table(rows: Sequence[Scored]) -> str:
    """``validation.csv`` as text."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows:
        line = {**_plain(row), "place_or_trial": row.where}
        writer.writerow([_shown(line[column]) for column in COLUMNS])
    return file.getvalue()


def _order(row: Scored) -> tuple[bool, float, str, str]:
    """Misses first, the furthest off at the top."""
    return row.hit is not False, -abs(row.z or 0.0), row.where, row.target


def _plain(row: Scored) -> dict[str, Any]:
    return {
        name: (None if not math.isfinite(value) else float(f"{value:.6g}"))
        if isinstance(value, float) else value
        for name, value in asdict(row).items()
    }  # fmt: skip


def _shown(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.6g}" if isinstance(value, float) else value


def _by_place(rows: Sequence[Scored]) -> list[dict[str, Any]]:
    """The same sums for each place and kind."""
    found = []
    for kind in ("calibration", "held out", "foreign", "held out by refit", "out of place"):
        for where in sorted({row.where for row in rows if row.kind == kind}):
            group = [row for row in rows if row.kind == kind and row.where == where]
            errors = [row.error for row in group if row.error is not None and row.unit == "%"]
            mean = sum(errors) / len(errors) if errors else None
            found.append({"place": where, "mean_error_points": mean, **summary(kind, group)})
    return found
