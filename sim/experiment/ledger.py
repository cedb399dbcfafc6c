"""The ledger of a store: which cells are finished, in which file, and what failed.

One line of JSON an event, appended by the one process that runs the study. It is a cache and a
witness, never the truth: files that it does not know are read and adopted, and a line that a
crash cut short is passed over. It spares the next run opening thousands of files, and holds the
hashes against which `desist verify` reads them.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

LEDGER = "ledger.jsonl"


@dataclass(frozen=True)
class Part:
    """Files of one name, one a table, and the cells in them.

    Attributes
    ----------
    recipe
        How the outcomes were made (`sim.experiment.cells.Recipe.mark`).
    sizes, hashes
        Table -> bytes, and BLAKE2b of the file.
    """

    name: str
    cells: tuple[str, ...]
    recipe: str
    sizes: Mapping[str, int]
    hashes: Mapping[str, str]


@dataclass(frozen=True)
class Failure:
    """A cell that could not be finished, why, and how to try it alone."""

    cell: str
    jurisdiction: str
    policy: str
    point: int
    draw: int
    replication: int
    error: str
    trace: str = ""
    command: str = ""


@dataclass
class Book:
    """What a ledger says.

    Attributes
    ----------
    code
        Version of the code that simulated the cells; empty for a new store.
    failures
        Of the latest run, by cell.
    """

    code: str = ""
    parts: dict[str, Part] = field(default_factory=dict)
    failures: dict[str, Failure] = field(default_factory=dict)

    @property
    def cells(self) -> set[str]:
        """Keys of the finished cells."""
        return {cell for part in self.parts.values() for cell in part.cells}


def read_ledger(cells: Path) -> Book:
    """Read what is written; an empty book when there is no ledger."""
    book = Book()
    try:
        text = (cells / LEDGER).read_bytes()
    except FileNotFoundError:
        return book
    for line in text.splitlines():
        try:
            entry = json.loads(line)
            _enter(book, entry)
        except (ValueError, TypeError, KeyError):
            continue  # cut short by a crash or a full disk
    return book


def _enter(book: Book, entry: Mapping[str, Any]) -> None:
    if "code" in entry:
        book.code = str(entry["code"])
        book.failures.clear()
    elif "part" in entry:
        content = dict(entry["part"])
        part = Part(**{**content, "cells": tuple(content["cells"])})
        book.parts[part.name] = part
        for cell in part.cells:
            book.failures.pop(cell, None)
    elif "gone" in entry:
        book.parts.pop(str(entry["gone"]), None)
    elif "failed" in entry:
        failure = Failure(**entry["failed"])
        book.failures[failure.cell] = failure


class Ledger:
    """Writes the ledger. One process at a time; `sim.experiment.lock` sees to that."""

    def __init__(self, cells: Path) -> None:
        cells.mkdir(parents=True, exist_ok=True)
        self._path = cells / LEDGER

    def begin(self, code: str) -> None:
        """Note that a run begins; earlier failures are to be tried again."""
        self._append([{"code": code}])

    def stored(self, parts: Iterable[Part]) -> None:
        """Note parts that are in the store."""
        self._append([{"part": asdict(part)} for part in parts])

    def gone(self, names: Iterable[str]) -> None:
        """Note parts that are no longer there."""
        self._append([{"gone": name} for name in names])

    def failed(self, failures: Iterable[Failure]) -> None:
        """Note cells that failed."""
        self._append([{"failed": asdict(failure)} for failure in failures])

    def _append(self, entries: list[dict[str, Any]]) -> None:
        if not entries:
            return
        text = "".join(json.dumps(entry, separators=(",", ":")) + "\n" for entry in entries)
        with open(self._path, "ab", buffering=0) as file:
            before = file.seek(0, os.SEEK_END)
            # A line that was cut short must not swallow this one.
            whole = b"\n" + text.encode()
            try:
                if file.write(whole) != len(whole):
                    raise OSError(28, os.strerror(28))
            except OSError:
                file.truncate(before)
                raise
