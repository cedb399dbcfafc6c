"""The police: what they hear of, and whom they arrest."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from sim.institutions.institution import Institution

if TYPE_CHECKING:
    from sim.world import World


class Police(Institution):
    """A police service with its month's recorded offences and clearances."""

    remembers: ClassVar[tuple[str, ...]] = ("recorded", "cleared")

    def __init__(self, world: World, number: int) -> None:
        super().__init__(world, number, "police")
        self.recorded = 0
        self.cleared = 0
