"""§36: breaches answered step by step in the community before custody.

A share of the breaches that would be acted on is answered by a warning, more reporting or a
curfew, up to a number of steps within one order; after that the usual answer follows. Fewer
people return to prison without a new offence; they stay at liberty, and may offend. Nothing else
is typed in. What it is not: fewer breaches, or leniency about an arrest for a new offence, which
may bring recall as before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from sim.people import NO_ORDER
from sim.rules import Column, Lever, array_step, dial, parameter
from sim.scan import rows_where

if TYPE_CHECKING:
    from sim.world import World


class GraduatedBreach(Lever):
    """Steps in the community before recall."""

    paragraphs: ClassVar[tuple[int, ...]] = (36,)
    columns: ClassVar[tuple[Column, ...]] = (
        Column("breach_steps", "u1", "count", "breaches of this order answered in the community"),
    )
    metrics: ClassVar = {
        "breaches_in_community": ("persons", "breaches answered in the community instead"),
    }

    in_community: float = dial(
        0.0, unit="share", label="share of breaches answered in the community"
    )
    steps_allowed: float = parameter(
        3.0, unit="count", low=1.0, high=6.0, source="assumed",
        label="answers in the community before the usual one",
        note="a usual number of rungs; not in the register",
    )  # fmt: skip
    effort_months: float = parameter(
        1.0, unit="months", low=0.25, high=3.0, source="assumed",
        label="months of supervision that one answer costs", note="not in the register",
    )  # fmt: skip

    @array_step("release", writes=["lenient", "breach_steps"])
    def prepare(self, world: World) -> None:
        """Settle whose breach would be answered in the community this month."""
        people = world.people
        people.lenient[:] = 0
        people.breach_steps *= people.order != NO_ORDER
        rows = world.reach(self.name, world.selection("supervised"))
        answered = self.happens(world, "answer", people.id[rows], self.in_community)
        left = people.breach_steps[rows] < self.steps_allowed
        people.lenient[rows] = left & answered

    @array_step("supervision", writes=["breach_steps"])
    def answer(self, world: World) -> None:
        """Count the steps taken."""
        people = world.people
        rows = rows_where(people.flag > 0, people.lenient > 0)
        people.breach_steps[rows] += 1
        world.records.count("breaches_in_community", rows.shape[0])
        month = world.rule("accounts").supervision_year / 12.0
        world.records.count("cost_supervision", rows.shape[0] * month * self.effort_months)
