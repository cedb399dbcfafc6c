"""Tab completion: Hydra's shell scripts, and answers of our own.

Hydra's answers know neither our commands nor the dials, and would compose whatever is on the
line. Here names are read off folders and files, and no scenario file is opened: a shell expands
what it is offered, so only names of letters, digits, ``-`` and ``_`` are.
"""

from __future__ import annotations

import ast
import os
import re
import shlex
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from sim.app import hydra_app
from sim.app.commands import COMMANDS, Command
from sim.app.guard_content import NAME
from sim.app.options import ENVIRONMENT, HYDRA_FLAGS
from sim.app.overrides import ENGINES, KEYS, NESTED
from sim.app.plain import path_of
from sim.app.shipped import shipped
from sim.errors import DesistError
from sim.experiment.scenario import KINDS, PLURALS

SHELLS = ("bash", "fish", "zsh")
_HARMLESS = re.compile(r"[\w.,=\[-]*", re.ASCII)
"""Words in which a shell finds nothing to expand."""


def complete(argv: Sequence[str]) -> int:
    """Answer ``-sc install=bash``, ``-sc query=bash`` and the like."""
    action, _, shell = argv[-1].partition("=")
    if action not in ("install", "uninstall", "query") or shell not in SHELLS:
        mend = 'write eval "$(desist -sc install=bash)"'
        raise DesistError("cannot tell which shell", where="desist -sc", mend=mend)
    if action == "query":
        found = set(candidates(os.environ.get("COMP_LINE", "")))
        answers = sorted(answer for answer in found if _HARMLESS.fullmatch(answer))
        print(("\n" if shell == "fish" else " ").join(answers))
        return 0
    if shell == "zsh":
        print("autoload -Uz compinit bashcompinit && compinit && bashcompinit")
    return hydra_app.call("compare", [], ["-sc", f"{action}={shell}"], (), lambda *_: 0)


def candidates(line: str) -> Iterator[str]:
    """What the last word of a command line may become.

    >>> list(candidates("desist com"))
    ['compare']
    """
    words = line.split()
    last = "" if not words or line[-1].isspace() else words.pop()
    before = words[1:]
    if not before:
        offered: Iterable[str] = [*COMMANDS, "--help", "--version"]
    elif before[0] not in COMMANDS:
        offered = ()
    else:
        offered = _of_command(COMMANDS[before[0]], before[1:], last)
    return (word for word in offered if word.startswith(last))


def _of_command(command: Command, before: list[str], last: str) -> Iterable[str]:
    if before and before[-1] in ("--scenarios", "--rules", "--json"):
        return ()  # the shell offers files
    if last.startswith("-"):
        flags = [flag for flag in HYDRA_FLAGS if command.uses_hydra and flag[:2] == "--"]
        return [*command.options, *flags, "--help"]
    key, equals, value = last.partition("=")
    if equals:
        return _values(command, key, value, before)
    if key.partition(".")[0] in NESTED and "." in key:
        return _quantities(key.partition(".")[0], before)
    if command.name == "list":
        return () if before else LISTED
    if command.name == "new":
        return () if before else KINDS
    return [f"{name}=" for name in _keys(command)] + [
        f"{name}." for name in NESTED if name in KEYS.get(command.name, ())
    ]


LISTED = (*PLURALS.values(), "levers", "outcomes", "parameters")


def _keys(command: Command) -> list[str]:
    """Settings of a command, those that stand in its help and those that Hydra knows."""
    known = dict.fromkeys(name.partition("=")[0] for name, _ in command.keys)
    known |= dict.fromkeys(KEYS.get(command.name, ()))
    return [name for name in known if name not in NESTED and "." not in name]


def _values(command: Command, key: str, value: str, before: Sequence[str]) -> Iterator[str]:
    """Whole words ``key=value``; in a list, only what follows the last comma is completed."""
    kind = {plural: kind for kind, plural in PLURALS.items()}.get(key, key)
    if kind in KINDS:
        names: Iterable[str] = _names(kind, before)
    elif key == "engine":
        names = ENGINES
    elif key in ("lever", "outcome", "outcomes", "index", "parameter"):
        names = _other_names(key, before)
    else:
        return
    start, comma, _ = value.rpartition(",")
    if key in PLURALS.values() or key == "outcomes":
        start = start or "["
    elif comma:
        return
    for name in names:
        separator = "," if comma else ""
        yield f"{key}={start}{separator}{name}"


def _other_names(key: str, before: Sequence[str]) -> Iterable[str]:
    if key == "lever":
        return [path.stem for path in _rule_files("levers", before)]
    if key == "parameter":
        return [word.partition(".")[2].rstrip("=") for word in _quantities("parameters", before)]
    if key == "index":
        from typing import get_args

        from sim.experiment.study import Index

        return get_args(Index)
    from sim.experiment.outcome_table import OUTCOMES

    return OUTCOMES


def _names(kind: str, before: Sequence[str]) -> Iterator[str]:
    for folder in [*_folders("--scenarios", before), shipped("scenarios")]:
        for path in (folder / kind).glob("*.yaml"):
            if NAME.match(path.stem):
                yield path.stem


def _folders(option: str, before: Sequence[str]) -> list[Path]:
    given = [value for name, value in pairwise(before) if name == option]
    given += [word.partition("=")[2] for word in before if word.startswith(f"{option}=")]
    if option == "--scenarios":
        given += os.environ.get(ENVIRONMENT, "").split(os.pathsep)
    return [path_of(shlex.split(folder)[0]) for folder in given if _is_word(folder)]


def _is_word(text: str) -> bool:
    try:
        return len(shlex.split(text)) == 1
    except ValueError:
        return False


def _rule_files(group: str, before: Sequence[str]) -> Iterator[Path]:
    """Files of rules; their names are the rules' names."""
    core = Path(__file__).resolve().parents[1]
    groups = (group,) if group == "levers" else ("levers", "processes")
    for folder in [*(core / name for name in groups), *_folders("--rules", before)]:
        for path in sorted(folder.glob("*.py")):
            if path.stem.isidentifier() and not path.stem.startswith("_"):
                yield path


def _quantities(section: str, before: Sequence[str]) -> Iterator[str]:
    """Words such as ``dials.LEVER.DIAL=``, read off the source: importing the rules takes long."""
    for path in _rule_files("levers" if section == "dials" else "", before):
        for name in _declared(path, section.removesuffix("s")):
            yield f"{section}.{path.stem}.{name}="


def _declared(path: Path, kind: str) -> Iterator[str]:
    """Names declared with ``kind(...)`` in a file, and in the shared base that its rule extends."""
    try:
        tree = ast.parse(path.read_text(encoding="utf-8"))
    except (OSError, SyntaxError, ValueError):
        return
    bases = {base.id for node in ast.walk(tree) if isinstance(node, ast.ClassDef)
             for base in node.bases if isinstance(base, ast.Name)}  # fmt: skip
    core = Path(__file__).resolve().parents[1]
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and bases & {name.name for name in node.names}:
            home = (node.module or "").removeprefix("sim.")
            if home != "rules" and home.isidentifier():
                yield from _declared(core / f"{home}.py", kind)
        if (
            isinstance(node, ast.AnnAssign)
            and isinstance(node.target, ast.Name)
            and isinstance(node.value, ast.Call)
            and isinstance(node.value.func, ast.Name)
            and node.value.func.id == kind
        ):
            yield node.target.id
