"""§36: supervised release before trial, with monitoring and reminders, in place of detention.

Some of those whom the court would detain await their hearing at liberty under the pretrial
service, with or without electronic monitoring; when it is full they are detained until a place is
free. They keep their job and home, escape the after-effect of detention and its pull towards
conviction, and may offend meanwhile: all through being at liberty, no effect is typed in. Some miss
their hearing, which is then lost, and are detained until the next; reminders lower that. The net
widens when people are supervised who would have been released anyway. What it is not: `bail`,
`remand_limits`, a choice by risk, or reminders for people who are released anyway (their absences
are part of the place's preparation time).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim.people import FREE, REMAND
from sim.pretrial_release import detained_for_court, release, would_be_free
from sim.rules import Column, Lever, Rows, array_step, dial, parameter
from sim.scan import pick, rows_where

if TYPE_CHECKING:
    from sim.world import World

INSTEAD, WAITING, WIDENED = 1, 2, 3
MONITORED = 10
"""Added to the code of people who are monitored."""


class PretrialAlternatives(Lever):
    """Awaiting the court under supervision instead of in detention."""

    paragraphs: ClassVar[tuple[int, ...]] = (36,)
    columns: ClassVar[tuple[Column, ...]] = (
        Column("pretrial_code", "u1", "code", "1 released, 2 waits for a place, 3 net widened"),
    )
    metrics: ClassVar = {
        "bailed": ("persons", "released to await the court instead of being detained"),
        "bailed_stock": ("persons", "awaiting the court under the pretrial service"),
        "pretrial_waiting": ("persons", "detained because the pretrial service is full"),
        "pretrial_widened": ("persons", "supervised before trial, who would have been free"),
    }

    supervised_release: float = dial(
        0.0, unit="share", label="people supervised before trial, as a share of those detained"
    )
    monitored: float = dial(0.0, unit="share", label="share of them monitored electronically")
    replacement: float = dial(
        1.0, unit="share", label="part of them who would be detained; the rest widens the net"
    )
    places: float = dial(
        50.0, unit="per 1,000 people", low=0.0, high=50.0, label="places of the pretrial service"
    )
    reminders: float = dial(0.0, unit="share", label="share of the released who get reminders")
    missing: float = parameter(
        0.20, unit="probability", low=0.1, high=0.38, source="assumed",
        label="released people who miss their hearing when not reminded",
        note="below the 37.9 % of people summoned without supervision (fta_reminders)",
    )  # fmt: skip
    reminded: float = parameter(
        0.79, unit="risk ratio", low=0.74, high=0.87, source="fta_reminders",
        label="missed hearings with reminders, to without",
    )  # fmt: skip
    monitor_cost: float = parameter(
        1.5, unit="ratio", low=0.5, high=4.0, source="assumed",
        label="cost of monitoring on top of supervision, relative to supervision",
        note="dearer than probation, cheaper than prison (em_review_belur); size assumed",
    )  # fmt: skip

    @array_step("pretrial", writes=["status", "pretrial_code", "absence"])
    def choose(self, world: World) -> None:
        """Fill the service's places, first with people who have waited for one."""
        people = world.people
        rows = world.reach(self.name, detained_for_court(world))
        new = people.case_month[rows] == world.month
        wanted = self.supervised_release * self.replacement
        asked = new & self.happens(world, "released", people.id[rows], wanted)
        people.pretrial_code[pick(rows, asked)] = WAITING
        self.note_access(world, "eligible", pick(rows, new))
        self._place(world, pick(rows, people.pretrial_code[rows] == WAITING))
        self._widen(world)

    def _place(self, world: World, rows: Rows) -> None:
        """Give free places to those who wait, the longest waiting first."""
        people, service = world.people, world.pretrial_service
        opened = people.case_month[rows].astype(np.int64)
        lot = self.draw(world, "place", people.id[rows], opened)
        free = max(int(self.places * world.persons / 1000.0) - service.caseload, 0)
        service.capacity = float(free)
        placed = rows[np.lexsort((people.id[rows], lot, opened))[:free]]
        opened = people.case_month[placed].astype(np.int64)
        asked = self.happens(world, "reminded", people.id[placed], self.reminders, opened)
        release(world, placed, self.missing * np.where(asked, self.reminded, 1.0))
        tagged = self.happens(world, "monitored", people.id[placed], self.monitored, opened)
        people.pretrial_code[placed] = np.where(tagged, INSTEAD + MONITORED, INSTEAD)
        self.note_access(world, "started", placed)
        world.records.count("bailed", placed.shape[0])
        world.records.count("remanded", -float(np.count_nonzero(opened == world.month)))

    def _widen(self, world: World) -> None:
        rows, ratio = would_be_free(world)
        rows = world.reach(self.name, rows)
        wanted = self.supervised_release * (1.0 - self.replacement) * ratio
        net = pick(rows, self.happens(world, "widened", world.people.id[rows], wanted))
        world.people.pretrial_code[net] = WIDENED
        world.records.count("pretrial_widened", net.shape[0])

    @array_step("accounts", writes=["pretrial_code"])
    def close(self, world: World) -> None:
        """Forget those whose case is over or who are detained after all; count the rest."""
        people, count = world.people, world.records.count
        rows = rows_where(people.pretrial_code > 0)
        code = people.pretrial_code[rows] % MONITORED
        at_liberty = world.belongs("at_liberty")[rows]
        held = (people.status[rows] == REMAND) & (code == WAITING)
        on = (people.case_offence[rows] > 0) & (held | (at_liberty & (code != WAITING)))
        people.pretrial_code[rows[~on]] = 0
        served = rows[on & ~held]
        world.pretrial_service.caseload = served.shape[0]
        world.pretrial_service.waiting = int(np.count_nonzero(on & held))
        count("bailed_stock", served.shape[0])
        count("pretrial_waiting", world.pretrial_service.waiting)
        # Those under an order are supervised, and paid for, already.
        added = np.count_nonzero(people.status[served] == FREE)
        tags = np.count_nonzero(people.pretrial_code[served] >= MONITORED)
        year = world.rule("accounts").supervision_year
        count("cost_supervision", (added + tags * self.monitor_cost) * year / 12.0)
