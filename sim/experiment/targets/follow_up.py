"""How long people are followed: what ``t_years`` says."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from sim.errors import DesistError

LONGEST_YEARS = 20.0
SHORTEST_YEARS = 1.0 / 24.0
GIVEN = re.compile(r"years? (\d+)(?:-(\d+))? given .*?years? (?:1-)?(\d+)")
AFTER_SURVIVAL = re.compile(r"(\d+)(?:-(\d+))? ?\| ?survived (\d+)")


@dataclass(frozen=True)
class FollowUp:
    """Months from the index event, and how many of them must have passed without the event."""

    months: int
    free_months: int = 0


def read_follow_up(t_years: str, definition: str, where: str) -> FollowUp:
    """Read ``5``, or ``2-3 | survived 1``: in years 2 and 3 of those without event in year 1.

    Raises
    ------
    DesistError
        For no time, or one that is too long to be simulated.

    Examples
    --------
    >>> read_follow_up("2-3 | survived 1", "", "here")
    FollowUp(months=36, free_months=12)
    >>> read_follow_up("0.0833", "", "here")
    FollowUp(months=1, free_months=0)
    """
    text = t_years.strip().lower()
    given = AFTER_SURVIVAL.fullmatch(text) or GIVEN.search(definition.lower())
    if given is not None:
        first, last, free = int(given[1]), int(given[2] or given[1]), int(given[3])
        if first != free + 1 or last < first:
            raise DesistError(f"t_years is '{t_years}'", where,
                              why="the years must follow those without event")  # fmt: skip
        return FollowUp(_months(float(last), t_years, where), 12 * free)
    if re.search(r"\bgiven\b", definition.lower()):
        raise DesistError(f"t_years is '{t_years}'", where, mend="write '2-3 | survived 1'")
    try:
        years = float(re.sub(r" ?y(ears?)?$", "", text))
    except ValueError:
        raise DesistError(f"t_years is '{t_years}'", where,
                          why="expected years, or '2-3 | survived 1'") from None  # fmt: skip
    return FollowUp(_months(years, t_years, where))


def _months(years: float, given: str, where: str) -> int:
    if not (math.isfinite(years) and SHORTEST_YEARS < years <= LONGEST_YEARS):
        raise DesistError(f"t_years is {given}", where,
                          why=f"expected a month (0.0833) to {LONGEST_YEARS:g} years")  # fmt: skip
    return round(12.0 * years)
