"""A volunteer organisation: local people who support others, one to one."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from sim.institutions.institution import Institution

if TYPE_CHECKING:
    from sim.world import World


class VolunteerOrganisation(Institution):
    """The volunteers of one community, and those who wait for one.

    ``unused`` is the fraction of a new case carried over to the next month.
    """

    remembers: ClassVar[tuple[str, ...]] = ("volunteers", "unused", "waiting")

    def __init__(self, world: World, number: int, community: int) -> None:
        super().__init__(world, number, f"volunteers of community {community + 1}")
        self.community = community
        self.volunteers = 0.0
        self.unused = 0.0
        self.waiting = 0

    def new_cases(self, a_year: float) -> int:
        """Cases that can be taken on this month; fractions are carried over, idle time is not."""
        available = self.volunteers * a_year / 12.0 + self.unused
        whole = int(available)
        self.unused = available - whole
        return whole
