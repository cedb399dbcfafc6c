"""§37: better assessment of each person's risk and needs, in prison and in the community.

More people are assessed, and more accurately (`assessment`), so that the same treatment places
reach more of those who gain. Without treatment it changes nothing but its own cost. What it is not:
treatment (`prison_treatment`, `community_treatment`), or a score that decides on bail, sentence or
release.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from sim.rules import Lever, array_step, dial, parameter

if TYPE_CHECKING:
    from sim.world import World


class RiskAssessment(Lever):
    """Coverage and accuracy."""

    paragraphs: ClassVar[tuple[int, ...]] = (37,)

    coverage: float = dial(
        0.0, unit="share", label="share of those usually passed over who are assessed too"
    )
    accuracy: float = dial(
        0.0, unit="share",
        label="how far accuracy moves from the usual (0) to the best possible instrument (1)",
    )  # fmt: skip
    cost: float = parameter(
        0.02, unit="ratio", low=0.005, high=0.1, source="assumed",
        label="cost of the better assessment of one person, in years of supervision, at full reach",
        note="an interview of a day; no source",
    )  # fmt: skip

    @array_step("accounts")
    def pay(self, world: World) -> None:
        """What assessing more people, and better, costs beyond the usual."""
        effort = max(self.coverage, self.accuracy) * world.records.so_far("people_assessed")
        year = world.rule("accounts").supervision_year
        world.records.count("cost_programmes", effort * self.cost * year)
