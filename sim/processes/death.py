"""Death, at a rate that rises with age.

Not modelled: the higher risk in the first weeks after release, and causes of death.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from sim.mathematics import exp
from sim.people import GONE
from sim.rules import Process, array_step, parameter, person_step
from sim.scan import rows_where

if TYPE_CHECKING:
    from sim.world import World


class Death(Process):
    """People die; a death is a competing event for every measure of reoffending."""

    metrics: ClassVar = {"deaths": ("persons", "people who died")}

    hazard_at_35: float = parameter(
        0.00737, unit="per person-year", low=0.00708, high=0.00766, source="mortality_release",
        label="hazard of death at 35",
        note="all-cause rate after release, taken at 35, about the mean age at release",
    )  # fmt: skip
    age_slope: float = parameter(
        0.05, unit="log hazard ratio per year of age", low=0.03, high=0.08, source="assumed",
        label="rise of the hazard of death with age",
        note="flatter than in the general population, whose slope is about 0.09 (recalled)",
    )  # fmt: skip

    @staticmethod
    @person_step("demography", writes=["flag"])
    def who_dies(
        status: float, birth_month: float, month: float, u: float,
        hazard_at_35: float, age_slope: float,
    ) -> float:  # fmt: skip
        """1 for those who die this month."""
        age = (month - birth_month) * 0.08333333333333333
        hazard = hazard_at_35 * 0.08333333333333333 * exp(age_slope * (age - 35.0))
        return 1.0 if (status != GONE) & (u < 1.0 - exp(-hazard)) else 0.0

    @array_step("demography", writes=["status", "case_offence"])
    def leave(self, world: World) -> None:
        """The dead leave; their rows become spare."""
        people = world.people
        rows = rows_where(people.flag > 0)
        world.records.count("deaths", rows.shape[0])
        followed = rows[people.followed[rows] > 0]
        world.records.event("death", people.id[followed], world.month)
        people.status[rows] = GONE
        people.case_offence[rows] = 0
