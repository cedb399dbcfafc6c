"""§38: services for victims, in the first months after an offence that did harm.

Part of the victims with symptoms who reported are offered support; two thirds take it up
(victim_trc_uptake). Support speeds the recovery of those who would recover; who would stay ill
stays ill (victim_bcbt: all arms alike after nine months). Nothing happens to offending. What it is
not: protection from contact (`victim_protection`), or a meeting (`restorative_justice`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim.rules import Lever, array_step, dial, parameter
from sim.scan import rows_where

if TYPE_CHECKING:
    from sim.world import World


class VictimSupport(Lever):
    """An offer, its uptake, and a faster recovery."""

    paragraphs: ClassVar[tuple[int, ...]] = (38,)
    metrics: ClassVar = {
        "victims_offered_support": ("persons", "victims with symptoms who are offered support"),
        "victims_supported": ("persons", "of these, victims who take it up"),
    }

    offered: float = dial(
        0.0, unit="share",
        label="victims with symptoms who reported and are offered support beyond today's",
    )  # fmt: skip
    takes_up: float = parameter(
        0.64, unit="probability", low=0.557, high=0.723, source="victim_trc_uptake",
        label="victims who take up support when offered",
    )  # fmt: skip
    time_ratio: float = parameter(
        0.6, unit="ratio", low=0.4, high=1.0, source="assumed",
        label="time to remission with support to without, among those who recover",
        note="faster, with the same end (victim_bcbt, victim_early_review); size assumed",
    )  # fmt: skip
    case_cost: float = parameter(
        1200.0, unit="currency", low=400.0, high=3000.0, source="assumed",
        label="cost of supporting one victim", note="about a dozen sessions; not in the register",
    )  # fmt: skip

    @array_step("victims")
    def support(self, world: World) -> None:
        """Offer support to this month's victims with symptoms."""
        victims, incidents, month = world.victims, world.incidents, world.month
        at = rows_where((incidents.victim >= 0) & incidents.reported)
        rows = victims.rows(incidents.victim[at])
        ill = rows_where(victims.symptoms_end[rows] > month)
        at, rows = at[ill], rows[ill]
        ids, ordinal = incidents.ids[at], incidents.ordinal[at]
        offered = self.happens(world, "offered", ids, self.offered, slot=ordinal)
        accepts = offered & self.happens(world, "takes up", ids, self.takes_up, slot=ordinal)
        helped = rows[accepts]
        victims.support[helped] = 1
        left = victims.symptoms_end[helped].astype(np.int64) - month
        chronic = left >= 120  # who would stay ill stays ill
        sooner = np.where(chronic, left, np.ceil(left * self.time_ratio))
        victims.symptoms_end[helped] = month + sooner
        count = world.records.count
        count("victims_offered_support", np.count_nonzero(offered))
        count("victims_supported", helped.shape[0])
        count("cost_programmes", helped.shape[0] * self.case_cost)
