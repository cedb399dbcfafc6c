"""What programmes have in common: limited places, people who start, drop out or finish.

A rule that runs one keeps a column of one byte a person, the *stage*: 0 when not taking part,
1 to 250 the months still to go, or how it ended.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.choices import first_by_priority
from sim.legal_status import NEVER
from sim.scan import pick, rows_where

if TYPE_CHECKING:
    from sim.rules import Rows, Rule
    from sim.world import World

OPEN, LEFT, DONE = 0, 254, 255
"""Stages other than months to go: may start, dropped out, finished."""

LEAST_ROOM = 0.2
"""Share of programmes that goes on however crowded prisons are."""


def taking_part(stage: NDArray[Any], rows: Rows) -> Rows:
    """Those of the rows who are in the programme now."""
    return pick(rows, _in_programme(stage[rows]))


def _in_programme(stage: NDArray[Any]) -> NDArray[np.bool_]:
    taking: NDArray[np.bool_] = (stage > OPEN) & (stage < LEFT)
    return taking


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
    stage[_leaving(rule, world, busy, months, completion, setting)] = LEFT
    busy = pick(busy, stage[busy] != LEFT)
    left = stage[busy] - 1
    stage[busy] = left
    done = pick(busy, left == OPEN)
    stage[done] = DONE
    free = max(int(places) - (busy.shape[0] - done.shape[0]), 0)
    if free == 0:
        return busy[:0], done
    waits = stage[suitable] == OPEN
    if rule.name in world.reserved:
        waits &= world.reaches(rule.name, suitable)
    open_to = rows_where(waits)
    waiting, decision = suitable[open_to], f"queue {setting}"
    if priority is not None:
        first = first_by_priority(
            priority[open_to], lambda at: rule.draw(world, decision, ids[waiting[at]]),
            ids[waiting], free,
        )  # fmt: skip
        starting = waiting[first]
    else:
        starting = rule.by_lot(world, decision, waiting, free)
    stage[starting] = min(max(int(months), 1), 250)
    return starting, done


def _leaving(
    rule: Rule, world: World, busy: Rows, months: float, completion: float, setting: str
) -> Rows:
    """Rows that drop out: the hazard of leaving differs, its mean is the usual one."""
    ids, cognition, decision = world.people.id, world.rule("cognition"), f"stays {setting}"
    usual = 1.0 - completion ** (1.0 / max(months, 1.0))
    # Nobody's hazard is higher than this, so most need no further look.
    most = usual * cognition.most_hazard_of_leaving()
    doubtful = pick(busy, rule.happens(world, decision, ids[busy], most))
    hazard = usual * cognition.hazard_of_leaving(world, doubtful)
    return pick(doubtful, rule.happens(world, decision, ids[doubtful], hazard))


def reopen(world: World, stage: NDArray[Any], group: str, also_done: bool = False) -> None:
    """Who leaves the setting breaks off and may start again another time.

    Parameters
    ----------
    group
        People among whom the programme runs (`World.belongs`).
    also_done
        Whether those who finished may come again too.
    """
    here = world.belongs(group)
    stage *= here if also_done else here | (stage == DONE)  # 0 is OPEN


def measured(prefix: str, what: str) -> dict[str, tuple[str, str]]:
    """Metrics that `run` counts, by the prefix of their names."""
    return {
        f"{prefix}_places": ("places", f"places in {what}"),
        f"{prefix}_starts": ("persons", f"people who start {what}"),
        f"{prefix}_completions": ("persons", f"people who complete {what}"),
        f"{prefix}_waiting": ("persons", f"people who wait for a place in {what}"),
    }


def run(
    rule: Any, world: World, column: str, prefix: str, present: Rows, suitable: Rows,
    places: float, priority: NDArray[np.floating] | None = None,
) -> Rows:  # fmt: skip
    """Run a programme for a month: `attend`, and count people, places, access and cost.

    Parameters
    ----------
    rule
        The lever, with its ``programme_months`` and ``completion``.
    column, prefix
        Column of stages; prefix of the metrics (`measured`).
    present, suitable, places, priority
        As in `attend`.

    Returns
    -------
    ndarray
        Rows that complete this month. Stages of access are people in a month: ``eligible`` are
        those who could start, ``started`` and ``completed`` those who do.
    """
    stage = world.people.array(column)
    eligible = world.reach(rule.name, suitable)
    eligible = pick(eligible, stage[eligible] == OPEN)
    starting, done = attend(
        rule, world, stage, present, suitable, places, rule.programme_months, rule.completion,
        priority=priority,
    )  # fmt: skip
    rule.note_access(world, "eligible", eligible)
    rule.note_access(world, "started", starting)
    rule.note_access(world, "completed", done)
    count = world.records.count
    count(f"{prefix}_places", int(places))
    count(f"{prefix}_starts", starting.shape[0])
    count(f"{prefix}_completions", done.shape[0])
    count(f"{prefix}_waiting", eligible.shape[0] - starting.shape[0])
    year = world.rule("accounts").programme_place_year
    count("cost_programmes", np.count_nonzero(_in_programme(stage[present])) * year / 12.0)
    return done


def admit(
    lever: Any, world: World, rows: Rows, keyed_by: NDArray[np.integer]
) -> tuple[Rows, NDArray[np.float64]]:
    """Whom a treatment admits, by assessed risk and need or (part of them) by lot.

    Parameters
    ----------
    lever
        The programme, with its dial ``targeting``.
    keyed_by
        Month that keys the draw: one decision a stay or an order.

    Returns
    -------
    tuple of ndarray
        Rows admitted, and their priority: the assessed risk, or 0 where the lot decides.
    """
    by_need = lever.happens(world, "admitted", world.people.id[rows], lever.targeting, keyed_by)
    admitted = rows_where(~by_need | world.rule("assessment").finds_in_need(world, rows))
    rows, by_need = rows[admitted], by_need[admitted]
    return rows, (world.people.assessed_risk[rows] * by_need).astype(np.float64)


def treat(lever: Any, world: World, done: Rows) -> None:
    """Leave those who complete a treatment its effect, by how it matched their risk and need.

    Parameters
    ----------
    lever
        The programme, with ``hazard_ratio`` of everyone allocated at full fidelity over the first
        year, ``quality`` and ``completion``.
    """
    cognition, assessment = world.rule("cognition"), world.rule("assessment")
    published = float(np.log(lever.hazard_ratio)) * lever.quality
    effects = assessment.log_hr_by_match(published, cognition.fading_months, lever.completion)
    cognition.treat(world, done, effects[world.people.match[done]])


def run_inside(
    rule: Any, world: World, column: str, prefix: str, suitable: Rows,
    priority: NDArray[np.floating] | None = None, also_done: bool = False,
) -> Rows:  # fmt: skip
    """Run a programme in custody with the lever's ``places`` per 100, as crowding leaves them."""
    reopen(world, world.people.array(column), "in_custody", also_done)
    rows = world.selection("in_custody")
    places = rule.places / 100.0 * rows.shape[0] * room(world)
    return run(rule, world, column, prefix, rows, suitable, places, priority)


def room(world: World) -> float:
    """Share of programme places and regime that crowding leaves usable (`custody`)."""
    return float(max(world.rule("custody").access(world), LEAST_ROOM))


def still_inside(world: World, months: float) -> Rows:
    """Rows in custody with at least so many months left to serve."""
    rows = world.selection("in_custody")
    until = np.int16(min(world.month + np.ceil(months), NEVER))
    return pick(rows, world.people.custody_end[rows] >= until)
