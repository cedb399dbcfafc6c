"""Family ties: custody wears them down, visits keep them up, and they matter after release.

In custody a tie moves, over months, to where visits or their absence take it; at liberty it comes
back to the usual. It acts on offending relative to a place with the usual share of people visited.
More people are visited from communities that accept them. Not modelled: who the visitors are,
relationships that do harm, and families outside custody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim.effects import individual_log_hr, initial_log_hr
from sim.people import NO_PRISON
from sim.rules import Column, Effect, Process, array_step, parameter
from sim.scan import pick

if TYPE_CHECKING:
    from sim.world import World


class Family(Process):
    """Visits in custody, and what they leave."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column("visits_arranged", "u1", "0/1", "visits are arranged by the regime (a lever's)"),
    )
    effects: ClassVar[tuple[Effect, ...]] = (
        Effect("ties_log_hr", "effect of family ties against usual, fading", phase="ties"),
    )
    metrics: ClassVar = {"visited": ("persons", "people in prison who are visited")}

    visits_hr: float = parameter(
        0.87, unit="hazard ratio", low=0.75, high=1.0,
        source="visits_minnesota;visits_meta;visits_quality",
        label="offending after custody with visits against without, over the follow-up",
    )  # fmt: skip
    visited_share: float = parameter(
        0.61, unit="share", low=0.5, high=0.7, source="visits_unvisited_mn",
        label="people in prison who are visited",
    )  # fmt: skip
    accepted: float = parameter(
        0.2, unit="ratio", low=0.0, high=0.5, source="assumed",
        label="relative rise of the share visited for a relative rise of acceptance at home",
        note="slight; not in the register",
    )  # fmt: skip
    base_risk: float = parameter(
        0.4, unit="probability", low=0.3, high=0.6, source="assumed",
        label="reoffending over that follow-up", note="felony reconviction; not in the register",
    )  # fmt: skip
    wearing_months: float = parameter(
        6.0, unit="months", low=2.0, high=18.0, source="assumed",
        label="time constant with which custody wears a tie, or visits mend it",
        note="not in the register",
    )  # fmt: skip
    evaluated_months: float = parameter(
        60.0, unit="months", low=24.0, high=60.0, source="visits_minnesota",
        label="time over which the published effect is an average",
        note="followed for about five years; if most returns fell into the first two, less",
    )  # fmt: skip
    fading_months: float = parameter(
        36.0, unit="months", low=12.0, high=60.0, source="assumed",
        label="time constant with which ties come back to the usual at liberty",
        note="effects of visits decay (visits_meta); size assumed",
    )  # fmt: skip

    @array_step("custody", writes=["ties_log_hr"])
    def visit(self, world: World) -> None:
        """Ties of everyone in a prison move with this month's visits."""
        people = world.people
        rows = world.selection("in_custody")
        rows = pick(rows, people.prison[rows] != NO_PRISON)
        usual = max(world.rule("acceptance").in_principle, 1e-6)
        home = np.array([c.in_deeds / usual - 1.0 for c in world.communities])
        share = self.visited_share * (1.0 + self.accepted * home[people.community[rows]])
        u = self.draw(world, "visited", people.id[rows], people.custody_start[rows])
        visited = (u < share) | (people.visits_arranged[rows] > 0)
        own = individual_log_hr(float(np.log(self.visits_hr)), self.base_risk)
        full = initial_log_hr(own, self.fading_months, self.evaluated_months)
        pull = -np.expm1(-1.0 / max(self.wearing_months, 0.1))
        goal, ties = full * (visited - self.visited_share), people.ties_log_hr[rows]
        people.ties_log_hr[rows] = ties + (pull * (goal - ties)).astype(np.float32)
        world.records.count("visited", np.count_nonzero(visited))
