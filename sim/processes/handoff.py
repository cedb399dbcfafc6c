"""Hand-offs: referrals from one agency to another, which may not arrive, or arrive late.

Each local government answers for the referrals between the agencies of its community. Whoever
refers people (the prison to the housing office, employment service, jobs after release) asks here
how many arrive and when; `agency_coordination` improves both. Not modelled: who lost which paper.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.draws import stream_id
from sim.rules import Process, Rows, array_step, parameter

if TYPE_CHECKING:
    from sim.world import World


class Handoff(Process):
    """How many referrals arrive, and after how many months."""

    metrics: ClassVar = {
        "handoffs_tried": ("persons", "referrals between agencies sent"),
        "handoffs_arrived": ("persons", "of these, referrals that arrive"),
    }

    arrives: float = parameter(
        0.5, unit="probability", low=0.2, high=0.8, source="assumed",
        label="referrals between agencies that arrive", note="not in the register",
    )  # fmt: skip
    delay_months: float = parameter(
        2.0, unit="months", low=0.0, high=6.0, source="assumed",
        label="months until a referral arrives", note="not in the register",
    )  # fmt: skip

    def found(self, world: World) -> None:
        """Local governments start as usual."""
        self.as_usual(world)

    @array_step("demography")
    def as_usual(self, world: World) -> None:
        """Set what is usual; levers of this month may improve it."""
        for government in world.local_governments:
            government.handoff = self.arrives
            government.delay = self.delay_months
            government.caseload = 0

    def refer(
        self, world: World, sender: str, rows: Rows, keyed_by: NDArray[np.integer] | int
    ) -> tuple[Rows, NDArray[np.int64]]:
        """Send referrals; return whose arrive, and in which month.

        Parameters
        ----------
        sender
            Rule that refers: each has luck of its own.
        keyed_by
            Month that keys the draw, so that other policies meet the same luck.
        """
        people, governments = world.people, world.local_governments
        home = people.community[rows]
        chance = np.array([g.handoff for g in governments])[home]
        delay = np.array([g.delay for g in governments])[home]
        u = self.draw(world, "arrives", people.id[rows], keyed_by, slot=stream_id(sender))
        arrives = u < chance
        for government in governments:
            government.caseload += int(np.count_nonzero(home == government.community))
        world.records.count("handoffs_tried", rows.shape[0])
        world.records.count("handoffs_arrived", np.count_nonzero(arrives))
        return rows[arrives], world.month + delay[arrives].astype(np.int64)
