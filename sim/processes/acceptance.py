"""Acceptance: what each community thinks of people who have offended.

Acceptance falls when reported local crime rises above what people are used to, and drifts back.
Levers of paragraph 40 add to it. It acts on employers' willingness and so on jobs (`work`).
Not modelled: individual members of the public, and media.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim.rules import Process, agent_step, array_step, parameter

if TYPE_CHECKING:
    from sim.institutions import Community
    from sim.world import World


class Acceptance(Process):
    """Attitudes per community."""

    metrics: ClassVar = {"acceptance": ("share", "share accepting, mean over communities")}

    in_principle: float = parameter(
        0.54, unit="share", low=0.40, high=0.72, source="acceptance_japan_2018;acceptance_us_drug",
        label="share who accept in principle",
    )  # fmt: skip
    would_help: float = parameter(
        0.20, unit="share", low=0.05, high=0.30, source="acceptance_japan;acceptance_us_drug",
        label="share who would help",
    )  # fmt: skip
    crime_effect: float = parameter(
        0.5, unit="ratio", low=0.0, high=1.5, source="assumed",
        label="fall of acceptance for a relative rise of reported crime",
        note="sign from theory; size not in the register",
    )  # fmt: skip
    return_rate: float = parameter(
        0.05, unit="per month", low=0.02, high=0.1, source="assumed",
        label="monthly return to the usual level", note="attitudes are slow; not in the register",
    )  # fmt: skip

    def found(self, world: World) -> None:
        """Start every community at the usual level."""
        for community in world.communities:
            community.acceptance = self.in_principle
            community.helping = self.would_help
            community.usual_offences = -1.0

    @array_step("society")
    def hear_of_crime(self, world: World) -> None:
        """Count reported crime by community."""
        incidents = world.incidents
        home = world.people.community[incidents.rows[incidents.reported]]
        counts = np.bincount(home, minlength=len(world.communities))
        for community, count in zip(world.communities, counts, strict=True):
            community.offences = float(count) / max(community.residents, 1)

    @agent_step("society", agents="community")
    def react(self, world: World, agent: Community) -> None:
        """Attitudes move with crime and drift back; people get used to a level within years."""
        if agent.usual_offences < 0:
            agent.usual_offences = agent.offences
        rise = agent.offences / agent.usual_offences - 1.0 if agent.usual_offences > 0 else 0.0
        target = self.in_principle * (1.0 - self.crime_effect * min(max(rise, -0.5), 1.0))
        target = target + agent.persuaded + agent.repaired
        agent.acceptance += self.return_rate * (target - agent.acceptance)
        agent.acceptance = min(max(agent.acceptance, 0.0), 1.0)
        agent.helping = self.would_help * agent.in_deeds / self.in_principle
        agent.usual_offences += (agent.offences - agent.usual_offences) / 24.0
        world.records.count("acceptance", agent.acceptance / len(world.communities))
