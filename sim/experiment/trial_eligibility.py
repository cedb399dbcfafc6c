"""Who may take part: conditions on columns, in words that a researcher can read.

A condition names a column and what it must be: a value (``male: true``), one of a list
(``offence: [burglary, robbery]``), or limits (``age_years: {at_least: 18, below: 35}``). All must
hold. Every column of the people table can be named, those of levers included, but for what no
study could observe.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.errors import DesistError
from sim.experiment.checked import Where
from sim.offences import GROUPS, NAMES
from sim.people import NO_ORDER
from sim.rules import Rows

if TYPE_CHECKING:
    from sim.world import World

LIMITS: dict[str, Callable[[Any, Any], Any]] = {
    "at_least": operator.ge, "at_most": operator.le, "above": operator.gt, "below": operator.lt,
}  # fmt: skip
HIDDEN = (
    "id", "flag", "offences", "followed", "log_frailty", "trial_arm", "trial_stage",
    "trial_inside", "trial_released", "cognition", "match", "peer", "peer_row",
)  # fmt: skip
"""Columns that are nobody's to select on: unobserved, scratch, or the trial's own."""


@dataclass(frozen=True)
class Candidates:
    """People at the moment of the event; ``at`` are their places on the docket, when it is one."""

    world: World
    rows: Rows
    at: Rows | None


@dataclass(frozen=True)
class Word:
    """A derived column: meaning, unit, how it is read, and words for its codes."""

    unit: str
    meaning: str
    read: Callable[[Candidates], NDArray[Any]]
    codes: tuple[str, ...] = ()
    docket: bool = False


def _column(name: str) -> Callable[[Candidates], NDArray[Any]]:
    return lambda c: c.world.people.array(name)[c.rows]


def _since(name: str) -> Callable[[Candidates], NDArray[Any]]:
    # 32767 means never: far in the past for those who were never released.
    def read(c: Candidates) -> NDArray[Any]:
        month = c.world.people.array(name)[c.rows].astype(np.int64)
        return np.where(month > c.world.month, 9999, c.world.month - month)

    return read


WORDS: dict[str, Word] = {
    "age_years": Word(
        "years", "age",
        lambda c: (c.world.month - c.world.people.birth_month[c.rows]) / 12.0,
    ),
    "male": Word("true or false", "recorded as male", _column("male")),
    "priors": Word("convictions", "earlier convictions", _column("priors")),
    "offence_group": Word("word", "offence group of the latest arrest",
                          _column("offence_group"), GROUPS),
    "supervised": Word(
        "true or false", "under an order in the community",
        lambda c: c.world.people.order[c.rows] != NO_ORDER,
    ),
    "months_since_release": Word(
        "months", "since the last release from prison", _since("trial_released")
    ),
    "months_served": Word("months", "in custody so far", _since("custody_start")),
    "months_left": Word(
        "months", "left to serve", lambda c: c.world.people.custody_end[c.rows] - c.world.month
    ),
    "offence": Word(
        "word", "main offence of the case",
        lambda c: c.world.people.case_offence[c.rows].astype(np.int64) - 1
        if c.at is None else c.world.docket.offence[c.at],
        NAMES,
    ),
    "has_victim": Word(
        "true or false", "the case has an identifiable victim",
        lambda c: c.world.victims.rows(c.world.docket.victim[c.at]) >= 0, docket=True,
    ),
    "sentence_months": Word(
        "months", "that the proposed sentence takes",
        lambda c: c.world.docket.months[c.at], docket=True,
    ),
}  # fmt: skip
"""Columns in researchers' words; every other column of the people table goes by its own name."""


def known_columns(columns: Iterable[str]) -> list[str]:
    """Every name that a condition may use, given the people table's columns."""
    return sorted({*WORDS, *(name for name in columns if name not in HIDDEN)})


def check_conditions(
    conditions: Mapping[str, Any], columns: Iterable[str], on_docket: bool,
    where: Where, keys: tuple[object, ...],
) -> None:  # fmt: skip
    """Refuse unknown columns, limits and words.

    Parameters
    ----------
    columns
        Columns of the people table of the trial's world.
    on_docket
        Whether the event is a conviction or sentence, so that the case can be read.
    keys
        Where the conditions stand in the file.
    """
    known = known_columns(columns)
    for name, condition in conditions.items():
        at = where((*keys, name))
        if name not in known:
            raise DesistError(f"unknown column '{name}'", at, given=name, valid=known)
        word = WORDS.get(name)
        if word is not None and word.docket and not on_docket:
            raise DesistError(
                f"'{name}' is known at conviction only", at, mend="choose another event or column"
            )
        _check_condition(name, condition, word.codes if word else (), at)


def _check_condition(name: str, condition: Any, codes: tuple[str, ...], at: str) -> None:
    if isinstance(condition, Mapping):
        for limit, bound in condition.items():
            if limit == "not":
                _check_condition(name, bound, codes, at)
            elif limit not in LIMITS:
                valid = (*LIMITS, "not")
                raise DesistError(
                    f"unknown limit '{limit}' of {name}", at, given=limit, valid=valid
                )
            elif isinstance(bound, bool) or not isinstance(bound, (int, float)) or codes:
                raise DesistError(f"{limit} of {name} is {bound!r}", at, why="expected a number")
        return
    for value in condition if isinstance(condition, list) else [condition]:
        if codes and value not in codes:
            raise DesistError(f"unknown {name} '{value}'", at, given=str(value), valid=codes)
        if not codes and not isinstance(value, (bool, int, float)):
            raise DesistError(f"{name} is {value!r}", at, why="expected a number, true or false")


def holds(conditions: Mapping[str, Any], candidates: Candidates) -> NDArray[np.bool_]:
    """Whether all conditions hold, shape (candidates,)."""
    met = np.ones(candidates.rows.shape[0], np.bool_)
    for name, condition in conditions.items():
        word = WORDS.get(name)
        values = word.read(candidates) if word else _column(name)(candidates)
        met &= _holds(condition, values, word.codes if word else ())
    return met


def _holds(condition: Any, values: NDArray[Any], codes: tuple[str, ...]) -> NDArray[np.bool_]:
    if isinstance(condition, Mapping):
        met = np.ones(values.shape[0], np.bool_)
        for limit, bound in condition.items():
            met &= ~_holds(bound, values, codes) if limit == "not" else LIMITS[limit](values, bound)
        return met
    wanted = condition if isinstance(condition, list) else [condition]
    return np.isin(values, [codes.index(value) if codes else value for value in wanted])
