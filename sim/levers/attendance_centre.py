"""§36: referral to an attendance centre (Tokyo Rules, 8.2 j).

Young people convicted of lesser offences attend some hours of structured activity instead of short
custody. The order is short and may be breached. What it is not: an effect on offending, for which
no study is in the register; treatment; or a measure for older people (`community_service`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.ladder import Rung
from sim.offences import GROUP_OF, VIOLENT
from sim.processes.sentencing import COMMUNITY
from sim.rules import array_step, dial, parameter

if TYPE_CHECKING:
    from sim.world import World


class AttendanceCentre(Rung):
    """Hours at a centre, for young people."""

    below_age: float = dial(
        25.0, unit="years of age", low=16.0, high=40.0, label="age below which people are referred"
    )
    hours: float = dial(24.0, unit="hours", low=6.0, high=60.0, label="hours of an order")
    pace: float = parameter(
        8.0, unit="hours", low=4.0, high=12.0, source="assumed", label="hours attended in a month",
        note="two sessions of four hours; not in the register",
    )  # fmt: skip
    hour_cost: float = parameter(
        0.01, unit="share", low=0.003, high=0.03, source="assumed",
        label="cost of an hour attended, relative to a year of supervision",
        note="staff with a group; not in the register",
    )  # fmt: skip

    @array_step("sentencing")
    def refer(self, world: World) -> None:
        """Move young people on the docket to the centre."""
        docket, people = world.docket, world.people
        age = (world.month - people.birth_month[docket.rows]) / 12.0
        suited = (age < self.below_age) & (GROUP_OF[docket.offence] != VIOLENT)
        months = max(float(np.ceil(self.hours / self.pace)), 1.0)
        referred = self.take(world, COMMUNITY, months, suited=suited).both.shape[0]
        year = world.rule("accounts").supervision_year
        world.records.count("cost_supervision", referred * self.hours * self.hour_cost * year)
