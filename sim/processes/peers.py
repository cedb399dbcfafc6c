"""Peers: ties to people met in prison, which last for years and act when both are at liberty.

People held in the same prison whose latest offence is of the same group meet in pairs
(contagion_dk: peers act within the own kind of offence only). Each keeps a tie to the other until
it is lost at liberty or the other dies. While both are at liberty, the peer's propensity, relative
to that of the peers one usually meets, acts on the person's rate: up or down. Not modelled: ties
made outside, and offending together. Gangs are a rule of their own (`gangs`).

A peer is known by identity; the row is kept beside it, and looked up anew should rows have moved.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.offences import GROUPS, VIOLENT
from sim.people import GONE, NO_PRISON
from sim.rules import Column, Process, Rows, array_step, parameter
from sim.scan import pick, rows_where

if TYPE_CHECKING:
    from sim.world import World

NOBODY = -1


class Peers(Process):
    """A network that custody feeds."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column("peer", "u4", "key", "identity of the peer met in prison"),
        Column("peer_row", "i4", "row", "the peer's row; -1 without a peer", NOBODY),
    )
    metrics: ClassVar = {
        "peers_met": ("persons", "people in prison who make a tie this month"),
        "peers_at_liberty": ("persons", "people at liberty whose peer is at liberty too"),
    }

    meeting: float = parameter(
        0.10, unit="per month", low=0.02, high=0.3, source="assumed",
        label="people in prison without a peer who are ready for a tie in a month",
        note="most within a year; not in the register",
    )  # fmt: skip
    parting: float = parameter(
        0.4, unit="per year", low=0.35, high=0.5, source="gang_duration",
        label="hazard of losing a tie at liberty", note="that of leaving a gang, our reading",
    )  # fmt: skip
    contagion: float = parameter(
        0.05, unit="log hazard ratio per SD", low=0.0, high=0.15,
        source="peer_contagion_bayer;contagion_dk", label="offending by the peer's propensity",
        note="sign and own-group rule from the sources; size assumed",
    )  # fmt: skip
    violent: float = parameter(
        0.0, unit="ratio", low=0.0, high=1.0, source="contagion_dk;peer_contagion_bayer",
        label="contagion among people of violent offences, relative to others",
        note="deterrence in Denmark, reinforcement in Florida: none between them",
    )  # fmt: skip
    usual: float = parameter(
        0.4, unit="ratio", low=-0.2, high=0.8, source="assumed",
        label="mean propensity of peers, SD",
        note="so that peers leave a place's fitted rates alone; as measured in the shipped places",
    )  # fmt: skip

    @array_step("demography", writes=["peer", "peer_row"])
    def mourn(self, world: World) -> None:
        """A peer who is gone is lost, before the row goes to somebody else."""
        people = world.people
        rows = rows_where(people.peer_row >= 0)
        unknown = people.id[people.peer_row[rows]] != people.peer[rows]
        if unknown.any():  # rows were put in another order
            order = np.argsort(people.id, kind="stable")
            place = np.searchsorted(people.id[order], people.peer[rows])
            people.peer_row[rows] = order[np.minimum(place, order.shape[0] - 1)]
            unknown = people.id[people.peer_row[rows]] != people.peer[rows]
        gone = (people.status[people.peer_row[rows]] == GONE) | (people.status[rows] == GONE)
        self._part(world, pick(rows, gone | unknown))

    @array_step("ties", writes=["peer", "peer_row"], adds_to="offending")
    def keep_company(self, world: World) -> None:
        """Ties are lost at liberty; those that are left act while both are there."""
        people = world.people
        rows = world.selection("at_liberty", people.peer_row >= 0)
        lost = self.happens(world, "parting", people.id[rows], -np.expm1(-self.parting / 12.0))
        self._part(world, pick(rows, lost))
        rows = pick(rows, ~lost)
        rows = pick(rows, world.belongs("at_liberty")[people.peer_row[rows]])
        log_hr = self.contagion * (self._propensity(world, rows) - self.usual)
        log_hr[people.offence_group[rows] == VIOLENT] *= self.violent
        world.rate("offending")[rows] += log_hr.astype(np.float32)
        world.records.count("peers_at_liberty", rows.shape[0])

    def _propensity(self, world: World, rows: Rows) -> NDArray[np.float64]:
        """Propensity of each row's peer, SD."""
        at = world.people.peer_row[rows].astype(np.int64)
        score: NDArray[np.float64] = world.rule("cognition").propensity(world, at)
        return score

    @array_step("custody", writes=["peer", "peer_row"])
    def meet(self, world: World) -> None:
        """Pairs of the same prison and group make a tie, by lot."""
        people = world.people
        rows = world.selection("in_custody")
        rows = pick(rows, (people.peer_row[rows] == NOBODY) & (people.prison[rows] != NO_PRISON))
        ready = pick(rows, self.happens(world, "meeting", people.id[rows], self.meeting))
        cell = people.prison[ready].astype(np.int64) * len(GROUPS) + people.offence_group[ready]
        order = np.lexsort((self.draw(world, "whom", people.id[ready]), cell))
        ready, cell = ready[order], cell[order]
        place = np.arange(cell.shape[0]) - np.searchsorted(cell, cell)
        first = np.flatnonzero((place[:-1] % 2 == 0) & (cell[:-1] == cell[1:]))
        for one, other in ((ready[first], ready[first + 1]), (ready[first + 1], ready[first])):
            people.peer_row[one] = other
            people.peer[one] = people.id[other]
        world.records.count("peers_met", 2 * first.shape[0])

    def _part(self, world: World, rows: Rows) -> None:
        world.people.peer_row[rows] = NOBODY
        world.people.peer[rows] = 0
