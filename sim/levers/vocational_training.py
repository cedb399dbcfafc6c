"""§37: vocational training in custody.

Those with time left to serve and no qualification yet take the places by lot; some drop out.
Completing gives a qualification (`skill`): better odds of being hired, where there are vacancies.
It acts on offending only through the job, if one is found; there is no direct effect. What it is
not: education (which has one), work inside (`prison_work`), or a job offer after release.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from sim import programme
from sim.rules import Column, Lever, array_step, dial, parameter
from sim.scan import pick

if TYPE_CHECKING:
    from sim.world import World


class VocationalTraining(Lever):
    """Places in training, and a qualification."""

    paragraphs: ClassVar[tuple[int, ...]] = (37,)
    columns: ClassVar[tuple[Column, ...]] = (
        Column("training", "u1", "months", "months to go in training, or how it ended"),
    )
    metrics: ClassVar = programme.measured("training", "vocational training in custody")

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
        people = world.people
        suitable = programme.still_inside(world, self.programme_months)
        suitable = pick(suitable, people.skill[suitable] == 0)
        done = programme.run_inside(self, world, "training", "training", suitable)
        people.skill[done] = 1
