"""Custody: each reception gets a prison, and density is what the places leave.

Receptions go where places are free; when none are, prisons fill in proportion to their places and
density rises above 100. Not modelled: transfers between prisons, security levels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.people import NO_PRISON, SHORT_CUSTODY
from sim.rules import Process, array_step, figure

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

    def found(self, world: World) -> None:
        """Share the places out evenly."""
        for prison in world.prisons:
            prison.places = self.places * world.persons / 1000.0 / len(world.prisons)

    @array_step("custody", writes=["prison"])
    def allocate(self, world: World) -> None:
        """Give people in prison who have none a prison, and count."""
        people = world.people
        custody, remand = world.selection("in_custody"), world.selection("remanded")
        in_prison = custody
        if not world.rule("disposal").short_custody_in_prison:
            in_prison = custody[people.custody[custody] != SHORT_CUSTODY]
        counted = in_prison
        if self.remand_in_prison:
            people.prison[world.selection("at_liberty")] = NO_PRISON  # those who left remand
            counted = np.sort(np.concatenate((in_prison, remand)))
        held = self._held(world, counted)
        arrivals = counted[people.prison[counted] == NO_PRISON]
        places = np.array([prison.places for prison in world.prisons])
        free = np.maximum(places - held, 0.0)
        weight = free if free.sum() >= arrivals.shape[0] > 0 else np.maximum(places, 1e-9)
        edges = np.cumsum(weight / weight.sum())[:-1]
        u = self.draw(world, "prison", people.id[arrivals])
        people.prison[arrivals] = np.searchsorted(edges, u)
        for prison, stock in zip(world.prisons, self._held(world, counted), strict=True):
            prison.held = int(stock)
        count = world.records.count
        count("prison_stock", counted.shape[0])
        count("prison_places", places.sum())
        count("jail_stock", custody.shape[0] - in_prison.shape[0])
        count("remand_stock", remand.shape[0])

    def _held(self, world: World, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        prison = world.people.prison[rows]
        prison = prison[prison != NO_PRISON]
        return np.bincount(prison, minlength=len(world.prisons))
