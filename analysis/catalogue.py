"""Read a gettext catalogue straight from its ``.po`` file: no compiled twin to keep in step.

The text is packed into the ``.mo`` layout in memory and handed to the standard library,
which knows plural forms and contexts. Fuzzy entries are not used, as gettext's own
compiler does not use them.
"""

from __future__ import annotations

import ast
import gettext
import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from analysis.errors import AnalysisError

_CONTEXT, _PLURAL = "\x04", "\x00"


@dataclass
class Entry:
    """One message: its English, and the translation of each plural form."""

    msgid: str = ""
    msgid_plural: str = ""
    msgctxt: str = ""
    msgstr: dict[int, str] = field(default_factory=dict)
    flags: str = ""

    @property
    def is_fuzzy(self) -> bool:
        """Whether a translator still has to check it."""
        return "fuzzy" in self.flags

    @property
    def is_translated(self) -> bool:
        """Whether every form has a text."""
        return bool(self.msgstr) and all(self.msgstr.values()) and not self.is_fuzzy


def read_catalogue(path: Path) -> gettext.GNUTranslations:
    """Read a ``.po`` file.

    Raises
    ------
    AnalysisError
        A line is none that gettext knows; named with its number.
    """
    texts: dict[str, str] = {}
    for entry in entries(path):
        if not entry.is_translated:
            continue
        key = f"{entry.msgctxt}{_CONTEXT}{entry.msgid}" if entry.msgctxt else entry.msgid
        if entry.msgid_plural:
            key += _PLURAL + entry.msgid_plural
        texts[key] = _PLURAL.join(entry.msgstr[at] for at in sorted(entry.msgstr))
    return gettext.GNUTranslations(io.BytesIO(_packed(texts)))


def entries(path: Path) -> Iterator[Entry]:
    """Messages of a ``.po`` file in their order; the first, with an empty id, is the header."""
    entry, key = Entry(), ""
    for at, line in enumerate([*path.read_text(encoding="utf-8").splitlines(), ""], start=1):
        text = line.strip()
        if not text:
            if entry.msgstr:
                yield entry
            entry, key = Entry(), ""
        elif text.startswith("#"):
            entry.flags += text if text.startswith("#,") else ""
        else:
            word, given, literal = text.partition('"')
            key = word.strip() or key
            try:
                value = str(ast.literal_eval(given + literal))
                _add(entry, key, value)
            except (SyntaxError, ValueError, LookupError, AttributeError) as error:
                raise AnalysisError(f"line {at} of the catalogue cannot be read", path,
                                    text[:60]) from error  # fmt: skip


def _add(entry: Entry, key: str, value: str) -> None:
    if key.startswith("msgstr"):
        form = int(key.removeprefix("msgstr").strip("[]") or 0)
        entry.msgstr[form] = entry.msgstr.get(form, "") + value
    else:
        setattr(entry, key, getattr(entry, key) + value)


def _packed(texts: dict[str, str]) -> bytes:
    """Lay messages out as gettext's binary format does: header, two tables, then the texts."""
    pairs = sorted((key.encode(), text.encode()) for key, text in texts.items())
    start = 28 + 16 * len(pairs)
    body, tables = b"", []
    for column in (0, 1):
        for pair in pairs:
            tables.append((len(pair[column]), start + len(body)))
            body += pair[column] + b"\0"
    head = struct.pack("<7I", 0x950412DE, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, 0)
    return head + b"".join(struct.pack("<2I", *row) for row in tables) + body
