"""§37: education in custody.

Those with time left to serve and no qualification yet take the places by lot; some drop out.
Completing gives a qualification (`skill`), which raises the odds of a job, and so acts on offending
through work. The published total is larger than that: what the job does not explain acts on the
rate directly, from release on, and fades. The part through work is taken out of it, so nothing is
counted twice. What it is not: vocational training, treatment, or a job.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim import programme
from sim.effects import initial_log_hr
from sim.people import CUSTODY
from sim.rules import Column, Lever, array_step, dial, parameter, person_step

if TYPE_CHECKING:
    from sim.world import World


class PrisonEducation(Lever):
    """Places in education, a qualification, and an effect beyond the job it may bring."""

    paragraphs: ClassVar[tuple[int, ...]] = (37,)
    columns: ClassVar[tuple[Column, ...]] = (
        Column("education", "u1", "months", "months to go in education, or how it ended"),
        Column("education_log_hr", "f4", "log hazard ratio", "direct effect of education, fading"),
    )
    metrics: ClassVar = {
        "education_starts": ("persons", "people who start education in custody"),
        "education_completions": ("persons", "people who complete education in custody"),
    }

    places: float = dial(
        0.0, unit="per 100 people in custody", low=0.0, high=100.0, label="places in education"
    )
    hazard_ratio: float = parameter(
        0.81, unit="hazard ratio", low=0.66, high=0.95, source="edu_stickle_2023;edu_bozick_2018",
        label="offending of those who start against others, the part through work included",
        note="14.8 % less recidivism at a base of 45 %; mixed designs, so selection may remain",
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

    def constants(self, world: World) -> Mapping[str, float]:
        """Factor by which the effect shrinks in a month."""
        return {"kept": float(np.exp(-1.0 / max(self.fading_months, 0.1)))}

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
        total = initial_log_hr(
            float(np.log(self.hazard_ratio)), self.fading_months, self.evaluated_months,
            self.completion,
        )  # fmt: skip
        return min(total - self.part_through_work(world), 0.0)

    @staticmethod
    @person_step("needs", writes=["education_log_hr"])
    def fade(education_log_hr: float, status: float, kept: float) -> float:
        """The direct effect fades once the person has left custody."""
        return education_log_hr * (1.0 if status == CUSTODY else kept)

    @staticmethod
    @person_step("needs", adds_to="offending")
    def help_desist(education_log_hr: float) -> float:
        """What is left of it acts on offending."""
        return education_log_hr

    @array_step("custody", writes=["education", "education_log_hr", "skill"])
    def teach(self, world: World) -> None:
        """Advance the courses and fill their places."""
        people, stage = world.people, world.people.education
        programme.reopen_outside(world, stage)
        rows = world.selection("in_custody")
        suitable = programme.still_inside(world, self.programme_months)
        places = self.places / 100.0 * rows.shape[0] * programme.room(world)
        starting, done = programme.attend(
            self, world, stage, rows, suitable[people.skill[suitable] == 0], places,
            self.programme_months, self.completion,
        )  # fmt: skip
        people.skill[done] = 1
        people.education_log_hr[done] = self.full_effect(world)
        count = world.records.count
        count("education_starts", starting.shape[0])
        count("education_completions", done.shape[0])
        busy = programme.taking_part(stage, rows).shape[0]
        count("cost_programmes", busy / 12.0 * world.rule("accounts").programme_place_year)
