"""§42: restorative conferences between conviction and sentence.

Cases with an identifiable victim may be referred; the person and the victim must both consent;
facilitators limit how many conferences are held. A conference lowers the frequency of the
person's later offending, and helps the victim: symptoms remit in some, most are satisfied, and
agreements are nearly always kept. The sentence itself stays what it was.
What it is not: diversion from prosecution (the case was decided), mediation by letter, or a
measure for homicide and sexual offences, which are screened out here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from sim import records
from sim.offences import NAMES
from sim.people import CUSTODY
from sim.processes.release import open_index
from sim.processes.sentencing import PRISON
from sim.rules import Column, Lever, array_step, dial, parameter, person_step

if TYPE_CHECKING:
    from sim.world import World

SCREENED_OUT = (NAMES.index("homicide"), NAMES.index("sexual"))


class RestorativeJustice(Lever):
    """Referral, two consents, facilitators, and what a conference does for both sides."""

    paragraphs: ClassVar[tuple[int, ...]] = (42,)
    columns: ClassVar[tuple[Column, ...]] = (
        Column("conference_log_hr", "f4", "log hazard ratio", "effect of a conference, fading"),
    )
    metrics: ClassVar = {
        "conferences_referred": ("cases", "cases referred"),
        "conferences_agreed": ("cases", "cases in which both sides consent"),
        "conferences_held": ("cases", "conferences held"),
        "agreements_kept": ("cases", "agreements kept"),
        "victims_satisfied": ("persons", "victims satisfied after a conference"),
    }

    referral: float = dial(0.0, unit="share", label="share of suitable cases referred")
    facilitators: float = dial(
        0.0, unit="per 1,000 people", low=0.0, high=50.0,
        label="full-time facilitators (status quo: none)",
    )  # fmt: skip
    preparation: float = dial(
        1.0, unit="share",
        label="preparation of victims: 0 a bare offer, 1 the approach of the trials",
    )  # fmt: skip
    hazard_ratio: float = parameter(
        0.87, unit="rate ratio", low=0.78, high=1.0,
        source="rjc_campbell_d;rj_campbell_repool;rj_adult_fulham;rj_youth_cochrane",
        label="offence frequency after a conference, first two years",
        note="pooled odds ratio 0.755, or 0.81 as a hazard ratio at a base of 45 %, shrunk for "
        "self-selected trials and null reviews; violent prevalence is not shown to fall",
    )  # fmt: skip
    fading_months: float = parameter(
        48.0, unit="months", low=24.0, high=120.0, source="assumed",
        label="time constant with which the effect fades",
        note="trials follow people for two years",
    )  # fmt: skip
    person_consents: float = parameter(
        0.60, unit="probability", low=0.4, high=0.8, source="assumed",
        label="convicted people who consent", note="not in the register",
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
    hours_per_case: float = parameter(
        45.0, unit="hours", low=25.0, high=60.0, source="rj_hours_philly",
        label="facilitator's hours for a case that reaches a conference",
    )  # fmt: skip
    hours_per_month: float = parameter(
        130.0, unit="hours", low=110.0, high=150.0, source="assumed",
        label="hours a facilitator works a month", note="full time less leave",
    )  # fmt: skip
    symptoms_ratio: float = parameter(
        0.6, unit="risk ratio", low=0.4, high=1.0, source="assumed",
        label="victims with clinical symptoms after a conference, to without",
        note="the one trial result (rj_ptss_angel) is kept for prediction; assumed as advised",
    )  # fmt: skip
    satisfied: float = parameter(
        0.85, unit="probability", low=0.7, high=0.9, source="rj_victim_satisfaction;rj_ni_satisf",
        label="victims satisfied after a conference",
    )  # fmt: skip
    kept: float = parameter(
        0.96, unit="probability", low=0.85, high=0.98, source="rj_act_20y",
        label="agreements that are kept",
    )  # fmt: skip
    case_cost: float = parameter(
        2400.0, unit="currency", low=1500.0, high=4500.0, source="rj_hours_philly;rj_cost_ew",
        label="cost of a conferenced case", note="USD of the source; GBP 3,394 in England",
    )  # fmt: skip

    def constants(self, world: World) -> Mapping[str, float]:
        """Factor by which an effect shrinks in a month."""
        return {"left": float(np.exp(-1.0 / max(self.fading_months, 0.1)))}

    def full_effect(self) -> float:
        """Log rate ratio just after a conference, averaging to the published one in two years."""
        t = 24.0 / self.fading_months
        return float(np.log(self.hazard_ratio) * t / (1.0 - np.exp(-t)))

    @staticmethod
    @person_step("needs", writes=["conference_log_hr"])
    def fade(conference_log_hr: float, status: float, left: float) -> float:
        """The effect fades while the person is at liberty."""
        return conference_log_hr * (1.0 if status == CUSTODY else left)

    @staticmethod
    @person_step("needs", adds_to="offending")
    def help_desist(conference_log_hr: float) -> float:
        """What is left of the effect acts on offending."""
        return conference_log_hr

    @array_step("sentencing", writes=["conference_log_hr", "conferenced", "followed"])
    def confer(self, world: World) -> None:
        """Refer, ask both sides, and hold the conferences that facilitators allow."""
        docket, people, victims = world.docket, world.people, world.victims
        victim = victims.rows(docket.victim)
        suitable = np.flatnonzero((victim >= 0) & ~np.isin(docket.offence, SCREENED_OUT))
        reached = world.reach(self.name, docket.rows[suitable])
        suitable = suitable[np.isin(docket.rows[suitable], reached)]
        ids, opened = people.id[docket.rows[suitable]], docket.opened[suitable]
        referred = self.draw(world, "referred", ids, opened) < self.referral
        consent = self._victim_consents()
        both = (
            referred
            & (self.draw(world, "person consents", ids, opened) < self.person_consents)
            & (self.draw(world, "victim consents", ids, opened) < consent)
        )
        willing = suitable[both]
        order = np.argsort(self.draw(world, "queue", ids[both], opened[both]), kind="stable")
        capacity = self._capacity(world)
        held = willing[order[:capacity]]
        rows = docket.rows[held]
        people.conferenced[rows] = 1
        people.conference_log_hr[rows] = self.full_effect()
        self._help_victims(world, victim[held], people.id[rows], docket.opened[held])
        # Those on their way to prison are followed from their release instead.
        at_liberty = (docket.sentence[held] != PRISON) & (people.status[rows] != CUSTODY)
        open_index(world, rows[at_liberty], records.CONFERENCE)
        count = world.records.count
        count("conferences_referred", np.count_nonzero(referred))
        count("conferences_agreed", willing.shape[0])
        count("conferences_held", held.shape[0])
        count("cost_restorative", held.shape[0] * self.case_cost)

    def _victim_consents(self) -> float:
        bare, prepared = self.victim_consents_unprepared, self.victim_consents_prepared
        return bare + self.preparation * (prepared - bare)

    def _capacity(self, world: World) -> int:
        """Conferences this month; the fraction of a conference is drawn, so means are right."""
        staff = self.facilitators * world.persons / 1000.0
        cases = staff * self.hours_per_month / self.hours_per_case
        key = np.array([world.court.key], np.uint32)
        return int(cases + self.draw(world, "capacity", key)[0])

    def _help_victims(
        self, world: World, rows: NDArray[np.int64], ids: NDArray[np.uint32],
        opened: NDArray[np.int64],
    ) -> None:  # fmt: skip
        victims = world.victims
        ill = victims.symptoms_end[rows] > world.month
        relieved = ill & (self.draw(world, "relief", ids, opened) > self.symptoms_ratio)
        victims.symptoms_end[rows[relieved]] = world.month
        pleased = self.draw(world, "satisfied", ids, opened) < self.satisfied
        victims.conferenced[rows] = 1
        victims.satisfied[rows] = pleased
        kept = self.draw(world, "agreement", ids, opened) < self.kept
        world.records.count("victims_satisfied", np.count_nonzero(pleased))
        world.records.count("agreements_kept", np.count_nonzero(kept))
