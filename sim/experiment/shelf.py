"""What a folder holds of a study, and putting it in order before a run.

``cells/`` holds the cells of one version of the code. When another version goes on in the folder,
the whole of it moves to ``other_versions/CODE`` in one rename, and comes back in the same way when
that version does: told apart, kept, never mixed.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sim.experiment.ledger import Book, Ledger, Part, read_ledger
from sim.experiment.store import file_sizes, leftovers, read_part, remove_part

CELLS, OTHERS = "cells", "other_versions"


@dataclass(frozen=True)
class Stock:
    """What there is.

    Attributes
    ----------
    book
        The ledger, without parts whose files are missing or of another length.
    damaged
        Names of those parts.
    unknown
        Part -> table -> bytes: files that the ledger does not know.
    """

    book: Book
    damaged: tuple[str, ...]
    unknown: Mapping[str, Mapping[str, int]]


def cells_of(out: Path, code: str) -> Path:
    """Where the cells of a version of the code are, or would be."""
    here = out / CELLS
    if here.is_dir() and read_ledger(here).code in ("", code):
        return here
    there = out / OTHERS / code
    return there if there.is_dir() or here.is_dir() else here


def take_stock(cells: Path) -> Stock:
    """Compare the ledger with the files, by name and length."""
    book, there = read_ledger(cells), file_sizes(cells)
    damaged = [
        name for name, part in book.parts.items()
        if any(there.get(name, {}).get(table) != size for table, size in part.sizes.items())
    ]  # fmt: skip
    for name in damaged:
        del book.parts[name]
    unknown = {name: sizes for name, sizes in there.items() if name not in book.parts}
    return Stock(book, tuple(damaged), {n: s for n, s in unknown.items() if n not in damaged})


def put_in_order(out: Path, code: str) -> Book:
    """Make ``cells/`` the store of this version of the code, with nothing in it but whole parts.

    Parts that the ledger does not know are adopted when their cells are new; damaged and doubled
    ones are deleted, and their cells simulated again.
    """
    _bring_back(out, code)
    for path in leftovers(out):
        path.unlink(missing_ok=True)
    cells = out / CELLS
    stock = take_stock(cells)
    ledger = Ledger(cells)
    for name in stock.damaged:
        remove_part(cells, name)
    ledger.gone(stock.damaged)
    ledger.begin(code)
    ledger.stored(adopt(cells, stock))
    return read_ledger(cells)


def adopt(cells: Path, stock: Stock) -> list[Part]:
    """Read the parts that the ledger does not know; delete those that are of no use."""
    known, adopted = stock.book.cells, []
    for name, sizes in stock.unknown.items():
        part = read_part(cells, name, sizes)
        if part is None or known & set(part.cells):
            remove_part(cells, name)
        else:
            known |= set(part.cells)
            adopted.append(part)
    return adopted


def _bring_back(out: Path, code: str) -> None:
    here, others = out / CELLS, out / OTHERS
    if here.is_dir():
        owner = read_ledger(here).code
        if owner not in ("", code):
            others.mkdir(exist_ok=True)
            os.rename(here, others / owner)
    if not here.is_dir() and (others / code).is_dir():
        os.rename(others / code, here)
