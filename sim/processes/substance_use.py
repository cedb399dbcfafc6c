"""Substance use: a need that relapses and remits, and raises the rate of offending.

A person stops or relapses every fourth month at most, with the chances of four months. Not
modelled: which drug, and overdose.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim.rules import Column, Process, Rows, array_step, parameter, person_step
from sim.scan import pick
from sim.turns import whose_turn

if TYPE_CHECKING:
    from sim.world import World

TURN_MONTHS = 4


class SubstanceUse(Process):
    """Problem use, in remission or not."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column("substance_use", "u1", "0/1", "problem use of drugs or alcohol at present"),
    )
    metrics: ClassVar = {"using": ("persons", "people with problem substance use")}

    using_hr: float = parameter(
        1.30, unit="hazard ratio", low=1.1, high=1.7, source="drugtest_ga",
        label="offending during problem use",
        note="between cocaine or cannabis (odds ratio 1.15) and methamphetamine (1.68)",
    )  # fmt: skip
    usual_share: float = parameter(
        0.40, unit="share", low=0.3, high=0.5, source="us_need_prevalence_02",
        label="share using at which the place's rates are fitted",
        note="49 % before admission; recalled",
    )  # fmt: skip
    remitting: float = parameter(
        0.03, unit="per month", low=0.015, high=0.06, source="assumed",
        label="users who stop in a month", note="not in the register",
    )  # fmt: skip
    relapsing: float = parameter(
        0.02, unit="per month", low=0.01, high=0.04, source="assumed",
        label="others who start or relapse in a month", note="keeps the usual share steady",
    )  # fmt: skip

    def enter(self, world: World, rows: Rows) -> None:
        """Start at the usual share."""
        world.people.substance_use[rows] = (
            self.draw(world, "at the start", world.people.id[rows], 0) < self.usual_share
        )

    def constants(self, world: World) -> Mapping[str, float]:
        """Log hazard ratio of problem use."""
        return {"log_hr": float(np.log(self.using_hr))}

    @array_step("needs", writes=["substance_use"])
    def change(self, world: World) -> None:
        """People at liberty stop or relapse in their turn; custody neither cures nor causes."""
        people = world.people
        rows = world.selection("at_liberty", whose_turn(world, TURN_MONTHS))
        moved = self.moved_after(TURN_MONTHS)
        resting = self.relapsing / max(self.remitting + self.relapsing, 1e-12)
        chance = np.array([moved * resting, moved * (1 - resting)])  # to relapse, to stop
        using = people.substance_use[rows]
        changes = self.happens(world, "change", people.id[rows], chance, kind=using)
        people.substance_use[pick(rows, changes)] ^= 1

    def moved_after(self, months: float) -> float:
        """Share of a difference in use between two groups that is gone after so many months."""
        return float(1.0 - (1.0 - min(self.remitting + self.relapsing, 1.0)) ** months)

    @staticmethod
    @person_step("needs", adds_to="offending")
    def drive(substance_use: float, log_hr: float, usual_share: float) -> float:
        """Use acts on offending, relative to the usual share."""
        return log_hr * (substance_use - usual_share)

    @array_step("accounts")
    def count(self, world: World) -> None:
        """Count people with problem use."""
        using = world.belongs("everybody") & (world.people.substance_use > 0)
        world.records.count("using", np.count_nonzero(using))
