"""Reads the command line: our dashed options, Hydra's flags, and the ``key=value`` settings."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path

from sim.app.commands import OPTIONS, Command
from sim.app.plain import path_of
from sim.errors import DesistError
from sim.experiment.limits import NONE, STATED, Limits

HYDRA_FLAGS = {
    "--multirun": 0, "-m": 0, "--run": 0, "-r": 0, "--cfg": 1, "-c": 1, "--resolve": 0,
    "--package": 1, "-p": 1, "--info": -1, "-i": -1, "--hydra-help": 0,
    "--shell-completion": 0, "-sc": 0,
}  # fmt: skip
"""Hydra's flags that pass through: number of words each takes, -1 for an optional one."""

CFG_WORDS = ("job", "hydra", "all")
ENVIRONMENT = "DESIST_SCENARIOS"
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
    allow_large: bool = False
    help: bool = False

    @property
    def multirun(self) -> bool:
        """Whether a comma in a setting asks for one run for each value."""
        return any(flag in ("--multirun", "-m") for flag in self.hydra)


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
            _take(command, arguments, name, value if equals else None, rest)
        elif command.uses_hydra and name in HYDRA_FLAGS:
            arguments.hydra += [word, *_hydra_words(name, value if equals else None, rest)]
        elif name in CLOSED:
            raise DesistError(f"the option {name} is not available", mend=f"use {CLOSED[name]}")
        else:
            valid = [*command.options, "--help"]
            valid += [flag for flag in HYDRA_FLAGS if command.uses_hydra and flag[:2] == "--"]
            where = f"desist {command.name}"
            raise DesistError(f"unknown option {name}", where=where, given=name, valid=valid)
    if "--scenarios" in command.options:
        arguments.scenarios += _folders_of_the_environment()
    return arguments


def _folders_of_the_environment() -> list[Path]:
    """Folders named by DESIST_SCENARIOS, searched after those of --scenarios."""
    given = os.environ.get(ENVIRONMENT, "").split(os.pathsep)
    return [_folder(folder, ENVIRONMENT) for folder in given if folder]


def _folder(value: str, where: str) -> Path:
    path = path_of(value)
    if not path.is_dir() or "\0" in value:
        raise DesistError(f"no such folder '{value}'", where=where)
    return path.resolve()


def limits_of(arguments: Arguments) -> Limits:
    """How large a study may be."""
    return NONE if arguments.allow_large else STATED


def _take(
    command: Command, arguments: Arguments, name: str, value: str | None, rest: list[str]
) -> None:
    takes = OPTIONS[name][0]
    if not takes:
        if value is not None:
            raise DesistError(f"the option {name} takes no value")
        setattr(arguments, name[2:].replace("-", "_"), True)
        return
    if value is None:
        if not rest or rest[0].startswith("-") or _SETTING.match(rest[0]):
            raise DesistError(f"the option {name} needs a value", mend=f"write {name} {takes}")
        value = rest.pop(0)
    if not value:
        raise DesistError(f"the option {name} needs a value", mend=f"write {name} {takes}")
    if name == "--json":
        path = path_of(value)
        _check_file(path)
        arguments.json = path
    elif command.name == "new" and not path_of(value).exists():
        arguments.scenarios.append(path_of(value).absolute())  # to be made
    else:
        (arguments.scenarios if name == "--scenarios" else arguments.rules).append(
            _folder(value, name)
        )


def _check_file(path: Path) -> None:
    """Refuse a file that cannot be written before hours are spent on what it should hold."""
    if path.is_dir() or not path.absolute().parent.is_dir():
        why = "it is a folder" if path.is_dir() else f"no folder '{path.absolute().parent}'"
        raise DesistError(f"cannot write '{path}'", where="--json", why=why)


def _hydra_words(name: str, value: str | None, rest: list[str]) -> list[str]:
    """The values of a flag of Hydra's that is not written ``--flag=value``."""
    count = HYDRA_FLAGS[name]
    if count == 0:
        if value is not None:
            raise DesistError(f"the option {name} takes no value")
        return []
    if count == -1 and value is None and not (rest and rest[0] in INFO_WORDS):
        return []
    if value is None and (not rest or rest[0].startswith("-")):
        raise DesistError(f"the option {name} needs a value")
    word = rest.pop(0) if value is None else value
    valid = {"--cfg": CFG_WORDS, "-c": CFG_WORDS, "--info": INFO_WORDS, "-i": INFO_WORDS}.get(name)
    if valid and word not in valid:
        raise DesistError(f"unknown part '{word}'", where=name, given=word, valid=valid)
    return [word] if value is None else []


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True
