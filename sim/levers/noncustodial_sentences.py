"""§36: non-custodial sentences in place of short custody.

A new community sentence is offered to the courts. Part of its places replaces short custody, the
rest is *net-widening*: it goes to people who would have had a fine. Replaced people keep their
liberty (and may offend in it), are supervised, may breach, and avoid the after-effect of short
custody (custody_short_moj); nothing else is typed in. What it is not: earlier release, or a
change of who is convicted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim.processes.sentencing import COMMUNITY, FINE, SHORT
from sim.rules import Lever, Rows, array_step, dial, parameter

if TYPE_CHECKING:
    from sim.world import World


class NoncustodialSentences(Lever):
    """Community sentences instead of short custody, and instead of less."""

    paragraphs: ClassVar[tuple[int, ...]] = (36,)
    metrics: ClassVar = {
        "custody_replaced": ("persons", "short custody replaced by a community sentence"),
        "newly_supervised": ("persons", "community sentences for people who would have had less"),
    }

    uptake: float = dial(
        0.0, unit="share",
        label="new community sentences as a share of short custodial sentences proposed",
    )  # fmt: skip
    replacement: float = dial(
        1.0, unit="share",
        label="part of the new sentences that replaces short custody; the rest widens the net",
    )  # fmt: skip
    order_months: float = parameter(
        12.0, unit="months", low=6.0, high=24.0, source="assumed",
        label="length of the new community sentence",
        note="about the length of custody replaced plus licence; not in the register",
    )  # fmt: skip

    @array_step("sentencing")
    def offer(self, world: World) -> None:
        """Move people on the docket to the new sentence."""
        docket = world.docket
        short = np.flatnonzero(docket.sentence == SHORT)
        fined = np.flatnonzero(docket.sentence == FINE)
        # Each draw belongs to the person's case, so who is moved does not depend on who else is.
        replaced = self._chosen(world, short, self.uptake * self.replacement)
        wanted = self.uptake * (1.0 - self.replacement) * self._usual_ratio(world)
        widened = self._chosen(world, fined, min(wanted, 1.0))
        moved = np.concatenate((replaced, widened))
        docket.sentence[moved] = COMMUNITY
        docket.months[moved] = self.order_months
        world.records.count("custody_replaced", replaced.shape[0])
        world.records.count("newly_supervised", widened.shape[0])

    def _chosen(self, world: World, at: Rows, share: float) -> Rows:
        docket = world.docket
        at = at[np.isin(docket.rows[at], world.reach(self.name, docket.rows[at]))]
        ids = world.people.id[docket.rows[at]]
        return at[self.draw(world, "chosen", ids, month=docket.opened[at]) < share]

    def _usual_ratio(self, world: World) -> float:
        """Short custodial sentences to fines in the place's usual mix."""
        sentencing = world.rule("sentencing")
        short = sum(sentencing.short_custody.values())
        fines = sum(sentencing.fine.values())
        return short / fines if fines > 0 else 0.0
