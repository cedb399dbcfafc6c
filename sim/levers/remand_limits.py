"""§36: a limit on the time that anyone is held on remand.

Whoever has waited in detention for the limit is released to await the hearing at liberty, and may
miss it; someone who missed one before is held until the next. The released find their job gone and
may offend, and the court is no faster for it. What it is not: fewer decisions to detain
(`pretrial_alternatives`, `bail`), or more hearings (`court_capacity`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim.pretrial_release import detained_for_court, release
from sim.rules import Lever, array_step, dial, parameter

if TYPE_CHECKING:
    from sim.world import World

NO_LIMIT = 24.0


class RemandLimits(Lever):
    """Nobody is held before trial beyond the limit."""

    paragraphs: ClassVar[tuple[int, ...]] = (36,)
    metrics: ClassVar = {"remand_limit_reached": ("persons", "released because time was up")}

    longest: float = dial(
        NO_LIMIT, unit="months", low=1.0, high=NO_LIMIT,
        label="longest time on remand from arrest (24: no limit)",
    )  # fmt: skip
    missing: float = parameter(
        0.25, unit="probability", low=0.1, high=0.38, source="assumed",
        label="people so released who miss their hearing",
        note="below the 37.9 % of people summoned (fta_reminders), above supervised release",
    )  # fmt: skip

    @array_step("pretrial", writes=["status", "absence"])
    def release(self, world: World) -> None:
        """Release those whose time on remand is up."""
        if self.longest >= NO_LIMIT:
            return
        rows = world.reach(self.name, detained_for_court(world))
        waited = world.month - world.people.case_month[rows].astype(np.int64)
        over = rows[waited >= self.longest]
        release(world, over, np.full(over.shape[0], self.missing))
        self.note_access(world, "started", over)
        world.records.count("remand_limit_reached", over.shape[0])
