"""§36: community service orders (Tokyo Rules, 8.2 i).

Part of short custody becomes unpaid work for the community, as long as there are places to do it;
without one the usual sentence follows. The order lasts until the hours are done and may be
breached. Studies find about the same offending as after prison, and more work later
(cs_dk_andersen); here both come from keeping liberty, job and home, nothing is typed in. What it
is not: what residents make of the work (`community_contribution`), or paid or prison work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim.ladder import COUNTED, LONG_AGO, Rung, places_taken
from sim.processes.sentencing import COMMUNITY
from sim.rules import Column, array_step, dial, parameter

if TYPE_CHECKING:
    from sim.world import World


class CommunityService(Rung):
    """Unpaid work, limited by placements."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column("service_end", "i2", "month", "month that frees the work placement", LONG_AGO),
    )
    metrics: ClassVar = COUNTED | {
        "service_stock": ("persons", "people doing community service"),
        "service_turned_away": ("persons", "people for whom no work placement was free"),
    }

    placements: float = dial(
        20.0, unit="per 1,000 people", low=0.0, high=200.0, label="work placements at one time"
    )
    hours: float = dial(160.0, unit="hours", low=20.0, high=300.0, label="hours of an order")
    pace: float = parameter(
        20.0, unit="hours", low=8.0, high=60.0, source="assumed", label="hours done in a month",
        note="beside a job; one day-fine is 6 to 8 hours of work (fine_default_de)",
    )  # fmt: skip
    placement_cost: float = parameter(
        0.5, unit="share", low=0.2, high=1.0, source="assumed",
        label="cost of arranging the work, relative to supervision", note="not in the register",
    )  # fmt: skip

    def order_months(self) -> int:
        """Months until the hours are done."""
        return max(int(np.ceil(self.hours / self.pace)), 1)

    @array_step("sentencing", writes=["service_end"])
    def offer(self, world: World) -> None:
        """Move people on the docket to community service while placements are free."""
        free = int(self.placements * world.persons / 1000.0) - places_taken(world, "service_end")
        months = self.order_months()
        moved = self.take(world, COMMUNITY, months, places=free)
        world.people.service_end[world.docket.rows[moved.both]] = world.month + months
        world.records.count("service_turned_away", moved.turned_away)

    @array_step("accounts", writes=["service_end"])
    def pay(self, world: World) -> None:
        """Count people at work, and what arranging it costs."""
        stock = places_taken(world, "service_end")
        year = world.rule("accounts").supervision_year * self.placement_cost
        world.records.count("service_stock", stock)
        world.records.count("cost_supervision", stock * year / 12.0)
