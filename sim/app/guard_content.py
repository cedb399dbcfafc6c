"""What a scenario file may say: plain description, and nothing that computes or names Python."""

from __future__ import annotations

import re
from typing import Any

import yaml

from sim.errors import DesistError
from sim.experiment.yaml_file import YamlFile, shown

COMPOSED = ("study", "trial")
"""Kinds that Hydra composes; their files may build on each other through ``defaults``."""

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_\-]{0,99}\Z")
"""What a scenario may be called."""


def check_file(file: YamlFile, kind: str) -> None:
    """Check one scenario file of a kind."""
    for number, line in enumerate(file.text.splitlines(), start=1):
        if re.match(r"\s*#\s*@", line):
            raise DesistError(
                "a scenario may not choose where it is put",
                where=f"{shown(file.path)}:{number}",
                mend="remove the line with @package" if "@package" in line else "remove the @",
            )
    if file.node is not None:
        _check_node(file, file.node, kind, top=True)


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
    if not isinstance(node, yaml.SequenceNode):
        raise DesistError("defaults are not a list", where=_at(file, node), mend="write '- NAME'")
    for item in node.value:
        plain = isinstance(item, yaml.ScalarNode) and item.tag == "tag:yaml.org,2002:str"
        if not plain or not (item.value == "_self_" or NAME.match(item.value)):
            raise DesistError(
                "a default that is not the plain name of a file of the same kind",
                where=_at(file, item),
                mend="write '- NAME'",
            )


def _check_text(file: YamlFile, node: Any) -> None:
    """Refuse OmegaConf's ways to compute: expressions, and a value to be given later."""
    found = re.search(r"\$\{[^}]{0,40}", node.value)
    if found:
        raise DesistError(
            f"the expression '{found[0]}' is not allowed", where=_at(file, node),
            why="scenarios are plain data", mend="write the value out",
        )  # fmt: skip
    if node.value == "???":
        raise DesistError("a value is missing", where=_at(file, node), mend="write it for ???")


def _at(file: YamlFile, node: Any) -> str:
    return f"{shown(file.path)}:{node.start_mark.line + 1}"
