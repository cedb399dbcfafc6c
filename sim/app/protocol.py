"""``desist protocol``: the ODD+D document, the TRACE page and the model card, from the code."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, FunctionLoader, StrictUndefined

import sim
from sim.app import model_card, odd, trace
from sim.app.commands import OK
from sim.app.options import Arguments
from sim.app.plain import folder_of, plain_settings
from sim.app.shipped import shipped
from sim.errors import DesistError

PAGES = ("odd.md", "trace.md", "model_card.md")
"""What is written, in the order in which it is read."""

ROOT = Path(sim.__file__).resolve().parents[1]


def protocol(arguments: Arguments) -> int:
    """Run the command; see ``desist protocol --help``."""
    folder = folder_of("protocol", plain_settings("protocol", arguments.words, ("out",)))
    texts = pages()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        why = error.strerror or str(error)
        raise DesistError(f"cannot write '{folder}'", where="out=", why=why) from None
    if arguments.json is not None:
        from sim.experiment.store import write_json

        write_json(arguments.json, {name: str(folder / name) for name in texts})
    if not arguments.quiet:
        for name in texts:
            print(folder / name)
    return OK


def pages() -> dict[str, str]:
    """Text of every page by file name; the same code and tests give the same bytes."""
    environment = Environment(
        loader=FunctionLoader(_template), undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True, autoescape=False,
    )  # fmt: skip
    contents = {
        "odd.md": odd.contents(),
        "trace.md": trace.contents(ROOT),
        "model_card.md": model_card.contents(shipped("scenarios")),
    }
    return {
        name: _tidy(environment.get_template(f"{name}.j2").render(contents[name])) for name in PAGES
    }


def _template(name: str) -> str:
    return files("sim.app").joinpath("pages", name).read_text(encoding="utf-8")


def _tidy(text: str) -> str:
    """One blank line at most, none at the end of a line, one line end at the end."""
    lines: list[str] = []
    for line in (part.rstrip() for part in text.splitlines()):
        if line or (lines and lines[-1]):
            lines.append(line)
    return "\n".join(lines).strip() + "\n"
