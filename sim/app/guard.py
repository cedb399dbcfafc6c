"""The guard at the gate: scenario folders that did not ship with desist are data from strangers.

Read before Hydra composes anything. By then it would be too late: a ``hydra:`` block in a
scenario runs code of its choice, and ``${oc.env:...}`` copies secrets into results.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml

from sim.errors import DesistError
from sim.experiment.scenario import KINDS
from sim.experiment.yaml_file import YamlFile, read_yaml, shown

MOST_FILES = 2_000
"""Files in one scenario folder; a slip such as ``--scenarios /`` should not read the disk."""

COMPOSED = ("study", "trial")
"""Groups that Hydra composes; their files may build on each other through ``defaults``."""

RESOLVERS = ("oc.select",)
"""Functions that ``${...}`` may call; plain references such as ``${study.persons}`` always may."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_\-]*\Z")
_REFERENCE = re.compile(r"\s*[A-Za-z0-9_.\[\]\-]+\s*\Z")
_CALL = re.compile(r"\s*([A-Za-z0-9_.]+)\s*:[^${}]*\Z")


def check_folder(folder: Path) -> None:
    """Read every YAML file of a scenario folder and refuse what is not plain description.

    Raises
    ------
    DesistError
        For the first thing that is not allowed, with file and line.
    """
    for path in _yaml_files(folder):
        parts = path.relative_to(folder).parts
        if len(parts) != 2 or parts[0] not in KINDS or path.suffix != ".yaml":
            raise DesistError(
                "a scenario file in the wrong place",
                where=shown(path),
                why=f"expected one of the folders {', '.join(KINDS)} with NAME.yaml in it",
            )
        if not _NAME.match(path.stem):
            raise DesistError(
                f"not a usable name '{path.stem}'",
                where=shown(path),
                mend="use letters, digits, - and _",
            )
        check_file(path, parts[0])


def check_file(path: Path, kind: str) -> None:
    """Check one scenario file of a kind."""
    file = read_yaml(path)
    for number, line in enumerate(file.text.splitlines(), start=1):
        if line.lstrip().startswith("#") and "@package" in line:
            raise DesistError(
                "a scenario may not choose where it is put",
                where=f"{shown(path)}:{number}",
                mend="remove the line with @package",
            )
    if file.node is not None:
        _check_node(file, file.node, kind, top=True)


def _yaml_files(folder: Path) -> Iterator[Path]:
    root = folder.resolve()
    count = 0
    for place, folders, files in os.walk(root):
        for name in sorted(folders):
            path = Path(place, name)
            if path.is_symlink():
                raise DesistError(
                    "a linked folder among the scenarios", where=shown(path), mend="copy it instead"
                )
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        count += len(files)
        if count > MOST_FILES:
            raise DesistError(
                "not a scenario folder", where=shown(folder), why=f"more than {MOST_FILES} files"
            )
        for name in sorted(files):
            path = Path(place, name)
            if not name.casefold().endswith((".yaml", ".yml")):
                continue
            if root not in path.resolve().parents:
                raise DesistError(
                    "a link that leaves the scenario folder",
                    where=shown(path),
                    mend="copy the file instead",
                )
            if not path.is_file():
                raise DesistError("not a regular file", where=shown(path))
            yield path


def _check_node(file: YamlFile, node: Any, kind: str, top: bool = False) -> None:
    if isinstance(node, yaml.ScalarNode):
        _check_text(file, node)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            _check_node(file, item, kind)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            _check_text(file, key)
            _check_key(file, key, kind, top)
            if top and key.value == "defaults":
                _check_defaults(file, value)
            else:
                _check_node(file, value, kind)


def _check_key(file: YamlFile, key: Any, kind: str, top: bool) -> None:
    name = key.value
    why = ""
    if re.split(r"[./@]", name)[0].strip() == "hydra":
        why = "scenarios cannot set up the program"
    elif re.fullmatch(r"_\w*_", name) or name == "()":
        why = "scenarios cannot name Python"
    elif name == "defaults" and top and kind not in COMPOSED:
        why = f"a {kind} stands on its own"
    if why:
        raise DesistError(f"the key '{name}' is not allowed", where=_at(file, key), why=why)


def _check_defaults(file: YamlFile, node: Any) -> None:
    """Allow only the names of files of the same kind."""
    items: Iterable[Any] = node.value if isinstance(node, yaml.SequenceNode) else [node]
    for item in items:
        plain = isinstance(item, yaml.ScalarNode)
        if not plain or not (item.value == "_self_" or _NAME.match(item.value)):
            raise DesistError(
                "a default that is not the plain name of a file of the same kind",
                where=_at(file, item),
                mend="write '- NAME'",
            )


def _check_text(file: YamlFile, node: Any) -> None:
    for piece in node.value.split("${")[1:]:
        inside, closed, _ = piece.partition("}")
        call = _CALL.match(inside)
        if closed and (_REFERENCE.match(inside) or (call and call.group(1) in RESOLVERS)):
            continue
        raise DesistError(
            f"the expression '${{{inside[:40]}' is not allowed",
            where=_at(file, node),
            why="scenarios may refer to their own settings only",
        )


def _at(file: YamlFile, node: Any) -> str:
    return f"{shown(file.path)}:{node.start_mark.line + 1}"
