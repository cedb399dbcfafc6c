"""§40: limits on disclosing a criminal record to employers.

Three things that are often mixed up. Not asking when people apply opens vacancies that would have
been closed, but part of them closes again at a later check, and employers who cannot ask guess by
group (ban_box_side_effect): people of a labelled group then find work less easily, which is
counted as a gap. Sealing the first record of a young person helps that person to a job. Clearing
old records does nothing (record_removal_null), so that dial moves only the count. All of it acts
through jobs. The label never enters offending. What it is not: avoiding the conviction itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim.rules import Column, Lever, agent_step, array_step, dial, parameter, person_step

if TYPE_CHECKING:
    from sim.institutions import Employer
    from sim.world import World

UNKNOWN, NOT_LABELLED, LABELLED = 0, 1, 2


class RecordDisclosure(Lever):
    """Not asking, sealing first records, clearing old ones; and the side effect."""

    paragraphs: ClassVar[tuple[int, ...]] = (40,)
    columns: ClassVar[tuple[Column, ...]] = (
        Column("group_label", "u1", "code", "group by which employers may discriminate"),
        Column("record_sealed", "u1", "0/1", "the only record is not disclosed"),
        Column("convicted_month", "i2", "month", "last conviction under this lever", -32000),
    )
    metrics: ClassVar = {
        "records_sealed": ("persons", "first records of young people sealed"),
        "records_cleared": ("persons", "people whose old record is cleared"),
        "employment_gap": ("share", "share in work: people not labelled less people labelled"),
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
    group_share: float = parameter(
        0.3, unit="share", low=0.05, high=0.5, source="assumed",
        label="people of the labelled group",
        note="a label for the side effect; set it for a place",
    )  # fmt: skip
    guessing: float = parameter(
        1.34, unit="odds ratio", low=1.0, high=1.4, source="ban_box_side_effect",
        label="odds of a job without the label to with it, where employers may not ask",
        note="gap in call-backs 7 to 43 %: 1.43 / 1.07",
    )  # fmt: skip
    sealed_odds: float = parameter(
        1.5, unit="odds ratio", low=1.0, high=1.8, source="diversion_felony",
        label="odds of finding a job with the only record sealed",
        note="employment nearly +50 % where a first felony conviction was avoided altogether, so "
        "rather an upper bound for sealing",
    )  # fmt: skip
    cleared_odds: float = parameter(
        1.0, unit="odds ratio", low=1.0, high=1.02, source="record_removal_null",
        label="odds of finding a job with an old record cleared",
    )  # fmt: skip
    uptake: float = parameter(
        0.065, unit="share", low=0.04, high=1.0, source="expunge_uptake",
        label="people who have their old record cleared when they may",
    )  # fmt: skip
    old_after: float = parameter(
        60.0, unit="months", low=24.0, high=120.0, source="assumed",
        label="months without conviction after which a record is old", note="five years is usual",
    )  # fmt: skip
    young: float = parameter(
        25.0, unit="years of age", low=21.0, high=30.0, source="assumed",
        label="age below which a first record may be sealed", note="gains were among young people",
    )  # fmt: skip

    def constants(self, world: World) -> Mapping[str, float]:
        """Log odds of finding a job, by what applies to a person."""
        return {
            "log_sealed": float(np.log(self.sealed_odds)),
            "log_guess": float(self.covered * np.log(self.guessing)),
            "log_cleared": float(self.cleared_old * self.uptake * np.log(self.cleared_odds)),
        }

    @array_step("needs", writes=["group_label"])
    def label(self, world: World) -> None:
        """Label newcomers; a label belongs to the identity, so it is the same in every policy."""
        people = world.people
        new = np.flatnonzero((people.group_label == UNKNOWN) & (people.status > 0))
        labelled = self.draw(world, "label", people.id[new], 0) < self.group_share
        people.group_label[new] = np.where(labelled, LABELLED, NOT_LABELLED)

    @staticmethod
    @person_step("needs", adds_to="finding_work")
    def search(
        record_sealed: float, group_label: float, convicted_month: float, priors: float,
        month: float, old_after: float, group_share: float, log_sealed: float,
        log_guess: float, log_cleared: float,
    ) -> float:  # fmt: skip
        """What employers know; what they guess takes from some what it gives to others."""
        old = (priors > 0.5) & (month - convicted_month >= old_after)
        known = log_sealed if record_sealed > 0.5 else (log_cleared if old else 0.0)
        return known + log_guess * (group_share - (1.0 if group_label > 1.5 else 0.0))

    @array_step("sentencing", writes=["record_sealed", "convicted_month"])
    def seal(self, world: World) -> None:
        """Seal some first records of young people; a second conviction opens the record."""
        people, docket = world.people, world.docket
        rows = docket.rows
        age = (world.month - people.birth_month[rows]) / 12.0
        first = (people.priors[rows] == 0) & (age < self.young)
        first &= np.isin(rows, world.reach(self.name, rows))
        u = self.draw(world, "sealed", people.id[rows], docket.opened)
        people.record_sealed[rows] = first & (u < self.sealed_first)
        people.convicted_month[rows] = world.month
        world.records.count("records_sealed", np.count_nonzero(people.record_sealed[rows]))

    @agent_step("society", agents="employer")
    def not_asked(self, world: World, agent: Employer) -> None:
        """Vacancies open where nobody asks, as far as the later check leaves them open."""
        agent.unasked = 1.0 + self.covered * self.survives * (1.0 / self.callback - 1.0)

    @array_step("accounts")
    def count(self, world: World) -> None:
        """Count the gap in employment, and old records cleared."""
        people = world.people
        rows = world.selection("at_liberty")
        labelled = people.group_label[rows] == LABELLED
        work = people.employed[rows] > 0
        share = [
            int(np.count_nonzero(work & group)) / max(int(np.count_nonzero(group)), 1)
            for group in (~labelled, labelled)
        ]
        gap = share[0] - share[1]
        world.records.count("employment_gap", gap)
        old = rows[world.month - people.convicted_month[rows] == int(self.old_after)]
        asks = self.draw(world, "asks", people.id[old]) < self.cleared_old * self.uptake
        world.records.count("records_cleared", np.count_nonzero(asks))
