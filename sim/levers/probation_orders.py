"""§36: probation and judicial supervision (Tokyo Rules, 8.2 h).

Part of short custody becomes probation. Under *judicial supervision* the judge sees the person
again at review hearings, which take hearings from the court and so lengthen its queue where it has
one. What it is not: another way of supervising (`supportive_supervision`), an effect of reviews on
offending or on breach, for which there is no row in the register, or treatment (`treatment_court`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim.ladder import COUNTED, LONG_AGO, Rung
from sim.people import COMMUNITY_ORDER
from sim.processes.sentencing import COMMUNITY
from sim.rules import Column, array_step, dial, parameter

if TYPE_CHECKING:
    from sim.world import World


class ProbationOrders(Rung):
    """Probation, with or without review hearings."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column("probation_end", "i2", "month", "end of the review hearings", LONG_AGO),
    )
    metrics: ClassVar = COUNTED | {
        "review_hearings": ("hearings", "hearings taken up by judicial supervision"),
    }

    reviews: float = dial(
        0.0, unit="per year", high=12.0, label="review hearings of each person on such probation"
    )
    order_months: float = parameter(
        18.0, unit="months", low=12.0, high=36.0, source="assumed", label="length of probation",
        note="longer than other orders; not in the register",
    )  # fmt: skip
    hearing_share: float = parameter(
        0.25, unit="share", low=0.1, high=0.5, source="assumed",
        label="part of a hearing that a review takes", note="brief, nothing is to be proved",
    )  # fmt: skip

    @array_step("pretrial")
    def review(self, world: World) -> None:
        """Take the reviews' hearings from the court, at most half of what it can hold."""
        if self.reviews == 0:
            return
        people, court = world.people, world.court
        on = (people.order == COMMUNITY_ORDER) & (people.probation_end > world.month)
        due = (
            np.count_nonzero(on & world.belongs("supervised"))
            * self.reviews
            / 12.0
            * self.hearing_share
        )
        held = min(due, 0.5 * court.capacity)
        court.unused -= held
        world.records.count("review_hearings", held)
        world.records.count("cost_courts", held * world.rule("accounts").hearing)

    @array_step("sentencing", writes=["probation_end"])
    def offer(self, world: World) -> None:
        """Move people on the docket to probation."""
        rows = world.docket.rows[self.take(world, COMMUNITY, self.order_months).both]
        world.people.probation_end[rows] = min(world.month + int(self.order_months), 32000)
