"""The page of ``desist validate``: predictions beside what was observed, misses first."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from analysis.errors import AnalysisError

REFITS = ("held out by refit", "out of place")
TEMPLATES = Path(__file__).parent / "templates"

KINDS = {
    "all that was not fitted": "All predictions that were not fitted",
    "foreign": "Targets brought by the user",
    "held out": "Published figures that no place was fitted to",
    "held out by refit": "Targets held out of a new fit of their place",
    "out of place": "Curves of places, none of whose curve was fitted",
    "trial, validation": "Trials that nothing was tuned to",
    "trial, calibration": "Trials whose lever was calibrated to them",
    "calibration": "Targets that the places were fitted to",
    "must hold": "What must hold in any run",
}
"""Kinds of lines, in the order of the page, and what they are called there."""


def write_page(source: Path, page: Path) -> None:
    """Render ``validation.json`` as one page that opens offline.

    Raises
    ------
    AnalysisError
        When the file cannot be read, or is not the record of a validation.
    """
    try:
        content = json.loads(source.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise AnalysisError(f"cannot read {source.name}: {type(error).__name__}") from None
    missing = [key for key in ("rows", "summary", "places", "refits") if key not in content]
    if missing:
        raise AnalysisError(f"{source.name} is not the record of a validation: no '{missing[0]}'")
    aside = page.with_name(page.name + ".tmp")
    aside.write_text(html(content), encoding="utf-8")
    aside.replace(page)


def html(content: Mapping[str, Any]) -> str:
    """Make the page."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    filters: dict[str, Callable[..., Any]] = {
        "inline": Markup, "number": number, "share": share, "signed": signed, "range": interval,
    }  # fmt: skip
    environment.filters |= filters
    rows = content["rows"]
    predicted = [row for row in rows if row["hit"] is not None]
    hits, misses = (
        [
            (title, len(chosen), condensed(chosen))
            for kind, title in KINDS.items()
            if (chosen := [r for r in predicted if r["kind"] == kind and r["hit"] == wanted])
        ]
        for wanted in (True, False)
    )
    css = (TEMPLATES / "report.css").read_text(encoding="utf-8")
    return environment.get_template("validation.html").render(
        css=css, kinds=KINDS, misses=misses, hits=hits, **content,
        not_predicted=condensed([row for row in rows if row["hit"] is None]),
    )  # fmt: skip


def condensed(rows: Sequence[Mapping[str, Any]]) -> list[tuple[Mapping[str, Any], int]]:
    """One line for all points of a curve, or all years of a figure: the one furthest off.

    Parameters
    ----------
    rows
        In order of distance, the furthest off first.

    Returns
    -------
    list of tuple
        A row, and how many it stands for.

    Examples
    --------
    >>> about = {"kind": "held out", "where": "japan", "definition": "rearrest", "subgroup": "all"}
    >>> found = condensed([{**about, "target": "y2"}, {**about, "target": "y1"}])
    >>> [(row["target"], count) for row, count in found]
    [('y2', 2)]
    """
    first: dict[tuple[Any, ...], Mapping[str, Any]] = {}
    counts: dict[tuple[Any, ...], int] = {}
    for row in rows:
        apart = row["kind"] == "must hold" or row["kind"].startswith("trial")
        key = (
            row["kind"],
            row["where"],
            row["definition"],
            row["subgroup"],
            row["target"] if apart else row.get("note") if row["kind"] in REFITS else None,
        )
        first.setdefault(key, row)
        counts[key] = counts.get(key, 0) + 1
    return [(row, counts[key]) for key, row in first.items()]


def number(value: float | None) -> str:
    """A number as read: three figures that count, none beyond two decimals.

    >>> number(23.456), number(-0.1234), number(1234.5), number(None)
    ('23.5', '−0.12', '1,234', '–')
    """
    if value is None:
        return "–"
    decimals = 0 if abs(value) >= 1000 else 1 if abs(value) >= 10 else 2
    return f"{value:,.{decimals}f}".replace("-", "−")


def signed(value: float | None) -> str:
    """A number with its sign.

    >>> signed(-1.25), signed(0.5)
    ('−1.25', '+0.50')
    """
    if value is None:
        return "–"
    return ("−" if value < 0 else "+") + number(abs(value))


def share(value: float | None) -> str:
    """A share in per cent.

    >>> share(0.955), share(None)
    ('96 %', '–')
    """
    return "–" if value is None else f"{100.0 * value:.0f} %"


def interval(low: float | None, high: float | None) -> str:
    """Both ends of an interval; one end alone as a limit.

    >>> interval(1.0, 2.5), interval(None, 0.0), interval(None, None)
    ('1.00 to 2.50', 'at most 0.00', '')
    """
    if low is None:
        return "" if high is None else f"at most {number(high)}"
    return f"{number(low)} to {number(high)}"
