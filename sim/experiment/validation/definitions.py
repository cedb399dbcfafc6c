"""What a target counts, in words: the outcome, from which event on, and how it is counted.

The words are those of ``docs/validation.md``. Published definitions are read by the same patterns,
so that a table of cohorts in its own words can often be used as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.errors import DesistError
from sim.experiment.fit_measures import COHORT_MONTHS, Measured, cohort_of, percentage, within
from sim.experiment.validation.subgroups import select
from sim.records import (
    FINED,
    RELEASE_PRISON,
    RELEASE_SHORT,
    START_COMMUNITY,
    START_SUSPENDED,
    EventLog,
    Recorded,
    event_key,
)  # fmt: skip

WORDS = (
    "rearrest", "reconviction", "return to prison", "reoffending", "proven reoffending",
    "rearrest during the year", "arrests a person",
    "return to prison by the end of the calendar year",
)  # fmt: skip
"""Definitions that can be written in a file of targets."""

OUTCOMES = (
    (r"^(any |all |self-reported )?(re)?offending|undetected", "to_offence"),
    (r"reconvict|convict|proven re-?offend|new sanction", "to_reconviction"),
    (r"re-?imprison|return\w* to (prison|custody)|re-?incarcerat", "to_return"),
    (r"re-?arrest|\barrest|\bcharged", "to_rearrest"),
)
"""Pattern to the column of first times; the first that is found counts."""

INDEX_EVENTS = {
    "release from prison": (RELEASE_PRISON,),
    "release from short custody": (RELEASE_SHORT,),
    "release from custody": (RELEASE_PRISON, RELEASE_SHORT),
    "community sentence": (START_COMMUNITY,),
    "suspended sentence": (START_SUSPENDED,),
    "custody or court order": (RELEASE_PRISON, RELEASE_SHORT, START_COMMUNITY, START_SUSPENDED),
    "fine": (FINED,),
    "any disposal": (RELEASE_PRISON, RELEASE_SHORT, START_COMMUNITY, START_SUSPENDED, FINED),
}
"""From when people are followed: the words after ``after`` to events of the records."""

LONGEST_YEARS = 20.0


@dataclass(frozen=True)
class Definition:
    """What is counted among whom.

    Attributes
    ----------
    column
        Time in months from the index event to the first event, a column of the cohort.
    index
        Index events; None for the place's own custom (`release_events`).
    counted
        ``within`` t years, ``during`` the t-th year, ``calendar`` (by the end of the t-th calendar
        year, that of the index event being the first), or ``mean`` events a person in t years.
    """

    column: str
    index: tuple[int, ...] | None
    counted: str

    def months_needed(self, years: float) -> int:
        """Recorded months without which the cohort is not followed long enough."""
        return COHORT_MONTHS + round(12.0 * years)


@dataclass(frozen=True)
class Observed:
    """A finished run, and all its arrests."""

    recorded: Recorded
    arrests: EventLog


def read_definition(text: str, where: str) -> Definition:
    """Read a definition.

    Raises
    ------
    DesistError
        When no outcome, or no index event, is recognised; the nearest is offered.

    Examples
    --------
    >>> read_definition("rearrest", "here")
    Definition(column='to_rearrest', index=None, counted='within')
    >>> read_definition("cumulative % with arrest leading to conviction", "here").column
    'to_reconviction'
    >>> read_definition("reconviction after community sentence", "here").index
    (2,)
    """
    words = text.strip().lower().replace("_", " ")
    what, after, event = words.partition(" after ")
    column = next((column for pattern, column in OUTCOMES if re.search(pattern, what)), None)
    if column is None or re.search(r"\bgiven\b|in years \d", what):
        raise DesistError(f"unknown definition '{text}'", where, given=what, valid=WORDS)
    index = None
    if after:
        event = event.strip()
        if event not in INDEX_EVENTS:
            raise DesistError(
                f"unknown event '{event}' in '{text}'", where, given=event, valid=INDEX_EVENTS
            )
        index = INDEX_EVENTS[event]
    if re.search(r"by (the )?end of (the )?(calendar )?year", what):
        return Definition(column, index, "calendar")
    counted = "within"
    if re.search(r"\bduring\b", what):
        counted = "during"
    elif re.search(r"^mean\b|arrests (a|per) (released )?(person|prisoner)", what):
        counted = "mean"
    if counted != "within" and column != "to_rearrest":
        raise DesistError(
            f"only arrests can be counted year by year or a person, not '{what}'", where
        )
    return Definition(column, index, counted)


def measure(
    definition: Definition, subgroup: str, years: float, runs: list[Observed],
    releases: tuple[int, ...] = (RELEASE_PRISON,),
) -> Measured | None:  # fmt: skip
    """Measure a definition on finished runs; None when nobody is followed long enough.

    Parameters
    ----------
    releases
        Index events where the definition names none.

    Returns
    -------
    tuple
        Value (% or a person), people behind it, and a note.
    """
    total, people = 0.0, 0
    for counts in _counts(definition, subgroup, years, runs, releases):
        if counts is None:
            return None
        total += float(counts.sum())
        people += counts.shape[0]
    if definition.counted == "mean":
        return (total / people, people, "") if people else None
    return percentage(total, people)


def _counts(
    definition: Definition, subgroup: str, years: float, runs: list[Observed],
    releases: tuple[int, ...],
) -> Iterator[NDArray[np.float64] | None]:  # fmt: skip
    months = round(12.0 * years)
    for run in runs:
        cohort = run.recorded.cohort
        chosen = cohort_of(run.recorded, months, definition.index or releases)
        if chosen is None:
            yield None
            continue
        chosen = chosen & select(cohort, subgroup, "target")
        to = cohort[definition.column][chosen]
        if definition.counted == "within":
            yield within(to, months).astype(np.float64)
        elif definition.counted == "calendar":
            left = months - 1 - cohort["month"][chosen].astype(np.int64) % 12
            yield within(to, left).astype(np.float64)
        else:
            start = event_key(cohort["person"][chosen], cohort["month"][chosen])
            if definition.counted == "mean":
                yield run.arrests.count_within(start, months).astype(np.float64)
            else:
                # The last twelve of the months, as the t-th year.
                number = run.arrests.count_within(start + months - 12, 12)
                yield (number > 0).astype(np.float64)
