"""What a report shows, row by row: the data files beside it, found by their names.

``contrasts.csv``, ``figures/NAME.csv`` and ``tables/NAME.csv``; a name is the file's stem. Values
are the text of the file: what the reader sees.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from analysis.errors import AnalysisError
from analysis.tables import nearest

CONTRASTS = "contrasts"


def exhibits(out: Path) -> dict[str, Path]:
    """Files by name, in order."""
    files = [out / f"{CONTRASTS}.csv", *(out / "figures").glob("*.csv"),
             *(out / "tables").glob("*.csv")]  # fmt: skip
    return {path.stem: path for path in sorted(files) if path.is_file()}


def exhibit(out: Path, name: str, where: Mapping[str, str]) -> pd.DataFrame:
    """Rows of a figure or table in which the columns named have these values.

    Raises
    ------
    AnalysisError
        No file has the name, no column one of those of ``where``, or no row the values.
    """
    known = exhibits(out)
    if name not in known:
        raise AnalysisError(
            f"no number, figure or table of the report is called '{name}'", out,
            mend=nearest(name, known) or "ids are in contrasts.csv; figures and tables are called "
            "as their data files",
        )  # fmt: skip
    path = known[name]
    rows = pd.read_csv(path, dtype=str, keep_default_na=False)
    for column, value in where.items():
        if column not in rows:
            raise AnalysisError(f"no column '{column}'", path,
                                mend=nearest(column, rows.columns)
                                or f"there are: {', '.join(rows.columns)}")  # fmt: skip
        found = rows[[_same(cell, value) for cell in rows[column]]]
        if found.empty:
            cells = list(dict.fromkeys(rows[column]))
            raise AnalysisError(f"no row with {column}={value}", path,
                                mend=nearest(value, cells)
                                or f"there are: {', '.join(cells[:8])}")  # fmt: skip
        rows = found
    return rows


def _same(cell: str, value: str) -> bool:
    """Whether two texts are alike, or the same number.

    >>> _same("24", "24.0"), _same("rearrest", "rearrest"), _same("", "0")
    (True, True, False)
    """
    if cell == value:
        return True
    try:
        return float(cell) == float(value)
    except ValueError:
        return False
