"""§39: local volunteers who support people under supervision or just released.

Each community has an organisation of volunteers; how many there are follows the dial and how many
residents would help, so a fall of acceptance costs volunteers. A volunteer takes on few new cases
a year; the others wait, by lot or, with matching, behind those without a job and a home. Being
supported lowers the rate of offending while it lasts and leaves no after-effect
(mentoring_jolliffe). What it is not: professional supervision, help with jobs or homes, or a
circle of several volunteers around one person (`circles_of_support`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim.lots import rank_in_group
from sim.people import FREE
from sim.rules import Column, Lever, Rows, agent_step, array_step, dial, parameter, person_step
from sim.scan import pick

if TYPE_CHECKING:
    from sim.institutions import VolunteerOrganisation
    from sim.world import World


class Volunteers(Lever):
    """Recruitment, matching, waiting, and support while it lasts."""

    paragraphs: ClassVar[tuple[int, ...]] = (39,)
    columns: ClassVar[tuple[Column, ...]] = (
        Column("volunteer_until", "i2", "month", "month in which support ends", -32000),
    )
    metrics: ClassVar = {
        "volunteers": ("persons", "volunteers"),
        "volunteers_matched": ("persons", "people who get a volunteer"),
        "volunteers_supporting": ("persons", "people at liberty who have a volunteer"),
        "volunteers_waiting": ("persons", "people who have none and would be offered one"),
    }

    volunteers: float = dial(
        0.0, unit="per 1,000 people", low=0.0, high=100.0,
        label="volunteers recruited at the usual readiness to help",
    )  # fmt: skip
    months: float = dial(
        6.0, unit="months", low=1.0, high=36.0, label="months for which a person is supported"
    )
    matching: bool = dial(
        False, unit="on or off", label="those without a job and a home come first, not by lot"
    )
    hazard_ratio: float = parameter(
        0.93, unit="hazard ratio", low=0.85, high=1.0, source="mentoring_jolliffe",
        label="offending while supported",
        note="significant only in weaker studies, and only while support goes on",
    )  # fmt: skip
    cases_a_year: float = parameter(
        1.4, unit="per year", low=1.0, high=3.0, source="vpo_2004",
        label="new cases that a volunteer takes on in a year",
    )  # fmt: skip
    accepts: float = parameter(
        0.6, unit="probability", low=0.3, high=0.9, source="assumed",
        label="people who accept a volunteer when offered one", note="not in the register",
    )  # fmt: skip
    case_cost: float = parameter(
        400.0, unit="currency", low=100.0, high=1500.0, source="assumed",
        label="recruitment, training and expenses for each case", note="not in the register",
    )  # fmt: skip

    def constants(self, world: World) -> Mapping[str, float]:
        """Log hazard ratio while supported."""
        return {"log_hr": float(np.log(self.hazard_ratio))}

    @agent_step("demography", agents="volunteerorganisation")
    def recruit(self, world: World, agent: VolunteerOrganisation) -> None:
        """Volunteers come and go with their community's readiness to help."""
        community = world.communities[agent.community]
        ready = community.helping / max(world.rule("acceptance").would_help, 1e-6)
        agent.volunteers = self.volunteers / 1000.0 * community.residents * ready
        agent.capacity = agent.volunteers * self.cases_a_year / 12.0
        world.records.count("volunteers", agent.volunteers)

    @array_step("ties", writes=["volunteer_until"])
    def match(self, world: World) -> None:
        """Match those who wait with the volunteers of their community."""
        people, month = world.people, world.month
        rows = self._waiting(world)
        home = people.community[rows]
        lot = self.draw(world, "lot", people.id[rows])
        if self.matching:
            lot = lot + people.employed[rows] - people.homeless[rows]
        room = np.array([o.can_take() for o in world.volunteer_organisations], np.int64)
        gets = rank_in_group(home, lot) < room[home]
        matched = pick(rows, gets)
        people.volunteer_until[matched] = month + int(self.months)
        left = np.bincount(home[~gets], minlength=room.shape[0])
        ending = world.selection("at_liberty", people.volunteer_until >= month)
        goes_on = people.volunteer_until[ending] > month
        supported = pick(ending, goes_on)
        with_one = np.bincount(people.community[supported], minlength=room.shape[0])
        for i, organisation in enumerate(world.volunteer_organisations):
            organisation.waiting, organisation.caseload = int(left[i]), int(with_one[i])
        self.note_access(world, "started", matched)
        self.note_access(world, "completed", pick(ending, ~goes_on))
        count = world.records.count
        count("volunteers_matched", matched.shape[0])
        count("volunteers_waiting", rows.shape[0] - matched.shape[0])
        count("volunteers_supporting", supported.shape[0])
        count("cost_supervision", matched.shape[0] * self.case_cost)

    def _waiting(self, world: World) -> Rows:
        """People supervised or just released who have no volunteer and would accept one."""
        people = world.people
        fresh = world.rule("work").recently_released(world, 3)
        fresh = pick(fresh, people.status[fresh] == FREE)
        rows = np.concatenate((world.selection("supervised"), fresh))
        rows = world.reach(self.name, pick(rows, people.volunteer_until[rows] <= world.month))
        # Whoever says no to this offer says no for good: one answer a person.
        return pick(rows, self.happens(world, "accepts", people.id[rows], self.accepts, 0))

    @staticmethod
    @person_step("ties", adds_to="offending")
    def support(volunteer_until: float, month: float, log_hr: float) -> float:
        """Support acts on offending while it lasts."""
        return log_hr if volunteer_until > month else 0.0
