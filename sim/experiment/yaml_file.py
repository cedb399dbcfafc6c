"""One strict reader for every YAML file that describes a scenario.

Stricter than plain YAML on purpose: no duplicate keys (the last would win in silence), no anchors
and aliases (a few lines can expand to gigabytes), no tags (YAML's way to name Python), text keys
only. Every complaint carries file and line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from sim.errors import DesistError

MOST_BYTES = 262_144
"""Largest scenario file read. The shipped ones are below 40 kB."""


class _StrictLoader(yaml.SafeLoader):
    """SafeLoader without aliases, with floats such as ``1e5`` read as numbers."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.events.AliasEvent) or getattr(event, "anchor", None):
            raise yaml.MarkedYAMLError(
                problem="anchors and aliases are not allowed; write the value out",
                problem_mark=event.start_mark,
            )
        if event.tag and not event.tag.startswith("tag:yaml.org,2002:"):
            raise yaml.MarkedYAMLError(
                problem=f"the tag {event.tag} is not allowed", problem_mark=event.start_mark
            )
        return super().compose_node(parent, index)


_FLOAT = re.compile(r"^[-+]?(\d[\d_]*\.?[\d_]*([eE][-+]?\d+)|\.?\d[\d_]*[eE][-+]?\d+)$")
_StrictLoader.add_implicit_resolver("tag:yaml.org,2002:float", _FLOAT, list("-+0123456789."))


@dataclass(frozen=True)
class YamlFile:
    """A parsed file: its text, its content, and the line of every key.

    Attributes
    ----------
    lines
        Dotted key -> line number, counted from 1.
    node
        The composed YAML tree, for checks that need positions; None for an empty file.
    """

    path: Path
    text: str
    content: dict[str, Any]
    lines: dict[str, int]
    node: Any

    @property
    def question(self) -> str:
        """The file's opening comment: the question it asks."""
        words = []
        for line in self.text.splitlines():
            if not line.startswith("#"):
                break
            if line.lstrip("# ").startswith("@package"):
                continue
            words.append(line.lstrip("# ").strip())
            if words[-1].endswith(("?", ".")):
                break
        return " ".join(words).strip()

    def where(self, *keys: object) -> str:
        """``file:line`` of a key, or of the closest key above it that exists."""
        parts = [str(key) for key in keys]
        while parts and ".".join(parts) not in self.lines:
            parts.pop()
        line = self.lines.get(".".join(parts)) if parts else None
        return f"{shown(self.path)}:{line}" if line else shown(self.path)


def shown(path: Path) -> str:
    """A path as the reader would type it: relative to the working directory when inside it."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def read_yaml(path: Path) -> YamlFile:
    """Read one scenario file.

    Raises
    ------
    DesistError
        When the file is too large, not text, not YAML, or not a mapping with text keys.
    """
    text = _text(path)
    loader = None
    try:
        loader = _StrictLoader(text)
        node = loader.get_single_node()
        lines: dict[str, int] = {}
        if node is not None:
            _index(node, "", lines, path)
        content = loader.construct_document(node) if node is not None else {}
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"{shown(path)}:{mark.line + 1}" if mark else shown(path)
        why = error.problem or "unreadable"
        raise DesistError("not valid YAML", where=where, why=why) from None
    except (yaml.YAMLError, ValueError) as error:
        first = str(error).splitlines()[0] if str(error) else "unreadable"
        raise DesistError("not valid YAML", where=shown(path), why=first) from None
    except RecursionError:
        raise DesistError("not usable YAML", where=shown(path), why="nested too deeply") from None
    finally:
        if loader is not None:
            loader.dispose()
    if not isinstance(content, dict):
        raise DesistError(
            "not a scenario file", where=shown(path), why="expected lines of 'key: value'"
        )
    return YamlFile(path, text, content, lines, node)


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise DesistError(
                "file too large", where=shown(path), why=f"more than {MOST_BYTES // 1024} kB"
            )
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise DesistError("not valid YAML", where=shown(path), why="not a text file") from None
    except OSError as error:
        why = error.strerror or "unreadable"
        raise DesistError("cannot read file", where=shown(path), why=why) from None


def _index(node: Any, prefix: str, lines: dict[str, int], path: Path) -> None:
    """Collect the line of every key and refuse keys that are doubled or not text."""
    if isinstance(node, yaml.SequenceNode):
        for place, item in enumerate(node.value):
            lines[f"{prefix}{place}"] = item.start_mark.line + 1
            _index(item, f"{prefix}{place}.", lines, path)
    elif isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            line = key.start_mark.line + 1
            where = f"{shown(path)}:{line}"
            if not isinstance(key, yaml.ScalarNode) or key.tag != "tag:yaml.org,2002:str":
                # Bare 12, on or no would become a number or a truth value.
                raise DesistError("a key must be text", where=where, mend="put it in quotes")
            if key.value in seen:
                raise DesistError(f"the key '{key.value}' appears twice", where=where)
            seen.add(key.value)
            lines[f"{prefix}{key.value}"] = line
            _index(value, f"{prefix}{key.value}.", lines, path)
