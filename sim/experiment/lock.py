"""One run at a time may write to an output folder.

The operating system holds the lock and lets go of it when the process ends, however it ends, so
nothing stale is left to be cleared. The file says who holds it, and carries a token of the run:
workers that outlive their parent see that the token has changed, and write nothing any more.
"""

from __future__ import annotations

import json
import os
import socket
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from sim.errors import DesistError
from sim.experiment.yaml_file import shown

LOCK = ".lock"

RETRY, TRIES = 0.1, 5
"""Seconds between looks at a lock that is held, and looks before a run is refused."""


@contextmanager
def locked(out: Path, wait: bool = False) -> Iterator[str]:
    """Hold an output folder; gives the token of this run.

    Parameters
    ----------
    wait
        Wait for another run to end instead of refusing.

    Raises
    ------
    DesistError
        When another run holds it.
    """
    out.mkdir(parents=True, exist_ok=True)
    with open(out / LOCK, "a+", encoding="utf-8") as file:
        tries = 0
        while not _grab(file):
            # Whoever only asks whether a run goes on holds the lock for a moment, too.
            tries += 1
            if tries == TRIES and not wait:
                raise _held(out)
            time.sleep(RETRY)
        token = uuid.uuid4().hex
        content = {"pid": os.getpid(), "host": socket.gethostname(), "token": token,
                   "since": time.strftime("%Y-%m-%d %H:%M:%S")}  # fmt: skip
        file.seek(0)
        file.truncate()
        file.write(json.dumps(content))
        file.flush()
        yield token


def _held(out: Path) -> DesistError:
    by = holder(out)
    who = f"process {by.get('pid')} on {by.get('host')}, since {by.get('since')}" if by else "?"
    return DesistError(
        "another run is writing to this folder",
        where=f"out={shown(out)}",
        why=who,
        mend="wait until it has ended, or choose another folder",
    )


def holder(out: Path) -> dict[str, Any]:
    """Who wrote the lock last; empty when nobody did."""
    try:
        content = json.loads((out / LOCK).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def is_running(out: Path) -> bool:
    """Whether a run holds the folder now."""
    try:
        with open(out / LOCK, "r+", encoding="utf-8") as file:
            return not _grab(file)
    except OSError:
        return False


try:
    import fcntl

    def _grab(file: IO[str]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

except ImportError:  # Windows
    import msvcrt

    def _grab(file: IO[str]) -> bool:
        try:
            # A byte far behind the text, which stays readable that way.
            file.seek(1 << 20)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        except OSError:
            return False
        return True
