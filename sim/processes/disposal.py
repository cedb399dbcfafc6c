"""Disposal: the sentences on the docket are carried out.

Not modelled: fines in default, time between sentence and reception.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim import records
from sim.people import (
    COMMUNITY_ORDER,
    CUSTODY,
    FREE,
    NEVER,
    NO_ORDER,
    NO_PRISON,
    PRISON_SENTENCE,
    REMAND,
    SHORT_CUSTODY,
    SUPERVISED,
    SUSPENDED_ORDER,
)  # fmt: skip
from sim.processes.release import open_index
from sim.processes.sentencing import COMMUNITY, FINE, LADDER, PRISON, SHORT, SUSPENDED
from sim.rules import Process, Rows, array_step, figure, parameter

if TYPE_CHECKING:
    from sim.world import World


class Disposal(Process):
    """Records grow, orders start, receptions happen."""

    metrics: ClassVar = {"prison_receptions": ("persons", "receptions into prison")}

    short_custody_in_prison: bool = figure(
        unit="on or off", label="short custody is served in prison, not in a local jail"
    )
    remand_after_effect: float = parameter(
        1.07, unit="hazard ratio", low=1.0, high=1.3, source="pretrial_bail_gupta",
        label="after-effect of detention before trial on those not sentenced to custody",
    )  # fmt: skip

    @array_step(
        "disposal",
        writes=[
            "priors", "log_priors", "status", "order", "order_end", "custody", "custody_start",
            "custody_end", "sentence_end", "prison", "recall_month", "followed", "custody_log_hr",
        ],
    )  # fmt: skip
    def carry_out(self, world: World) -> None:
        """Carry out every sentence of the month."""
        docket, people = world.docket, world.people
        people.priors[docket.rows] += 1
        people.log_priors[docket.rows] = np.log1p(people.priors[docket.rows])
        for code, step in enumerate(LADDER):
            world.records.count(f"sentences_{step}", np.count_nonzero(docket.sentence == code))
        self._leave_remand(world, docket.rows)
        fined = docket.rows[docket.sentence == FINE]
        free = (people.status[fined] == FREE) | (people.status[fined] == SUPERVISED)
        open_index(world, fined[free], records.FINED)
        for code, order, event in (
            (COMMUNITY, COMMUNITY_ORDER, records.START_COMMUNITY),
            (SUSPENDED, SUSPENDED_ORDER, records.START_SUSPENDED),
        ):
            chosen = docket.sentence == code
            self._start_order(world, docket.rows[chosen], order, docket.months[chosen], event)
        for code, why in ((SHORT, SHORT_CUSTODY), (PRISON, PRISON_SENTENCE)):
            chosen = docket.sentence == code
            self.receive(world, docket.rows[chosen], why, docket.months[chosen])

    def _leave_remand(self, world: World, rows: Rows) -> None:
        people = world.people
        # A person held for a recall stays, whatever becomes of the new case.
        held = people.recall_month[rows] != NEVER
        left = rows[(people.status[rows] == REMAND) & ~held]
        people.status[left] = np.where(people.order[left] == NO_ORDER, FREE, SUPERVISED)
        people.custody_log_hr[left] = np.log(self.remand_after_effect)

    def _start_order(
        self, world: World, rows: Rows, order: int, months: np.ndarray, event: int
    ) -> None:
        if rows.shape[0] == 0:
            return
        people = world.people
        at_liberty = (people.status[rows] == FREE) | (people.status[rows] == SUPERVISED)
        rows, months = rows[at_liberty], months[at_liberty]
        # A new order adds to a running one: the stricter kind, and the later end.
        running = people.order[rows] != NO_ORDER
        end = world.month + months
        latest = np.where(running, np.maximum(people.order_end[rows], end), end)
        people.status[rows] = SUPERVISED
        people.order[rows] = np.maximum(people.order[rows], order)
        people.order_end[rows] = np.minimum(latest, 32000)
        open_index(world, rows, event)

    def receive(
        self, world: World, rows: Rows, why: int, months: np.ndarray,
        event: str = "return_new_crime",
    ) -> None:  # fmt: skip
        """Into custody; a person who is already inside stays until the later date."""
        if rows.shape[0] == 0:
            return
        people = world.people
        inside = people.status[rows] == CUSTODY
        # From short custody in a local jail to prison is a reception too.
        moved = inside & (why == PRISON_SENTENCE) & (people.custody[rows] == SHORT_CUSTODY)
        received = rows[~inside | (moved & (not self.short_custody_in_prison))]
        end = world.month + np.maximum(months, 1.0)
        late = np.where(inside, np.maximum(people.custody_end[rows], end), end)
        fresh = rows[~inside]
        people.recall_month[rows] = NEVER
        people.custody_start[fresh] = world.month
        people.prison[fresh] = NO_PRISON
        people.status[rows] = CUSTODY
        people.custody[rows] = np.where(inside, np.maximum(people.custody[rows], why), why)
        people.custody_end[rows] = np.minimum(late, 32000)
        total = months / world.rule("sentencing").share_served
        whole = world.month + np.maximum(total, months)
        whole = np.where(inside, np.maximum(people.sentence_end[rows], whole), whole)
        people.sentence_end[rows] = np.minimum(np.maximum(whole, late), 32000)
        open_index(world, fresh, records.RECEPTION)
        if why == PRISON_SENTENCE or self.short_custody_in_prison:
            world.records.count("prison_receptions", received.shape[0])
            followed = received[people.followed[received] > 0]
            world.records.event(event, people.id[followed], world.month)
