"""The pretrial service: people who await the court at liberty under its eyes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.institutions.agency import Agency

if TYPE_CHECKING:
    from sim.world import World


class PretrialService(Agency):
    """A pretrial service; ``caseload`` is the people it supervises until their hearing."""

    def __init__(self, world: World, number: int) -> None:
        super().__init__(world, number, "pretrial service")
