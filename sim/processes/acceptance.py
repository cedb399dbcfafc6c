"""Acceptance: what each community is like, and what it thinks of people who have offended.

Communities differ in deprivation, in equal steps of a standard normal spread, assigned by lot;
where it is higher, fewer act for one another (collective efficacy), and `employers` and `housing`
find fewer vacancies and homes. Acceptance falls when reported local crime rises above what
residents are used to, rises when more people with a record live and work among them than they are
used to, and drifts back. Levers of paragraph 40 add to it. It acts on employers' willingness, on
finding a home, on ties and on how many help.
Not modelled: individual members of the public, and media.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
from scipy.special import ndtri

from sim.rules import Process, agent_step, array_step, parameter
from sim.scan import pick

if TYPE_CHECKING:
    from sim.institutions import Community
    from sim.world import World


class Acceptance(Process):
    """Attitudes per community."""

    metrics: ClassVar = {
        "acceptance": ("share", "share accepting, mean over communities"),
        "helping": ("share", "share who would help, mean over communities"),
        "contact": ("share", "people of the world with job and home, mean over communities"),
    }

    in_principle: float = parameter(
        0.54, unit="share", low=0.40, high=0.72, source="acceptance_japan_2018;acceptance_us_drug",
        label="share who accept in principle",
    )  # fmt: skip
    would_help: float = parameter(
        0.20, unit="share", low=0.05, high=0.30, source="acceptance_japan;acceptance_us_drug",
        label="share who would help",
    )  # fmt: skip
    efficacy: float = parameter(
        0.85, unit="ratio", low=0.7, high=1.0, source="assumed",
        label="collective efficacy where deprivation is one standard deviation higher, to without",
        note="sign from theory of neighbourhoods; size not in the register",
    )  # fmt: skip
    crime_effect: float = parameter(
        0.5, unit="ratio", low=0.0, high=1.5, source="assumed",
        label="fall of acceptance for a relative rise of reported crime",
        note="sign from theory; size not in the register",
    )  # fmt: skip
    contact_effect: float = parameter(
        0.1, unit="ratio", low=0.0, high=0.3, source="contact_meta;campaign_generalise",
        label="rise of acceptance for a relative rise of contact",
        note="a small association, and contact helps the pair more than the group; size assumed",
    )  # fmt: skip
    return_rate: float = parameter(
        0.05, unit="per month", low=0.02, high=0.1, source="assumed",
        label="monthly return to the usual level", note="attitudes are slow; not in the register",
    )  # fmt: skip
    crime_months: float = parameter(
        24.0, unit="months", low=12.0, high=60.0, source="assumed",
        label="time constant with which residents get used to a level of crime",
        note="not in the register",
    )  # fmt: skip
    contact_months: float = parameter(
        120.0, unit="months", low=60.0, high=600.0, source="assumed",
        label="time constant with which residents get used to a level of contact",
        note="what neighbours have lived through stays; not in the register",
    )  # fmt: skip

    def found(self, world: World) -> None:
        """Communities differ, and start at the usual level of acceptance."""
        keys = np.array([community.key for community in world.communities], np.uint32)
        rank = np.argsort(np.argsort(self.draw(world, "deprivation", keys, 0)))
        deprivation = ndtri((rank + 0.5) / keys.shape[0])
        efficacy = self.efficacy**deprivation
        for i, community in enumerate(world.communities):
            community.deprivation = float(deprivation[i])
            community.efficacy = float(efficacy[i] / efficacy.mean())
            community.acceptance = self.in_principle
            community.helping = self.would_help * community.efficacy

    @array_step("society")
    def hear_of_crime(self, world: World) -> None:
        """Count reported crime by community."""
        incidents = world.incidents
        home = world.people.community[pick(incidents.rows, incidents.reported)]
        counts = np.bincount(home, minlength=len(world.communities))
        for community, count in zip(world.communities, counts, strict=True):
            community.offences = float(count) / max(community.residents, 1)

    @agent_step("society", agents="community")
    def react(self, world: World, agent: Community) -> None:
        """Attitudes move with crime and contact and drift back; people get used to a level."""
        if agent.usual_offences < 0:
            agent.usual_offences, agent.usual_contact = agent.offences, agent.contact
        target = self.in_principle * (
            1.0
            - self.crime_effect * rise(agent.offences, agent.usual_offences)
            + self.contact_effect * rise(agent.contact, agent.usual_contact)
        )
        target = target + agent.persuaded + agent.repaired
        agent.acceptance += self.return_rate * (target - agent.acceptance)
        agent.acceptance = min(max(agent.acceptance, 0.0), 1.0)
        agent.helping = self.would_help * agent.efficacy * agent.in_deeds / self.in_principle
        agent.usual_offences += (agent.offences - agent.usual_offences) / self.crime_months
        agent.usual_contact += (agent.contact - agent.usual_contact) / self.contact_months
        communities, count = len(world.communities), world.records.count
        count("acceptance", agent.acceptance / communities)
        count("helping", agent.helping / communities)
        count("contact", agent.contact / communities)


def rise(level: float, usual: float) -> float:
    """Relative rise above what is usual, within -0.5 and 1.

    Examples
    --------
    >>> rise(0.25, 0.2), rise(0.0, 0.2), rise(9.0, 0.2), rise(0.1, 0.0)
    (0.25, -0.5, 1.0, 0.0)
    """
    return min(max(level / usual - 1.0, -0.5), 1.0) if usual > 0 else 0.0
