"""Gangs: people who offend more join more readily; members offend more still, and most leave soon.

Both selection and facilitation (Thornberry 1993, recalled): the chance of joining is proportional
to a person's own rate of offending, so that members are younger, more often men and more active
beforehand; membership then raises the rate until it is left, at liberty, mostly passively
(gang_duration). In custody people join but do not leave. The published hazard is that of people
recorded as affiliated on release, two and three years later, when many have left: the ratio of a
member follows from it. Nobody is a member unless a place states how readily people join. Not
modelled: gangs as groups, their territory and conflicts, and offending together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.legal_status import GONE
from sim.rules import Column, Process, Rows, array_step, parameter
from sim.scan import pick, rows_where

if TYPE_CHECKING:
    from sim.world import World


class Gangs(Process):
    """Membership of a gang, and what it does to offending."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column("gang_member", "u1", "0/1", "belongs to a gang at present"),
    )
    metrics: ClassVar = {"gang_members": ("persons", "people who belong to a gang")}

    joining: float = parameter(
        0.0, unit="per person-year", low=0.0, high=0.2, source="assumed",
        label="hazard of joining a gang of a man of 35 without priors and with mean frailty",
        note="nobody joins unless a place states it: only Georgia has figures",
    )  # fmt: skip
    age_slope: float = parameter(
        -0.10, unit="log hazard ratio per year of age", low=-0.2, high=0.0, source="assumed",
        label="joining by age, beyond what age does to offending",
        note="members are mostly in their teens and twenties (recalled)",
    )  # fmt: skip
    leaving: float = parameter(
        0.4, unit="per year", low=0.1, high=0.5, source="gang_duration;assumed",
        label="hazard of leaving a gang at liberty",
        note="0.35 to 0.5 in adolescence; people whom a prison records as affiliated are taken to "
        "stay longer, as the gap in Georgia two and three years after release suggests",
    )  # fmt: skip
    hazard_ratio: float = parameter(
        1.60, unit="hazard ratio", low=1.48, high=1.73, source="gang_hazard;nij_ga_y23_gang_0.0",
        label="offending two and three years after release, affiliated to others",
        note="odds ratio 1.87 (1.68 to 2.09) where 38.1 % of the others are arrested",
    )  # fmt: skip

    def enter(self, world: World, rows: Rows) -> None:
        """Join before the first arrest: as often as joining and leaving would settle at."""
        if self.joining > 0.0:
            joining = self._joining(world, rows)
            chance = joining / (joining + self.leaving)
            ids = world.people.id[rows]
            world.people.gang_member[rows] = self.draw(world, "at the start", ids, 0) < chance

    def member_log_hr(self) -> float:
        """Log hazard ratio of a member now, from that of people who were members on release.

        The published ratio is taken as a mean over the second and third year at liberty, in which
        the share ``exp(-leaving t)`` still belongs.
        """
        share = 1.0
        if self.leaving > 0.0:
            share = (np.exp(-self.leaving) - np.exp(-3.0 * self.leaving)) / (2.0 * self.leaving)
        return float(np.log(self.hazard_ratio) / share)

    @array_step("ties", writes=["gang_member"], adds_to="offending")
    def belong(self, world: World) -> None:
        """People join, members at liberty leave, and those who stay offend more."""
        people = world.people
        members = rows_where(people.gang_member > 0)
        if self.joining > 0.0:
            others = rows_where((people.gang_member == 0) & (people.status != GONE))
            chance = -np.expm1(-self._joining(world, others) / 12.0)
            others = pick(others, self.happens(world, "joining", people.id[others], chance))
            people.gang_member[others] = 1
        free = pick(members, world.belongs("at_liberty")[members])
        left = self.happens(world, "leaving", people.id[free], -np.expm1(-self.leaving / 12.0))
        people.gang_member[pick(free, left)] = 0
        members = rows_where(people.gang_member > 0)
        world.rate("offending")[members] += np.float32(self.member_log_hr())
        world.records.count("gang_members", members.shape[0])

    def _joining(self, world: World, rows: Rows) -> NDArray[np.float64]:
        """Hazard of joining a year: the person's own rate of offending, less the older one is."""
        years = (world.month - world.people.birth_month[rows]) / 12.0
        by_age = np.exp(self.age_slope * (years - 35.0))
        offending: NDArray[np.float64] = world.rule("offending").relative_rate(world, rows)
        return self.joining * by_age * offending
