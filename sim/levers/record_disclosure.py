"""§40: limits on disclosing a criminal record.

Three things that are often mixed up. *Not asking* when people apply opens vacancies that would
have been closed, but part of them closes again at a later check, and employers who cannot ask
guess by group (ban_box_side_effect): people with the group label then find work less easily.
*Sealing* the first record of a young person takes away what `stigma` the conviction left.
*Clearing* old records finds little stigma left, and none of it is shown to matter
(record_removal_null), so that dial moves hardly more than the count. All of it acts on who gets
jobs and homes. What it is not: avoiding the first conviction itself, which halves reoffending
(diversion_felony): that belongs to diversion before charge, and is not claimed here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim.people import NO_ORDER
from sim.rules import Lever, agent_step, array_step, dial, parameter, person_step
from sim.scan import rows_where

if TYPE_CHECKING:
    from sim.institutions import Employer
    from sim.world import World


class RecordDisclosure(Lever):
    """Not asking, sealing first records, clearing old ones; and the side effect."""

    paragraphs: ClassVar[tuple[int, ...]] = (40,)
    metrics: ClassVar = {
        "records_sealed": ("persons", "first records of young people sealed"),
        "records_cleared": ("persons", "people whose old record is cleared"),
        "employment_gap": ("share", "share in work: people without the label less people with it"),
    }

    covered: float = dial(
        0.0, unit="share", label="vacancies for which employers may not ask when people apply"
    )
    sealed_first: float = dial(
        0.0, unit="share", label="young people whose first record is sealed at once"
    )
    cleared_old: float = dial(0.0, unit="share", label="old records that may be cleared on request")
    callback: float = parameter(
        0.61, unit="ratio", low=0.36, high=0.65,
        source="record_callback_agan;record_callback_pager",
        label="call-backs with a disclosed record to without",
    )  # fmt: skip
    survives: float = parameter(
        0.3, unit="share", low=0.0, high=1.0, source="assumed",
        label="part of the opened vacancies that the later check leaves open",
        note="call-backs rise, hires are not shown to: the range runs from none to all",
    )  # fmt: skip
    guessing: float = parameter(
        1.34, unit="odds ratio", low=1.0, high=1.4, source="ban_box_side_effect",
        label="odds of a job without the label to with it, where employers may not ask",
        note="gap in call-backs 7 to 43 %: 1.43 / 1.07",
    )  # fmt: skip
    forgotten: float = parameter(
        0.0, unit="share", low=0.0, high=0.2, source="record_removal_null",
        label="part of the remaining stigma that clearing an old record takes away",
        note="no average gain in employment: the scar is formed early",
    )  # fmt: skip
    uptake: float = parameter(
        0.065, unit="share", low=0.04, high=1.0, source="expunge_uptake",
        label="people who have their old record cleared when they may",
        note="on petition; the upper end is clearing without being asked",
    )  # fmt: skip
    old: float = parameter(
        0.2, unit="share", low=0.1, high=0.4, source="assumed",
        label="stigma below which a record is old",
        note="about five years without conviction after a single one, longer after many",
    )  # fmt: skip
    young: float = parameter(
        25.0, unit="years of age", low=21.0, high=30.0, source="assumed",
        label="age below which a first record may be sealed", note="gains were among young people",
    )  # fmt: skip

    def constants(self, world: World) -> Mapping[str, float]:
        """What employers guess, and the share of people about whom they guess the worse."""
        return {
            "log_guess": float(self.covered * np.log(self.guessing)),
            "labelled": float(world.rule("population").label_share),
        }

    @staticmethod
    @person_step("needs", adds_to="finding_work")
    def guess(label: float, log_guess: float, labelled: float) -> float:
        """What employers guess takes from some what it gives to others."""
        return log_guess * (labelled - label)

    @array_step("sentencing", writes=["stigma"])
    def seal(self, world: World) -> None:
        """Seal some first records of young people: the conviction of this month leaves no mark."""
        people, docket = world.people, world.docket
        rows = docket.rows
        age = (world.month - people.birth_month[rows]) / 12.0
        first = (people.priors[rows] == 0) & (age < self.young)
        first &= world.reaches(self.name, rows)
        ids = people.id[rows]
        luck = self.happens(world, "sealed", ids, self.sealed_first, docket.opened)
        sealed = rows[first & luck]
        people.stigma[sealed] = 0.0
        self.note_access(world, "eligible", rows[first])
        self.note_access(world, "started", sealed)
        world.records.count("records_sealed", sealed.shape[0])

    @array_step("society", writes=["stigma"])
    def clear(self, world: World) -> None:
        """Clear old records, on request: in the month in which they become old."""
        people = world.people
        # Fading of this month has just taken it below.
        before = self.old / world.rule("stigma").constants(world)["kept"]
        old = (people.stigma < before) & (people.stigma >= self.old)
        rows = world.reach(self.name, rows_where(old & (people.order == NO_ORDER)))
        asks = self.happens(world, "asks", people.id[rows], self.cleared_old * self.uptake, 0)
        people.stigma[rows[asks]] *= 1.0 - self.forgotten
        world.records.count("records_cleared", np.count_nonzero(asks))

    @agent_step("society", agents="employer")
    def not_asked(self, world: World, agent: Employer) -> None:
        """Vacancies open where nobody asks, as far as the later check leaves them open."""
        agent.unasked = 1.0 + self.covered * self.survives * (1.0 / self.callback - 1.0)

    @array_step("accounts")
    def count(self, world: World) -> None:
        """The gap in employment between people without and with the label."""
        people, at_liberty = world.people, world.belongs("at_liberty")
        labelled, work = at_liberty & (people.label > 0), people.employed > 0
        share = [
            int(np.count_nonzero(work & group)) / max(int(np.count_nonzero(group)), 1)
            for group in (at_liberty & ~labelled, labelled)
        ]
        gap = share[0] - share[1] if labelled.any() else 0.0
        world.records.count("employment_gap", gap)
