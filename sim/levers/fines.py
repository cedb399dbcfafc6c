"""§36: day fines in place of short custody, with custody for those who default (8.2 d).

Part of short custody becomes a fine set by income. Most people pay; a few default and serve a
short time instead, some months later. Fined people keep their liberty, job and home and avoid
the after-effect of short custody unless they default: nothing else is typed in. Where the net
widens, people who would have been discharged are fined, and may default. What it is not: default
on the fines that are usual today, which is part of the place's figures, or the money.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim.ladder import COUNTED, Rung
from sim.people import CUSTODY, GONE, NEVER, SHORT_CUSTODY
from sim.processes.sentencing import FINE
from sim.rules import Column, array_step, parameter
from sim.scan import rows_where

if TYPE_CHECKING:
    from sim.world import World


class Fines(Rung):
    """Day fines, paid or served."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column("default_month", "i2", "month", "month of custody for default", NEVER),
    )
    metrics: ClassVar = COUNTED | {
        "day_fines": ("persons", "people given a day fine"),
        "fine_defaults": ("persons", "people taken into custody for default on such a fine"),
    }

    default_share: float = parameter(
        0.065, unit="probability", low=0.04, high=0.11, source="fine_default_de;fine_default_stock",
        label="fines that end in custody",
    )  # fmt: skip
    default_after: float = parameter(
        9.0, unit="months", low=3.0, high=18.0, source="assumed",
        label="months from the fine to custody for default",
        note="reminders and enforcement come first; not in the register",
    )  # fmt: skip
    default_months: float = parameter(
        1.5, unit="months", low=1.0, high=3.0, source="assumed",
        label="mean time served for default", note="nearly all fines are at most 90 day-fines",
    )  # fmt: skip

    @array_step("sentencing", writes=["default_month"])
    def fine(self, world: World) -> None:
        """Fine people on the docket, and settle who will default."""
        docket, people = world.docket, world.people
        at = self.take(world, FINE, 0.0).both
        ids = people.id[docket.rows[at]]
        default = self.happens(world, "default", ids, self.default_share, docket.opened[at])
        people.default_month[docket.rows[at[default]]] = world.month + int(self.default_after)
        world.records.count("day_fines", at.shape[0])

    @array_step(
        "disposal",
        writes=["default_month", "status", "custody", "custody_start", "custody_end",
                "sentence_end", "prison", "recall_month", "followed"],
    )  # fmt: skip
    def take_in(self, world: World) -> None:
        """Take those whose default is due into custody; who is inside already has served it."""
        people = world.people
        due = people.default_month <= world.month
        rows = rows_where(due & (people.status != GONE))
        people.default_month[rows] = NEVER
        rows = rows[people.status[rows] != CUSTODY]
        u = self.draw(world, "months inside", people.id[rows])
        months = np.clip(np.round(-np.log(u) * self.default_months), 1.0, 6.0)
        world.rule("disposal").receive(world, rows, SHORT_CUSTODY, months, event="return_breach")
        world.records.count("fine_defaults", rows.shape[0])
