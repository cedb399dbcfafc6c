"""The file of draws beside a place, ``NAME.posterior.csv``: read as numbers, and no more.

Columns are ``draw`` (1, 2, ...) and numbers that the place states: ``rule.name``, or
``rule.name.entry`` of a table. A row is one joint draw; all have the same weight, in random order,
so that the first n of them are a sample too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import isfinite
from pathlib import Path

from sim.errors import DesistError
from sim.experiment.yaml_file import read_text, shown

SUFFIX = ".posterior.csv"
_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\Z")


def beside(place: Path) -> Path:
    """Where the draws of a place's file are, if it has any.

    >>> beside(Path("jurisdiction/japan.yaml")).name
    'japan.posterior.csv'
    """
    return place.with_name(place.stem + SUFFIX)


@dataclass(frozen=True)
class FitTable:
    """The file as it is written; ``rows`` has shape (draws, names)."""

    path: Path
    names: tuple[str, ...]
    rows: tuple[tuple[float, ...], ...]

    def where(self, draw: int = 0) -> str:
        """``file:line`` of a draw, or of the header."""
        return f"{shown(self.path)}:{draw + 1}"


def read_table(path: Path) -> FitTable:
    """Read a file of draws as numbers.

    Raises
    ------
    DesistError
        With file and line, when it is not a table of finite numbers with draws 1, 2, ...
    """
    lines = read_text(path, "CSV").rstrip("\n").split("\n")
    header, *names = _cells(lines[0])
    empty = FitTable(path, tuple(names), ())
    if header != "draw" or not names:
        raise DesistError(
            "not a file of draws", empty.where(), "its first line names the columns",
            "write draw,RULE.NAME,...",
        )  # fmt: skip
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise DesistError(f"the column '{twice}' appears twice", empty.where())
    if len(lines) < 2:
        raise DesistError("no draws", shown(path), "expected a line for each draw after the header")
    rows = [_row(line, len(names), draw, empty) for draw, line in enumerate(lines[1:], start=1)]
    return FitTable(path, tuple(names), tuple(rows))


def _row(line: str, count: int, draw: int, table: FitTable) -> tuple[float, ...]:
    number, *cells = _cells(line)
    where = table.where(draw)
    if len(cells) != count:
        raise DesistError(f"{len(cells)} numbers for {count} columns", where)
    if number != str(draw):
        raise DesistError(
            f"'{number}' is not draw {draw}", where, mend="number the draws 1, 2, ..."
        )
    for name, cell in zip(table.names, cells, strict=True):
        if not _NUMBER.match(cell) or not isfinite(float(cell)):
            raise DesistError(f"{name} is '{cell}'", where, "expected a number")
    return tuple(float(cell) for cell in cells)


def _cells(line: str) -> list[str]:
    return [cell.strip().strip('"') for cell in line.split(",")]
