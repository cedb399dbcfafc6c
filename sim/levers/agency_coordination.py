"""§39: employment, welfare and housing agencies that hand people over to each other.

Referrals at release often do not arrive, or arrive late. The dials say how many arrive and when.
Coordination gives nobody a place that does not exist: it acts through access only, to the
employment service (where that lever is on) and to the housing office. By itself it has no effect
on offending (iom_mixed). What it is not: more places, money, or supervision.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim.people import FREE, SUPERVISED
from sim.rules import Column, Lever, array_step, dial, parameter

if TYPE_CHECKING:
    from sim.world import World


class AgencyCoordination(Lever):
    """How many referrals arrive, and how late."""

    paragraphs: ClassVar[tuple[int, ...]] = (39,)
    columns: ClassVar[tuple[Column, ...]] = (
        Column(
            "handed_over", "i2", "month", "housing referral arrives, beyond the usual ones", -32000
        ),
    )
    metrics: ClassVar = {
        "coordination_tried": ("persons", "people released whose referral was sent"),
        "coordination_arrived": ("persons", "people released whose referral arrives"),
        "handoffs_housed": ("persons", "people without a home who got one through a referral"),
    }

    handoff: float = dial(
        0.5, unit="share", label="referrals at release that arrive (status quo: 0.5, assumed)"
    )
    delay: float = dial(
        2.0, unit="months", low=0.0, high=12.0,
        label="months until a referral arrives (status quo: 2, assumed)",
    )  # fmt: skip
    usual: float = parameter(
        0.5, unit="probability", low=0.2, high=0.8, source="assumed",
        label="referrals that arrive in the place as it is",
        note="not in the register; only what arrives beyond it can change housing, because the "
        "usual chance of finding a home already contains it",
    )  # fmt: skip
    housed: float = parameter(
        0.2, unit="probability", low=0.0, high=0.4, source="assumed",
        label="people without a home for whom an arriving referral finds one",
        note="as much as a month of one's own search; reviews of coordination are null or mixed "
        "(iom_mixed)",
    )  # fmt: skip
    cost: float = parameter(
        50.0, unit="currency", low=20.0, high=300.0, source="assumed",
        label="case-work for each release while the hand-off is better than usual",
        note="about an hour",
    )  # fmt: skip

    @array_step("livelihood", writes=["handed_over", "homeless"])
    def hand_over(self, world: World) -> None:
        """Send the referrals of those just released; let those due arrive."""
        people = world.people
        outside = (people.status == FREE) | (people.status == SUPERVISED)
        new = np.flatnonzero(outside & (people.last_inside == world.month - 1))
        new = world.reach(self.name, new)
        u = self.draw(world, "arrives", people.id[new])
        arrives = u < self.handoff
        extra = new[arrives & (u >= self.usual)]
        people.handed_over[extra] = world.month + int(self.delay)
        due = np.flatnonzero(outside & (people.handed_over == world.month))
        homeless = due[people.homeless[due] > 0]
        housed = homeless[self.draw(world, "housed", people.id[homeless]) < self.housed]
        people.homeless[housed] = 0
        count = world.records.count
        count("coordination_tried", new.shape[0])
        count("coordination_arrived", np.count_nonzero(arrives))
        count("handoffs_housed", housed.shape[0])
        count("cost_programmes", new.shape[0] * self.cost * float(self.handoff > self.usual))
