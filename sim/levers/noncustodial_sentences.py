"""§36: court orders of the usual kind in place of short custody (Tokyo Rules, 8.2 m).

The community sentence that the place's courts know, whatever it is made of, is used more. Replaced
people keep their liberty (and may offend in it), are supervised, may breach, and avoid the
after-effect of short custody (custody_short_moj); nothing else is typed in. What it is not: one
rung of the ladder in particular (`probation_orders`, `community_service`, ...), earlier release,
or a change of who is convicted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.ladder import Rung
from sim.processes.sentencing import COMMUNITY
from sim.rules import array_step, parameter

if TYPE_CHECKING:
    from sim.world import World


class NoncustodialSentences(Rung):
    """Community sentences instead of short custody, and instead of less."""

    order_months: float = parameter(
        12.0, unit="months", low=6.0, high=24.0, source="assumed",
        label="length of the new community sentence",
        note="about the length of custody replaced plus licence; not in the register",
    )  # fmt: skip

    @array_step("sentencing")
    def offer(self, world: World) -> None:
        """Move people on the docket to the new sentence."""
        self.take(world, COMMUNITY, self.order_months)
