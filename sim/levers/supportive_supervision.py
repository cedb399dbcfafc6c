"""§38: supervision that supports.

Officers trained in the skills of supervision lower the offending of the people they supervise
while supervision lasts; smaller caseloads leave more time for it. A small caseload without trained
officers does nothing for offending, and more contact means more breaches seen. Control (more
conditions, checks and tests) only raises breaches. What it is not: treatment
(`community_treatment`), electronic monitoring, or shorter orders.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim.effects import individual_log_hr
from sim.people import NO_ORDER
from sim.rules import Column, Lever, array_step, dial, parameter
from sim.scan import pick, rows_where

if TYPE_CHECKING:
    from sim.world import World

USUAL_CASELOAD = 100.0
REACHED, TRAINED = 1, 2


class SupportiveSupervision(Lever):
    """Training, caseload, and help against control."""

    paragraphs: ClassVar[tuple[int, ...]] = (38,)
    columns: ClassVar[tuple[Column, ...]] = (
        Column("officer", "u1", "code", "0 as usual, 1 under the policy, 2 also a trained officer"),
    )
    metrics: ClassVar = {
        "supervised_by_trained": ("persons", "people supervised by a trained officer"),
    }

    trained: float = dial(0.0, unit="share", label="share of officers trained and coached")
    caseload: float = dial(
        USUAL_CASELOAD, unit="count", low=15.0, high=200.0,
        label="people supervised by one officer (status quo: 100)",
    )  # fmt: skip
    control: float = dial(
        0.0, unit="share", label="extra control: 0 as usual, 1 intensive checks and conditions"
    )
    hazard_ratio: float = parameter(
        0.95, unit="hazard ratio", low=0.6, high=1.0, source="stics_bc",
        label="offending under a trained officer at the usual caseload",
        note="developers' evaluation gives 0.59; shrunk hard, as the register advises",
    )  # fmt: skip
    base_risk: float = parameter(
        0.614, unit="probability", low=0.4, high=0.65, source="stics_bc",
        label="reoffending within two years under other officers in that evaluation",
    )  # fmt: skip
    time_helps: float = parameter(
        0.5, unit="ratio", low=0.0, high=1.0, source="caseload_okc",
        label="how the effect of training grows with time per person (power)",
        note="sign from the source: caseload works only with quality; size assumed",
    )  # fmt: skip
    time_shows: float = parameter(
        0.15, unit="ratio", low=0.0, high=0.5, source="caseload_okc",
        label="how breaches seen grow with time per person (power)",
        note="sign from the source; size assumed",
    )  # fmt: skip
    control_ratio: float = parameter(
        1.5, unit="hazard ratio", low=1.0, high=2.5, source="assumed",
        label="breach under full extra control against usual",
        note="more conditions, more to breach; size not in the register",
    )  # fmt: skip
    staff_share: float = parameter(
        0.7, unit="share", low=0.5, high=0.9, source="assumed",
        label="part of the cost of supervision that is officers' time", note="no source",
    )  # fmt: skip

    def log_trained(self) -> float:
        """Log hazard ratio of offending under a trained officer, who uses the time there is."""
        own = individual_log_hr(float(np.log(self.hazard_ratio)), self.base_risk)
        return float(own * self.time_per_person**self.time_helps)

    def log_breach(self) -> float:
        """Log hazard ratio of a breach for everyone reached: contact and control show breaches."""
        shown = self.time_shows * np.log(self.time_per_person)
        return float(shown + self.control * np.log(self.control_ratio))

    @property
    def time_per_person(self) -> float:
        """An officer's time per person, relative to usual."""
        return USUAL_CASELOAD / self.caseload

    @array_step("needs", adds_to="offending")
    def help_desist(self, world: World) -> None:
        """A trained officer acts while supervision lasts."""
        rows = world.selection("supervised", world.people.officer == TRAINED)
        world.rate("offending")[rows] += np.float32(self.log_trained())

    @array_step("needs", adds_to="breach")
    def watch(self, world: World) -> None:
        """Contact and control show breaches."""
        rows = rows_where(world.people.officer > 0)
        world.rate("breach")[rows] += np.float32(self.log_breach())

    @array_step("supervision", writes=["officer"])
    def assign(self, world: World) -> None:
        """Give people whose order starts an officer; the officer stays until it ends."""
        people = world.people
        people.officer *= people.order != NO_ORDER
        rows = world.selection("supervised")
        new = world.reach(self.name, pick(rows, people.officer[rows] == 0))
        trained = self.happens(
            world, "officer", people.id[new], self.trained, people.order_end[new]
        )
        people.officer[new] = np.where(trained, TRAINED, REACHED)
        self.note_access(world, "eligible", new)
        self.note_access(world, "started", new[trained])
        officer = people.officer[rows]
        reached = np.count_nonzero(officer)
        world.records.count("supervised_by_trained", np.count_nonzero(officer == TRAINED))
        more = self.staff_share * (USUAL_CASELOAD / self.caseload - 1.0)
        year = world.rule("accounts").supervision_year
        world.records.count("cost_supervision", reached * more * year / 12.0)
