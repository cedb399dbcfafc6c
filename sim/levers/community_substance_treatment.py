"""§38: treatment of substance use in the community.

People at liberty with problem use take the places by lot; some drop out, and some of those who
complete stop using sooner than they would have. Relapse is that of everyone (`substance_use`). It
acts on offending only through use. What it is not: treatment in custody (`substance_treatment`), a
condition of a sentence (`treatment_court`), or substitution treatment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from sim import programme
from sim.people import FREE, SUPERVISED
from sim.rules import Column, Lever, array_step, dial, parameter

if TYPE_CHECKING:
    from sim.world import World


class CommunitySubstanceTreatment(Lever):
    """Places outside, and remission."""

    paragraphs: ClassVar[tuple[int, ...]] = (38,)
    columns: ClassVar[tuple[Column, ...]] = (
        Column("drug_treatment_outside", "u1", "months", "months to go in treatment outside"),
    )
    metrics: ClassVar = {
        "outside_treatment_starts": ("persons", "people who start treatment of substance use"),
        "outside_treatment_completions": ("persons", "people who complete it"),
        "outside_treatment_remissions": ("persons", "of these, people who stop using through it"),
    }

    places: float = dial(
        0.0, unit="per 1,000 people", low=0.0, high=200.0, label="places in treatment"
    )
    remits: float = parameter(
        0.50, unit="probability", low=0.3, high=0.7, source="assumed",
        label="people who stop using on completing, if they still use", note="not in the register",
    )  # fmt: skip
    completion: float = parameter(
        0.73, unit="probability", low=0.5, high=0.80, source="dropout_rate",
        label="share of starters who complete, custody apart", note="of all programmes",
    )  # fmt: skip
    programme_months: float = parameter(
        6.0, unit="months", low=3.0, high=12.0, source="assumed", label="length of treatment",
        note="not in the register",
    )  # fmt: skip

    @array_step("supervision", writes=["drug_treatment_outside", "substance_use"])
    def treat(self, world: World) -> None:
        """Advance treatment, let some of those who complete stop, and fill the places."""
        people, stage = world.people, world.people.drug_treatment_outside
        stage[(people.status != FREE) & (people.status != SUPERVISED)] = programme.OPEN
        rows = world.selection("at_liberty")
        starting, done = programme.attend(
            self, world, stage, rows, rows[people.substance_use[rows] > 0],
            self.places / 1000.0 * world.persons, self.programme_months, self.completion,
        )  # fmt: skip
        stops = self.draw(world, "remits", people.id[done]) < self.remits
        remitted = done[stops & (people.substance_use[done] > 0)]
        people.substance_use[remitted] = 0
        stage[rows[stage[rows] >= programme.LEFT]] = programme.OPEN  # may come back another time
        count = world.records.count
        count("outside_treatment_starts", starting.shape[0])
        count("outside_treatment_completions", done.shape[0])
        count("outside_treatment_remissions", remitted.shape[0])
        busy = programme.taking_part(stage, rows).shape[0]
        count("cost_programmes", busy / 12.0 * world.rule("accounts").programme_place_year)
