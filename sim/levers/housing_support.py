"""§38: supported housing.

The welfare and housing office of each community has places in proportion to its share of people. It
gives them to homeless people at liberty, by lot; after the stay they move on to a home of their own
and the place goes to the next person; the others wait. It acts on offending only through having a
home (`housing`). What it is not: halfway houses or a condition of release (halfway_meta finds no
effect), and the support that comes with the place has no effect of its own here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.lots import rank_in_group
from sim.rules import Column, Lever, Rows, array_step, dial, parameter
from sim.scan import pick, rows_where

if TYPE_CHECKING:
    from sim.world import World


class HousingSupport(Lever):
    """Places in each community, those who live in them, and those who wait."""

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
        stay *= world.belongs("at_liberty")
        residents = rows_where(stay > 0)
        left = stay[residents] - 1
        stay[residents] = left
        people.homeless[residents] = 0
        leaving, residents = pick(residents, left == 0), pick(residents, left > 0)
        homeless = world.selection("at_liberty", people.homeless > 0)
        waiting = world.reach(self.name, homeless)
        moving = self._by_lot(world, waiting, residents)
        people.homeless[moving] = 0
        stay[moving] = int(self.stay_months)
        self.note_access(world, "eligible", waiting)
        self.note_access(world, "started", moving)
        self.note_access(world, "completed", leaving)
        count, housed = world.records.count, residents.shape[0] + moving.shape[0]
        count("supported_homes", housed)
        count("supported_homes_waiting", waiting.shape[0] - moving.shape[0])
        year = world.rule("accounts").prison_year
        count("cost_programmes", housed * self.place_cost * year / 12.0)

    def _by_lot(self, world: World, waiting: Rows, residents: Rows) -> Rows:
        """Rows that get a free place of their own community's office."""
        people, offices = world.people, world.welfare_offices
        lived_in = np.bincount(people.community[residents], minlength=len(offices))
        places = self.places_by_community(world)
        free = np.maximum(places - lived_in, 0)
        home = people.community[waiting]
        lot = self.draw(world, "queue", people.id[waiting])
        moving = pick(waiting, rank_in_group(home, lot) < free[home])
        moved = np.bincount(people.community[moving], minlength=len(offices))
        asked = np.bincount(home, minlength=len(offices))
        planning = "release_planning" in world.rules  # has counted its own cases this month
        for i, office in enumerate(offices):
            office.capacity = float(places[i])
            office.caseload = int(lived_in[i] + moved[i]) + planning * office.caseload
            office.waiting = int(asked[i] - moved[i])
            # These homes are beyond the stock that everyone else looks for one in.
            world.communities[i].supported = int(lived_in[i] + moved[i])
        return moving

    def places_by_community(self, world: World) -> NDArray[np.int64]:
        """Whole places of each office, which add up to the dial's."""
        share = np.cumsum([c.share for c in world.communities])
        total = np.floor(self.places / 1000.0 * world.persons)
        whole: NDArray[np.int64] = np.diff(np.floor(total * share + 1e-9), prepend=0.0).astype(int)
        return whole
