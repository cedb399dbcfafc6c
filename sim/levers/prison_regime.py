"""§37: family contact, and a prison regime close to normal life.

Contact: some people in prison whom nobody visited are visited; what visits do is in `family`.
Normality: people who had no job on the day of reception leave prison with a lower rate, as the
judge designs find where custody is strongly rehabilitative; others gain nothing. Density above 100
takes from the regime. What it is not: treatment or education (levers of their own), and no claim
that custody with such a regime is better than a sentence in the community.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim import programme
from sim.people import CUSTODY, PRISON_SENTENCE
from sim.rules import Column, Lever, array_step, dial, parameter
from sim.scan import pick, rows_where

if TYPE_CHECKING:
    from sim.world import World


class PrisonRegime(Lever):
    """Visits for the unvisited, and normality."""

    paragraphs: ClassVar[tuple[int, ...]] = (37,)
    columns: ClassVar[tuple[Column, ...]] = (
        Column("normal_regime", "u1", "0/1", "received without work into a regime near normal"),
    )
    metrics: ClassVar = {
        "visits_arranged": ("persons", "people in custody for whom visits are arranged"),
    }

    contact: float = dial(
        0.0, unit="share", label="share of people without visits who come to be visited"
    )
    normality: float = dial(
        0.0, unit="share", label="how far the regime moves from usual (0) to near normal life (1)"
    )
    hazard_ratio: float = parameter(
        0.85, unit="hazard ratio", low=0.6, high=1.0, source="custody_review_loeffler",
        label="offending after a regime near normal life, people received without work",
        note="size judged from the review; Norway (custody_norway_bhuller) is kept for prediction",
    )  # fmt: skip
    extra_cost: float = parameter(
        0.2, unit="ratio", low=0.0, high=1.0, source="assumed",
        label="cost of a regime near normal life, beyond the usual cost of a prisoner-year",
        note="more staff per person; not in the register",
    )  # fmt: skip

    @array_step("ties", writes=["visits_arranged"])
    def invite(self, world: World) -> None:
        """Arrange visits for a share of those in custody, by a draw per stay."""
        people = world.people
        people.visits_arranged[:] = 0
        rows = world.reach(self.name, world.selection("in_custody"))
        # Independent of who is visited anyway, so this share of the unvisited is reached.
        ids, start = people.id[rows], people.custody_start[rows]
        arranged = pick(rows, self.happens(world, "contact", ids, self.contact, start))
        people.visits_arranged[arranged] = 1
        self.note_access(world, "eligible", rows)
        self.note_access(world, "offered", arranged)
        world.records.count("visits_arranged", arranged.shape[0])

    @array_step("custody", writes=["normal_regime"])
    def receive(self, world: World) -> None:
        """Note who enters a prison sentence without work."""
        people = world.people
        rows = world.selection("in_custody")
        sentenced = people.custody[rows] == PRISON_SENTENCE
        if self.normality > 0:
            fresh = pick(rows, sentenced & (people.custody_start[rows] == world.month))
            fresh = world.reach(self.name, fresh)
            people.normal_regime[fresh] = people.employed[fresh] == 0
        year = np.count_nonzero(sentenced) / 12.0 * world.rule("accounts").prison_year
        world.records.count("cost_prison", self.normality * self.extra_cost * year)

    @array_step("release", writes=["normal_regime", "custody_log_hr"])
    def leave(self, world: World) -> None:
        """The regime's after-effect joins that of custody; the next custody replaces both."""
        people = world.people
        rows = rows_where(people.normal_regime > 0, people.status != CUSTODY)
        people.normal_regime[rows] = 0
        after = self.normality * programme.room(world) * np.log(self.hazard_ratio)
        people.custody_log_hr[rows] += np.float32(after)
