"""The central authority: it deals with requests for the transfer of sentenced people."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from sim.institutions.institution import Institution

if TYPE_CHECKING:
    from sim.world import World


class CentralAuthority(Institution):
    """A central authority with requests in hand, waiting requests, and what it can open."""

    remembers: ClassVar[tuple[str, ...]] = ("in_hand", "waiting", "unused")

    def __init__(self, world: World, number: int) -> None:
        super().__init__(world, number, "central authority")
        self.in_hand = 0
        self.waiting = 0
        self.unused = 0.0

    def can_open(self, a_month: float) -> int:
        """Requests that can be taken up this month; fractions are carried over."""
        available = a_month + self.unused
        whole = int(available)
        self.unused = available - whole
        return whole
