"""A welfare and housing office: it finds homes and income for people of its community."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.institutions.agency import Agency

if TYPE_CHECKING:
    from sim.world import World


class WelfareOffice(Agency):
    """The welfare and housing office of one community.

    ``capacity`` is the people it can serve in a month, ``caseload`` those for whom it found a home
    this month, ``waiting`` those whose referral has arrived and who have not been served.
    """

    def __init__(self, world: World, number: int, community: int) -> None:
        super().__init__(world, number, f"welfare office of community {community + 1}")
        self.community = community
