"""The folder that results are written to."""

from __future__ import annotations

from pathlib import Path

from sim.errors import DesistError


def output_folder(value: str) -> Path:
    """Make the folder.

    Raises
    ------
    DesistError
        When the value is no folder, or cannot be made one.
    """
    if not value.strip() or "\0" in value:
        raise DesistError(f"'{value}' is not a folder", where="out=", mend="write out=DIR")
    out = Path(value).expanduser()
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        why = error.strerror or "cannot be made"
        raise DesistError(f"cannot write to '{out}'", where="out=", why=why) from None
    return out
