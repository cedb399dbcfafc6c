"""§38: planning of release.

Some months before the end of custody a caseworker makes a plan and refers the person to the
welfare and housing office at home. The referral may not arrive, or arrive after the person
(`handoff`; `agency_coordination` can improve that). From its arrival on the office finds a home for
part of those who would have none. A plan also makes it more likely that support which exists is
taken up (`income_at_release`). Nothing is typed in on offending: coordination as such is not shown
to lower it (iom_mixed). What it is not: a place in supported housing (`housing_support`), or
supervision.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.people import CUSTODY, NEVER
from sim.rules import Column, Lever, Rows, array_step, dial, parameter
from sim.scan import pick, rows_where

if TYPE_CHECKING:
    from sim.world import World


class ReleasePlanning(Lever):
    """Plans, hand-offs that may fail or come late, and homes."""

    paragraphs: ClassVar[tuple[int, ...]] = (38,)
    columns: ClassVar[tuple[Column, ...]] = (
        Column("home_referral", "i2", "month", "a referral for a home arrives", NEVER),
    )
    metrics: ClassVar = {
        "releases_planned": ("persons", "people in custody whose release is planned this month"),
        "homes_handed_over": ("persons", "people with a home who would have had none"),
    }

    planned: float = dial(
        0.0, unit="share", label="share of people leaving custody whose release is planned"
    )
    ahead_months: float = parameter(
        3.0, unit="months", low=1.0, high=6.0, source="assumed",
        label="time before release at which the plan is made", note="not in the register",
    )  # fmt: skip
    finds_home: float = parameter(
        0.8, unit="probability", low=0.4, high=1.0, source="assumed",
        label="people referred in time or later for whom the office finds a home",
        note="not in the register",
    )  # fmt: skip
    plan_cost: float = parameter(
        0.25, unit="ratio", low=0.1, high=0.5, source="assumed",
        label="cost of a plan, in years of supervision", note="a caseworker's days; no source",
    )  # fmt: skip

    def has_plan(self, world: World, rows: Rows) -> NDArray[np.bool_]:
        """Whether the release of each row in custody is planned."""
        people = world.people
        ids, start = people.id[rows], people.custody_start[rows]
        planned = self.happens(world, "planned", ids, self.planned, start)
        return planned & world.reaches(self.name, rows)

    @array_step("custody", writes=["home_referral", "homeless"])
    def plan(self, world: World) -> None:
        """Plan and refer; house those whose referral has arrived as they leave, or afterwards."""
        people, count = world.people, world.records.count
        rows = world.selection("in_custody")
        left = people.custody_end[rows] - world.month
        fresh = people.custody_start[rows] == world.month
        ahead = int(self.ahead_months)
        due = pick(rows, (left == ahead) | (fresh & (left < ahead)))
        planned = pick(due, self.has_plan(world, due))
        arriving, month = world.rule("handoff").refer(
            world, self.name, planned, people.custody_start[planned]
        )
        people.home_referral[arriving] = month
        self.note_access(world, "eligible", due)
        self.note_access(world, "offered", planned)
        self.note_access(world, "started", arriving)
        count("releases_planned", planned.shape[0])
        year = world.rule("accounts").supervision_year
        count("cost_programmes", planned.shape[0] * self.plan_cost * year)
        self._house(world)

    def _house(self, world: World) -> None:
        people = world.people
        rows = rows_where(people.home_referral <= world.month)
        status, left = people.status[rows], people.custody_end[rows] - world.month
        outside = world.belongs("at_liberty")[rows]
        served = rows[outside | ((status == CUSTODY) & (left <= 0))]
        people.home_referral[served] = NEVER
        without = served[people.homeless[served] > 0]
        finds = self.happens(world, "finds home", people.id[without], self.finds_home)
        people.homeless[without[finds]] = 0
        self.note_access(world, "completed", without[finds])
        world.records.count("homes_handed_over", np.count_nonzero(finds))
        offices, home = world.welfare_offices, people.community[without]
        asked = np.bincount(home, minlength=len(offices))
        done = np.bincount(home[finds], minlength=len(offices))
        for i, office in enumerate(offices):
            office.caseload, office.waiting = int(done[i]), int(asked[i] - done[i])
