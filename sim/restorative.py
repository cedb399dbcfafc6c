"""The way to a restorative meeting, the same at every stage: screen, refer, ask, allocate, meet.

Both sides must consent, unsafe cases are screened out, facilitators' hours limit what can be held.
Who meets is left with an effect on offending; the victim with relief, a view of how the case was
dealt with, and an agreement that is kept or broken. `restorative_justice` says who may be asked at
which stage, and holds the numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.offences import GROUP_OF, NAMES, VIOLENT
from sim.scan import rows_where

if TYPE_CHECKING:
    from sim.rules import Rows
    from sim.world import World

SEXUAL = NAMES.index("sexual")
HOMICIDE = NAMES.index("homicide")
NOT_ASKED, DECLINES, CONSENTS = 0, 1, 2
"""What a victim answered (column ``consent``)."""

HELD, CONTROL = 1, 2
FOLLOW_UP_MONTHS = 24
"""Arms of the lottery among the willing, and for how long they are followed."""


@dataclass(frozen=True)
class Cases:
    """People with the victim of their case; arrays of shape (n,).

    ``victim`` holds rows of the victims' table, ``month`` the month that keys the case's luck.
    """

    rows: Rows
    victim: NDArray[np.int64]
    month: NDArray[np.int64]

    def at(self, chosen: NDArray[np.bool_] | NDArray[np.int64]) -> Cases:
        """Part of the cases."""
        return Cases(self.rows[chosen], self.victim[chosen], self.month[chosen])


def suitable(
    rule: Any, world: World, rows: Rows, numbers: NDArray[np.integer],
    month: NDArray[np.int64],
) -> Cases:  # fmt: skip
    """Cases with a victim who can still be reached, among people who have not met one yet."""
    victim = world.victims.rows(numbers)
    fit = (victim >= 0) & (world.people.conferenced[rows] == 0)
    if world.reserved:
        fit &= world.reaches(rule.name, rows)
    cases = Cases(rows[fit], victim[fit], month[fit])
    return cases.at(world.victims.offence[cases.victim] != HOMICIDE)


def offer(rule: Any, world: World, cases: Cases, share: float) -> Cases:
    """Refer a share, screen, ask both sides, draw lots if wanted, and meet; return kept agreements.

    Returns
    -------
    Cases
        Those whose agreement is kept.
    """
    if share <= 0.0 or cases.rows.shape[0] == 0:
        return cases.at(np.zeros(cases.rows.shape[0], np.bool_))
    count, ids = world.records.count, world.people.id[cases.rows]
    rule.note_access(world, "eligible", cases.rows)
    referred = rule.happens(world, "referred", ids, share, cases.month)
    safe = ~unsafe(rule, world, cases) | ~rule.happens(
        world, "screened", ids, rule.screening, cases.month
    )
    cases = cases.at(referred & safe)
    ids = world.people.id[cases.rows]
    count("conferences_referred", np.count_nonzero(referred))
    count("conferences_screened_out", np.count_nonzero(referred & ~safe))
    rule.note_access(world, "offered", cases.rows)
    person = rule.happens(world, "person consents", ids, rule.person_consents, cases.month)
    # The victim is asked only where the person takes responsibility and consents.
    victim = rule.happens(world, "victim consents", ids, rule.victim_consents(), cases.month)
    world.victims.consent[cases.victim[person]] = np.where(victim[person], CONSENTS, DECLINES)
    count("victims_asked", np.count_nonzero(person))
    cases = cases.at(person & victim)
    count("conferences_agreed", cases.rows.shape[0])
    rule.note_access(world, "consented", cases.rows)
    if rule.lottery:
        cases = cases.at(draw_lots(rule, world, cases.rows))
    return meet(rule, world, cases)


def unsafe(rule: Any, world: World, cases: Cases) -> NDArray[np.bool_]:
    """Cases in which a meeting may harm: sexual offences, and part of other violence."""
    offence = world.victims.offence[cases.victim]
    found: NDArray[np.bool_] = offence == SEXUAL
    violent = rows_where(GROUP_OF[offence] == VIOLENT)
    ids, month = world.people.id[cases.rows[violent]], cases.month[violent]
    found[violent] |= rule.happens(world, "unsafe", ids, rule.unsafe_violence, month)
    return found


def meet(rule: Any, world: World, cases: Cases) -> Cases:
    """Hold the meetings that the facilitators' hours allow; return those with a kept agreement."""
    people, service = world.people, world.restorative_service
    order = np.argsort(rule.draw(world, "queue", people.id[cases.rows], cases.month), kind="stable")
    cases = cases.at(order)
    hours, strength = forms(rule, world, cases)
    held = np.cumsum(hours) <= service.capacity
    service.waiting += int(np.count_nonzero(~held))
    cases, hours, strength = cases.at(held), hours[held], strength[held]
    service.capacity -= float(hours.sum())
    service.caseload += cases.rows.shape[0]
    # Another meeting renews the effect; it does not add to what is left.
    people.conference_log_hr[cases.rows] = rule.full_effect() * strength
    people.conferenced[cases.rows] = 1
    kept = help_victims(rule, world, cases)
    count = world.records.count
    count("conferences_held", cases.rows.shape[0])
    count("facilitator_hours", hours.sum())
    count("cost_restorative", hours.sum() * rule.hour_cost)
    rule.note_access(world, "started", cases.rows)
    rule.note_access(world, "completed", cases.rows[kept])
    return cases.at(kept)


