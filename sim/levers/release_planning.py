"""§38: planning of release.

Someone with a plan who would leave custody homeless is handed over to a housing agency, and has a
home on the first day if the hand-off succeeds. A plan also makes it more likely that support which
exists is taken up (`income_at_release`). Nothing is typed in on offending: coordination as such is
not shown to lower it (iom_mixed). What it is not: more housing stock, a place in supported housing
(`housing_support`), or supervision.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.rules import Lever, Rows, array_step, dial, parameter

if TYPE_CHECKING:
    from sim.world import World


class ReleasePlanning(Lever):
    """Plans, and hand-offs that may fail."""

    paragraphs: ClassVar[tuple[int, ...]] = (38,)
    metrics: ClassVar = {
        "releases_planned": ("persons", "people who leave custody with a plan"),
        "homes_handed_over": ("persons", "of these, people with a home who would have had none"),
    }

    planned: float = dial(
        0.0, unit="share", label="share of people leaving custody whose release is planned"
    )
    hand_off: float = parameter(
        0.5, unit="probability", low=0.2, high=0.8, source="assumed",
        label="hand-off to a housing agency that succeeds", note="not in the register",
    )  # fmt: skip
    plan_cost: float = parameter(
        0.25, unit="ratio", low=0.1, high=0.5, source="assumed",
        label="cost of a plan, in years of supervision", note="a caseworker's days; no source",
    )  # fmt: skip

    def has_plan(self, world: World, rows: Rows) -> NDArray[np.bool_]:
        """Whether the release of each row in custody is planned."""
        people = world.people
        u = self.draw(world, "planned", people.id[rows], people.custody_start[rows])
        return (u < self.planned) & np.isin(rows, world.reach(self.name, rows))

    @array_step("custody", writes=["homeless"])
    def hand_over(self, world: World) -> None:
        """Find homes for those who leave this month."""
        people = world.people
        rows = world.selection("in_custody")
        leaving = rows[people.custody_end[rows] <= world.month]
        leaving = leaving[self.has_plan(world, leaving)]
        without = leaving[people.homeless[leaving] > 0]
        housed = without[self.draw(world, "hand-off", people.id[without]) < self.hand_off]
        people.homeless[housed] = 0
        count = world.records.count
        count("releases_planned", leaving.shape[0])
        count("homes_handed_over", housed.shape[0])
        each = self.plan_cost * world.rule("accounts").supervision_year
        count("cost_programmes", leaving.shape[0] * each)
