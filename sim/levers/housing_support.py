"""§38: supported housing.

Homeless people at liberty get a place, by lot, while there are places; after the stay they move on
to a home of their own and the place goes to the next person. It acts on offending only through
having a home (`housing`). What it is not: halfway houses or a condition of release, and the
support that comes with the place has no effect of its own here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim.people import FREE, SUPERVISED
from sim.rules import Column, Lever, array_step, dial, parameter

if TYPE_CHECKING:
    from sim.world import World


class HousingSupport(Lever):
    """Places, and the people who live in them."""

    paragraphs: ClassVar[tuple[int, ...]] = (38,)
    columns: ClassVar[tuple[Column, ...]] = (
        Column("supported_home", "u1", "months", "months to stay in supported housing"),
    )
    metrics: ClassVar = {
        "supported_homes": ("persons", "people in supported housing"),
        "supported_homes_waiting": ("persons", "homeless people without a place"),
    }

    places: float = dial(
        0.0, unit="per 1,000 people", low=0.0, high=100.0, label="places in supported housing"
    )
    stay_months: float = parameter(
        12.0, unit="months", low=6.0, high=24.0, source="housing_rhpp",
        label="length of stay", note="support for about a year in the programme",
    )  # fmt: skip
    place_cost: float = parameter(
        0.3, unit="ratio", low=0.15, high=0.6, source="assumed",
        label="cost of a place for a year, in years of prison", note="not in the register",
    )  # fmt: skip

    @array_step("release", writes=["supported_home", "homeless"])
    def house(self, world: World) -> None:
        """End stays, keep residents housed, and give free places to homeless people."""
        people, stay = world.people, world.people.supported_home
        stay[(people.status != FREE) & (people.status != SUPERVISED)] = 0
        residents = np.flatnonzero(stay)
        stay[residents] -= 1
        people.homeless[residents] = 0
        residents = residents[stay[residents] > 0]
        rows = world.selection("at_liberty")
        waiting = world.reach(self.name, rows[people.homeless[rows] > 0])
        places = int(self.places / 1000.0 * world.persons)
        order = np.argsort(self.draw(world, "queue", people.id[waiting]), kind="stable")
        moving = waiting[order[: max(places - residents.shape[0], 0)]]
        people.homeless[moving] = 0
        stay[moving] = int(self.stay_months)
        count = world.records.count
        count("supported_homes", residents.shape[0] + moving.shape[0])
        count("supported_homes_waiting", waiting.shape[0] - moving.shape[0])
        month = self.place_cost * world.rule("accounts").prison_year / 12.0
        count("cost_programmes", (residents.shape[0] + moving.shape[0]) * month)
