"""The restorative service: facilitators who prepare and hold meetings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.institutions.agency import Agency

if TYPE_CHECKING:
    from sim.world import World


class RestorativeService(Agency):
    """A restorative service; ``capacity`` is facilitators' hours a month, ``waiting`` cases."""

    def __init__(self, world: World, number: int) -> None:
        super().__init__(world, number, "restorative service")
