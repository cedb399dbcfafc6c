"""§36: warnings and conditional discharge (Tokyo Rules, 8.2 a and b).

Part of short custody and of community sentences ends with a word of the court. A warning ends the
case; a discharge is *conditional*: whoever is convicted again for an arrest within its time gets a
community sentence where a fine would have done, for both offences. Probation carries fewer people,
prisons too. What it is not: diversion before conviction (the record grows as ever), or an effect
on offending, for which no study is in the register. There is nothing milder, so no net to widen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim.ladder import COUNTED, LONG_AGO, chosen, open_cases, settle
from sim.processes.sentencing import COMMUNITY, FINE, SHORT
from sim.rules import Column, Lever, array_step, dial, parameter
from sim.scan import rows_where

if TYPE_CHECKING:
    from sim.world import World


class ConditionalDischarge(Lever):
    """A word of the court, with a condition or without."""

    paragraphs: ClassVar[tuple[int, ...]] = (36,)
    columns: ClassVar[tuple[Column, ...]] = (
        Column("discharge_end", "i2", "month", "month in which a discharge is kept", LONG_AGO),
    )
    metrics: ClassVar = COUNTED | {
        "discharged": ("persons", "people warned or discharged instead of sentenced to more"),
        "discharges_broken": ("persons", "people sentenced for the discharged offence after all"),
    }

    custody: float = dial(0.0, unit="share", label="share of short custody that becomes this")
    orders: float = dial(0.0, unit="share", label="share of community sentences that become this")
    conditional: float = dial(
        1.0, unit="share", label="share of them with a condition; the others are warnings"
    )
    condition_months: float = parameter(
        12.0, unit="months", low=6.0, high=36.0, source="assumed", label="time of the condition",
        note="a year or two is usual; not in the register",
    )  # fmt: skip

    @array_step("sentencing", writes=["discharge_end"])
    def discharge(self, world: World) -> None:
        """Sentence those who broke a condition, then warn or discharge others."""
        docket, people = world.docket, world.people
        broken = docket.opened < people.discharge_end[docket.rows]
        people.discharge_end[docket.rows] = LONG_AGO
        due = rows_where(open_cases(self, world) & broken & (docket.sentence == FINE))
        docket.sentence[due], docket.settled[due] = COMMUNITY, True
        docket.months[due] = world.rule("sentencing").community_months
        fit = open_cases(self, world) & ~broken
        moved = np.concatenate([
            chosen(self, world, fit & (docket.sentence == rung), share)
            for rung, share in ((SHORT, self.custody), (COMMUNITY, self.orders))
        ])  # fmt: skip
        settle(world, moved, FINE, 0.0)
        rows = docket.rows[moved]
        self.note_access(world, "started", rows)
        ids, opened = people.id[rows], docket.opened[moved]
        bound = rows[self.happens(world, "condition", ids, self.conditional, opened)]
        people.discharge_end[bound] = world.month + int(self.condition_months)
        world.records.count("discharged", moved.shape[0])
        world.records.count("discharges_broken", due.shape[0])