def forms(rule: Any, world: World, cases: Cases) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Hours that each case takes by its form, and the form's effect relative to a conference's."""
    u = rule.draw(world, "form", world.people.id[cases.rows], cases.month)
    mediated = u < rule.mediation
    circle = ~mediated & (u < rule.mediation + (1.0 - rule.mediation) * rule.circle)
    hours = np.where(circle, rule.circle_hours, rule.conference_hours)
    hours = np.where(mediated, rule.mediation_hours, hours)
    return hours * rule.preparation_share(), np.where(mediated, rule.mediation_effect, 1.0)


def help_victims(rule: Any, world: World, cases: Cases) -> NDArray[np.bool_]:
    """Relief, satisfaction, agreement and payment; return whose agreement is kept."""
    ids, victims, count = world.people.id[cases.rows], world.victims, world.records.count
    at, month = cases.victim, world.month
    ill = victims.symptoms_end[at] > month
    relieved = ill & (rule.draw(world, "relief", ids, cases.month) > rule.symptoms_ratio)
    # In an unsafe case that was not screened out, the meeting may do harm instead.
    worse = unsafe(rule, world, cases) & (
        rule.draw(world, "harm", ids, cases.month) < rule.harmed_if_unsafe
    )
    victims.symptoms_end[at[relieved]] = month
    victims.symptoms_end[at[worse]] = np.maximum(victims.symptoms_end[at[worse]], month + 12)
    pleased = ~worse & (rule.draw(world, "satisfied", ids, cases.month) < rule.satisfied)
    victims.conferenced[at] = 1
    victims.satisfied[at] = pleased
    kept: NDArray[np.bool_] = rule.draw(world, "agreement", ids, cases.month) < rule.kept
    world.rule("restitution").pay(world, at[kept], ids[kept], rule.payment_ratio)
    count("victims_relieved", np.count_nonzero(relieved))
    count("victims_harmed_by_meeting", np.count_nonzero(worse))
    count("victims_satisfied", np.count_nonzero(pleased))
    count("agreements_kept", np.count_nonzero(kept))
    count("agreements_broken", np.count_nonzero(~kept))
    return kept


def draw_lots(rule: Any, world: World, rows: Rows) -> NDArray[np.bool_]:
    """Half of the willing get a meeting, by lot; tell who.

    Whoever lost is not drawn again while being followed, or the control arm would empty.
    """
    people, month = world.people, world.month
    since = month - people.lot_month[rows].astype(np.int64)
    follows = (people.lot[rows] > 0) & (since <= FOLLOW_UP_MONTHS)
    wins: NDArray[np.bool_] = ~follows & (rule.draw(world, "lottery", people.id[rows]) < 0.5)
    new = rows[~follows]
    people.lot[new] = np.where(wins[~follows], HELD, CONTROL)
    people.lot_month[new] = month
    return wins


def count_arms(world: World) -> None:
    """Count time at liberty and arrests in both arms of the lottery.

    The estimate that a place could make of itself, without selection.
    """
    people = world.people
    rows = rows_where(people.lot > 0)
    since = world.month - people.lot_month[rows].astype(np.int64)
    rows = rows[(since > 0) & (since <= FOLLOW_UP_MONTHS)]
    outside = world.belongs("at_liberty")[rows]
    arrested = (people.case_offence[rows] > 0) & (people.case_month[rows] == world.month)
    for name, code in (("held", HELD), ("control", CONTROL)):
        arm = people.lot[rows] == code
        world.records.count(f"lottery_{name}_months", np.count_nonzero(outside & arm))
        world.records.count(f"lottery_{name}_arrests", np.count_nonzero(arrested & arm))
