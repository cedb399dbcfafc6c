"""``key=value`` words of the commands that need no settings composed for them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from sim.errors import DesistError


def plain_settings(
    command: str, words: Sequence[str], valid: Sequence[str] | None = None
) -> dict[str, str]:
    """Read ``key=value`` words; any key will do where none are named as valid.

    Raises
    ------
    DesistError
        For a word that is none, a key that does not exist or comes twice.
    """
    found: dict[str, str] = {}
    for word in words:
        key, equals, value = word.partition("=")
        if not equals:
            mend = f"write {valid[0]}={word}" if valid else "write key=value"
            raise DesistError(f"cannot read '{word}'", where=f"desist {command}", mend=mend)
        if valid is not None and key not in valid:
            raise DesistError(
                f"unknown setting '{key}'", where=f"desist {command}", given=key, valid=valid
            )
        if not value or key in found:
            what = "comes twice" if key in found else "has no value"
            raise DesistError(f"'{key}' {what}", where=f"desist {command}")
        found[key] = value
    return found


def path_of(value: str) -> Path:
    """A path as it was typed; ``~`` is the home folder, and ``~x`` of nobody is only a name."""
    return Path(os.path.expanduser(value))


def folder_of(command: str, settings: dict[str, str]) -> Path:
    """The output folder that ``out=`` names."""
    if "out" not in settings:
        raise DesistError("no folder given", where=f"desist {command}", mend="write out=DIR")
    return path_of(settings["out"])
