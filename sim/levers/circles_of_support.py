"""§39: circles of support, several volunteers around one person who comes out of prison alone.

Offered to people released after a violent or sexual offence who have neither a job nor, by then, a
volunteer of their own; a circle of volunteers meets with the person for months. How many circles
there are follows the dial and how many residents would help. It lowers the rate of offending while
it lasts. No trial of circles is in the register: the effect is that of mentoring, and its range
is wide. What it is not: one volunteer for many people (`volunteers`), or supervision.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim.offences import VIOLENT
from sim.rules import Column, Lever, Rows, array_step, dial, parameter, person_step
from sim.scan import pick, rows_where

if TYPE_CHECKING:
    from sim.world import World


class CirclesOfSupport(Lever):
    """Circles, whom they are offered to, and support while it lasts."""

    paragraphs: ClassVar[tuple[int, ...]] = (39,)
    columns: ClassVar[tuple[Column, ...]] = (
        Column("circle_until", "i2", "month", "month in which the circle ends", -32000),
    )
    metrics: ClassVar = {
        "circles_meeting": ("persons", "people who have a circle"),
        "circles_waiting": ("persons", "people who would accept one and have none"),
    }

    circles: float = dial(
        0.0, unit="per 1,000 people", low=0.0, high=20.0,
        label="circles that can meet at once, at the usual readiness to help",
    )  # fmt: skip
    members: float = dial(4.0, unit="persons", low=2.0, high=8.0, label="volunteers in a circle")
    months: float = dial(
        12.0, unit="months", low=1.0, high=36.0, label="months for which a circle meets"
    )
    hazard_ratio: float = parameter(
        0.93, unit="hazard ratio", low=0.5, high=1.0, source="mentoring_jolliffe",
        label="offending while the circle meets",
        note="of mentoring; trials of circles are few and small and none is in the register",
    )  # fmt: skip
    accepts: float = parameter(
        0.5, unit="probability", low=0.2, high=0.8, source="assumed",
        label="people who accept a circle when offered one", note="not in the register",
    )  # fmt: skip
    member_cost: float = parameter(
        400.0, unit="currency", low=100.0, high=1500.0, source="assumed",
        label="recruitment, training and expenses for each volunteer of a circle",
        note="as for other volunteers",
    )  # fmt: skip

    def constants(self, world: World) -> Mapping[str, float]:
        """Log hazard ratio while a circle meets."""
        return {"log_hr": float(np.log(self.hazard_ratio))}

    @array_step("ties", writes=["circle_until"])
    def meet(self, world: World) -> None:
        """Form new circles, by lot, for those released in the last three months."""
        people, month = world.people, world.month
        meeting = rows_where(people.circle_until > month)
        over = ~world.belongs("at_liberty")[meeting]
        people.circle_until[meeting[over]] = month
        waiting = self._waiting(world)
        usual = max(world.rule("acceptance").would_help, 1e-6)
        ready = sum(c.residents * c.helping / usual for c in world.communities)
        free = int(self.circles / 1000.0 * ready) - int(np.count_nonzero(~over))
        starting = self.by_lot(world, "lot", waiting, free)
        people.circle_until[starting] = month + int(self.months)
        self.note_access(world, "started", starting)
        count = world.records.count
        count("circles_meeting", int(np.count_nonzero(~over)) + starting.shape[0])
        count("circles_waiting", waiting.shape[0] - starting.shape[0])
        count("cost_supervision", starting.shape[0] * int(self.members) * self.member_cost)

    def _waiting(self, world: World) -> Rows:
        people = world.people
        rows = world.rule("work").recently_released(world, 3)
        alone = (people.employed[rows] == 0) & (people.circle_until[rows] <= world.month)
        alone &= people.offence_group[rows] == VIOLENT
        if "volunteer_until" in people.columns:
            alone &= people.volunteer_until[rows] <= world.month
        rows = world.reach(self.name, pick(rows, alone))
        return pick(rows, self.happens(world, "accepts", people.id[rows], self.accepts, 0))

    @staticmethod
    @person_step("ties", adds_to="offending")
    def support(circle_until: float, month: float, log_hr: float) -> float:
        """A circle acts on offending while it meets."""
        return log_hr if circle_until > month else 0.0
