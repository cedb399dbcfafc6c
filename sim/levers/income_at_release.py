"""§38: support of income in the first months after custody.

While support is paid, acquisitive offending is lower; other offending is not. A person's share of
acquisitive offences follows from the kind of the latest one. Return to custody ends the payment.
What it is not: a job, or a loan. Payment may also keep people from work, as in the trials of the
1970s; that feedback is not modelled. Those trials (life_rossi_hr) are for prediction only.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim.offences import GROUP_OF, GROUPS, NAMES, PROPERTY
from sim.people import CUSTODY
from sim.rules import Column, Lever, array_step, dial, parameter, person_step

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
    payment: float = parameter(
        0.02, unit="ratio", low=0.005, high=0.04, source="assumed",
        label="payment of a month, in years of prison", note="a modest allowance; no source",
    )  # fmt: skip

    def constants(self, world: World) -> Mapping[str, float]:
        """Log rate ratio of all offending while supported, by group of the latest offence."""
        _, cumulative = world.rule("offending").kinds(world)
        shares = np.diff(cumulative, axis=1, prepend=0.0)
        names = np.array(NAMES)
        acquisitive = (GROUP_OF == PROPERTY) | (names == "robbery")
        ratio = 1.0 - shares[:, acquisitive].sum(axis=1) * (1.0 - self.acquisitive_ratio)
        return {f"after_{g}": float(np.log(ratio[i])) for i, g in enumerate(GROUPS)}

    @staticmethod
    @person_step("livelihood", adds_to="offending")
    def live_on(
        income_months: float, offence_group: float,
        after_violent: float, after_property: float, after_drug: float, after_public_order: float,
    ) -> float:  # fmt: skip
        """Support acts on the acquisitive part of the rate."""
        log_ratio = (
            after_violent if offence_group < 0.5
            else after_property if offence_group < 1.5
            else after_drug if offence_group < 2.5
            else after_public_order
        )  # fmt: skip
        return log_ratio if income_months > 0.5 else 0.0

    @staticmethod
    @person_step("supervision", writes=["income_months"])
    def run_out(income_months: float, status: float) -> float:
        """A month less; nothing in custody, and nothing for those who have just left it yet."""
        paid = income_months if status != CUSTODY else 0.0
        return max(paid - 1.0, 0.0)

    @array_step("custody", writes=["income_months"])
    def grant(self, world: World) -> None:
        """Grant support to those who leave this month."""
        people = world.people
        rows = world.selection("in_custody")
        rows = world.reach(self.name, rows[people.custody_end[rows] <= world.month])
        planning = world.rules.get("release_planning")
        planned = planning.has_plan(world, rows) if planning else np.zeros(rows.shape[0], bool)  # type: ignore[attr-defined]
        chance = np.where(planned, self.takes_up_planned, self.takes_up)
        takes = self.draw(world, "takes up", people.id[rows], people.custody_start[rows]) < chance
        # One more than paid: the month of release itself is over.
        people.income_months[rows[takes]] = int(self.months) + 1 if self.months >= 1 else 0

    @array_step("accounts")
    def pay(self, world: World) -> None:
        """Count who is supported and what it costs."""
        supported = np.count_nonzero(world.people.income_months[world.selection("at_liberty")])
        world.records.count("income_supported", supported)
        year = world.rule("accounts").prison_year
        world.records.count("cost_programmes", supported * self.payment * year)
