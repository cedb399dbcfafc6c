"""§37: vocational training and prison work that qualifies.

Those with time left to serve and no qualification yet take the places by lot; some drop out.
Completing gives a qualification (`skill`): better odds of being hired, where there are vacancies.
It acts on offending only through the job, if one is found; there is no direct effect. What it is
not: education (which has one), work without a qualification, or a job offer after release.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from sim import programme
from sim.rules import Column, Lever, array_step, dial, parameter

if TYPE_CHECKING:
    from sim.world import World


class VocationalTraining(Lever):
    """Places in training, and a qualification."""

    paragraphs: ClassVar[tuple[int, ...]] = (37,)
    columns: ClassVar[tuple[Column, ...]] = (
        Column("training", "u1", "months", "months to go in training, or how it ended"),
    )
    metrics: ClassVar = {
        "training_starts": ("persons", "people who start vocational training in custody"),
        "training_completions": ("persons", "people who complete it"),
    }

    places: float = dial(
        0.0, unit="per 100 people in custody", low=0.0, high=100.0, label="places in training"
    )
    completion: float = parameter(
        0.73, unit="probability", low=0.62, high=0.80, source="dropout_rate",
        label="share of starters who complete", note="of all programmes; none for training alone",
    )  # fmt: skip
    programme_months: float = parameter(
        6.0, unit="months", low=3.0, high=18.0, source="assumed", label="length of a course",
        note="not in the register",
    )  # fmt: skip

    @array_step("custody", writes=["training", "skill"])
    def train(self, world: World) -> None:
        """Advance the courses and fill their places."""
        people, stage = world.people, world.people.training
        programme.reopen_outside(world, stage)
        rows = world.selection("in_custody")
        suitable = programme.still_inside(world, self.programme_months)
        places = self.places / 100.0 * rows.shape[0] * programme.room(world)
        starting, done = programme.attend(
            self, world, stage, rows, suitable[people.skill[suitable] == 0], places,
            self.programme_months, self.completion,
        )  # fmt: skip
        people.skill[done] = 1
        count = world.records.count
        count("training_starts", starting.shape[0])
        count("training_completions", done.shape[0])
        busy = programme.taking_part(stage, rows).shape[0]
        count("cost_programmes", busy / 12.0 * world.rule("accounts").programme_place_year)
