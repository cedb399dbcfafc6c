"""A part of the report, whatever it is about: sentences, figures and tables under a heading.

Every section is made of the same blocks, so one template writes them all, in HTML and in
Markdown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.figures.drawing import Drawing


@dataclass(frozen=True)
class Table:
    """Text in rows; the first column names the row, ``numeric`` columns stand to the right."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[int, ...] = ()
    note: str = ""


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
    def drawings(self) -> tuple[Drawing, ...]:
        """Figures of the section, in order."""
        return tuple(
            one for _place, blocks in self.places for block in blocks for one in block.drawings
        )


def section(key: str, title: str, places: Sequence[tuple[str, Sequence[Block]]]) -> Section | None:
    """Put a section together; None if no place has anything to show."""
    kept = tuple(
        (place, tuple(block for block in blocks if not block.is_empty)) for place, blocks in places
    )
    kept = tuple((place, blocks) for place, blocks in kept if blocks)
    return Section(key, title, kept) if kept else None
