"""§36: suspended and deferred sentences (Tokyo Rules, 8.2 g).

*Suspended*: custody is pronounced and hangs over a supervised person, whose breach leads to it more
often than that of a community order (`supervision`). *Deferred*: no sentence is passed for some
months; a person not convicted again in that time is fined, anyone else gets the custody put off.
Studies of the choice between suspended and served sentences find no difference or a little less
reoffending (suspended_nsw, suspended_bcn), so nothing is typed in beyond not being in custody. What
it is not: deferral of the conviction itself, or conditions (suspended_nl: they add nothing).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim.ladder import COUNTED, LONG_AGO, Rung, chosen, open_cases, settle
from sim.processes.sentencing import COMMUNITY, FINE, SHORT, SUSPENDED
from sim.rules import Column, array_step, dial, parameter
from sim.scan import rows_where

if TYPE_CHECKING:
    from sim.world import World


class SuspendedSentences(Rung):
    """Custody pronounced and not served, or put off."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column("deferred_end", "i2", "month", "month in which a deferral has been kept", LONG_AGO),
    )
    metrics: ClassVar = COUNTED | {
        "deferred": ("persons", "people whose sentence is deferred"),
        "deferred_passed": ("persons", "of these, convicted again in time and taken into custody"),
    }

    longest: float = dial(
        6.0, unit="months", low=0.0, high=36.0,
        label="longest time to be served in prison that is eligible (short custody always is)",
    )  # fmt: skip
    deferred: float = dial(0.0, unit="share", label="share of short custody that is deferred")
    order_months: float = parameter(
        18.0, unit="months", low=12.0, high=36.0, source="assumed",
        label="time for which a sentence is suspended", note="one to three years is usual",
    )  # fmt: skip
    deferral_months: float = parameter(
        6.0, unit="months", low=3.0, high=12.0, source="assumed",
        label="time for which a sentence is deferred", note="not in the register",
    )  # fmt: skip

    @array_step("sentencing", writes=["deferred_end"])
    def decide(self, world: World) -> None:
        """Pass sentences put off, suspend others, and defer some."""
        docket, people, count = world.docket, world.people, world.records.count
        # A conviction for an arrest within the time breaks the deferral.
        broken = docket.opened < people.deferred_end[docket.rows]
        people.deferred_end[docket.rows] = LONG_AGO
        due = rows_where(open_cases(self, world) & broken & (docket.sentence < SHORT))
        docket.sentence[due] = SHORT
        docket.months[due] = np.maximum(np.round(world.rule("sentencing").short_months), 1.0)
        docket.settled[due] = True
        count("deferred_passed", due.shape[0])
        self.take(
            world, SUSPENDED, self.order_months, longest=self.longest, lesser=(FINE, COMMUNITY)
        )
        short = open_cases(self, world) & ~broken & (docket.sentence == SHORT)
        put_off = chosen(self, world, short, self.deferred)
        settle(world, put_off, FINE, 0.0)
        people.deferred_end[docket.rows[put_off]] = world.month + int(self.deferral_months)
        count("deferred", put_off.shape[0])
