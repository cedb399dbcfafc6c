"""§36: restitution to the victim, ordered by the court (Tokyo Rules, 8.2 f).

People convicted of a property offence pay for the loss: instead of short custody, on top of a fine
(which widens the net), or on top of whatever else they get. Part of the money is collected
(restitution_ca) and reaches the victim; people in custody pay nothing. Ordering it does not change
offending (restitution_or), so nothing is typed in. What it is not: an agreement reached in a
conference (`restorative_justice`), instalments, or a sanction for not paying.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim.ladder import COUNTED, Answers, Rung
from sim.offences import GROUP_OF, HAS_VICTIM, PROPERTY, by_offence
from sim.processes.sentencing import FINE, SHORT
from sim.rules import Column, array_step, dial, parameter

if TYPE_CHECKING:
    from sim.world import World


class RestitutionOrders(Rung):
    """The loss made good, as far as it is paid."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column("restitution_due", "u1", "0/1", "sentenced this month to restitution (scratch)"),
    )
    metrics: ClassVar = COUNTED | {
        "restitution_ordered": ("currency", "restitution ordered by courts"),
        "restitution_paid": ("currency", "restitution that victims received"),
    }

    on_top: float = dial(
        0.0, unit="share",
        label="share of other non-custodial sentences for such offences to which it is added",
    )  # fmt: skip
    collected: float = parameter(
        0.43, unit="share", low=0.3, high=0.55, source="restitution_ca",
        label="money collected, of what is ordered",
    )  # fmt: skip
    of_harm: float = parameter(
        0.5, unit="share", low=0.2, high=1.0, source="assumed",
        label="sum ordered, relative to the place's cost of the offence to its victim",
        note="courts order the loss in goods and money, part of that cost; not in the register",
    )  # fmt: skip

    @array_step("sentencing", writes=["restitution_due"])
    def order(self, world: World) -> None:
        """Move people on the docket to restitution alone, or to a fine with restitution."""
        docket = world.docket
        moved = self.take(world, FINE, 0.0, suited=self._suited(world)).both
        world.people.restitution_due[docket.rows[moved]] = 1

    @array_step("disposal", writes=["restitution_due"])
    def pay(self, world: World) -> None:
        """Add restitution to other sentences, and pay what can be collected."""
        docket, people, victims = world.docket, world.people, world.victims
        due = people.restitution_due[docket.rows] > 0
        people.restitution_due[docket.rows] = 0
        also = self._suited(world) & (docket.sentence < SHORT)
        also &= np.isin(docket.rows, world.reach(self.name, docket.rows))
        ids = people.id[docket.rows]
        also &= self.draw(world, "on top", ids, month=docket.opened) < self.on_top
        at = np.flatnonzero(due | also)
        owed = self.of_harm * by_offence(world.rule("victimisation").harm)[docket.offence[at]]
        u = self.draw(world, "pays", ids[at], month=docket.opened[at])
        paid = np.where(u < self.collected, owed, 0.0)
        world.records.count("restitution_ordered", owed.sum())
        world.records.count("restitution_paid", paid.sum())
        if hasattr(victims, "restitution"):
            received = victims.rows(docket.victim[at])
            victims.restitution[received[received >= 0]] += paid[received >= 0]

    def _suited(self, world: World) -> Answers:
        offence = world.docket.offence
        suited: Answers = HAS_VICTIM[offence] & (GROUP_OF[offence] == PROPERTY)
        return suited
