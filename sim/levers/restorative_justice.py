"""§42: restorative justice at four stages and in three forms.

A case may be referred before charge, between conviction and sentence, in custody or after release;
`sim.restorative` is the way from there to a meeting, the same at each stage, and one service holds
all meetings. Trials at different stages show no heterogeneity, so one effect serves all
(rj_campbell_repool). Before charge, part of the kept agreements ends the case: that is diversion;
elsewhere the sentence stays what it was. In custody and after release only victims of the last two
years can be reached. What it is not: mediation by letter, or a circle of support (`volunteers`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim import records, restorative
from sim.effects import initial_log_hr
from sim.people import CUSTODY, NEVER
from sim.pretrial_release import new_cases
from sim.processes.release import open_index
from sim.processes.sentencing import PRISON
from sim.rules import Column, Effect, Lever, array_step, dial, parameter
from sim.scan import pick

if TYPE_CHECKING:
    from sim.world import World

EVALUATED_MONTHS = 24.0


class RestorativeJustice(Lever):
    """Four stages, three forms, two consents, and what a meeting does for both sides."""

    paragraphs: ClassVar[tuple[int, ...]] = (42,)
    columns: ClassVar[tuple[Column, ...]] = (
        Column("last_victim", "i4", "victim number", "victim of the last conviction; -1", -1),
        Column("lot", "u1", "code", "drawn by lottery: a meeting, or none"),
        Column("lot_month", "i2", "month", "month of the lottery", -32000),
    )
    effects: ClassVar[tuple[Effect, ...]] = (
        Effect("conference_log_hr", "effect of a restorative meeting, fading"),
    )
    metrics: ClassVar = {
        "conferences_referred": ("cases", "cases referred to the restorative service"),
        "conferences_screened_out": ("cases", "of these, cases found unsafe"),
        "victims_asked": ("persons", "victims asked whether they want to meet"),
        "conferences_agreed": ("cases", "cases in which both sides consent"),
        "conferences_held": ("cases", "restorative meetings held"),
        "facilitator_hours": ("hours", "facilitators' hours"),
        "agreements_kept": ("cases", "agreements kept"),
        "agreements_broken": ("cases", "agreements broken"),
        "victims_relieved": ("persons", "victims whose symptoms remit after a meeting"),
        "victims_harmed_by_meeting": ("persons", "victims who are worse after an unsafe meeting"),
        "victims_satisfied": ("persons", "victims satisfied after a meeting"),
        "cases_diverted": ("cases", "cases ended by a kept agreement before charge"),
        "lottery_held_months": ("person-months", "at liberty, 24 months from a lot won"),
        "lottery_control_months": ("person-months", "at liberty, 24 months from a lot lost"),
        "lottery_held_arrests": ("persons", "arrested in those months after a lot won"),
        "lottery_control_arrests": ("persons", "arrested in those months after a lot lost"),
    }

    before_charge: float = dial(0.0, unit="share", label="suitable cases referred before charge")
    diverted: float = dial(
        0.5, unit="share", label="kept agreements before charge that end the case"
    )
    referral: float = dial(
        0.0, unit="share", label="suitable cases referred between conviction and sentence"
    )
    in_custody: float = dial(0.0, unit="share", label="suitable cases referred in custody")
    after_release: float = dial(0.0, unit="share", label="suitable cases referred after release")
    facilitators: float = dial(
        0.0, unit="per 1,000 people", low=0.0, high=50.0, label="full-time facilitators"
    )
    preparation: float = dial(
        1.0, unit="share",
        label="preparation of both sides: 0 a bare offer, 1 the approach of the trials",
    )  # fmt: skip
    screening: float = dial(1.0, unit="share", label="unsafe cases that are screened out")
    mediation: float = dial(0.0, unit="share", label="cases dealt with by mediation")
    circle: float = dial(0.0, unit="share", label="other cases dealt with in a circle")
    lottery: bool = dial(
        False, unit="on or off", label="half of the willing get a meeting, by lot, for evaluation"
    )

    hazard_ratio: float = parameter(
        0.82, unit="rate ratio", low=0.72, high=1.0,
        source="rjc_campbell_d;rj_campbell_repool;rj_adult_fulham;rj_youth_cochrane",
        label="offence frequency after a meeting, first two years",
        note="pooled odds ratio 0.755, or 0.81 as a hazard ratio at a base of 45 %; a virtual "
        "trial then gives back part of the pooled d, since pending cases and custody hide part of "
        "a frequency; null reviews set the upper end; violent prevalence is not shown to fall",
    )  # fmt: skip
    mediation_effect: float = parameter(
        0.5, unit="ratio", low=0.0, high=1.0, source="assumed",
        label="effect of mediation, to a conference's, on the log scale",
        note="reviews of mediation are mostly not randomised (rj_latimer)",
    )  # fmt: skip
    fading_months: float = parameter(
        48.0, unit="months", low=24.0, high=120.0, source="assumed",
        label="time constant with which the effect fades", note="trials follow for two years",
    )  # fmt: skip
    person_consents: float = parameter(
        0.60, unit="probability", low=0.4, high=0.8, source="assumed",
        label="people who consent", note="not in the register",
    )  # fmt: skip
    victim_consents_unprepared: float = parameter(
        0.243, unit="probability", low=0.2, high=0.3, source="rj_would_accept_csew",
        label="victims who would accept a bare offer",
    )  # fmt: skip
    victim_consents_prepared: float = parameter(
        0.55, unit="probability", low=0.3, high=0.8, source="rj_participation;rj_ni_presence",
        label="victims who consent after preparation",
        note="77 to 89 % of those approached is recalled; range as the register suggests",
    )  # fmt: skip
    conference_hours: float = parameter(
        45.0, unit="hours", low=25.0, high=60.0, source="rj_hours_philly",
        label="facilitator's hours for a conference, a third of them preparation",
    )  # fmt: skip
    mediation_hours: float = parameter(
        20.0, unit="hours", low=8.0, high=35.0, source="assumed",
        label="facilitator's hours for a mediation", note="two sides only",
    )  # fmt: skip
    circle_hours: float = parameter(
        70.0, unit="hours", low=45.0, high=120.0, source="assumed",
        label="facilitator's hours for a circle", note="more people to prepare, more meetings",
    )  # fmt: skip
    hours_per_month: float = parameter(
        130.0, unit="hours", low=110.0, high=150.0, source="assumed",
        label="hours a facilitator works a month", note="full time less leave",
    )  # fmt: skip
    hour_cost: float = parameter(
        53.0, unit="currency", low=35.0, high=100.0, source="rj_hours_philly;rj_cost_ew",
        label="cost of a facilitator's hour", note="2,400 a case of 45 hours",
    )  # fmt: skip
    wait_months: float = parameter(
        2.0, unit="months", low=1.0, high=6.0, source="rj_no_delay",
        label="months from reception to the meeting in custody", note="68 days, of youth sanctions",
    )  # fmt: skip
    unsafe_violence: float = parameter(
        0.1, unit="share", low=0.03, high=0.3, source="assumed",
        label="violent cases in which a meeting would be unsafe, sexual offences apart",
        note="coercive control above all; not in the register",
    )  # fmt: skip
    harmed_if_unsafe: float = parameter(
        0.3, unit="probability", low=0.05, high=0.6, source="assumed",
        label="victims who are worse for a year after an unsafe meeting",
        note="in screened conferences next to nobody is worse (rj_ni_feel); size assumed",
    )  # fmt: skip
    symptoms_ratio: float = parameter(
        0.6, unit="risk ratio", low=0.4, high=1.0, source="assumed",
        label="victims with clinical symptoms after a meeting, to without",
        note="the one trial result (rj_ptss_angel) is kept for prediction; assumed as advised",
    )  # fmt: skip
    satisfied: float = parameter(
        0.85, unit="probability", low=0.7, high=0.9, source="rj_victim_satisfaction;rj_ni_satisf",
        label="victims satisfied after a meeting",
    )  # fmt: skip
    kept: float = parameter(
        0.96, unit="probability", low=0.85, high=0.98, source="rj_act_20y",
        label="agreements that are kept",
    )  # fmt: skip
    payment_ratio: float = parameter(
        1.33, unit="ratio", low=1.1, high=1.4, source="rj_latimer",
        label="restitution paid under an agreement, to that under a court's order",
        note="recalled, self-selected",
    )  # fmt: skip

    def full_effect(self) -> float:
        """Log rate ratio just after a meeting, averaging to the published one in two years."""
        return initial_log_hr(
            float(np.log(self.hazard_ratio)), self.fading_months, EVALUATED_MONTHS
        )

    def victim_consents(self) -> float:
        """Share of victims who consent at this preparation."""
        bare, prepared = self.victim_consents_unprepared, self.victim_consents_prepared
        return bare + self.preparation * (prepared - bare)

    def preparation_share(self) -> float:
        """Hours at this preparation, relative to full preparation."""
        return (2.0 + self.preparation) / 3.0

    @array_step("demography")
    def staff(self, world: World) -> None:
        """Give the service the month's hours; the last case is drawn, so that means are right."""
        hours = self.facilitators * world.persons / 1000.0 * self.hours_per_month
        u = float(self.draw(world, "capacity", np.array([world.court.key], np.uint32))[0])
        service = world.restorative_service
        service.capacity = hours + (u * self.conference_hours if hours > 0 else 0.0)
        service.waiting = service.caseload = 0

    @array_step("ties", writes=["conference_log_hr", "conferenced", "lot", "lot_month"])
    def meet_after_release(self, world: World) -> None:
        """Offer meetings to those released last month."""
        people = world.people
        rows = world.selection("at_liberty", people.last_inside == world.month - 1)
        self._offer_again(world, rows, self.after_release)

    @array_step("pretrial", writes=[
        "conference_log_hr", "conferenced", "lot", "lot_month", "case_offence", "case_month",
        "case_victim",
    ])  # fmt: skip
    def meet_before_charge(self, world: World) -> None:
        """Offer meetings to those arrested this month and not detained; some cases end here."""
        people = world.people
        rows = new_cases(world)
        rows = pick(rows, world.belongs("at_liberty")[rows])
        opened = people.case_month[rows].astype(np.int64)
        cases = restorative.suitable(self, world, rows, people.case_victim[rows], opened)
        kept = restorative.offer(self, world, cases, self.before_charge).rows
        ended = kept[self.happens(world, "diverted", people.id[kept], self.diverted)]
        people.case_offence[ended] = 0
        people.case_month[ended] = NEVER
        people.case_victim[ended] = -1
        world.records.count("cases_diverted", ended.shape[0])

    @array_step("sentencing", writes=[
        "conference_log_hr", "conferenced", "lot", "lot_month", "followed", "last_victim",
    ])  # fmt: skip
    def meet_before_sentence(self, world: World) -> None:
        """Offer meetings to convicted people; those at liberty are followed from it."""
        docket, people = world.docket, world.people
        people.last_victim[docket.rows] = docket.victim
        before = people.conferenced[docket.rows].copy()
        cases = restorative.suitable(self, world, docket.rows, docket.victim, docket.opened)
        restorative.offer(self, world, cases, self.referral)
        met = (people.conferenced[docket.rows] > before) & (docket.sentence != PRISON)
        rows = docket.rows[met]
        open_index(world, rows[people.status[rows] != CUSTODY], records.CONFERENCE)

    @array_step("custody", writes=["conference_log_hr", "conferenced", "lot", "lot_month"])
    def meet_in_custody(self, world: World) -> None:
        """Offer meetings some time after reception."""
        people = world.people
        rows = world.selection("in_custody")
        received = people.custody_start[rows]
        rows = pick(rows, received == world.month - int(self.wait_months))
        self._offer_again(world, rows, self.in_custody)

    @array_step("accounts")
    def evaluate(self, world: World) -> None:
        """Count both arms of the lottery."""
        if self.lottery:
            restorative.count_arms(world)

    def _offer_again(self, world: World, rows: np.ndarray, share: float) -> None:
        numbers = world.people.last_victim[rows]
        month = np.full(rows.shape[0], world.month, np.int64)
        cases = restorative.suitable(self, world, rows, numbers, month)
        restorative.offer(self, world, cases, share)
