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
from sim.experiment.plan import Plan
from sim.experiment.store import finished
from sim.experiment.yaml_file import shown

MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Progress:
    """What there is to do.

    Attributes
    ----------
    replications
        Those asked for, or more when the folder already holds more of the same study.
    todo
        Batches without results.
    done
        Names of the batches with results.
    earlier
        The manifest found there, empty for a new folder.
    """

    replications: int
    todo: tuple[Batch, ...]
    done: frozenset[str]
    earlier: Mapping[str, Any]


def inspect(out: Path, plan: Plan) -> Progress:
    """Check an output folder without touching it.

    Raises
    ------
    DesistError
        When it cannot be written, or holds anything but this study.
    """
    earlier = _manifest(out)
    if earlier is not None:
        _same_study(out, earlier, plan)
    replications = plan.study.replications
    if earlier is not None:
        replications = max(replications, int(earlier.get("study", {}).get("replications", 0)))
    _writable(out)
    there = finished(out / "cells")
    batches = plan.batches(replications)
    # A study that was planned longer but stopped early is only as long as what is asked for now.
    done = frozenset(batch.name for batch in batches if batch.name in there)
    last = max((b.replication for b in batches if b.name in done), default=-1)
    replications = max(plan.study.replications, last + 1)
    todo = tuple(b for b in batches if b.name not in done and b.replication < replications)
    return Progress(replications, todo, done, earlier or {})


def _manifest(out: Path) -> dict[str, Any] | None:
    if not out.exists():
        return None
    if not out.is_dir():
        raise DesistError("not a folder", where=f"out={shown(out)}", mend="give a folder to create")
    try:
        names = [name for name in os.listdir(out) if not name.startswith(".")]
        if not names:
            return None
        if MANIFEST in names:
            content = json.loads((out / MANIFEST).read_text(encoding="utf-8"))
            if isinstance(content, dict) and "identity" in content:
                return content
    except PermissionError:
        raise DesistError("cannot read the folder", where=f"out={shown(out)}") from None
    except ValueError:
        pass
    raise DesistError(
        "the folder is not empty and holds no study of desist",
        where=f"out={shown(out)}",
        mend="choose a new or empty folder",
    )


def _same_study(out: Path, earlier: dict[str, Any], plan: Plan) -> None:
    where = f"out={shown(out)}"
    if earlier["identity"] != plan.identity:
        before = earlier.get("study", {}).get("name", "another study")
        raise DesistError(
            f"the folder holds another study ('{before}'{_difference(earlier, plan)})",
            where=where,
            mend="choose another folder, or repeat the study as it was to go on with it",
        )
    if earlier.get("code") != plan.code:
        raise DesistError(
            "the folder holds this study as simulated by another version of the model",
            where=where,
            why="results of different versions must not be mixed",
            mend="choose another folder",
        )


def _difference(earlier: dict[str, Any], plan: Plan) -> str:
    """Name the first setting that differs, as far as the configuration shows it."""
    before, now = earlier.get("config", {}), plan.study.model_dump(mode="json")
    for key in now:
        if key not in ("title", "replications", "confidence") and before.get(key) != now[key]:
            if isinstance(now[key], dict):
                return f", with other {key}"
            return f", with {key}={_brief(before.get(key))}, not {_brief(now[key])}"
    return ", with other content of its files"


def _brief(value: Any) -> str:
    return "[" + ",".join(map(str, value)) + "]" if isinstance(value, list) else str(value)


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
