"""§40: campaigns for the acceptance of people who have offended, with or without contact.

A campaign moves the attitudes of some of those it reaches, more so where residents meet people in
person, and what it moved is lost again when it ends. Attitudes are mostly words: only a small
part carries over to what employers and neighbours do (campaign_poetry, campaign_generalise), so
effects on hiring are expected to be near nothing. It acts through acceptance only.
What it is not: visible work by people on orders, or a change of what employers may ask.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from sim.rules import Lever, agent_step, dial, parameter

if TYPE_CHECKING:
    from sim.institutions import Community
    from sim.world import World


class AcceptanceCampaign(Lever):
    """Attitudes that move for a while, and little else."""

    paragraphs: ClassVar[tuple[int, ...]] = (40,)
    metrics: ClassVar = {
        "acceptance_by_campaign": ("share", "share persuaded by campaigns, mean over communities"),
        "acceptance_in_deeds": ("share", "share accepting who act on it, mean over communities"),
    }

    reached: float = dial(0.0, unit="share", label="residents reached by the campaign")
    contact: bool = dial(
        False, unit="on or off", label="residents meet people who have offended in person"
    )
    months: float = dial(24.0, unit="months", low=1.0, high=240.0, label="length of the campaign")
    persuaded: float = parameter(
        0.05, unit="share", low=0.0, high=0.12, source="campaign_frames;campaign_poetry",
        label="rise of acceptance among those reached",
        note="the sources give the sign, immediately after; the size is assumed",
    )  # fmt: skip
    by_contact: float = parameter(
        0.02, unit="share", low=0.0, high=0.06, source="contact_meta;campaign_generalise",
        label="what contact adds among those reached",
        note="a small association; contact helps the pair more than the group; size assumed",
    )  # fmt: skip
    in_deeds: float = parameter(
        0.1, unit="share", low=0.0, high=0.5, source="campaign_poetry",
        label="part of the persuaded who act on it", note="null for support; small by assumption",
    )  # fmt: skip
    cost: float = parameter(
        1.0, unit="currency", low=0.2, high=5.0, source="assumed",
        label="cost a month for each person of the world, at full reach",
        note="not in the register",
    )  # fmt: skip

    @agent_step("society", agents="community")
    def campaign(self, world: World, agent: Community) -> None:
        """Run the campaign while it lasts; keep words and deeds apart."""
        runs = agent.campaign_months < self.months
        agent.campaign_months += 1
        size = self.reached * (self.persuaded + (self.by_contact if self.contact else 0.0))
        agent.persuaded = size if runs else 0.0
        # What acceptance gained by words alone follows acceptance itself.
        pull = world.rule("acceptance").return_rate
        agent.spoken += pull * ((1.0 - self.in_deeds) * agent.persuaded - agent.spoken)
        communities, count = len(world.communities), world.records.count
        count("acceptance_by_campaign", agent.persuaded / communities)
        count("acceptance_in_deeds", agent.in_deeds / communities)
        if runs:
            count("cost_programmes", self.reached * agent.residents * self.cost)
