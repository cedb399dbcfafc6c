"""An employer: vacancies, and whether it would hire someone with a record."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from sim.institutions.institution import Institution

if TYPE_CHECKING:
    from sim.world import World

SECTORS = ("construction", "manufacturing", "transport", "hospitality", "retail")


class Employer(Institution):
    """The employers of one sector in one community.

    ``willing`` is the share of vacancies open to people with a record; it moves with what the
    employer experiences and with what the community around it thinks. ``helped`` and ``unasked``
    are the ratios by which levers raise it (support for registered employers, limits on asking
    about records); 1 without them. ``cooperating`` is the share of employers registered.
    """

    remembers: ClassVar[tuple[str, ...]] = ("willing", "cooperating", "helped", "unasked")

    def __init__(self, world: World, number: int, community: int, sector: str) -> None:
        super().__init__(world, number, f"{sector} employers of community {community + 1}")
        self.community = community
        self.sector = sector
        self.willing = 0.0
        self.cooperating = 0.0
        self.helped = 1.0
        self.unasked = 1.0

    def open_share(self) -> float:
        """Share of vacancies open to people with a record, with what levers add."""
        return min(self.willing * self.helped * self.unasked, 1.0)
