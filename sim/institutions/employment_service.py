"""The employment service: places for people looking for work after custody."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from sim.institutions.agency import Agency

if TYPE_CHECKING:
    from sim.world import World


class EmploymentService(Agency):
    """An employment service: its places, the people enrolled (``caseload``), its waiting list."""

    remembers: ClassVar[tuple[str, ...]] = (*Agency.remembers, "places")

    def __init__(self, world: World, number: int) -> None:
        super().__init__(world, number, "employment service")
        self.places = 0
