"""§36: more prison places, so that density falls.

Places are added to every prison in proportion, a little each month until all are built. Density
above 100 falls, and with it the after-effect of crowding at release. What it is not: more or
longer sentences because places exist, or another regime.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from sim.rules import Lever, array_step, dial, parameter

if TYPE_CHECKING:
    from sim.world import World


class PrisonPlaces(Lever):
    """Extra places, built over time."""

    paragraphs: ClassVar[tuple[int, ...]] = (36,)
    metrics: ClassVar = {"prison_places_added": ("places", "places added so far")}

    extra_places: float = dial(0.0, unit="share", label="extra places, relative to usual")
    building_months: float = parameter(
        36.0, unit="months", low=12.0, high=84.0, source="assumed",
        label="months until all extra places are ready", note="building a prison takes years",
    )  # fmt: skip
    upkeep: float = parameter(
        0.4, unit="share", low=0.2, high=0.7, source="assumed",
        label="yearly cost of an extra place, relative to that of a person in prison",
        note="building and fixed staff, whether or not the place is filled; not in the register",
    )  # fmt: skip

    @array_step("disposal")
    def build(self, world: World) -> None:
        """Add this month's places, and pay for all that were added."""
        usual = world.rule("custody").places * world.persons / 1000.0 / len(world.prisons)
        if self.extra_places > 0:
            monthly = usual * self.extra_places / max(self.building_months, 1.0)
            full = usual * (1.0 + self.extra_places)
            for prison in world.prisons:
                prison.places = min(prison.places + monthly, full)
        added = sum(prison.places - usual for prison in world.prisons)
        year = world.rule("accounts").prison_year
        world.records.count("prison_places_added", added)
        world.records.count("cost_prison", added * self.upkeep * year / 12.0)
