"""From which event on people are followed: releases, orders, fines, by the words of a row."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.errors import DesistError
from sim.experiment.targets.cohort import Cohort
from sim.records import (
    CONFERENCE,
    FINED,
    RECEPTION,
    RELEASE_PRISON,
    RELEASE_SHORT,
    START_COMMUNITY,
    START_SUSPENDED,
)  # fmt: skip

RELEASES = (RELEASE_PRISON, RELEASE_SHORT)
ORDERS = (START_COMMUNITY, START_SUSPENDED)
FOLLOWED = (*RELEASES, *ORDERS)
ANY_DISPOSAL = (*FOLLOWED, FINED)

AFTER: dict[str, tuple[int, ...] | None] = {
    "release from prison": None,
    "release from short custody": (RELEASE_SHORT,),
    "release from custody": RELEASES,
    "community sentence": (START_COMMUNITY,), "start of community sentence": (START_COMMUNITY,),
    "suspended sentence": (START_SUSPENDED,), "start of suspended sentence": (START_SUSPENDED,),
    "court order": ORDERS, "custody or court order": FOLLOWED,
    "fine": (FINED,), "fine or discharge": (FINED,), "any disposal": ANY_DISPOSAL,
    "restorative conference": (CONFERENCE,), "reception into custody": (RECEPTION,),
}  # fmt: skip
"""Words after ``after`` to events of the records; None for the place's own releases."""

NOT_MODELLED = (
    (r"juvenile|youth|child|<18|age ?10-", "juvenile justice is not modelled"),
    (r"caution|reprimand", "cautions are not modelled"),
    (r"defendant|arrestee|detainee|on bail|bailed", "people are not followed from arrest or bail"),
)
"""Words of cohorts that the model does not have, and why."""

SENTENCE = re.compile(r"(<=|>=|<|>)?(?<!\d)(\d+)([my])\b(\+)?")
PAROLE = r"\bparole|conditional(ly)? release|\bon licen[cs]e"
FULL_TERM = r"\bfull[ -]term|\bunconditional|\bmax(ed)?[ -]?out"


@dataclass(frozen=True)
class Index:
    """Index events and who of them counts.

    Attributes
    ----------
    events
        None for the place's own releases from prison.
    served
        Months served, at least and at most; None for any.
    supervised
        Released to supervision (True) or without (False), from the first stay of the sentence;
        None for everybody.
    """

    events: tuple[int, ...] | None = None
    served: tuple[float, float] | None = None
    supervised: bool | None = None
    note: str = ""

    def select(self, cohort: Cohort) -> NDArray[np.bool_]:
        """Who of the index events counts, shape (index events,)."""
        chosen = np.ones(cohort["index"].shape[0], np.bool_)
        if self.served is not None:
            low, high = self.served
            chosen &= (cohort["served_months"] >= low) & (cohort["served_months"] <= high)
        if self.supervised is not None:
            chosen &= (cohort["supervised"] == 1) == self.supervised
            # A release after a recall is not the release that the sentence led to.
            chosen &= cohort["recalled"] == 0
        return chosen


def read_index(words: str, subgroup: str, cohort: str, where: str) -> Index:
    """Read index events from a row's definition, subgroup and cohort, in plain words.

    Parameters
    ----------
    words
        Without what is counted: ``released from custody`` is an index event, ``returned to
        custody`` is none.
    cohort
        ``jurisdiction_cohort``: whether people were released to parole.

    Raises
    ------
    DesistError
        For cohorts that the model does not have.

    Examples
    --------
    >>> read_index("adults released from <12m custody", "all", "", "here").events
    (1,)
    >>> read_index("", "custody <=6m", "", "here").served
    (0.0, 3.0)
    """
    for pattern, why in NOT_MODELLED:
        if re.search(pattern, f"{words} {subgroup} {cohort}"):
            raise DesistError("the cohort cannot be measured", where, why=why)
    # «After 3 years» says how long, not from when.
    after = re.search(r"(?:^| )after (?!\d)(.+)", words)
    event = after[1].strip(" ,.") if after else ""
    if event in AFTER:
        index = Index(AFTER[event])
    elif event and not re.search(r"custod|order|sentence|\bfine|releas", event):
        raise DesistError(f"unknown event '{event}'", where, given=event, valid=AFTER)
    else:
        index = _by_words(f"{words} {subgroup}")
    supervised = _supervised(f"{words} {subgroup} {cohort}")
    return Index(index.events, index.served, supervised, index.note)


def _by_words(words: str) -> Index:
    if "custod" in words and "court order" in words:
        return Index(FOLLOWED)
    if re.search(r"custod|sentence [<>]", words):
        return _custody(words)
    for pattern, events in (
        (r"any disposal", ANY_DISPOSAL),
        (r"suspended", (START_SUSPENDED,)),
        (r"community (order|sentence|service|penalt)|\bprobation(ers?)?\b", (START_COMMUNITY,)),
        (r"court order", ORDERS),
        (r"\bfine[sd]?\b|discharge", (FINED,)),
    ):
        if re.search(pattern, words):
            return Index(events)
    return Index()


def _custody(words: str) -> Index:
    """Custody up to a year is short; other limits are held against time served, half of them."""
    limits, open_ended = [], []
    for sign, number, unit, above_it in SENTENCE.findall(re.sub(r"within \d+[my]", "", words)):
        months = int(number) * (12 if unit == "y" else 1)
        if sign or above_it:
            limits.append((sign or ">=", months))
        else:
            open_ended.append(months)
    # A number without a sign begins a range, as in «12m to <4y» and «12m 4y».
    if open_ended and (limits or len(set(open_ended)) > 1):
        limits += [(">=", min(open_ended))]
        limits += [("<", max(open_ended))] if max(open_ended) > min(open_ended) else []
    if not limits:
        return Index((RELEASE_SHORT,) if re.search(r"\bshort\b", words) else RELEASES)
    below = min((m for sign, m in limits if "<" in sign), default=None)
    above = max((m for sign, m in limits if ">" in sign), default=0)
    events = (RELEASE_SHORT,) if below is not None and below <= 12 else RELEASES
    events = (RELEASE_PRISON,) if above >= 12 else events
    low = 0.0 if above in (0, 12) else above / 2.0
    high = np.inf if below in (None, 12) else (below or 0) / 2.0
    if (low, high) == (0.0, np.inf):
        return Index(events)
    span = f"at most {high:g}" if low == 0.0 else f"at least {low:g}"
    return Index(events, (low, high), note=f"served {span} months, half of the sentence")


def _supervised(text: str) -> bool | None:
    parole, full = bool(re.search(PAROLE, text)), bool(re.search(FULL_TERM, text))
    return None if parole == full else parole
