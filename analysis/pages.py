"""Two pages from one context: HTML for reading and printing, Markdown for passing on as text."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from analysis.language import _
from analysis.matrix import Cell

TEMPLATES = Path(__file__).parent / "templates"


def html_page(context: dict[str, Any]) -> str:
    """Write the page that opens offline: style and figures inside, no script."""
    environment = _environment(autoescape=True)
    # Figures and style are made here and hold no unescaped text of anyone else.
    environment.filters["inline"] = Markup
    css = (TEMPLATES / "report.css").read_text(encoding="utf-8")
    return environment.get_template("report.html").render(css=css, **context)


def markdown_page(context: dict[str, Any]) -> str:
    """Write the same as Markdown, with the figures beside it."""
    environment = _environment(autoescape=False)
    environment.filters |= {"words": markdown_words, "cell": _cell_text}
    text = environment.get_template("report.md").render(**context)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def markdown_words(text: object) -> str:
    r"""Escape what Markdown would take for its own.

    >>> print(markdown_words("a|b <i> *c*"))
    a\|b \<i\> \*c\*
    """
    return re.sub(r"([\\`*_<>|\[\]#])", r"\\\1", str(text)).replace("\n", " ")


def _cell_text(cell: Cell) -> str:
    shown = f"**{cell.text}**" if cell.is_clear and cell.text else cell.text
    inside = f"({cell.interval})" if cell.interval and cell.text else cell.interval
    return " ".join(part for part in (shown, inside, markdown_words(cell.says)) if part)


def _environment(*, autoescape: bool) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=autoescape, undefined=StrictUndefined,
        trim_blocks=True,
    )  # fmt: skip
    environment.globals["_"] = _
    return environment
