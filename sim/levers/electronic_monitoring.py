"""§36: house arrest with electronic monitoring, in place of short or shorter custody (8.2 k).

Part of short custody, and of prison sentences that would be served within a limit, becomes a
community order with monitoring at home. The published effect against prison acts on the rate of
offending from the start and fades slowly; avoiding the after-effect of short custody is part of
it and is not counted twice. The order may be breached. Monitoring can also be put on top of
community sentences, where it changes nothing but cost (em_review_belur), as it does for those who
would have been fined. What it is not: a restraint that prevents offences during the arrest, or
monitoring before trial (`pretrial_alternatives`) or after release.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim.effects import Effect, event_cohort_shape, individual_log_hr, initial_log_hr
from sim.ladder import COUNTED, LONG_AGO, Rung, spared
from sim.people import CUSTODY
from sim.processes.sentencing import COMMUNITY
from sim.rules import Column, Rows, array_step, dial, parameter
from sim.scan import rows_where

if TYPE_CHECKING:
    from sim.world import World

EVALUATED_MONTHS = 60.0


class ElectronicMonitoring(Rung):
    """House arrest instead of prison, and monitoring on top of probation."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column("monitored_end", "i2", "month", "month in which monitoring ends", LONG_AGO),
    )
    effects: ClassVar = (Effect("monitored_log_hr", "effect of house arrest, fading"),)
    metrics: ClassVar = COUNTED | {
        "monitored_on_top": ("persons", "monitoring added to a community sentence"),
        "monitored_stock": ("persons", "people monitored at the end of the month"),
    }

    longest: float = dial(
        12.0, unit="months", low=0.0, high=36.0,
        label="longest time to be served in prison that is eligible (short custody always is)",
    )  # fmt: skip
    months: float = dial(6.0, unit="months", low=1.0, high=24.0, label="length of house arrest")
    on_top: float = dial(
        0.0, unit="share", label="share of community sentences that get monitoring on top"
    )
    against_prison: float = parameter(
        0.85, unit="hazard ratio", low=0.6, high=1.0, source="em_france;em_nsw",
        label="offending after house arrest against short prison, between groups, five years",
    )  # fmt: skip
    base_risk: float = parameter(
        0.65, unit="probability", low=0.4, high=0.75, source="em_france",
        label="reconvicted within five years of the published comparison group",
    )  # fmt: skip
    fading_months: float = parameter(
        120.0, unit="months", low=48.0, high=240.0, source="assumed",
        label="time constant with which the effect fades", note="still there at five years",
    )  # fmt: skip
    cost: float = parameter(
        1.5, unit="ratio", low=0.5, high=4.0, source="assumed",
        label="cost of monitoring on top of supervision, relative to supervision",
        note="dearer than probation, cheaper than prison (em_review_belur); size assumed",
    )  # fmt: skip

    def full_effect(self, world: World) -> float:
        """Log hazard ratio of a person at the start, against a prison sentence."""
        person = individual_log_hr(
            float(np.log(self.against_prison)), self.base_risk, event_cohort_shape(world)
        )
        return initial_log_hr(person, self.fading_months, EVALUATED_MONTHS)

    @array_step("sentencing", writes=["monitored_end", "monitored_log_hr"])
    def replace(self, world: World) -> None:
        """Move people on the docket to house arrest, or add monitoring to their sentence."""
        docket, people = world.docket, world.people
        usual = (docket.sentence == COMMUNITY) & world.reaches(self.name, docket.rows)
        ids = people.id[docket.rows]
        tagged = self.happens(world, "on top", ids, self.on_top, month=docket.opened)
        added = rows_where(usual & tagged)
        full = world.once(f"{self.name}.full_effect", lambda: self.full_effect(world))
        effect = full + spared(world, np.arange(docket.rows.shape[0]))
        moved = self.take(world, COMMUNITY, self.months, longest=self.longest)
        # A second start renews the effect; it does not add to what is left of the first.
        people.monitored_log_hr[docket.rows[moved.replaced]] = effect[moved.replaced]
        self._tag(world, np.concatenate((moved.both, added)))
        world.records.count("monitored_on_top", added.shape[0])

    def _tag(self, world: World, at: Rows) -> None:
        people, rows = world.people, world.docket.rows[at]
        # Whoever is inside for another sentence stays there, and is not monitored.
        rows = rows[people.status[rows] != CUSTODY]
        people.monitored_end[rows] = min(world.month + int(self.months), 32000)

    @array_step("accounts")
    def pay(self, world: World) -> None:
        """Count people who are monitored, and what that costs."""
        monitored = world.people.monitored_end > world.month
        stock = np.count_nonzero(world.belongs("supervised") & monitored)
        world.records.count("monitored_stock", stock)
        year = world.rule("accounts").supervision_year * self.cost
        world.records.count("cost_supervision", stock * year / 12.0)
