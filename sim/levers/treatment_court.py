"""§36: a treatment court for people whose drug or property offence goes with substance use.

People convicted of such an offence who use at that time get, while there are places, a community
order supervised by the court with treatment, instead of anything between a community sentence and
short custody. The published effect is a total one and acts on the rate of offending; it fades.
Avoiding the after-effect of short custody is part of it and is not counted twice, and substance
use itself is left alone for the same reason. What it is not: treatment in prison (§37) or
after release (§38), or a place for people who do not use.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim.offences import DRUG, GROUP_OF, PROPERTY
from sim.people import CUSTODY, GONE
from sim.processes.sentencing import COMMUNITY, SHORT, SUSPENDED
from sim.rules import Column, Lever, array_step, dial, parameter, person_step

if TYPE_CHECKING:
    from sim.world import World

EVALUATED_MONTHS = 36.0

LONG_AGO = -32000
"""Value of a clock that has never run."""


class TreatmentCourt(Lever):
    """Places in a treatment court, and an effect that fades."""

    paragraphs: ClassVar[tuple[int, ...]] = (36,)
    columns: ClassVar[tuple[Column, ...]] = (
        Column("treatment_court_end", "i2", "month", "month that frees the place", LONG_AGO),
        Column("treatment_court_log_hr", "f4", "log hazard ratio", "effect, fading"),
    )
    metrics: ClassVar = {
        "treatment_court_eligible": ("persons", "convicted people who would be eligible"),
        "treatment_court_starts": ("persons", "people who start in the treatment court"),
        "treatment_court_stock": ("persons", "people in the treatment court"),
    }

    places: float = dial(
        0.0, unit="per 1,000 people", low=0.0, high=50.0, label="places in treatment courts"
    )
    hazard_ratio: float = parameter(
        0.80, unit="hazard ratio", low=0.69, high=0.95,
        source="drug_court_mitchell;drug_court_gutierrez",
        label="offending after a start in a treatment court, first three years",
        note="between the pooled 0.69 and the least biased studies' 0.85 to 0.92",
    )  # fmt: skip
    unmixing: float = parameter(
        1.4, unit="ratio", low=1.0, high=1.8, source="assumed",
        label="a person's log effect, relative to that between groups over the follow-up",
        note="groups of mixed risk draw together as those at high risk go first; "
        "0.80 from a base of 50 % at the spread of risk fitted to BJS 2005",
    )  # fmt: skip
    fading_months: float = parameter(
        72.0, unit="months", low=36.0, high=180.0, source="assumed",
        label="time constant with which the effect fades", note="seen for up to three years",
    )  # fmt: skip
    order_months: float = parameter(
        15.0, unit="months", low=12.0, high=24.0, source="assumed", label="length of the order",
        note="a usual length of such programmes; not in the register",
    )  # fmt: skip

    def constants(self, world: World) -> Mapping[str, float]:
        """Factor by which an effect shrinks in a month."""
        return {"left": float(np.exp(-1.0 / max(self.fading_months, 0.1)))}

    def full_effect(self) -> float:
        """Log hazard ratio of a person at the start; fading, it averages out over three years."""
        t = EVALUATED_MONTHS / self.fading_months
        return float(self.unmixing * np.log(self.hazard_ratio) * t / (1.0 - np.exp(-t)))

    @staticmethod
    @person_step("needs", writes=["treatment_court_log_hr"])
    def fade(treatment_court_log_hr: float, status: float, left: float) -> float:
        """The effect fades while the person is not in custody."""
        return treatment_court_log_hr * (1.0 if status == CUSTODY else left)

    @staticmethod
    @person_step("needs", adds_to="offending")
    def help_desist(treatment_court_log_hr: float) -> float:
        """What is left of the effect acts on offending."""
        return treatment_court_log_hr

    @array_step("sentencing", writes=["treatment_court_end", "treatment_court_log_hr"])
    def admit(self, world: World) -> None:
        """Give free places to eligible people on the docket."""
        docket, people = world.docket, world.people
        people.treatment_court_end[world.selection("in_custody")] = LONG_AGO
        suited = np.isin(GROUP_OF[docket.offence], (DRUG, PROPERTY))
        suited &= np.isin(docket.sentence, (COMMUNITY, SUSPENDED, SHORT))
        suited &= people.substance_use[docket.rows] > 0
        suited &= people.status[docket.rows] != CUSTODY
        suited &= people.treatment_court_end[docket.rows] <= world.month
        at = np.flatnonzero(suited)
        at = at[np.isin(docket.rows[at], world.reach(self.name, docket.rows[at]))]
        capacity = int(self.places * world.persons / 1000.0)
        free = max(capacity - self._busy(world), 0)
        ids = people.id[docket.rows[at]]
        luck = self.draw(world, "queue", ids, month=docket.opened[at])
        chosen = at[np.lexsort((ids, luck))[:free]]
        rows = docket.rows[chosen]
        spared = np.log(world.rule("release").after_short_custody)
        effect = self.full_effect() + np.where(docket.sentence[chosen] == SHORT, spared, 0.0)
        # A second start renews the effect; it does not add to what is left of the first.
        people.treatment_court_log_hr[rows] = effect
        people.treatment_court_end[rows] = world.month + int(self.order_months)
        docket.sentence[chosen] = COMMUNITY
        docket.months[chosen] = self.order_months
        world.records.count("treatment_court_eligible", at.shape[0])
        world.records.count("treatment_court_starts", rows.shape[0])

    def _busy(self, world: World) -> int:
        people = world.people
        here = (people.status != GONE) & (people.treatment_court_end > world.month)
        return int(np.count_nonzero(here))

    @array_step("accounts")
    def pay(self, world: World) -> None:
        """Count people in the court's programme, and what places cost."""
        stock = self._busy(world)
        world.records.count("treatment_court_stock", stock)
        year = world.rule("accounts").programme_place_year
        world.records.count("cost_programmes", stock * year / 12.0)
