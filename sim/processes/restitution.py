"""Restitution: what courts order for victims, and what is collected.

A court orders payment in part of the cases with an identifiable victim; less than half of it is
collected (restitution_ca). Agreements of restorative justice and orders of their own (levers) pay
through here too. Paying has no effect on offending (restitution_or). Not modelled: instalments.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim.offences import by_offence
from sim.rules import Process, Rows, array_step, parameter

if TYPE_CHECKING:
    from sim.world import World


class Restitution(Process):
    """Orders of the courts, and payments to victims."""

    metrics: ClassVar = {
        "restitution_ordered": ("currency", "restitution owed to victims"),
        "restitution_paid": ("currency", "of it, what victims receive"),
        "victims_paid": ("persons", "victims who receive restitution"),
    }

    ordered: float = parameter(
        0.3, unit="share", low=0.1, high=0.6, source="assumed",
        label="convictions with an identifiable victim in which a court orders restitution",
        note="not in the register",
    )  # fmt: skip
    collected: float = parameter(
        0.43, unit="share", low=0.3, high=0.6, source="restitution_ca",
        label="part of the restitution ordered by courts that is collected",
    )  # fmt: skip
    part_of_harm: float = parameter(
        0.05, unit="share", low=0.01, high=0.2, source="assumed",
        label="restitution owed, as a part of the valued harm",
        note="tangible losses that a person can be made to pay; not in the register",
    )  # fmt: skip

    @array_step("disposal")
    def order(self, world: World) -> None:
        """Courts order payment to some victims of those on the docket."""
        docket = world.docket
        victim = world.victims.rows(docket.victim)
        known = victim >= 0
        ids, opened = world.people.id[docket.rows[known]], docket.opened[known]
        owed = self.draw(world, "ordered", ids, opened) < self.ordered
        self.pay(world, victim[known][owed], ids[owed])

    def pay(self, world: World, victim: Rows, ids: np.ndarray, ratio: float = 1.0) -> None:
        """Owe restitution to these victims; part of them receives it.

        Parameters
        ----------
        victim
            Rows of the victims' table.
        ids
            Identities of the people who owe, one for each victim: they key the luck.
        ratio
            Collection relative to that of courts.
        """
        harm = by_offence(world.rule("victimisation").harm)
        amount = harm[world.victims.offence[victim]] * self.part_of_harm
        month = world.victims.month[victim].astype(np.int64)
        paid = self.draw(world, "paid", ids, month) < min(self.collected * ratio, 1.0)
        world.victims.restitution[victim[paid]] += amount[paid].astype(np.float32)
        count = world.records.count
        count("restitution_ordered", amount.sum())
        count("restitution_paid", amount[paid].sum())
        count("victims_paid", np.count_nonzero(paid))
