"""§39: coordination of employment, welfare and local authorities.

Referrals between agencies often do not arrive, or arrive late (`handoff`). Coordination raises the
share that arrives and shortens the way, and one-stop offices bring agencies under one roof. It
gives nobody a place, a job or a home that does not exist: everyone who refers through `handoff`
gains, and where nobody has room nothing follows. By itself it has no effect on offending
(iom_mixed). What it is not: more places, money, or supervision.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from sim.rules import Lever, agent_step, array_step, dial, parameter

if TYPE_CHECKING:
    from sim.institutions import LocalGovernment
    from sim.world import World


class AgencyCoordination(Lever):
    """How many referrals arrive, and how late."""

    paragraphs: ClassVar[tuple[int, ...]] = (39,)
    metrics: ClassVar = {
        "handoff_share": ("share", "referrals that arrive, mean over local governments"),
    }

    handoff: float = dial(
        0.5, unit="share", label="referrals that arrive (at 0.5: what is usual in the place)"
    )
    delay: float = dial(
        2.0, unit="months", low=0.0, high=12.0,
        label="months until a referral arrives (at 2: what is usual in the place)",
    )  # fmt: skip
    one_stop: float = dial(
        0.0, unit="share", label="referrals settled in an office that agencies share"
    )
    kept: float = parameter(
        0.9, unit="probability", low=0.7, high=1.0, source="assumed",
        label="referrals settled in a shared office that arrive, at once",
        note="the next desk is hard to miss; not in the register",
    )  # fmt: skip
    cost: float = parameter(
        50.0, unit="currency", low=20.0, high=300.0, source="assumed",
        label="case-work for each referral", note="about an hour",
    )  # fmt: skip

    @agent_step("demography", agents="localgovernment")
    def improve(self, world: World, agent: LocalGovernment) -> None:
        """Change what the dials change; a dial left alone leaves the place's own hand-offs."""
        usual = self.quantities()
        if self.handoff != usual["handoff"].default:
            agent.handoff = self.handoff
        if self.delay != usual["delay"].default:
            agent.delay = self.delay
        agent.handoff += self.one_stop * (max(self.kept, agent.handoff) - agent.handoff)
        agent.delay *= 1.0 - self.one_stop
        world.records.count("handoff_share", agent.handoff / len(world.local_governments))

    @array_step("accounts")
    def pay(self, world: World) -> None:
        """Case-work for this month's referrals."""
        if self.is_on():
            tried = world.records.so_far("handoffs_tried")
            world.records.count("cost_programmes", tried * self.cost)
