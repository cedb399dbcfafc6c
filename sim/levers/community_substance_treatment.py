"""§38: treatment of substance use in the community.

In their turn, every fourth month, some of the people at liberty with problem use seek treatment
and take the free places by lot. Some drop out, and some of those who complete stop using sooner
than they would have. Relapse is that of everyone (`substance_use`). It acts on offending only
through use: no effect beyond it is in the register. What it is not: treatment in custody
(`substance_treatment`), a condition of a sentence (`treatment_court`), or substitution treatment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from sim import programme
from sim.rules import Column, Lever, array_step, dial, parameter
from sim.scan import pick, rows_where
from sim.turns import whose_turn

if TYPE_CHECKING:
    from sim.world import World

TURN_MONTHS = 4


class CommunitySubstanceTreatment(Lever):
    """Places outside, and remission."""

    paragraphs: ClassVar[tuple[int, ...]] = (38,)
    columns: ClassVar[tuple[Column, ...]] = (
        Column("drug_treatment_outside", "u1", "months", "months to go in treatment outside"),
    )
    metrics: ClassVar = {
        **programme.measured("outside_treatment", "treatment of substance use outside"),
        "outside_treatment_remissions": ("persons", "people who stop using on completing it"),
    }

    places: float = dial(
        0.0, unit="per 1,000 people", low=0.0, high=200.0, label="places in treatment"
    )
    seeking: float = parameter(
        0.05, unit="per month", low=0.01, high=0.2, source="assumed",
        label="people with problem use who seek a place in a month",
        note="about half within a year; not in the register",
    )  # fmt: skip
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
        # Custody breaks treatment off; whoever finished or left may come back another time.
        stage *= world.belongs("at_liberty") & (stage < programme.LEFT)
        turn = whose_turn(world, TURN_MONTHS)
        using = world.selection("at_liberty", turn & (people.substance_use > 0))
        share = 1 - (1 - self.seeking) ** TURN_MONTHS
        seeking = pick(using, self.happens(world, "seeks", people.id[using], share))
        done = programme.run(
            self, world, "drug_treatment_outside", "outside_treatment", rows_where(stage > 0),
            seeking, self.places / 1000.0 * world.persons,
        )  # fmt: skip
        stops = self.happens(world, "remits", people.id[done], self.remits)
        remitted = done[stops & (people.substance_use[done] > 0)]
        people.substance_use[remitted] = 0
        world.records.count("outside_treatment_remissions", remitted.shape[0])
