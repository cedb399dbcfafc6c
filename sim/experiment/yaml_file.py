"""One strict reader for every YAML file that describes a scenario.

Stricter than plain YAML on purpose: no duplicate keys (the last would win in silence), no anchors
and aliases (a few lines can expand to gigabytes), no tags (YAML's way to name Python), text keys
only, numbers as people write them (``1:30`` would be 90 and ``010`` would be 8), and so little of
everything that no file can keep the reader busy. Every complaint carries file and line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import isinf
from pathlib import Path
from typing import Any

import yaml

from sim.errors import DesistError

MOST_BYTES = 262_144
"""Largest scenario file read. The shipped ones are below 40 kB."""

MOST_NODES = 10_000
"""Keys, values and lists in one file. The shipped ones have below 3,000."""

DEEPEST = 16
"""Levels of lists and mappings inside each other. The shipped files have 5."""

_MAPPING_OR_LIST = (yaml.events.MappingStartEvent, yaml.events.SequenceStartEvent)
_STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""Characters that steer a terminal, turn the direction of text, or stand in no encoding."""


class _StrictLoader(yaml.SafeLoader):
    """SafeLoader for plain descriptions, with floats such as ``1e5`` read as numbers."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._nodes = self._depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]
        self._nodes += 1
        problem = ""
        if isinstance(event, yaml.events.AliasEvent) or getattr(event, "anchor", None):
            problem = "anchors and aliases are not allowed; write the value out"
        elif event.tag:
            problem = f"the tag {event.tag} is not allowed"
        elif self._nodes > MOST_NODES:
            problem = f"more than {MOST_NODES:,} entries"
        elif self._depth >= DEEPEST and isinstance(event, _MAPPING_OR_LIST):
            problem = f"nested too deeply, more than {DEEPEST} levels"
        elif _STEERING.search(getattr(event, "value", "")):
            problem = "a control character in a text"
        if problem:
            raise yaml.MarkedYAMLError(problem=problem, problem_mark=event.start_mark)
        self._depth += 1
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node

    def construct_number(self, node: Any) -> int | float:
        """Read a number written in digits, with a point or an exponent if need be."""
        digits = node.value.replace("_", "")
        if len(digits) > LONGEST_NUMBER:
            problem = f"a number of more than {LONGEST_NUMBER} digits"
        elif not _PLAIN_NUMBER.match(digits):
            problem = f"'{node.value}' is no plain number; write digits, or put it in quotes"
        elif isinf(float(digits)):
            problem = f"the number {node.value} is too large"
        else:
            return int(digits) if node.tag.endswith(":int") else float(digits)
        raise yaml.MarkedYAMLError(problem=problem, problem_mark=node.start_mark)


LONGEST_NUMBER = 40
_PLAIN_NUMBER = re.compile(r"[-+]?(0|[1-9]\d*|(\d+\.\d*|\.\d+|\d+(?=[eE]))([eE][-+]?\d+)?)\Z")
_EXPONENT = re.compile(r"[-+]?(\d[\d_]*(\.[\d_]*)?|\.\d[\d_]*)[eE][-+]?\d+\Z")

# A date is text, to us as to Hydra; 1e5 is a number.
_StrictLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in known if not tag.endswith(":timestamp")]
    for first, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_StrictLoader.add_implicit_resolver("tag:yaml.org,2002:float", _EXPONENT, list("-+0123456789."))
for _tag in ("int", "float"):
    _StrictLoader.add_constructor(f"tag:yaml.org,2002:{_tag}", _StrictLoader.construct_number)


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
    except (ValueError, OSError, RuntimeError):  # elsewhere, or a link to itself
        return str(path)


def read_yaml(path: Path) -> YamlFile:
    """Read one scenario file.

    Raises
    ------
    DesistError
        When the file is too large, not text, not YAML, or not a mapping with text keys.
    """
    text = read_text(path)
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


def read_text(path: Path, kind: str = "YAML") -> str:
    """Read the text of one scenario file.

    Parameters
    ----------
    kind
        What it should be, for the complaint.

    Raises
    ------
    DesistError
        When it is too large, cannot be read, or is not plain text.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise DesistError(
                "file too large", where=shown(path), why=f"more than {MOST_BYTES // 1024} kB"
            )
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise DesistError(
            f"not valid {kind}", where=shown(path), why="not a text file", mend="save it as UTF-8"
        ) from None
    except OSError as error:
        why = error.strerror or "unreadable"
        raise DesistError("cannot read file", where=shown(path), why=why) from None
    if text.startswith("\ufeff"):
        mend = "save it as UTF-8 without BOM"
        raise DesistError("a byte order mark before the text", where=shown(path), mend=mend)
    found = _STEERING.search(text)
    if found:
        line = text.count("\n", 0, found.start()) + 1
        mend = "remove the character"
        raise DesistError(
            f"a control character, U+{ord(found[0]):04X}", where=f"{shown(path)}:{line}", mend=mend
        )
    return text


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
                # Bare 12, on or no would become a number or a truth value, << a merge.
                raise DesistError("a key must be text", where=where, mend="put it in quotes")
            if key.value in seen:
                raise DesistError(f"the key '{key.value}' appears twice", where=where)
            seen.add(key.value)
            lines[f"{prefix}{key.value}"] = line
            _index(value, f"{prefix}{key.value}.", lines, path)
