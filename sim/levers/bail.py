"""§36: bail before trial, personal or for money, in place of detention.

Some of those whom the court would detain are released on their promise to appear, unsupervised.
Where money is asked, people with a job and a home can more often find it; those who cannot stay
detained. The net widens when money is asked of people who would have been released without: some
of them are detained for want of it. All that follows comes from being at liberty or detained
(conviction, job, after-effect); the published effects of money bail (pretrial_bail_gupta) are of
this kind. What it is not: supervision (`pretrial_alternatives`), or a better appearance at court
for money, which is not shown in the register.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim.people import REMAND
from sim.pretrial_release import detained_for_court, release, would_be_free
from sim.rules import Lever, Rows, array_step, dial, parameter
from sim.scan import pick

if TYPE_CHECKING:
    from sim.world import World


class Bail(Lever):
    """A promise to appear, with or without money."""

    paragraphs: ClassVar[tuple[int, ...]] = (36,)
    metrics: ClassVar = {
        "bail_granted": ("persons", "released on bail instead of being detained"),
        "bail_unpaid": ("persons", "detained for want of bail, who would have been free"),
    }

    granted: float = dial(
        0.0, unit="share", label="people given bail, as a share of those who would be detained"
    )
    money: float = dial(0.0, unit="share", label="share of bail for which money is asked")
    replacement: float = dial(
        1.0, unit="share", label="part of bail that replaces detention; the rest widens the net"
    )
    can_pay: float = parameter(
        0.6, unit="probability", low=0.4, high=0.9, source="assumed",
        label="people with a job and a home who find the money", note="not in the register",
    )  # fmt: skip
    poor_can_pay: float = parameter(
        0.3, unit="probability", low=0.1, high=0.6, source="assumed",
        label="people without a job or a home who find the money", note="not in the register",
    )  # fmt: skip
    missing: float = parameter(
        0.25, unit="probability", low=0.1, high=0.38, source="assumed",
        label="people on bail who miss their hearing",
        note="below the 37.9 % of people summoned (fta_reminders), above supervised release",
    )  # fmt: skip

    @array_step("pretrial", writes=["status", "absence"])
    def grant(self, world: World) -> None:
        """Release some of those just detained, and detain some of those just released."""
        people = world.people
        rows = world.reach(self.name, detained_for_court(world))
        rows = pick(rows, people.case_month[rows] == world.month)
        wanted = self.granted * self.replacement
        given = pick(rows, self.happens(world, "granted", people.id[rows], wanted))
        given = given[~self._short_of_money(world, given)]
        free, ratio = would_be_free(world)
        free = world.reach(self.name, free)
        wanted = self.granted * (1.0 - self.replacement) * ratio
        net = pick(free, self.happens(world, "granted", people.id[free], wanted))
        unpaid = net[self._short_of_money(world, net)]
        release(world, given, np.full(given.shape[0], self.missing))
        people.status[unpaid] = REMAND
        self.note_access(world, "eligible", rows)
        self.note_access(world, "started", given)
        world.records.count("bail_granted", given.shape[0])
        world.records.count("bail_unpaid", unpaid.shape[0])
        world.records.count("remanded", float(unpaid.shape[0] - given.shape[0]))

    def _short_of_money(self, world: World, rows: Rows) -> np.ndarray:
        """Whether money is asked of each and not found."""
        people = world.people
        settled = (people.employed[rows] > 0) & (people.homeless[rows] == 0)
        finds = np.where(settled, self.can_pay, self.poor_can_pay)
        asked = self.happens(world, "asked", people.id[rows], self.money)
        short: np.ndarray = asked & ~self.happens(world, "finds", people.id[rows], finds)
        return short
