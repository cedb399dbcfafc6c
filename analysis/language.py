"""The language of the words: every sentence shown to a reader passes through ``_``.

English is the source language. A translation is added as a gettext catalogue in
``analysis/locale/LANGUAGE/LC_MESSAGES/desist.mo``; nothing else has to change.
"""

from __future__ import annotations

import gettext
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from analysis.errors import AnalysisError

LOCALE = Path(__file__).parent / "locale"
SOURCE = "en"

_active: ContextVar[gettext.NullTranslations | None] = ContextVar("language", default=None)


def languages() -> tuple[str, ...]:
    """Languages a report can be written in."""
    found = {path.parts[-3] for path in LOCALE.glob("*/LC_MESSAGES/desist.mo")}
    return (SOURCE, *sorted(found - {SOURCE}))


@contextmanager
def using(language: str) -> Iterator[None]:
    """Write in this language inside the block."""
    if language not in languages():
        raise AnalysisError(
            f"unknown report language '{language}'", mend=f"use one of: {', '.join(languages())}"
        )
    catalogue = (
        gettext.NullTranslations()
        if language == SOURCE
        else gettext.translation("desist", LOCALE, [language])
    )
    token = _active.set(catalogue)
    try:
        yield
    finally:
        _active.reset(token)


def _(text: str) -> str:
    """Translate one sentence, or a fragment that a translator can place."""
    catalogue = _active.get()
    return text if catalogue is None or not text else catalogue.gettext(text)


def plural(one: str, many: str, count: int) -> str:
    """Choose the form of a counted phrase."""
    catalogue = _active.get() or gettext.NullTranslations()
    return catalogue.ngettext(one, many, count)
