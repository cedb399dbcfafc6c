"""§40: visible work for the community by people on community orders.

Part of the people on community orders do reparative work that residents see. Acceptance in their
community rises slightly with the hours seen per resident, up to a ceiling; both sizes are assumed.
It acts through acceptance, and so on volunteers and employers, slowly. What it is not: a new
sentence, longer orders, or a benefit to those who do the work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim.people import COMMUNITY_ORDER
from sim.rules import Lever, array_step, dial, parameter
from sim.scan import pick

if TYPE_CHECKING:
    from sim.world import World


class CommunityContribution(Lever):
    """Hours of visible work, and what residents make of it."""

    paragraphs: ClassVar[tuple[int, ...]] = (40,)
    metrics: ClassVar = {
        "contribution_hours": ("hours", "hours of visible work for the community"),
        "contribution_people": ("persons", "people on community orders who do visible work"),
    }

    visible: float = dial(
        0.0, unit="share", label="people on community orders who do work that residents see"
    )
    hours: float = dial(
        12.0, unit="hours", low=1.0, high=40.0, label="hours a month of each of them"
    )
    gain: float = parameter(
        0.02, unit="share", low=0.0, high=0.05, source="assumed",
        label="most that visible work adds to acceptance", note="sign from theory; no study found",
    )  # fmt: skip
    half_hours: float = parameter(
        200.0, unit="hours", low=50.0, high=1000.0, source="assumed",
        label="hours a month per 1,000 people of the world that give half of it",
        note="saturates: the same people see it",
    )  # fmt: skip
    hour_cost: float = parameter(
        5.0, unit="currency", low=1.0, high=20.0, source="assumed",
        label="cost of arranging an hour of work", note="not in the register",
    )  # fmt: skip

    @array_step("society")
    def contribute(self, world: World) -> None:
        """Count the hours of each community; residents notice."""
        people = world.people
        rows = world.selection("supervised")
        rows = world.reach(self.name, pick(rows, people.order[rows] == COMMUNITY_ORDER))
        rows = pick(rows, self.happens(world, "visible work", people.id[rows], self.visible, 0))
        working = np.bincount(people.community[rows], minlength=len(world.communities))
        for community, number in zip(world.communities, working, strict=True):
            seen = 1000.0 * self.hours * float(number) / max(community.residents, 1)
            community.repaired = self.gain * seen / (seen + self.half_hours)
        total = float(working.sum())
        world.records.count("contribution_people", total)
        world.records.count("contribution_hours", total * self.hours)
        world.records.count("cost_supervision", total * self.hours * self.hour_cost)
