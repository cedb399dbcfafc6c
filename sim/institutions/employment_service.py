"""The employment service: places for people looking for work after custody."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from sim.institutions.institution import Institution

if TYPE_CHECKING:
    from sim.world import World


class EmploymentService(Institution):
    """An employment service with its places, the people enrolled, and its waiting list."""

    remembers: ClassVar[tuple[str, ...]] = ("places", "enrolled", "waiting")

    def __init__(self, world: World, number: int) -> None:
        super().__init__(world, number, "employment service")
        self.places = 0
        self.enrolled = 0
        self.waiting = 0
