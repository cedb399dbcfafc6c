"""A court: cases wait until it can hear them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.institutions.agency import Agency

if TYPE_CHECKING:
    from sim.world import World


class Court(Agency):
    """A court with a capacity of hearings a month; ``waiting`` is its backlog of pending cases."""

    def __init__(self, world: World, number: int) -> None:
        super().__init__(world, number, "court")
