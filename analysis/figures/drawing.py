"""One look for every figure, and SVG that is the same byte for byte on every machine."""

from __future__ import annotations

import html
import io
import re
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

WIDTH_INCHES = 7.6
INK, SOFT, RULE = "#1d1d1f", "#5c6066", "#d5d8dc"
# Okabe and Ito (2008), darkest first; yellow is left out, it vanishes on white.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
MARKERS = ("o", "s", "^", "D", "v", "P")
LINES = ("-", (0, (5, 2)), (0, (5, 1.5, 1, 1.5)), (0, (1, 1.4)), (0, (8, 2)), (0, (3, 1, 1, 1)))
# The file is laid out with the font matplotlib carries, the widest of these, so that
# another reader's font never makes labels collide.
FONTS = "'DejaVu Sans', Verdana, Geneva, sans-serif"

_RC: dict[Any, Any] = {
    "svg.hashsalt": "desist",
    "svg.fonttype": "none",
    "font.family": "DejaVu Sans",
    "font.size": 8.0,
    "text.color": INK,
    "axes.edgecolor": SOFT,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.unicode_minus": True,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.size": 3,
    "ytick.major.size": 3,
    "lines.linewidth": 1.5,
    "grid.color": RULE,
    "grid.linewidth": 0.5,
}


@dataclass(frozen=True)
class Look:
    """Colour, marker and line of one policy: each alone tells it from the others."""

    colour: str
    marker: str
    line: str | tuple[int, tuple[float, ...]]


def look(position: int) -> Look:
    """Look of the policy at this place in the study; 0 is the baseline."""
    if position == 0:
        return Look(INK, "o", "-")
    at = position - 1
    return Look(
        COLOURS[at % len(COLOURS)],
        MARKERS[(at + at // len(COLOURS)) % len(MARKERS)],
        LINES[1 + at % (len(LINES) - 1)],
    )


@dataclass(frozen=True)
class Drawing:
    """A finished figure.

    ``svg`` is ready to stand inside a page; ``caption`` states statistic, place, period,
    n and source; ``description`` is the alternative text; ``table`` is what is drawn.
    """

    name: str
    title: str
    caption: str
    description: str
    svg: str
    table: pd.DataFrame

    def write(self, folder: Path) -> tuple[Path, Path]:
        """Write ``NAME.svg``, which carries its own title and caption, and ``NAME.csv``."""
        folder.mkdir(parents=True, exist_ok=True)
        picture, data = folder / f"{self.name}.svg", folder / f"{self.name}.csv"
        picture.write_text(_standalone(self), encoding="utf-8")
        self.table.to_csv(data, index=False, lineterminator="\n", float_format="%.8g")
        return picture, data


@contextmanager
def house_style() -> Iterator[None]:
    """Draw with the house style inside the block."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_RC)
        yield


def new_figure(height: float) -> Figure:
    """Make an empty figure of the report's width; height in inches."""
    return Figure(figsize=(WIDTH_INCHES, height))


def finish(
    figure: Figure, name: str, title: str, caption: str, description: str, table: pd.DataFrame
) -> Drawing:
    """Turn a matplotlib figure into a :class:`Drawing`."""
    buffer = io.StringIO()
    # Matplotlib would otherwise write the date, and its own address, into the file.
    nothing = {"Date": None, "Creator": None, "Format": None, "Type": None}
    with house_style():
        figure.savefig(buffer, format="svg", metadata=nothing)
    svg = _for_page(buffer.getvalue(), name, title, description)
    return Drawing(name, title, caption, description, svg, table)


def quiet(axes: Axes, *, keep: str = "") -> None:
    """Take the frame away, but for the named sides."""
    for side, spine in axes.spines.items():
        spine.set_visible(side in keep.split())


def _for_page(svg: str, name: str, title: str, description: str) -> str:
    """Strip what belongs to a file, and make ids unique within a page."""
    body = svg[svg.index("<svg") :]
    body = re.sub(r"\s*<metadata>.*?</metadata>", "", body, flags=re.DOTALL)
    body = re.sub(r'\sxmlns(:xlink)?="[^"]*"', "", body).replace("xlink:href", "href")
    body = re.sub(r'\bid="', f'id="{name}-', body)
    body = re.sub(r'href="#', f'href="#{name}-', body)
    body = re.sub(r"url\(#", f"url(#{name}-", body)
    body = re.sub(r"(font(?:-family)?:[^;\"]*)'DejaVu Sans'[^;\"]*", rf"\1{FONTS}", body)
    # A hundredth of a point is finer than any screen or printer.
    body = re.sub(r"<[^>]+>", lambda tag: re.sub(r"(\d\.\d\d)\d+", r"\1", tag.group()), body)
    body = re.sub(r'\stransform="rotate\(-0 [^"]*\)"', "", body)
    body = re.sub(r"[ \t]+\n", "\n", body)
    opening = re.match(r"<svg[^>]*>", body)
    assert opening is not None  # it starts there by construction
    box = re.search(r'viewBox="([^"]*)"', opening.group(0))
    assert box is not None
    width, height = box.group(1).split()[2:]
    head = (
        f'<svg viewBox="{box.group(1)}" width="{width}" height="{height}" role="img" '
        f'aria-label="{html.escape(title)}">\n'
        f"<title>{html.escape(title)}</title>\n<desc>{html.escape(description)}</desc>\n"
    )
    return head + body[opening.end() :].strip().lstrip("\n")


def _standalone(drawing: Drawing) -> str:
    """Set title above and caption below, for a figure that travels alone."""
    box = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', drawing.svg)
    assert box is not None
    width, height = float(box.group(1)), float(box.group(2))
    title = textwrap.wrap(drawing.title, 74) or [""]
    caption = textwrap.wrap(drawing.caption, 132)
    top, bottom = 8 + 15 * len(title), 6 + 11 * len(caption)
    total, edge = height + top + bottom, 10
    across = width + 2 * edge
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {across:g} {total:g}" '
        f'width="{across:g}" height="{total:g}" role="img" '
        f'aria-label="{html.escape(drawing.title)}" font-family="{FONTS}">',
        f'<rect width="{across:g}" height="{total:g}" fill="#fff"/>',
    ]
    lines += [
        f'<text x="{edge}" y="{15 * (at + 1):g}" font-size="11" font-weight="bold" '
        f'fill="{INK}">{html.escape(text)}</text>'
        for at, text in enumerate(title)
    ]
    lines.append(drawing.svg.replace("<svg ", f'<svg x="{edge}" y="{top:g}" ', 1))
    lines += [
        f'<text x="{edge}" y="{top + height + 11 * (at + 1) - 3:g}" font-size="7.5" '
        f'fill="{SOFT}">{html.escape(text)}</text>'
        for at, text in enumerate(caption)
    ]
    return "\n".join([*lines, "</svg>", ""])
