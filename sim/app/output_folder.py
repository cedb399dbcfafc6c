"""The folder that results are written to."""

from __future__ import annotations

from pathlib import Path

from sim.app.plain import path_of
from sim.errors import DesistError


def folder_named(value: object) -> Path:
    """Read the path of a folder that need not exist yet.

    Raises
    ------
    DesistError
        When the value cannot name a folder.
    """
    if not isinstance(value, str) or not value.strip() or "\0" in value:
        raise DesistError(f"'{value}' is not a folder", where="out=", mend="write out=DIR")
    return path_of(value)


def output_folder(value: object) -> Path:
    """Make the folder.

    Raises
    ------
    DesistError
        When the value cannot name a folder, or it cannot be made.
    """
    out = folder_named(value)
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        why = error.strerror or "cannot be made"
        raise DesistError(f"cannot write to '{out}'", where="out=", why=why) from None
    return out
