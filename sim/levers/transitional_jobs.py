"""§39: transitional jobs, paid work for some months for people who come out of custody.

A referral must arrive (`handoff`), then a place must be free; the job begins at once, takes
nobody's vacancy, and ends after its months, when the person looks for work like anyone else. It
acts through having a job only, while it lasts. The randomised trial of such a programme (CEO) found
fewer people back within three years when they came early after release, none when they came late
(ceo_reduction), more for those at high risk (ceo_risk), and a gain in employment that was gone
after a year: all of it is for prediction, none for setting this lever.
What it is not: help to find an ordinary job (`employment_service`), or a skill.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim.job_referral import OVER, served, take_in
from sim.processes.work import SUBSIDISED
from sim.rules import Column, Lever, array_step, dial, parameter

if TYPE_CHECKING:
    from sim.world import World


class TransitionalJobs(Lever):
    """Jobs made for people released, for a while."""

    paragraphs: ClassVar[tuple[int, ...]] = (39,)
    columns: ClassVar[tuple[Column, ...]] = (
        Column("transition", "u1", "code", "stage of the referral to a transitional job"),
        Column("transition_month", "i2", "month", "in which the referral arrives"),
    )
    metrics: ClassVar = {
        "transitional_starts": ("persons", "people who start a transitional job"),
        "transitional_jobs": ("persons", "people in a transitional job"),
        "transitional_waiting": ("persons", "people who wait for one"),
    }

    places: float = dial(
        0.0, unit="per 1,000 people", low=0.0, high=50.0, label="transitional jobs"
    )
    months: float = dial(
        3.0, unit="months", low=1.0, high=12.0, label="months for which a job lasts"
    )
    within: float = dial(
        1.0, unit="months", low=1.0, high=36.0,
        label="months since custody within which people out of work are referred",
    )  # fmt: skip
    wage: float = parameter(
        2000.0, unit="currency", low=1000.0, high=3500.0, source="assumed",
        label="monthly wage, paid by the programme", note="entry-level pay",
    )  # fmt: skip
    overhead: float = parameter(
        0.5, unit="ratio", low=0.2, high=1.0, source="assumed",
        label="supervision and coaching at work, to the wage", note="not in the register",
    )  # fmt: skip

    @array_step(
        "livelihood", writes=["transition", "transition_month", "employed", "employer", "job_end"]
    )
    def employ(self, world: World) -> None:
        """End the referral of those whose job is over; start those for whom there is a place."""
        people, stage = world.people, world.people.transition
        rows = served(stage)
        over = people.employer[rows] != SUBSIDISED
        stage[rows[over]] = OVER
        left = rows[over]
        self.note_access(world, "completed", left[world.belongs("at_liberty")[left]])
        places = int(self.places * world.persons / 1000.0)
        starting, waiting = take_in(
            self, world, stage, people.transition_month, places, int(self.within)
        )
        world.rule("work").hire(world, starting, SUBSIDISED, int(self.months))
        busy = int(np.count_nonzero(~over)) + starting.shape[0]
        world.employment_service.note(self.name, busy, waiting)
        count = world.records.count
        count("transitional_starts", starting.shape[0])
        count("transitional_jobs", busy)
        count("transitional_waiting", waiting)
        count("cost_programmes", busy * self.wage * (1.0 + self.overhead))
