"""Reads the command line: our dashed options, Hydra's flags, and the ``key=value`` settings."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from sim.app.commands import OPTIONS, Command
from sim.errors import DesistError

HYDRA_FLAGS = {
    "--multirun": 0, "-m": 0, "--run": 0, "-r": 0, "--cfg": 1, "-c": 1, "--resolve": 0,
    "--package": 1, "-p": 1, "--info": -1, "-i": -1, "--hydra-help": 0,
    "--shell-completion": 0, "-sc": 0,
}  # fmt: skip
"""Hydra's flags that pass through: number of words each takes, -1 for an optional one."""

CFG_WORDS = ("job", "hydra", "all")
_SETTING = re.compile(r"[a-z_.]+=")
INFO_WORDS = ("all", "config", "defaults", "defaults-tree", "plugins", "searchpath")

CLOSED = {
    "--config-dir": "--scenarios DIR", "-cd": "--scenarios DIR",
    "--config-path": "--scenarios DIR", "-cp": "--scenarios DIR",
    "--config-name": "study=NAME", "-cn": "study=NAME",
    "--experimental-rerun": "the same command with the same out=DIR",
}  # fmt: skip
"""Hydra's flags by which files would enter past the guard, and what to use instead."""


@dataclass
class Arguments:
    """The command line, sorted.

    Attributes
    ----------
    words
        ``key=value`` settings and plain words, in order.
    hydra
        Flags for Hydra, in order.
    """

    words: list[str] = field(default_factory=list)
    hydra: list[str] = field(default_factory=list)
    scenarios: list[Path] = field(default_factory=list)
    rules: list[Path] = field(default_factory=list)
    json: Path | None = None
    quiet: bool = False
    dry_run: bool = False
    quick: bool = False
    help: bool = False


def read_arguments(command: Command, given: list[str]) -> Arguments:
    """Sort the words after the command.

    Raises
    ------
    DesistError
        For an option that does not exist, or lacks its value.
    """
    arguments = Arguments()
    rest = list(given)
    while rest:
        word = rest.pop(0)
        name, equals, value = word.partition("=")
        if not word.startswith("-") or _is_number(word):
            arguments.words.append(word)
        elif name in ("--help", "-h"):
            arguments.help = True
        elif name in command.options:
            _take(arguments, name, value if equals else None, rest)
        elif command.uses_hydra and name in HYDRA_FLAGS:
            arguments.hydra += [word, *_hydra_words(name, bool(equals), rest)]
        elif name in CLOSED:
            raise DesistError(f"the option {name} is not available", mend=f"use {CLOSED[name]}")
        else:
            valid = [*command.options, "--help"]
            valid += [flag for flag in HYDRA_FLAGS if command.uses_hydra and flag[:2] == "--"]
            where = f"desist {command.name}"
            raise DesistError(f"unknown option {name}", where=where, given=name, valid=valid)
    return arguments


def _take(arguments: Arguments, name: str, value: str | None, rest: list[str]) -> None:
    takes = OPTIONS[name][0]
    if not takes:
        if value is not None:
            raise DesistError(f"the option {name} takes no value")
        if name == "--quiet":
            arguments.quiet = True
        elif name == "--quick":
            arguments.quick = True
        else:
            arguments.dry_run = True
        return
    if value is None:
        if not rest or rest[0].startswith("-") or _SETTING.match(rest[0]):
            raise DesistError(f"the option {name} needs a value", mend=f"write {name} {takes}")
        value = rest.pop(0)
    if not value:
        raise DesistError(f"the option {name} needs a value", mend=f"write {name} {takes}")
    path = Path(value).expanduser()
    if name == "--json":
        _check_file(path)
        arguments.json = path
        return
    if not path.is_dir():
        raise DesistError(f"no such folder '{value}'", where=name)
    (arguments.scenarios if name == "--scenarios" else arguments.rules).append(path.resolve())


def _check_file(path: Path) -> None:
    """Refuse a file that cannot be written before hours are spent on what it should hold."""
    if path.is_dir() or not path.absolute().parent.is_dir():
        why = "it is a folder" if path.is_dir() else f"no folder '{path.absolute().parent}'"
        raise DesistError(f"cannot write '{path}'", where="--json", why=why)


def _hydra_words(name: str, has_value: bool, rest: list[str]) -> list[str]:
    count = HYDRA_FLAGS[name]
    if has_value or count == 0:
        return []
    if count == -1:
        return [rest.pop(0)] if rest and rest[0] in INFO_WORDS else []
    if not rest:
        raise DesistError(f"the option {name} needs a value")
    word = rest.pop(0)
    if name in ("--cfg", "-c") and word not in CFG_WORDS:
        raise DesistError(f"unknown part '{word}'", where=name, given=word, valid=CFG_WORDS)
    return [word]


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True
