"""§36: supervised release, court reminders and a limit on remand in place of detention.

Some of those whom the court would detain await their hearing at liberty under supervision, and
nobody stays on remand beyond the limit. They keep their job and home, escape the after-effect of
detention and its pull towards conviction, and may offend meanwhile: all through being at liberty,
no effect is typed in. Some miss their hearing, which is then lost, and are detained until the
next; reminders lower that. What it is not: money bail, a choice by risk, or reminders for people
who are released anyway (their absences are part of the place's preparation time).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim.people import FREE, NEVER, NO_ORDER, REMAND, SUPERVISED
from sim.rules import Column, Lever, Rows, array_step, dial, parameter

if TYPE_CHECKING:
    from sim.world import World

NO_LIMIT = 60.0
AT_LIBERTY, DETAINED_AFTER_ALL = 1, 2


class PretrialAlternatives(Lever):
    """Awaiting the court under supervision instead of in detention."""

    paragraphs: ClassVar[tuple[int, ...]] = (36,)
    columns: ClassVar[tuple[Column, ...]] = (
        Column("bailed", "u1", "code", "1 awaits the court at liberty, 2 is detained after all"),
    )
    metrics: ClassVar = {
        "bailed": ("persons", "released to await the court instead of being detained"),
        "bailed_stock": ("persons", "awaiting the court under this lever's supervision"),
    }

    supervised_release: float = dial(
        0.0, unit="share", label="share of those who would be detained who are released"
    )
    reminders: float = dial(0.0, unit="share", label="share of the released who get reminders")
    remand_limit: float = dial(
        NO_LIMIT, unit="months", low=1.0, high=NO_LIMIT,
        label="longest time on remand from arrest (60: no limit)",
    )  # fmt: skip
    missing: float = parameter(
        0.20, unit="probability", low=0.1, high=0.38, source="assumed",
        label="released people who miss their hearing when not reminded",
        note="below the 37.9 % of people summoned without supervision (fta_reminders)",
    )  # fmt: skip
    reminded: float = parameter(
        0.79, unit="risk ratio", low=0.74, high=0.87, source="fta_reminders",
        label="missed hearings with reminders, to without",
    )  # fmt: skip

    @array_step("pretrial", writes=["status", "bailed", "absence"])
    def release(self, world: World) -> None:
        """Release some of those just detained, and all whose time on remand is up."""
        people = world.people
        rows = world.selection("remanded")
        # Someone held for a recall is not awaiting a hearing alone.
        rows = rows[(people.case_offence[rows] > 0) & (people.recall_month[rows] == NEVER)]
        rows = rows[people.bailed[rows] != DETAINED_AFTER_ALL]
        rows = world.reach(self.name, rows)
        new = people.case_month[rows] == world.month
        chosen = new & (self.draw(world, "released", people.id[rows]) < self.supervised_release)
        waited = world.month - people.case_month[rows].astype(np.int64)
        over = (waited >= self.remand_limit) & (self.remand_limit < NO_LIMIT)
        self._let_go(world, rows[chosen | over])
        world.records.count("remanded", -float(np.count_nonzero(chosen)))

    def _let_go(self, world: World, rows: Rows) -> None:
        people = world.people
        people.status[rows] = np.where(people.order[rows] == NO_ORDER, FREE, SUPERVISED)
        people.bailed[rows] = AT_LIBERTY
        opened = people.case_month[rows].astype(np.int64)
        asked = self.draw(world, "reminded", people.id[rows], opened) < self.reminders
        missing = 100.0 * self.missing * np.where(asked, self.reminded, 1.0)
        people.absence[rows] = np.round(missing)
        world.records.count("bailed", rows.shape[0])

    @array_step("accounts", writes=["bailed"])
    def close(self, world: World) -> None:
        """Mark who is detained after all, forget those whose case is over, count the rest."""
        people = world.people
        rows = np.flatnonzero(people.bailed)
        at_liberty = (people.status[rows] == FREE) | (people.status[rows] == SUPERVISED)
        pending = people.case_offence[rows] > 0
        waiting = at_liberty & pending & (people.bailed[rows] == AT_LIBERTY)
        detained = pending & (people.status[rows] == REMAND)
        people.bailed[rows[~waiting & ~detained]] = 0
        people.bailed[rows[detained]] = DETAINED_AFTER_ALL
        world.records.count("bailed_stock", np.count_nonzero(waiting))
        # Those under an order are supervised, and paid for, already.
        added = np.count_nonzero(waiting & (people.status[rows] == FREE))
        year = world.rule("accounts").supervision_year
        world.records.count("cost_supervision", added * year / 12.0)
