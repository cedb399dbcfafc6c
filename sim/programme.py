"""What programmes have in common: limited places, people who start, drop out or finish.

A rule that runs one keeps a column of one byte a person, the *stage*: 0 when not taking part,
1 to 250 the months still to go, or how it ended.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from sim.people import CUSTODY

if TYPE_CHECKING:
    from sim.rules import Rows, Rule
    from sim.world import World

OPEN, LEFT, DONE = 0, 254, 255
"""Stages other than months to go: may start, dropped out, finished."""

LEAST_ROOM = 0.2
"""Share of programmes that goes on however crowded prisons are."""


def taking_part(stage: NDArray[Any], rows: Rows) -> Rows:
    """Those of the rows who are in the programme now."""
    return rows[(stage[rows] > OPEN) & (stage[rows] < LEFT)]


def attend(
    rule: Rule, world: World, stage: NDArray[Any], present: Rows, suitable: Rows, places: float,
    months: float, completion: float, setting: str = "",
    priority: NDArray[np.floating] | None = None,
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

    Returns
    -------
    tuple of ndarray
        Rows that start, and rows that complete, this month.
    """
    ids = world.people.id
    busy = taking_part(stage, present)
    monthly = completion ** (1.0 / max(months, 1.0))
    stays = rule.draw(world, f"stays {setting}", ids[busy]) < monthly
    stage[busy[~stays]] = LEFT
    busy = busy[stays]
    stage[busy] -= 1
    done = busy[stage[busy] == OPEN]
    stage[done] = DONE
    free = max(int(places) - int(np.count_nonzero(stage[busy] != DONE)), 0)
    open_to = stage[suitable] == OPEN
    if world.reserved:
        open_to &= np.isin(suitable, world.reach(rule.name, suitable))
    waiting = suitable[open_to]
    lot = rule.draw(world, f"queue {setting}", ids[waiting])
    order = np.argsort(lot) if priority is None else np.lexsort((lot, -priority[open_to]))
    starting = waiting[order[:free]]
    stage[starting] = min(max(int(months), 1), 250)
    return starting, done


def reopen_outside(world: World, stage: NDArray[Any]) -> None:
    """Leaving custody breaks a programme off; who did not finish may start in the next custody."""
    stage[(world.people.status != CUSTODY) & (stage < DONE)] = OPEN


def room(world: World) -> float:
    """Share of programme places and regime that crowding leaves usable (`custody`)."""
    return float(max(world.rule("custody").access(world), LEAST_ROOM))


def still_inside(world: World, months: float) -> Rows:
    """Rows in custody with at least so many months left to serve."""
    rows = world.selection("in_custody")
    return rows[world.people.custody_end[rows] - world.month >= months]


def risk_score(world: World, among: Rows, rows: Rows) -> NDArray[np.float64]:
    """Normal score of each row's own rate of offending among the people given."""
    offending = world.rule("offending")
    rates = np.sort(offending.relative_rate(world, among))
    return normal_score(rates, offending.relative_rate(world, rows))


def normal_score(rates: NDArray[np.float64], own: NDArray[np.float64]) -> NDArray[np.float64]:
    """Normal score of each own rate among the rates given in ascending order."""
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
