"""Read a store against its ledger: hashes, schema, completeness."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from sim.experiment.ledger import Ledger, Part, read_ledger
from sim.experiment.lock import locked
from sim.experiment.shelf import CELLS, take_stock
from sim.experiment.store import KEYS, MARK, file_hash, read_part, tables_of

DAMAGED = "damaged"
"""Where damaged files are put, so that they can be looked at."""


@dataclass(frozen=True)
class Finding:
    """A file that is not as it should be."""

    part: str
    file: Path
    what: str
    cells: int


@dataclass(frozen=True)
class Verified:
    """What was read, and what was found.

    Attributes
    ----------
    sound
        Cells whose files are as they should be.
    """

    files: int
    sound: int
    findings: tuple[Finding, ...]


def verify(out: Path) -> Verified:
    """Read every file of a store; nothing is changed."""
    cells = out / CELLS
    book, stock = read_ledger(cells), take_stock(cells)
    findings: list[Finding] = []
    files = sound = 0
    for part in book.parts.values():
        found = _examine(cells, part)
        files += len(part.sizes)
        sound += 0 if found else len(part.cells)
        findings += found
    for name, sizes in stock.unknown.items():
        unknown = read_part(cells, name, sizes)
        files += len(sizes)
        if unknown is None:
            path = cells / next(iter(sizes)) / f"{name}.parquet"
            findings.append(Finding(name, path, "is not whole", 0))
        else:
            sound += len(unknown.cells)
    return Verified(files, sound, tuple(findings))


def _examine(cells: Path, part: Part) -> list[Finding]:
    findings = []
    for table in part.sizes:
        path = cells / table / f"{part.name}.parquet"
        what = _fault(path, part, table)
        if what:
            findings.append(Finding(part.name, path, what, len(part.cells)))
    return findings


def _fault(path: Path, part: Part, table: str) -> str:
    try:
        if file_hash(path) != part.hashes[table]:
            return "differs from what was written"
        schema = pq.read_schema(path)
        missing = [name for name in KEYS if name not in schema.names]
        if missing:
            return f"has no column '{missing[0]}'"
        if table == MARK:
            stored = set(pq.read_table(path, columns=["cell"])["cell"].to_pylist())
            if stored != set(part.cells):
                return "holds other cells than the ledger says"
    except FileNotFoundError:
        return "is missing"
    except (OSError, pa.ArrowException) as error:
        return f"cannot be read ({type(error).__name__})"
    return ""


def set_aside(out: Path, findings: tuple[Finding, ...]) -> None:
    """Move the parts that were found damaged out of the store; the next run does them again."""
    cells = out / CELLS
    with locked(out):
        names = list(dict.fromkeys(finding.part for finding in findings))
        for name in names:
            for table in reversed(tables_of(cells)):
                path = cells / table / f"{name}.parquet"
                if path.exists():
                    (out / DAMAGED / table).mkdir(parents=True, exist_ok=True)
                    os.replace(path, out / DAMAGED / table / path.name)
        Ledger(cells).gone(names)
