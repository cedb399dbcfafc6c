"""The probation service: people supervised in the community."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from sim.institutions.institution import Institution

if TYPE_CHECKING:
    from sim.world import World


class Probation(Institution):
    """A probation service with its caseload."""

    remembers: ClassVar[tuple[str, ...]] = ("caseload",)

    def __init__(self, world: World, number: int) -> None:
        super().__init__(world, number, "probation")
        self.caseload = 0
