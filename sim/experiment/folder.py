"""The output folder: may this study be written here, and what of it is there already?"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.errors import DesistError
from sim.experiment.cells import Batch
from sim.experiment.ledger import Book
from sim.experiment.plan import SIZE, Plan
from sim.experiment.yaml_file import shown

MANIFEST = "manifest.json"
BEFORE = {"cells", "multirun.yaml"}
"""What may be there before the first manifest: a run was stopped early, Hydra noted its jobs."""


@dataclass(frozen=True)
class Progress:
    """What there is to do.

    Attributes
    ----------
    plan
        The study, with more replications than asked for when the folder holds more of them.
    todo
        Batches of the cells without results.
    done
        Keys of the study's cells with results.
    more
        Keys of other cells with results: of policies, places, points or draws that were asked
        for earlier. They count, for the folder is one growing study.
    book
        The ledger.
    """

    plan: Plan
    todo: tuple[Batch, ...]
    done: frozenset[str]
    more: frozenset[str]
    book: Book

    @property
    def cells(self) -> int:
        """Number of cells when nothing is left to do."""
        return self.plan.cells + len(self.more)


def what_is_left(plan: Plan, book: Book, earlier: Mapping[str, Any]) -> Progress:
    """Compare a study with what is stored."""
    stored = book.cells
    count = plan.study.replications
    done = _among(plan, stored, 0, count)
    before = int(earlier.get("study", {}).get("replications", 0))
    if stored - done and before > count:
        # A study that was planned longer but stopped early is only as long as what it has.
        last = count
        for replication, _, keys in plan.keys(count, before):
            if any(key in stored for key in keys):
                last = replication + 1
                done |= {key for key in keys if key in stored}
        plan = plan.with_replications(last)
    todo = tuple(plan.batches(done))
    return Progress(plan, todo, frozenset(done), frozenset(stored - done), book)


def _among(plan: Plan, stored: set[str], first: int, last: int) -> set[str]:
    if not stored:
        return set()
    return {key for _, _, keys in plan.keys(first, last) for key in keys if key in stored}


def check_folder(out: Path, plan: Plan, *, other_code: bool = False) -> dict[str, Any]:
    """Check an output folder without touching it; gives the manifest there, or nothing.

    Parameters
    ----------
    other_code
        Whether cells of another version of the code may be there: they are set aside.

    Raises
    ------
    DesistError
        When it cannot be written, or holds anything but this study.
    """
    earlier = _manifest(out)
    if earlier is not None:
        _same_study(out, earlier, plan, other_code)
    _writable(out)
    return earlier or {}


def read_manifest(out: Path) -> dict[str, Any]:
    """The manifest of a folder that a run has written.

    Raises
    ------
    DesistError
        When there is none.
    """
    found = _manifest(out) if out.is_dir() else None
    if found is None:
        raise DesistError(
            "no study of desist is here", f"out={shown(out)}",
            mend="give the folder named as out=DIR in desist compare or desist sweep",
        )  # fmt: skip
    return found


def _manifest(out: Path) -> dict[str, Any] | None:
    if not out.exists():
        return None
    if not out.is_dir():
        raise DesistError("not a folder", where=f"out={shown(out)}", mend="give a folder to create")
    try:
        names = {
            name for name in os.listdir(out)
            if not name.startswith(".") and not name.endswith(".tmp")
        }  # fmt: skip
        if names <= BEFORE:
            return None
        if MANIFEST in names:
            content = json.loads((out / MANIFEST).read_text(encoding="utf-8"))
            if isinstance(content, dict) and "identity" in content:
                return content
    except PermissionError:
        raise DesistError("cannot read the folder", where=f"out={shown(out)}") from None
    except ValueError as error:
        raise DesistError(
            f"{MANIFEST} is damaged", f"out={shown(out)}", str(error),
            "remove everything there but 'cells', and repeat the command that began the study: "
            "finished cells are kept",
        ) from None  # fmt: skip
    raise DesistError(
        "the folder is not empty and holds no study of desist",
        where=f"out={shown(out)}",
        mend="choose a new or empty folder",
    )


def _same_study(out: Path, earlier: dict[str, Any], plan: Plan, other_code: bool) -> None:
    where = f"out={shown(out)}"
    if earlier["identity"] != plan.identity or _changed(earlier, plan):
        before = earlier.get("study", {}).get("name", "another study")
        raise DesistError(
            f"the folder holds another study ('{before}'{_difference(earlier, plan)})",
            where=where,
            mend="choose another folder, or repeat the study as it was to go on with it",
        )
    if earlier.get("code") != plan.code and not other_code:
        raise DesistError(
            "the folder holds this study as simulated by another version of the model",
            where=where,
            why="results of different versions must not be mixed",
            mend="choose another folder",
        )


def _changed(earlier: Mapping[str, Any], plan: Plan) -> list[str]:
    """Policies and places whose names mean something else than before."""
    return [
        name
        for kind, marks in plan.contents.items()
        for name, mark in marks.items()
        if earlier.get("contents", {}).get(kind, {}).get(name, mark) != mark
    ]


def _difference(earlier: dict[str, Any], plan: Plan) -> str:
    """Name the first setting that differs, as far as the configuration shows it."""
    before, now = earlier.get("config", {}), plan.study.model_dump(mode="json")
    for key in (*SIZE, "dials", "parameters"):
        if before.get(key) != now[key]:
            if isinstance(now[key], dict):
                return f", with other {key}"
            return f", with {key}={before.get(key)}, not {now[key]}"
    if earlier.get("study", {}).get("baseline") != plan.study.baseline:
        return f", with the baseline {earlier.get('study', {}).get('baseline')}"
    changed = _changed(earlier, plan)
    return f", with another '{changed[0]}'" if changed else ", with other content of its files"


def _writable(out: Path) -> None:
    """Try to write in the folder, or in the closest one above it that exists."""
    place = out
    while not place.exists():
        place = place.parent
    where = f"out={shown(out)}"
    if not place.is_dir():
        raise DesistError("cannot write the folder", where=where, why=f"{place} is a file")
    try:
        with tempfile.TemporaryFile(dir=place):
            pass
    except OSError as error:
        why = f"{error.strerror or 'no access'}: {place}"
        raise DesistError("cannot write the folder", where=where, why=why) from None
