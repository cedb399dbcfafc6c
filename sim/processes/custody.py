"""Custody: each reception gets a prison, and density is what the places leave.

Receptions go where places are free; when none are, prisons fill in proportion to their places and
density rises above 100. Not modelled: transfers between prisons, security levels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.people import NO_PRISON, SHORT_CUSTODY
from sim.rules import Process, array_step, figure, parameter
from sim.scan import pick

if TYPE_CHECKING:
    from sim.world import World


class Custody(Process):
    """Places and density."""

    metrics: ClassVar = {
        "prison_stock": ("persons", "people in prison at the end of the month"),
        "prison_places": ("places", "certified prison places"),
        "jail_stock": ("persons", "people serving short custody outside prison"),
        "remand_stock": ("persons", "people detained before trial"),
    }

    places: float = figure(unit="per 1,000 people", label="certified prison places")
    remand_in_prison: bool = figure(
        unit="on or off", label="remand is held in prison and takes up its places"
    )

    access_lost: float = parameter(
        0.10, unit="share", low=0.0, high=0.3, source="assumed",
        label="programme places lost for each 10 points of density above 100",
        note="rooms and staff go to housing people; size is not in the register",
    )  # fmt: skip

    def found(self, world: World) -> None:
        """Share the places out evenly."""
        for prison in world.prisons:
            prison.places = self.places * world.persons / 1000.0 / len(world.prisons)

    @array_step("custody", writes=["prison"])
    def allocate(self, world: World) -> None:
        """Give people in prison who have none a prison."""
        people = world.people
        if self.remand_in_prison:
            out = world.selection("at_liberty", people.prison != NO_PRISON)  # those who left remand
            people.prison[out] = NO_PRISON
        counted = self._in_prison(world)
        held = self._held(world, counted)
        arrivals = pick(counted, people.prison[counted] == NO_PRISON)
        places = np.array([prison.places for prison in world.prisons])
        free = np.maximum(places - held, 0.0)
        weight = free if free.sum() >= arrivals.shape[0] > 0 else np.maximum(places, 1e-9)
        edges = np.cumsum(weight / weight.sum())[:-1]
        u = self.draw(world, "prison", people.id[arrivals])
        people.prison[arrivals] = np.searchsorted(edges, u)
        for prison, stock in zip(world.prisons, self._held(world, counted), strict=True):
            prison.held = int(stock)

    def access(self, world: World) -> float:
        """Share of programme places that crowding leaves usable, all prisons together."""
        places = sum(prison.places for prison in world.prisons)
        held = sum(prison.held for prison in world.prisons)
        above = max(100.0 * held / places - 100.0, 0.0) if places > 0 else 0.0
        return max(1.0 - self.access_lost * above / 10.0, 0.0)

    @array_step("accounts")
    def count_stocks(self, world: World) -> None:
        """Count who is inside when the month's releases and recalls have happened."""
        count, people = world.records.count, world.people
        count("prison_stock", self._in_prison(world).shape[0])
        count("prison_places", sum(prison.places for prison in world.prisons))
        short = people.custody[world.selection("in_custody")] == SHORT_CUSTODY
        local = not world.rule("disposal").short_custody_in_prison
        count("jail_stock", np.count_nonzero(short) if local else 0)
        count("remand_stock", np.count_nonzero(world.belongs("remanded")))

    def _in_prison(self, world: World) -> NDArray[np.int64]:
        """Rows of the people held in prison, in ascending order."""
        custody = world.selection("in_custody")
        if not world.rule("disposal").short_custody_in_prison:
            custody = pick(custody, world.people.custody[custody] != SHORT_CUSTODY)
        if not self.remand_in_prison:
            return custody
        return np.sort(np.concatenate((custody, world.selection("remanded"))))

    def _held(self, world: World, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        prison = world.people.prison[rows]
        prison = prison[prison != NO_PRISON]
        return np.bincount(prison, minlength=len(world.prisons))
