"""§37: education in custody.

Those with time left to serve and no qualification yet take the places by lot; some drop out.
Completing gives a qualification (`skill`), which raises the odds of a job, and so acts on offending
through work. The published total is larger than that: what the job does not explain acts on the
rate directly, from release on, and fades. The part through work is taken out of it, so nothing is
counted twice. What it is not: vocational training, treatment, or a job.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim import programme
from sim.effects import individual_log_hr, initial_log_hr
from sim.rules import Column, Effect, Lever, array_step, dial, parameter
from sim.scan import pick

if TYPE_CHECKING:
    from sim.world import World


class PrisonEducation(Lever):
    """Places in education, a qualification, and an effect beyond the job it may bring."""

    paragraphs: ClassVar[tuple[int, ...]] = (37,)
    columns: ClassVar[tuple[Column, ...]] = (
        Column("education", "u1", "months", "months to go in education, or how it ended"),
    )
    effects: ClassVar[tuple[Effect, ...]] = (
        Effect("education_log_hr", "direct effect of education, fading"),
    )
    metrics: ClassVar = programme.measured("education", "education in custody")

    places: float = dial(
        0.0, unit="per 100 people in custody", low=0.0, high=100.0, label="places in education"
    )
    hazard_ratio: float = parameter(
        0.81, unit="hazard ratio", low=0.66, high=0.95, source="edu_stickle_2023;edu_bozick_2018",
        label="offending of those who start against others, the part through work included",
        note="14.8 % less recidivism at a base of 45 %; mixed designs, so selection may remain",
    )  # fmt: skip
    base_risk: float = parameter(
        0.45, unit="probability", low=0.35, high=0.65, source="edu_stickle_2023",
        label="reoffending without education in those studies",
        note="the base at which the register converts the published result",
    )  # fmt: skip
    completion: float = parameter(
        0.73, unit="probability", low=0.62, high=0.80, source="dropout_rate",
        label="share of starters who complete", note="of all programmes; none for education alone",
    )  # fmt: skip
    programme_months: float = parameter(
        8.0, unit="months", low=4.0, high=18.0, source="assumed", label="length of a course",
        note="about a school year; not in the register",
    )  # fmt: skip
    evaluated_months: float = parameter(
        36.0, unit="months", low=12.0, high=36.0, source="edu_bozick_2018",
        label="time over which the published effect is an average",
    )  # fmt: skip
    fading_months: float = parameter(
        72.0, unit="months", low=24.0, high=120.0, source="assumed",
        label="time constant with which the direct effect fades",
        note="a qualification stays, so slower than treatment; not known",
    )  # fmt: skip

    def part_through_work(self, world: World) -> float:
        """Log hazard ratio that a qualification's better odds of a job amount to in the long run.

        Vacancies are taken as sufficient; where they are not, the total falls short.
        """
        work = world.rule("work")
        odds = work.finding / (1.0 - work.finding) * work.skill_odds
        with_skill = odds / (1.0 + odds)
        share = [f / (1.0 - (1.0 - work.losing) * (1.0 - f)) for f in (work.finding, with_skill)]
        return float(np.log(work.employed_hr) * (share[1] - share[0]))

    def full_effect(self, world: World) -> float:
        """Direct log hazard ratio of a completer at release."""
        own = individual_log_hr(float(np.log(self.hazard_ratio)), self.base_risk)
        direct = own / self.completion - self.part_through_work(world)
        return initial_log_hr(min(direct, 0.0), self.fading_months, self.evaluated_months)

    @array_step("custody", writes=["education", "education_log_hr", "skill"])
    def teach(self, world: World) -> None:
        """Advance the courses and fill their places."""
        people = world.people
        suitable = programme.still_inside(world, self.programme_months)
        suitable = pick(suitable, people.skill[suitable] == 0)
        done = programme.run_inside(self, world, "education", "education", suitable)
        people.skill[done] = 1
        people.education_log_hr[done] = world.once(
            f"{self.name}.full_effect", lambda: self.full_effect(world)
        )
