"""§38: support of income in the first months after custody.

While support is paid, acquisitive offending is lower; other offending is not. A person's share of
acquisitive offences follows from the kind of the latest one. Return to custody ends the payment.
While it is paid people find work less often, as in the trials of the 1970s, and so part of the gain
may be lost (`work`). Those trials (life_rossi_hr) are for prediction only. What it is not: a job,
or a loan.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim.offences import GROUP_OF, NAMES, PROPERTY
from sim.rules import Column, Lever, array_step, dial, parameter
from sim.scan import pick, rows_where

if TYPE_CHECKING:
    from sim.world import World


class IncomeAtRelease(Lever):
    """Months of support, and who takes it up."""

    paragraphs: ClassVar[tuple[int, ...]] = (38,)
    columns: ClassVar[tuple[Column, ...]] = (
        Column("income_months", "u1", "months", "months of support still to come"),
    )
    metrics: ClassVar = {
        "income_supported": ("persons", "people whose income is supported after release"),
    }

    months: float = dial(
        0.0, unit="months", low=0.0, high=24.0, label="months of support after release"
    )
    acquisitive_ratio: float = parameter(
        0.625, unit="rate ratio", low=0.6, high=1.0, source="income_ssi;income_emergency",
        label="acquisitive offending with support against without",
        note="inverse of the rise by 60 % when support is lost at 18; one-off aid has shown no "
        "fall of theft, hence the upper end",
    )  # fmt: skip
    takes_up: float = parameter(
        0.6, unit="probability", low=0.3, high=0.9, source="assumed",
        label="people who take support up without a plan for release",
        note="papers and distances stand in the way; not in the register",
    )  # fmt: skip
    takes_up_planned: float = parameter(
        0.9, unit="probability", low=0.6, high=1.0, source="assumed",
        label="people who take support up with a plan for release", note="not in the register",
    )  # fmt: skip
    work_odds: float = parameter(
        0.7, unit="odds ratio", low=0.4, high=1.0, source="assumed",
        label="odds of finding work while paid",
        note="a feedback seen in the trials of the 1970s; size not in the register, none (1) is "
        "the upper end",
    )  # fmt: skip
    payment: float = parameter(
        0.02, unit="ratio", low=0.005, high=0.04, source="assumed",
        label="payment of a month, in years of prison", note="a modest allowance; no source",
    )  # fmt: skip

    @array_step("needs", writes=["income_months"], adds_to="finding_work")
    def run_out(self, world: World) -> None:
        """A month's support is used up; custody ends it, and while it lasts work is less sought."""
        people = world.people
        people.income_months *= world.belongs("at_liberty")
        rows = rows_where(people.income_months > 0)
        world.rate("finding_work")[rows] += np.float32(np.log(self.work_odds))
        world.records.count("income_supported", rows.shape[0])
        year = world.rule("accounts").prison_year
        world.records.count("cost_programmes", rows.shape[0] * self.payment * year)

    @array_step("livelihood", writes=["income_months"], adds_to="offending")
    def live_on(self, world: World) -> None:
        """Support acts on the acquisitive part of the rate, for the months paid."""
        people = world.people
        rows = world.selection("at_liberty", people.income_months > 0)
        acquisitive = (GROUP_OF == PROPERTY) | (np.array(NAMES) == "robbery")
        ratio = world.rule("offending").log_ratio_of_part
        after = ratio(world, acquisitive, self.acquisitive_ratio).astype(np.float32)
        world.rate("offending")[rows] += after[people.offence_group[rows]]
        people.income_months[rows] -= 1

    @array_step("custody", writes=["income_months"])
    def grant(self, world: World) -> None:
        """Grant support to those who leave this month."""
        people = world.people
        rows = world.selection("in_custody")
        rows = world.reach(self.name, pick(rows, people.custody_end[rows] <= world.month))
        planning = world.rules.get("release_planning")
        planned = planning.has_plan(world, rows) if planning else np.zeros(rows.shape[0], bool)  # type: ignore[attr-defined]
        chance = np.where(planned, self.takes_up_planned, self.takes_up)
        takes = self.draw(world, "takes up", people.id[rows], people.custody_start[rows]) < chance
        people.income_months[rows[takes]] = int(self.months)
        self.note_access(world, "offered", rows)
        self.note_access(world, "consented", rows[takes])
