"""Numbers read out of the words of a row, so that no code has to repeat them.

A row states its result in words (``OR non-recidivism 1.382 (recidivism 0.724)``). A conversion
names the row and a pattern; when a correction of the row changes the number, the conversion moves
with it, and when it changes the words, the check says which pattern no longer finds anything.
"""

from __future__ import annotations

import re

from sim import evidence
from sim.errors import DesistError


class ReadingError(DesistError):
    """A pattern finds no number in a row."""


def reading(row: str, pattern: str, field: str = "estimate") -> float:
    r"""Return the number that the first group of ``pattern`` captures in a field of a row.

    Raises
    ------
    ReadingError
        When there is no such row, or its words have no such number.

    Examples
    --------
    >>> reading("cbt_meta_rct", r"\(recidivism ([.\d]+)")
    0.724
    """
    found = evidence.rows().get(row)
    match = re.search(pattern, found.fields[field]) if found else None
    if match is None:
        raise ReadingError(f"{row}: {field} has no number where {pattern!r} looks for one")
    return float(match[1].replace(",", ""))


def published_share(target: str) -> float:
    """Share that a calibration target states in per cent.

    >>> published_share("nij_ga_y23_gang_0.0")
    0.381
    """
    return reading(target, r"(.*)", "value") / 100.0


def base_risk(row: str) -> float:
    """Share of the untreated who reoffend, where the row's conversion states it (p0).

    >>> base_risk("em_france")
    0.65
    """
    return reading(row, r"p0 ?=? ?(\d?\.\d+)", "converted")
