"""The language of the words: every sentence shown to a reader passes through ``_``.

English is the source language. A translation is one file, ``analysis/locale/LANGUAGE.po``;
nothing else has to change. It also states how numbers are written, under the contexts
``decimal mark`` and ``thousands``.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

from analysis.catalogue import read_catalogue
from analysis.errors import AnalysisError

LOCALE = Path(__file__).parent / "locale"
SOURCE = "en"

_active: ContextVar[gettext.NullTranslations | None] = ContextVar("language", default=None)


def languages() -> tuple[str, ...]:
    """Languages a report can be written in."""
    return (SOURCE, *sorted({path.stem for path in LOCALE.glob("*.po")} - {SOURCE}))


def check_language(language: str) -> str:
    """Return the language if a report can be written in it."""
    known = languages()
    if language not in known:
        raise AnalysisError(
            f"unknown report language '{language}'",
            mend=f"use one of: {', '.join(known)}",
        )
    return language


@contextmanager
def using(language: str) -> Iterator[None]:
    """Write in this language inside the block."""
    check_language(language)
    token = _active.set(None if language == SOURCE else _catalogue(language))
    try:
        yield
    finally:
        _active.reset(token)


@cache
def _catalogue(language: str) -> gettext.GNUTranslations:
    return read_catalogue(LOCALE / f"{language}.po")


def _(text: str) -> str:
    """Translate one sentence, or a fragment that a translator can place."""
    catalogue = _active.get()
    return text if catalogue is None or not text else catalogue.gettext(text)


def plural(one: str, many: str, count: int) -> str:
    """Choose the form of a counted phrase."""
    catalogue = _active.get() or gettext.NullTranslations()
    return catalogue.ngettext(one, many, count)


def written(digits: str) -> str:
    """Write a number of Python's (``1,234.5``) with the marks of the language.

    >>> written("1,234.5")
    '1,234.5'
    """
    catalogue = _active.get()
    if catalogue is None:
        return digits
    marks = {".": catalogue.pgettext("decimal mark", "."),
             ",": catalogue.pgettext("thousands", ",")}  # fmt: skip
    return re.sub(r"(?<=\d)[.,](?=\d)", lambda found: marks[found.group()], digits)
