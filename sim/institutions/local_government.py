"""A local government: it coordinates the agencies that hand people over to each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from sim.institutions.agency import Agency

if TYPE_CHECKING:
    from sim.world import World


class LocalGovernment(Agency):
    """The local government of one community.

    ``handoff`` is the share of referrals between agencies that arrive, ``delay`` the months that
    they take; both are set by the process `handoff` and improved by `agency_coordination`.
    ``caseload`` is the referrals of this month.
    """

    remembers: ClassVar[tuple[str, ...]] = (*Agency.remembers, "handoff", "delay")

    def __init__(self, world: World, number: int, community: int) -> None:
        super().__init__(world, number, f"local government of community {community + 1}")
        self.community = community
        self.handoff = 0.0
        self.delay = 0.0
