"""What agencies have in common: a capacity a month, people in their care, and people who wait."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from sim.institutions.institution import Institution

if TYPE_CHECKING:
    from sim.world import World


class Agency(Institution):
    """An agency that can take on so much a month.

    ``capacity`` is what it can take on in a month, ``caseload`` whom it looks after, ``waiting``
    who waits; ``unused`` is the fraction carried over, idle time is not.
    """

    remembers: ClassVar[tuple[str, ...]] = ("capacity", "caseload", "waiting", "unused")

    def __init__(self, world: World, number: int, name: str) -> None:
        super().__init__(world, number, name)
        self.capacity = 0.0
        self.caseload = 0
        self.waiting = 0
        self.unused = 0.0

    def can_take(self) -> int:
        """Whole cases that can be taken on this month; the fraction is carried over."""
        available = self.capacity + self.unused
        whole = int(available)
        self.unused = available - whole
        return whole
