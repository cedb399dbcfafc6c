"""§37: treatment of substance use in custody.

People with problem use and time left to serve take the places by lot; some drop out, and some of
those who complete stop using. Relapse after release is that of everyone (`substance_use`). It acts
on offending only through use. What it is not: cognitive-behavioural treatment of offending, or
treatment outside (`community_substance_treatment`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from sim import programme
from sim.rules import Column, Lever, array_step, dial, parameter

if TYPE_CHECKING:
    from sim.world import World


class SubstanceTreatment(Lever):
    """Places in custody, and remission."""

    paragraphs: ClassVar[tuple[int, ...]] = (37,)
    columns: ClassVar[tuple[Column, ...]] = (
        Column("drug_treatment", "u1", "months", "months to go in treatment of substance use"),
    )
    metrics: ClassVar = {
        "substance_treatment_starts": ("persons", "people who start treatment in custody"),
        "substance_treatment_completions": ("persons", "people who complete it"),
        "substance_treatment_remissions": ("persons", "of these, people who stop using"),
    }

    places: float = dial(
        0.0, unit="per 100 people in custody", low=0.0, high=100.0, label="places in treatment"
    )
    remits: float = parameter(
        0.50, unit="probability", low=0.3, high=0.7, source="assumed",
        label="people who stop using on completing",
        note="through use alone the published effect of therapeutic communities (prison_tc_rct, "
        "odds ratio 0.64) is out of reach; not in the register",
    )  # fmt: skip
    completion: float = parameter(
        0.73, unit="probability", low=0.5, high=0.80, source="dropout_rate",
        label="share of starters who complete", note="of all programmes",
    )  # fmt: skip
    programme_months: float = parameter(
        6.0, unit="months", low=3.0, high=12.0, source="assumed", label="length of treatment",
        note="not in the register",
    )  # fmt: skip

    @array_step("custody", writes=["drug_treatment", "substance_use"])
    def treat(self, world: World) -> None:
        """Advance treatment, let some of those who complete stop, and fill the places."""
        people, stage = world.people, world.people.drug_treatment
        programme.reopen_outside(world, stage)
        rows = world.selection("in_custody")
        suitable = programme.still_inside(world, self.programme_months)
        places = self.places / 100.0 * rows.shape[0] * programme.room(world)
        starting, done = programme.attend(
            self, world, stage, rows, suitable[people.substance_use[suitable] > 0], places,
            self.programme_months, self.completion,
        )  # fmt: skip
        remitted = done[self.draw(world, "remits", people.id[done]) < self.remits]
        people.substance_use[remitted] = 0
        stage[done] = programme.OPEN  # may be treated again, should they use again
        count = world.records.count
        count("substance_treatment_starts", starting.shape[0])
        count("substance_treatment_completions", done.shape[0])
        count("substance_treatment_remissions", remitted.shape[0])
        busy = programme.taking_part(stage, rows).shape[0]
        count("cost_programmes", busy / 12.0 * world.rule("accounts").programme_place_year)
