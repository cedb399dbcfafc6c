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
    employer experiences and with what the community around it thinks.
    """

    remembers: ClassVar[tuple[str, ...]] = ("willing", "cooperating", "hired", "hired_ever")

    def __init__(self, world: World, number: int, community: int, sector: str) -> None:
        super().__init__(world, number, f"{sector} employers of community {community + 1}")
        self.community = community
        self.sector = sector
        self.willing = 0.0
        self.cooperating = 0.0
        self.hired = 0
        self.hired_ever = 0
