"""Cells and batches: the units of a study, and the keys by which results are found again.

A *cell* is one policy at one design point in one place with one parameter draw and one
replication. A *batch* holds cells that share a common past: policies, and points that only turn
dials, of one (place, parameters, replication).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

SCHEMA_VERSION = 2
"""Raised whenever the columns or the meaning of the stored tables change."""

WORDS = frozenset({"title", "source", "note", "citation", "how_known", "fit", "limits"})
"""Keys of a jurisdiction file that explain numbers; rewording them changes no result."""

Values = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Recipe:
    """How outcomes are made from what a world recorded; changing it needs no new simulation.

    Attributes
    ----------
    outcomes
        Names of the outcomes to keep, or None for all.
    """

    index: str
    horizons: tuple[int, ...]
    outcomes: tuple[str, ...] | None = None

    @cached_property
    def mark(self) -> str:
        """Short name of the recipe, kept with the outcomes made by it."""
        return digest([self.index, self.horizons, self.outcomes])[:12]


@dataclass(frozen=True)
class Arm:
    """One policy of a batch.

    Attributes
    ----------
    dials
        Lever -> dial -> value: what differs from the status quo.
    parameters
        Those that its design point sets, over those of the batch.
    cell
        Key of the cell.
    point
        Design point (`sim.experiment.design`); 0 is the study as it is written.
    """

    policy: str
    dials: Values
    cell: str
    point: int = 0
    parameters: Values = field(default_factory=dict)


@dataclass(frozen=True)
class Batch:
    """What one simulation task needs; plain data, so that it travels to any worker.

    Attributes
    ----------
    place
        Content of the jurisdiction file.
    past_dials
        The baseline's dials, under which the common past is simulated.
    seed
        Key of the world's draws, in [0, 2**63).
    code
        Version of the code that planned the batch; a worker with other code refuses it.
    cell_seconds
        Longest time that the common past, or one arm, may take; None for no limit.
    """

    jurisdiction: str
    place: Mapping[str, Any]
    past_dials: Values
    arms: tuple[Arm, ...]
    parameters: Values
    draw: int
    replication: int
    seed: int
    persons: int
    months: int
    start: int
    warmup_months: int
    recipe: Recipe
    code: str
    folders: tuple[Path, ...] = ()
    cell_seconds: float | None = None


def replication_seed(seed: int, replication: int) -> int:
    """Key of a replication's draws: 63 bits that share nothing with neighbouring replications.

    >>> replication_seed(1, 0) == replication_seed(1, 0) != replication_seed(1, 1)
    True
    """
    text = f"{seed}:{replication}".encode()
    hashed = hashlib.blake2b(text, digest_size=8, key=b"desist replication").digest()
    return int.from_bytes(hashed, "big") >> 1


def digest(content: Any) -> str:
    """Hash of plain data, independent of the order of keys (32 hexadecimal digits)."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def numbers_only(content: Any) -> Any:
    """Drop what only explains a number, so that the hash is of what is simulated.

    >>> numbers_only({"title": "A", "figures": {"police": {"x": {"value": 1, "source": "s"}}}})
    {'figures': {'police': {'x': {'value': 1}}}}
    """
    if isinstance(content, Mapping):
        return {key: numbers_only(part) for key, part in content.items() if key not in WORDS}
    if isinstance(content, (list, tuple)):
        return [numbers_only(part) for part in content]
    return content


def cell_key(content: str, seed: int, code: str) -> str:
    """Key of a cell: what is simulated (its digest), with which luck, by which code and schema.

    >>> cell_key("a", 1, "c") == cell_key("a", 1, "c") != cell_key("a", 2, "c")
    True
    """
    text = f"{content}:{seed}:{code}:{SCHEMA_VERSION}".encode()
    return hashlib.blake2b(text, digest_size=16).hexdigest()


@cache
def code_version(folders: tuple[Path, ...] = ()) -> str:
    """Hash of every source file that can change a result (16 hexadecimal digits).

    All of ``sim`` except its outermost shell, and the folders of rules that the user added.
    """
    root = Path(__file__).resolve().parents[1]
    shell = root / "app"
    sources = [path for path in root.rglob("*.py") if shell not in path.parents]
    hashed = hashlib.blake2b(digest_size=8)
    _add(hashed, root, sources)
    for folder in folders:
        _add(hashed, folder, folder.glob("*.py"))
    return hashed.hexdigest()


def _add(hashed: Any, root: Path, paths: Iterable[Path]) -> None:
    for path in sorted(paths):
        # Line ends differ between a checkout on Windows and the wheel; the code does not.
        text = path.read_bytes().replace(b"\r\n", b"\n")
        hashed.update(f"{path.relative_to(root).as_posix()}:{len(text)}:".encode())
        hashed.update(text)
