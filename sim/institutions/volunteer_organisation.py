"""A volunteer organisation: local people who support others, one to one."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from sim.institutions.agency import Agency

if TYPE_CHECKING:
    from sim.world import World


class VolunteerOrganisation(Agency):
    """The volunteers of one community, and those who wait for one."""

    remembers: ClassVar[tuple[str, ...]] = (*Agency.remembers, "volunteers")

    def __init__(self, world: World, number: int, community: int) -> None:
        super().__init__(world, number, f"volunteers of community {community + 1}")
        self.community = community
        self.volunteers = 0.0
