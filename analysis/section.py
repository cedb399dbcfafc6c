"""A part of the report, whatever it is about: sentences, figures and tables under a heading.

Every section is made of the same blocks, so one template writes them all, in HTML and in
Markdown.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from analysis.figures.drawing import Drawing


@dataclass(frozen=True)
class Table:
    """Text in rows; the first column names the row, ``numeric`` columns stand to the right.

    By its ``name`` a number in it can be traced; `section` puts the place before it.
    """

    name: str
    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[int, ...] = ()
    note: str = ""

    def write(self, folder: Path) -> Path:
        """Write ``NAME.csv``: the text as the reader sees it."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{self.name}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([self.columns, *self.rows])
        return path


@dataclass(frozen=True)
class Block:
    """Sentences, then figures, then tables, under a heading of their own if it has a title."""

    title: str = ""
    sentences: tuple[str, ...] = ()
    drawings: tuple[Drawing, ...] = ()
    tables: tuple[Table, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show."""
        return not (self.sentences or self.drawings or self.tables)


@dataclass(frozen=True)
class Section:
    """Blocks of every place, under one heading of the report."""

    key: str
    title: str
    places: tuple[tuple[str, tuple[Block, ...]], ...]

    @property
    def exhibits(self) -> tuple[Drawing | Table, ...]:
        """Figures and tables of the section, in order."""
        blocks = [block for _place, blocks in self.places for block in blocks]
        found: list[Drawing | Table] = []
        for block in blocks:
            found += [*block.drawings, *block.tables]
        return tuple(found)


def in_place(place: str, blocks: Sequence[Block]) -> list[Block]:
    """Name the tables of a place after it, so that every name of a report is its own."""
    return [
        replace(block, tables=tuple(
            replace(table, name=f"{place}-{table.name}") for table in block.tables
        ))
        for block in blocks
    ]  # fmt: skip


def section(key: str, title: str, places: Sequence[tuple[str, Sequence[Block]]]) -> Section | None:
    """Put a section together; None if no place has anything to show."""
    kept = tuple(
        (place, tuple(block for block in blocks if not block.is_empty)) for place, blocks in places
    )
    kept = tuple((place, blocks) for place, blocks in kept if blocks)
    return Section(key, title, kept) if kept else None
