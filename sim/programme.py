"""What programmes have in common: limited places, people who start, drop out or finish.

A rule that runs one keeps a column of one byte a person, the *stage*: 0 when not taking part,
1 to 250 the months still to go, or how it ended.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numba as nb
import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from sim.choices import first_by_priority
from sim.legal_status import CUSTODY

if TYPE_CHECKING:
    from sim.rules import Rows, Rule
    from sim.world import World

OPEN, LEFT, DONE = 0, 254, 255
"""Stages other than months to go: may start, dropped out, finished."""

LEAST_ROOM = 0.2
"""Share of programmes that goes on however crowded prisons are."""


def taking_part(stage: NDArray[Any], rows: Rows) -> Rows:
    """Those of the rows who are in the programme now."""
    taking = np.empty(rows.shape[0], np.int64)
    return taking[: _taking_part(stage, rows, taking)].copy()


@nb.njit(cache=True)
def _taking_part(stage, rows, taking):  # type: ignore[no-untyped-def]
    found = 0
    for row in rows:
        if OPEN < stage[row] < LEFT:
            taking[found] = row
            found += 1
    return found


def attend(
    rule: Rule, world: World, stage: NDArray[Any], present: Rows, suitable: Rows, places: float,
    months: float, completion: float, setting: str = "",
    priority: NDArray[np.floating] | None = None,
    passes: Callable[[Rows], NDArray[np.bool_]] | None = None,
) -> tuple[Rows, Rows]:  # fmt: skip
    """Advance a programme by a month and fill its free places.

    Parameters
    ----------
    rule
        Whose programme it is; keys the draws.
    stage
        Stage of everyone, shape (people,); changed in place.
    present
        Rows in the setting where the programme runs; places count within it.
    suitable
        Rows among them who may start; those who finished, dropped out or take part do not.
    places, months
        Places in this setting, length of the programme.
    completion
        Probability that someone who starts completes.
    setting
        Tells apart the draws of one rule's programmes.
    priority
        One value for each of ``suitable``: the highest first, ties by lot. By lot alone when None.
    passes
        A further condition that is dear to find out (an assessment, say): asked, by lot, only
        about as many people as it takes to fill the places. Not together with ``priority``.

    Returns
    -------
    tuple of ndarray
        Rows that start, and rows that complete, this month.
    """
    ids = world.people.id
    busy = taking_part(stage, present)
    monthly = completion ** (1.0 / max(months, 1.0))
    stays = rule.happens(world, f"stays {setting}", ids[busy], monthly)
    stage[busy[~stays]] = LEFT
    busy = busy[stays]
    stage[busy] -= 1
    done = busy[stage[busy] == OPEN]
    stage[done] = DONE
    free = max(int(places) - (busy.shape[0] - done.shape[0]), 0)
    if free == 0:
        return busy[:0], done
    waits = stage[suitable] == OPEN
    if rule.name in world.reserved:
        waits &= world.reaches(rule.name, suitable)
    open_to = np.flatnonzero(waits)
    waiting, decision = suitable[open_to], f"queue {setting}"
    if priority is not None:
        first = first_by_priority(
            priority[open_to], lambda at: rule.draw(world, decision, ids[waiting[at]]),
            ids[waiting], free,
        )  # fmt: skip
        starting = waiting[first]
    elif passes is not None:
        starting = _first_who_pass(rule, world, decision, waiting, passes, free)
    else:
        starting = rule.by_lot(world, decision, waiting, free)
    stage[starting] = min(max(int(months), 1), 250)
    return starting, done


def _first_who_pass(
    rule: Rule, world: World, decision: str, waiting: Rows,
    passes: Callable[[Rows], NDArray[np.bool_]], places: int,
) -> Rows:  # fmt: skip
    """Go down the line as the lot orders it, asking each, until the places are full."""
    asked = 2 * places + 32
    while asked < waiting.shape[0]:
        line = rule.by_lot(world, decision, waiting, asked)
        fit = line[passes(line)]
        if fit.shape[0] >= places:
            return fit[:places]
        asked *= 4
    return rule.by_lot(world, decision, waiting[passes(waiting)], places)


def reopen_outside(world: World, stage: NDArray[Any]) -> None:
    """Leaving custody breaks a programme off; who did not finish may start in the next custody."""
    _reopen(world.people.status, stage)


@nb.njit(cache=True)
def _reopen(status, stage):  # type: ignore[no-untyped-def]
    for i in range(status.shape[0]):
        stays = (status[i] == CUSTODY) | (stage[i] == DONE)
        stage[i] = stage[i] if stays else OPEN


def room(world: World) -> float:
    """Share of programme places and regime that crowding leaves usable (`custody`)."""
    return float(max(world.rule("custody").access(world), LEAST_ROOM))


def still_inside(world: World, months: float) -> Rows:
    """Rows in custody with at least so many months left to serve."""
    rows = world.selection("in_custody")
    return rows[world.people.custody_end[rows] - world.month >= months]


def risk_among(world: World, among: Rows) -> Callable[[Rows], NDArray[np.float64]]:
    """Scale of risk among some people: a function from rows to their normal scores on it.

    The people are ranked once by their own rate of offending; scores are found only for the rows
    asked about. Score only those who come into question: finding a rank costs more than ranking.
    """
    offending = world.rule("offending")
    scale = np.sort(offending.log_rate(world, among))
    return lambda rows: normal_score(scale, offending.log_rate(world, rows))


def risk_score(world: World, among: Rows, rows: Rows) -> NDArray[np.float64]:
    """Normal score of each row's own rate of offending among the people given."""
    return risk_among(world, among)(rows)


def normal_score(rates: NDArray[np.float64], own: NDArray[np.float64]) -> NDArray[np.float64]:
    """Normal score of each own rate among the rates given in ascending order (or of their logs)."""
    at = np.searchsorted(rates, own, side="right")
    score: NDArray[np.float64] = ndtri((at - 0.5) / max(rates.shape[0], 1))
    return score


def error_correlation(accuracy: float, best: float) -> float:
    """Correlation of assessed with true risk that an accuracy (AUC) implies."""
    return float(min(ndtri(accuracy) / ndtri(best), 1.0))


def assessed(
    score: NDArray[np.float64], luck: NDArray[np.float64], accuracy: float, best: float
) -> NDArray[np.float64]:
    """Risk as an instrument of this accuracy (AUC) sees it: the score, and error by luck."""
    rho = error_correlation(accuracy, best)
    seen: NDArray[np.float64] = rho * score + np.sqrt(1.0 - rho**2) * ndtri(luck)
    return seen
