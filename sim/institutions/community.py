"""A community: where people live and offences happen."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from sim.institutions.institution import Institution

if TYPE_CHECKING:
    from sim.world import World


class Community(Institution):
    """A community with its share of the people and the entrants it has sent so far."""

    remembers: ClassVar[tuple[str, ...]] = ("residents", "offences")

    def __init__(self, world: World, number: int, index: int, share: float) -> None:
        super().__init__(world, number, f"community {index + 1}")
        self.index = index
        self.share = share
        self.residents = 0
        self.offences = 0
