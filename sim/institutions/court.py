"""A court: cases wait until it can hear them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from sim.institutions.institution import Institution

if TYPE_CHECKING:
    from sim.world import World


class Court(Institution):
    """A court with a capacity of hearings a month and a backlog of cases that are ready."""

    remembers: ClassVar[tuple[str, ...]] = ("capacity", "unused", "backlog")

    def __init__(self, world: World, number: int) -> None:
        super().__init__(world, number, "court")
        self.capacity = 0.0
        self.unused = 0.0
        self.backlog = 0

    def sittings(self) -> int:
        """Hearings that can be held this month; fractions are carried over, idle time is not."""
        available = self.capacity + self.unused
        whole = int(available)
        self.unused = available - whole
        return whole
