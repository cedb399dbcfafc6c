"""§36: more hearings, so that cases wait less.

The court can hold more hearings a month. Where the queue is long, cases are decided sooner and
people spend less time on remand; where it is not, the extra hearings stay empty and cost all the
same. What it is not: other verdicts or sentences (those are keyed to the case), or faster
preparation of a case.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from sim.rules import Lever, array_step, dial

if TYPE_CHECKING:
    from sim.world import World


class CourtCapacity(Lever):
    """Extra hearings."""

    paragraphs: ClassVar[tuple[int, ...]] = (36,)
    metrics: ClassVar = {"hearings_idle": ("hearings", "extra hearings that nobody needed")}

    extra_hearings: float = dial(0.0, unit="share", label="extra hearings, relative to usual")

    @array_step("pretrial")
    def add(self, world: World) -> None:
        """Raise the court's capacity."""
        if self.extra_hearings > 0:
            world.court.capacity = self._usual(world) * (1.0 + self.extra_hearings)

    @array_step("accounts")
    def pay(self, world: World) -> None:
        """Extra hearings cost what others do, used or not."""
        held = world.records.so_far("disposals") + world.records.so_far("hearings_missed")
        extra = self._usual(world) * self.extra_hearings
        idle = max(extra - max(held - self._usual(world), 0.0), 0.0)
        world.records.count("hearings_idle", idle)
        world.records.count("cost_courts", idle * world.rule("accounts").hearing)

    def _usual(self, world: World) -> float:
        return float(world.rule("hearings").capacity * world.persons / 1000.0)
