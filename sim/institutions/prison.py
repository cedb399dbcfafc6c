"""A prison: places, people in them, and density."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from sim.institutions.institution import Institution

if TYPE_CHECKING:
    from sim.world import World


class Prison(Institution):
    """A prison with certified places; receptions go to the prison that is least full."""

    remembers: ClassVar[tuple[str, ...]] = ("places", "held")

    def __init__(self, world: World, number: int, index: int) -> None:
        super().__init__(world, number, f"prison {index + 1}")
        self.index = index
        self.places = 0.0
        self.held = 0

    @property
    def density(self) -> float:
        """People held per 100 places; 0 when there are no places and nobody is held."""
        if self.places <= 0:
            return 0.0 if self.held == 0 else float("inf")
        return 100.0 * self.held / self.places
