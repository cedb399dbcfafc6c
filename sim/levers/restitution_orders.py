"""§36: restitution to the victim, ordered by the court (Tokyo Rules, 8.2 f).

People convicted of a property offence pay for the loss: instead of short custody, on top of a fine
(which widens the net), or on top of whatever else they get outside custody. Part of the money is
collected (restitution_ca) and reaches the victim. Ordering it does not change offending
(restitution_or), so nothing is typed in. What it is not: what courts order today in part of the
cases (`sim/processes/restitution.py`, which also has the sums), an agreement reached in a
conference (`restorative_justice`), instalments, or a sanction for not paying.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim.ladder import COUNTED, Answers, Rung
from sim.offences import GROUP_OF, HAS_VICTIM, PROPERTY, by_offence
from sim.processes.sentencing import FINE, SHORT
from sim.rules import Column, array_step, dial
from sim.scan import rows_where

if TYPE_CHECKING:
    from sim.world import World


class RestitutionOrders(Rung):
    """The loss made good, as far as it is paid."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column("restitution_due", "u1", "0/1", "sentenced this month to restitution (scratch)"),
    )
    metrics: ClassVar = COUNTED | {
        "restitution_orders": ("persons", "people ordered to pay restitution by this policy"),
    }

    on_top: float = dial(
        0.0, unit="share",
        label="share of other non-custodial sentences for such offences to which it is added",
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
        usual, ids = world.rule("restitution"), people.id[docket.rows]
        victim = victims.rows(docket.victim)
        # Whom the court makes pay anyway (`restitution`) does not pay twice.
        anyway = usual.happens(world, "ordered", ids, usual.ordered, month=docket.opened)
        free = self._suited(world) & ~(anyway & (victim >= 0))
        also = free & (docket.sentence < SHORT) & world.reaches(self.name, docket.rows)
        also &= self.happens(world, "on top", ids, self.on_top, month=docket.opened)
        at = rows_where(free & (also | (people.restitution_due[docket.rows] > 0)))
        people.restitution_due[docket.rows] = 0
        harm = by_offence(world.rule("victimisation").harm)[docket.offence[at]]
        owed = usual.part_of_harm * harm
        pays = self.happens(world, "pays", ids[at], usual.collected, month=docket.opened[at])
        known = pays & (victim[at] >= 0)
        victims.restitution[victim[at[known]]] += owed[known].astype(np.float32)
        count = world.records.count
        count("restitution_orders", at.shape[0])
        count("restitution_ordered", owed.sum())
        count("restitution_paid", owed[pays].sum())
        count("victims_paid", np.count_nonzero(pays))

    def _suited(self, world: World) -> Answers:
        offence = world.docket.offence
        suited: Answers = HAS_VICTIM[offence] & (GROUP_OF[offence] == PROPERTY)
        return suited
