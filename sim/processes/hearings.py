"""Hearings: cases that are ready queue for the court's capacity; the heard get a verdict.

Verdicts are keyed by the month of arrest, not of the hearing, so a longer wait never changes them.
People on remand are heard first, then the longest waiting; ties are broken by a keyed draw.
Whoever is at liberty and misses the hearing (`absence`, set by levers) loses the slot and is
detained until the next; the absences of everybody else are part of the place's preparation time.
Not modelled: appeals, pleas as a decision of the person, courts of several instances.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.choices import first_by_priority
from sim.month import Docket
from sim.people import FREE, NEVER, NO_ORDER, REMAND, SUPERVISED
from sim.rules import Column, Process, Rows, array_step, figure, parameter
from sim.scan import rows_where

if TYPE_CHECKING:
    from sim.world import World

MISSED = 255
"""Value of `absence` for people who missed a hearing of the pending case."""


class Hearings(Process):
    """Readiness, queue and verdict."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column("absence", "u1", "percent", "probability of missing the hearing; 255 has missed it"),
    )
    metrics: ClassVar = {
        "disposals": ("cases", "cases decided"),
        "convictions": ("persons", "people convicted"),
        "backlog": ("cases", "pending cases at the end of the month"),
        "days_to_disposition_sum": ("days", "days from arrest to disposal, summed over disposals"),
        "hearings_missed": ("cases", "hearings lost because the person did not appear"),
    }

    preparation_months: float = figure(
        unit="months", label="mean time until a case is ready to be heard"
    )
    capacity: float = figure(
        unit="per 1,000 people a month", label="hearings that the court can hold"
    )
    conviction: float = figure(unit="probability", label="share of arrests that end in conviction")
    remand_adds: float = parameter(
        0.13, unit="probability", low=0.05, high=0.15,
        source="pretrial_conviction_leslie;pretrial_dgy_size",
        label="rise of the probability of conviction by detention before trial",
    )  # fmt: skip
    counts_add: float = parameter(
        0.0, unit="share", low=0.0, high=1.0, source="assumed",
        label="further offences in a case that give it a chance of conviction of their own",
        note="0: a case has one chance, however many offences it holds; 1: each its own; set where "
        "a place is fitted to people with long records",
    )  # fmt: skip

    def found(self, world: World) -> None:
        """Give the court its capacity."""
        world.court.capacity = self.capacity * world.persons / 1000.0

    @array_step(
        "hearing", writes=["case_offence", "case_month", "case_victim", "status", "absence"]
    )
    def hear(self, world: World) -> None:
        """Hear the cases that capacity allows; the convicted go onto the docket."""
        people, court = world.people, world.court
        pending = world.selection("awaiting_court")
        ids, opened = people.id[pending], people.case_month[pending].astype(np.int64)
        u = self.draw(world, "preparation", ids, month=opened)
        ready = rows_where(world.month - opened >= np.ceil(-np.log(u) * self.preparation_months))
        first = self._first(world, pending[ready], opened[ready], court.can_take())
        heard = self._appear(world, first)
        court.waiting = pending.shape[0] - heard.shape[0]
        world.records.count("backlog", court.waiting)
        self._decide(world, heard)

    def _first(self, world: World, queue: Rows, opened: NDArray[np.int64], hearings: int) -> Rows:
        """Rows of the queue that are heard: remand, then the longest waiting, then by lot."""
        people = world.people
        held = people.status[queue] == REMAND
        return queue[
            first_by_priority(
                held * (1 << 16) - opened,
                lambda at: self.draw(world, "queue", people.id[queue[at]], month=opened[at]),
                people.id[queue], hearings,
            )
        ]  # fmt: skip

    def _appear(self, world: World, rows: Rows) -> Rows:
        """Detain those who miss their hearing until the next, and return the others."""
        people = world.people
        free = (people.status[rows] == FREE) | (people.status[rows] == SUPERVISED)
        opened = people.case_month[rows].astype(np.int64)
        u = self.draw(world, "appears", people.id[rows], month=opened)
        missed = free & (100.0 * u < people.absence[rows])
        people.absence[rows] = np.where(missed, MISSED, 0)
        people.status[rows[missed]] = REMAND
        world.records.count("hearings_missed", np.count_nonzero(missed))
        appeared: Rows = rows[~missed]
        return appeared

    def _decide(self, world: World, rows: np.ndarray) -> None:
        people = world.people
        opened = people.case_month[rows].astype(np.int64)
        count = world.records.count
        count("disposals", rows.shape[0])
        count("days_to_disposition_sum", (world.month - opened).sum() * 30.4)
        detained = people.status[rows] == REMAND
        counts = people.case_counts[rows].astype(np.int64)
        chance = np.minimum(self.conviction + self.remand_adds * detained, 1.0)
        chance = 1.0 - (1.0 - chance) ** (1.0 + self.counts_add * np.maximum(counts - 1, 0))
        if self.conviction == 0:
            chance = np.zeros(rows.shape[0])
        guilty = self.draw(world, "verdict", people.id[rows], month=opened) < chance
        convicted = rows[guilty]
        count("convictions", convicted.shape[0])
        world.docket = Docket(
            rows=convicted,
            offence=people.case_offence[convicted].astype(np.int64) - 1,
            sentence=np.zeros(convicted.shape[0], np.int64),
            months=np.zeros(convicted.shape[0]),
            opened=opened[guilty],
            victim=people.case_victim[convicted].astype(np.int64),
            counts=counts[guilty],
            detained=detained[guilty],
        )
        followed = people.followed[convicted] > 0
        world.records.event("conviction", people.id[convicted[followed]], opened[guilty][followed])
        people.case_offence[rows] = 0
        people.case_victim[rows] = -1
        people.case_month[rows] = NEVER
        acquitted = rows[~guilty & detained & (people.recall_month[rows] == NEVER)]
        people.status[acquitted] = np.where(people.order[acquitted] == NO_ORDER, FREE, SUPERVISED)
