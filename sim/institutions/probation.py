"""The probation service: people supervised in the community."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.institutions.agency import Agency

if TYPE_CHECKING:
    from sim.world import World


class Probation(Agency):
    """A probation service; ``caseload`` is the people it supervises."""

    def __init__(self, world: World, number: int) -> None:
        super().__init__(world, number, "probation")
