"""§37: work in prison close to ordinary employment.

A share of the people in custody work as people outside do, as far as crowding leaves room. Whoever
has worked so for some months finds a job more easily after release, until the first job is found.
It acts on offending only through that job: no direct effect is in the register, so there is none
here. What it is not: a qualification (`vocational_training`), or work that only keeps people busy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim import programme
from sim.rules import Column, Lever, array_step, dial, parameter
from sim.scan import pick

if TYPE_CHECKING:
    from sim.world import World


class PrisonWork(Lever):
    """Work inside, and the experience that it leaves."""

    paragraphs: ClassVar[tuple[int, ...]] = (37,)
    columns: ClassVar[tuple[Column, ...]] = (
        Column("worked_inside", "u1", "months", "work in this or the last custody, until a job"),
    )
    metrics: ClassVar = {
        "prison_workers": ("persons", "people in custody who work as in ordinary employment"),
    }

    working: float = dial(
        0.0, unit="share", label="share of people in custody with work close to ordinary employment"
    )
    months_needed: float = parameter(
        6.0, unit="months", low=3.0, high=12.0, source="assumed",
        label="work that counts as experience", note="not in the register",
    )  # fmt: skip
    experience_odds: float = parameter(
        1.07, unit="odds ratio", low=1.0, high=1.28, source="assumed",
        label="odds of finding a job with recent work experience",
        note="as a qualification (edu_stickle_2023, voc_employment_rand); none for prison work",
    )  # fmt: skip
    cost_share: float = parameter(
        0.3, unit="ratio", low=-0.2, high=1.0, source="assumed",
        label="cost of work for a person-year, as a share of a programme place",
        note="instructors and wages less what is sold; no source",
    )  # fmt: skip

    @array_step("needs", writes=["worked_inside"], adds_to="finding_work")
    def look_for_work(self, world: World) -> None:
        """Experience helps to find a job outside, once."""
        people = world.people
        rows = world.selection("at_liberty", people.worked_inside > 0)
        found = people.employed[rows] > 0
        people.worked_inside[rows[found]] = 0
        rows = rows[~found & (people.worked_inside[rows] >= self.months_needed)]
        world.rate("finding_work")[rows] += np.float32(np.log(self.experience_odds))

    @array_step("custody", writes=["worked_inside"])
    def work(self, world: World) -> None:
        """A share of the people in custody, decided once a stay, work for another month."""
        people = world.people
        rows = world.selection("in_custody")
        people.worked_inside[pick(rows, people.custody_start[rows] == world.month)] = 0
        rows = world.reach(self.name, rows)
        share = self.working * programme.room(world)
        ids, start = people.id[rows], people.custody_start[rows]
        working = pick(rows, self.happens(world, "working", ids, share, start))
        months = np.minimum(people.worked_inside[working], 249) + 1
        people.worked_inside[working] = months
        self.note_access(world, "eligible", rows)
        self.note_access(world, "started", pick(working, months == 1))
        world.records.count("prison_workers", working.shape[0])
        year = world.rule("accounts").programme_place_year
        world.records.count("cost_programmes", self.cost_share * working.shape[0] * year / 12.0)
