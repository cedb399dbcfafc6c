"""§36: a treatment court for people whose drug or property offence goes with substance use (8.2 l).

People convicted of such an offence who use at that time get, while there are places, a community
order supervised by the court with treatment. Part of the places is kept for those who would go to
short custody; the others go to people who would have had a milder sentence. The published effect is
a total one and acts on the rate of offending; it fades. Avoiding the after-effect of short custody
is part of it and is not counted twice, and substance use itself is left alone for the same reason.
What it is not: treatment in prison (§37) or after release (§38), or for people who do not use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim.choices import first_by_lot
from sim.effects import Effect, event_cohort_shape, individual_log_hr, initial_log_hr
from sim.ladder import (
    COUNTED,
    LONG_AGO,
    Answers,
    one_of,
    open_cases,
    places_taken,
    settle,
    spared,
)
from sim.offences import DRUG, GROUP_OF, PROPERTY
from sim.processes.sentencing import COMMUNITY, FINE, PRISON, SHORT, SUSPENDED
from sim.rules import Column, Lever, Rows, array_step, dial, parameter
from sim.scan import rows_where

if TYPE_CHECKING:
    from sim.world import World

EVALUATED_MONTHS = 36.0


class TreatmentCourt(Lever):
    """Places in a treatment court, and an effect that fades."""

    paragraphs: ClassVar[tuple[int, ...]] = (36,)
    columns: ClassVar[tuple[Column, ...]] = (
        Column("treatment_court_end", "i2", "month", "month that frees the place", LONG_AGO),
    )
    effects: ClassVar = (Effect("treatment_court_log_hr", "effect of the court, fading"),)
    metrics: ClassVar = COUNTED | {
        "treatment_court_eligible": ("persons", "convicted people who would be eligible"),
        "treatment_court_starts": ("persons", "people who start in the treatment court"),
        "treatment_court_stock": ("persons", "people in the treatment court"),
    }

    places: float = dial(
        0.0, unit="per 1,000 people", low=0.0, high=50.0, label="places in treatment courts"
    )
    replacement: float = dial(
        0.5, unit="share",
        label="part of the free places for people facing custody; the rest for milder cases",
    )  # fmt: skip
    hazard_ratio: float = parameter(
        0.80, unit="hazard ratio", low=0.69, high=0.95,
        source="drug_court_mitchell;drug_court_gutierrez",
        label="offending after a start in a treatment court, between groups, three years",
        note="between the pooled 0.69 and the least biased studies' 0.85 to 0.92",
    )  # fmt: skip
    base_risk: float = parameter(
        0.50, unit="probability", low=0.3, high=0.65, source="drug_court_mitchell",
        label="reoffending within three years in the published comparison groups",
    )  # fmt: skip
    fading_months: float = parameter(
        72.0, unit="months", low=36.0, high=180.0, source="assumed",
        label="time constant with which the effect fades", note="seen for up to three years",
    )  # fmt: skip
    order_months: float = parameter(
        15.0, unit="months", low=12.0, high=24.0, source="assumed", label="length of the order",
        note="a usual length of such programmes; not in the register",
    )  # fmt: skip

    def full_effect(self, world: World) -> float:
        """Log hazard ratio of a person at the start."""
        person = individual_log_hr(
            float(np.log(self.hazard_ratio)), self.base_risk, event_cohort_shape(world)
        )
        return initial_log_hr(person, self.fading_months, EVALUATED_MONTHS)

    @array_step("sentencing", writes=["treatment_court_end", "treatment_court_log_hr"])
    def admit(self, world: World) -> None:
        """Give free places to eligible people on the docket."""
        docket, people = world.docket, world.people
        group = GROUP_OF[docket.offence]
        suited = ((group == DRUG) | (group == PROPERTY)) & open_cases(self, world)
        suited &= (people.substance_use[docket.rows] > 0) & (docket.sentence != PRISON)
        taken = places_taken(world, "treatment_court_end")
        suited &= people.treatment_court_end[docket.rows] <= world.month
        free = max(int(self.places * world.persons / 1000.0) - taken, 0)
        # Each free place is for one or the other by lot; one left empty is drawn anew next month.
        lots = self.draw(world, "place", np.arange(free, dtype=np.uint32))
        kept = int(np.count_nonzero(lots < self.replacement))
        facing = self._drawn(world, suited & (docket.sentence == SHORT), kept)
        milder = one_of(docket.sentence, (FINE, COMMUNITY, SUSPENDED))
        others = self._drawn(world, suited & milder, free - kept)
        at = np.concatenate((facing, others))
        rows = docket.rows[at]
        # A second start renews the effect; it does not add to what is left of the first.
        full = world.once(f"{self.name}.full_effect", lambda: self.full_effect(world))
        people.treatment_court_log_hr[rows] = full + spared(world, at)
        people.treatment_court_end[rows] = world.month + int(self.order_months)
        self.note_access(world, "eligible", docket.rows[suited])
        self.note_access(world, "started", rows)
        settle(world, at, COMMUNITY, self.order_months)
        world.records.count("net_widened", others.shape[0])
        world.records.count("treatment_court_eligible", np.count_nonzero(suited))
        world.records.count("treatment_court_starts", rows.shape[0])

    def _drawn(self, world: World, among: Answers, places: int) -> Rows:
        docket, at = world.docket, rows_where(among)
        ids = world.people.id[docket.rows[at]]
        lot = self.draw(world, "queue", ids, month=docket.opened[at])
        return at[first_by_lot(lot, ids, places)]

    @array_step("accounts", writes=["treatment_court_end"])
    def pay(self, world: World) -> None:
        """Count people in the court's programme, and what places cost."""
        stock = places_taken(world, "treatment_court_end")
        world.records.count("treatment_court_stock", stock)
        year = world.rule("accounts").programme_place_year
        world.records.count("cost_programmes", stock * year / 12.0)
