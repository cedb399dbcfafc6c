"""§42: restorative justice before charge, in custody and after release, in three forms.

Conferences between conviction and sentence are in `restorative_justice`; here are the other
stages, with facilitators of their own, and the forms: conference, mediation (two sides, cheaper,
assumed to do less) and circle (more people, dearer). Both sides must consent; homicide and sexual
offences are screened out; nobody is asked who has met a victim before. Before charge, part of the
agreements ends the case: that is diversion. Agreements broken let the case go on. A lottery among
the willing lets the month's counts show whether the offer is useful. In custody and after release
only victims of the last two years can be reached. What it is not: mediation by letter.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.offences import NAMES
from sim.people import CUSTODY, FREE, NEVER, SUPERVISED
from sim.rules import Column, Lever, Rows, array_step, dial, parameter, person_step

if TYPE_CHECKING:
    from sim.world import World

SCREENED_OUT = (NAMES.index("homicide"), NAMES.index("sexual"))
NO_LOT, HELD, CONTROL = 0, 1, 2
FOLLOW_UP = 24


class RestorativeStages(Lever):
    """Three more stages, three forms, and an option to allocate by lottery."""

    paragraphs: ClassVar[tuple[int, ...]] = (42,)
    columns: ClassVar[tuple[Column, ...]] = (
        Column("stages_log_hr", "f4", "log hazard ratio", "effect of a meeting, fading"),
        Column("stages_victim", "i4", "victim number", "victim of the last case; -1", -1),
        Column("stages_lot", "u1", "code", "drawn by lottery: a meeting, or none"),
        Column("stages_lot_month", "i2", "month", "month of the lottery", -32000),
    )
    metrics: ClassVar = {
        "conferences_referred": ("cases", "cases referred"),
        "conferences_agreed": ("cases", "cases in which both sides consent"),
        "conferences_held": ("cases", "conferences held"),
        "agreements_kept": ("cases", "agreements kept"),
        "victims_satisfied": ("persons", "victims satisfied after a conference"),
        "stages_hours": ("hours", "facilitators' hours at the stages other than sentence"),
        "stages_diverted": ("cases", "cases ended by an agreement before charge"),
        "lottery_held_months": ("person-months", "at liberty, 24 months from a lot won"),
        "lottery_control_months": ("person-months", "at liberty, 24 months from a lot lost"),
        "lottery_held_arrests": ("persons", "arrested in those months after a lot won"),
        "lottery_control_arrests": ("persons", "arrested in those months after a lot lost"),
    }

    before_charge: float = dial(0.0, unit="share", label="suitable cases referred before charge")
    in_custody: float = dial(0.0, unit="share", label="suitable cases referred in custody")
    after_release: float = dial(0.0, unit="share", label="suitable cases referred after release")
    facilitators: float = dial(
        0.0, unit="per 1,000 people", low=0.0, high=50.0, label="full-time facilitators"
    )
    diverted: float = dial(
        0.0, unit="share", label="agreements before charge that end the case when kept"
    )
    mediation: float = dial(0.0, unit="share", label="cases dealt with by mediation")
    circle: float = dial(0.0, unit="share", label="other cases dealt with in a circle")
    lottery: bool = dial(
        False, unit="on or off", label="half of the willing get a meeting, by lot, for evaluation"
    )
    hazard_ratio: float = parameter(
        0.87, unit="rate ratio", low=0.78, high=1.0,
        source="rjc_campbell_d;rj_campbell_repool;rj_adult_fulham;rj_youth_cochrane",
        label="offence frequency after a conference, first two years",
        note="as for restorative_justice; trials at other stages are few",
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
    victim_consents: float = parameter(
        0.50, unit="probability", low=0.24, high=0.8,
        source="rj_participation;rj_ni_presence;rj_would_accept_csew",
        label="victims who consent after preparation",
    )  # fmt: skip
    conference_hours: float = parameter(
        45.0, unit="hours", low=25.0, high=60.0, source="rj_hours_philly",
        label="facilitator's hours for a conference",
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
    symptoms_ratio: float = parameter(
        0.6, unit="risk ratio", low=0.4, high=1.0, source="assumed",
        label="victims with clinical symptoms after a meeting, to without",
        note="as for restorative_justice",
    )  # fmt: skip
    satisfied: float = parameter(
        0.85, unit="probability", low=0.7, high=0.9, source="rj_victim_satisfaction;rj_ni_satisf",
        label="victims satisfied after a meeting",
    )  # fmt: skip
    kept: float = parameter(
        0.96, unit="probability", low=0.85, high=0.98, source="rj_act_20y",
        label="agreements that are kept",
    )  # fmt: skip

    def constants(self, world: World) -> Mapping[str, float]:
        """Factor by which an effect shrinks in a month."""
        return {"left": float(np.exp(-1.0 / max(self.fading_months, 0.1)))}

    @staticmethod
    @person_step("needs", writes=["stages_log_hr"])
    def fade(stages_log_hr: float, status: float, left: float) -> float:
        """The effect fades while the person is at liberty."""
        return stages_log_hr * (1.0 if status == CUSTODY else left)

    @staticmethod
    @person_step("needs", adds_to="offending")
    def help_desist(stages_log_hr: float) -> float:
        """What is left of the effect acts on offending."""
        return stages_log_hr

    @array_step("ties", writes=["stages_log_hr", "stages_lot", "stages_lot_month", "conferenced"])
    def meet_after_release(self, world: World) -> None:
        """Offer meetings to those released last month."""
        people = world.people
        outside = (people.status == FREE) | (people.status == SUPERVISED)
        rows = np.flatnonzero(outside & (people.last_inside == world.month - 1))
        self._offer(world, rows, people.stages_victim[rows], self.after_release)

    @array_step("pretrial", writes=[
        "stages_log_hr", "stages_lot", "stages_lot_month", "conferenced", "case_offence",
        "case_month", "case_victim",
    ])  # fmt: skip
    def meet_before_charge(self, world: World) -> None:
        """Offer meetings to those arrested this month and not detained; some cases end here."""
        people = world.people
        rows = np.flatnonzero((people.case_offence > 0) & (people.case_month == world.month))
        rows = rows[(people.status[rows] == FREE) | (people.status[rows] == SUPERVISED)]
        kept = self._offer(world, rows, people.case_victim[rows], self.before_charge)
        ended = kept[self.draw(world, "diverted", people.id[kept]) < self.diverted]
        people.case_offence[ended] = 0
        people.case_month[ended] = NEVER
        people.case_victim[ended] = -1
        world.records.count("stages_diverted", ended.shape[0])

    @array_step("sentencing", writes=["stages_victim"])
    def remember_victim(self, world: World) -> None:
        """Note whose victim it was, for later stages."""
        world.people.stages_victim[world.docket.rows] = world.docket.victim

    @array_step(
        "custody", writes=["stages_log_hr", "stages_lot", "stages_lot_month", "conferenced"]
    )
    def meet_in_custody(self, world: World) -> None:
        """Offer meetings some time after reception."""
        people = world.people
        rows = world.selection("in_custody")
        rows = rows[people.custody_start[rows] == world.month - int(self.wait_months)]
        self._offer(world, rows, people.stages_victim[rows], self.in_custody)

    def _offer(self, world: World, rows: Rows, numbers: NDArray[np.integer], share: float) -> Rows:
        """Refer, ask, allocate, meet; return the rows whose agreement is kept."""
        people, victims, count = world.people, world.victims, world.records.count
        victim = victims.rows(numbers)
        fit = (victim >= 0) & (people.conferenced[rows] == 0)
        fit &= np.isin(rows, world.reach(self.name, rows))
        rows, victim = rows[fit], victim[fit]
        fit = ~np.isin(victims.offence[victim], SCREENED_OUT)
        rows, victim = rows[fit], victim[fit]
        ids = people.id[rows]
        referred = self.draw(world, "referred", ids) < share
        both = (
            referred
            & (self.draw(world, "person consents", ids) < self.person_consents)
            & (self.draw(world, "victim consents", ids) < self.victim_consents)
        )
        count("conferences_referred", np.count_nonzero(referred))
        count("conferences_agreed", np.count_nonzero(both))
        rows, victim = rows[both], victim[both]
        if self.lottery:
            wins = self.draw(world, "lottery", people.id[rows]) < 0.5
            people.stages_lot[rows] = np.where(wins, HELD, CONTROL)
            people.stages_lot_month[rows] = world.month
            rows, victim = rows[wins], victim[wins]
        return self._meet(world, rows, victim)

    def _meet(self, world: World, rows: Rows, victim: Rows) -> Rows:
        people, count = world.people, world.records.count
        order = np.argsort(self.draw(world, "queue", people.id[rows]), kind="stable")
        rows, victim = rows[order], victim[order]
        form = self.draw(world, "form", people.id[rows])
        mediated = form < self.mediation
        circles = ~mediated & (form < self.mediation + (1.0 - self.mediation) * self.circle)
        hours = np.where(mediated, self.mediation_hours, self.conference_hours)
        hours = np.where(circles, self.circle_hours, hours)
        spent = np.cumsum(hours)
        held = spent <= self._hours_left(world)
        rows, victim, mediated, hours = rows[held], victim[held], mediated[held], hours[held]
        t = FOLLOW_UP / self.fading_months
        full = np.log(self.hazard_ratio) * t / (1.0 - np.exp(-t))
        people.stages_log_hr[rows] = full * np.where(mediated, self.mediation_effect, 1.0)
        people.conferenced[rows] = 1
        kept = self._help_victims(world, rows, victim)
        count("conferences_held", rows.shape[0])
        count("stages_hours", hours.sum())
        count("cost_restorative", hours.sum() * self.hour_cost)
        return rows[kept]

    def _hours_left(self, world: World) -> float:
        """Hours left this month; the last case is drawn, so that means are right."""
        month = self.facilitators * world.persons / 1000.0 * self.hours_per_month
        u = self.draw(world, "capacity", np.array([world.court.key], np.uint32))[0]
        extra = float(u) * self.conference_hours if month > 0 else 0.0
        return month + extra - world.records.so_far("stages_hours")

    def _help_victims(self, world: World, rows: Rows, victim: Rows) -> NDArray[np.bool_]:
        ids, victims = world.people.id[rows], world.victims
        ill = victims.symptoms_end[victim] > world.month
        relieved = ill & (self.draw(world, "relief", ids) > self.symptoms_ratio)
        victims.symptoms_end[victim[relieved]] = world.month
        pleased = self.draw(world, "satisfied", ids) < self.satisfied
        victims.conferenced[victim] = 1
        victims.satisfied[victim] = pleased
        kept: NDArray[np.bool_] = self.draw(world, "agreement", ids) < self.kept
        world.records.count("victims_satisfied", np.count_nonzero(pleased))
        world.records.count("agreements_kept", np.count_nonzero(kept))
        return kept

    @array_step("accounts")
    def evaluate(self, world: World) -> None:
        """Count time at liberty and arrests in both arms of the lottery."""
        people = world.people
        rows = np.flatnonzero(people.stages_lot)
        since = world.month - people.stages_lot_month[rows].astype(np.int64)
        rows = rows[(since > 0) & (since <= FOLLOW_UP)]
        outside = (people.status[rows] == FREE) | (people.status[rows] == SUPERVISED)
        arrested = (people.case_offence[rows] > 0) & (people.case_month[rows] == world.month)
        for name, code in (("held", HELD), ("control", CONTROL)):
            arm = people.stages_lot[rows] == code
            world.records.count(f"lottery_{name}_months", np.count_nonzero(outside & arm))
            world.records.count(f"lottery_{name}_arrests", np.count_nonzero(arrested & arm))
