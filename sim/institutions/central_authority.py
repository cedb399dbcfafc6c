"""The central authority: it deals with requests for the transfer of sentenced people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.institutions.agency import Agency

if TYPE_CHECKING:
    from sim.world import World


class CentralAuthority(Agency):
    """A central authority: ``caseload`` requests in hand, ``waiting`` ones, what it can open."""

    def __init__(self, world: World, number: int) -> None:
        super().__init__(world, number, "central authority")
