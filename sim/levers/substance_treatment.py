"""§37: treatment of substance use in custody, as therapeutic communities give it.

People with problem use and time left to serve take the places by lot; some drop out, and some of
those who complete stop using. Relapse after release is that of everyone (`substance_use`). The
published total is larger than use explains: what is left acts on the rate directly, from release
on, and fades. The part through use is taken out of it, so nothing is counted twice. What it is
not: cognitive-behavioural treatment of offending, or treatment outside
(`community_substance_treatment`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim import programme
from sim.effects import individual_log_hr, initial_log_hr
from sim.rules import Column, Effect, Lever, array_step, dial, parameter
from sim.scan import pick

if TYPE_CHECKING:
    from sim.world import World


class SubstanceTreatment(Lever):
    """Places in custody, remission, and what treatment does beyond it."""

    paragraphs: ClassVar[tuple[int, ...]] = (37,)
    columns: ClassVar[tuple[Column, ...]] = (
        Column("drug_treatment", "u1", "months", "months to go in treatment of substance use"),
    )
    effects: ClassVar[tuple[Effect, ...]] = (
        Effect("drug_treatment_log_hr", "direct effect of treatment of substance use, fading"),
    )
    metrics: ClassVar = {
        **programme.measured("substance_treatment", "treatment of substance use in custody"),
        "substance_treatment_remissions": ("persons", "people who stop using on completing it"),
    }

    places: float = dial(
        0.0, unit="per 100 people in custody", low=0.0, high=100.0, label="places in treatment"
    )
    hazard_ratio: float = parameter(
        0.78, unit="hazard ratio", low=0.65, high=1.0, source="prison_tc_rct",
        label="offending of those who start against others, the part through use included",
        note="two trials with an odds ratio of 0.64 (0.46 to 0.91), about 0.71 here; recalled and "
        "few, so shrunk by a quarter",
    )  # fmt: skip
    base_risk: float = parameter(
        0.5, unit="probability", low=0.35, high=0.65, source="assumed",
        label="reoffending without treatment in those studies", note="the row does not tell",
    )  # fmt: skip
    remits: float = parameter(
        0.50, unit="probability", low=0.3, high=0.7, source="assumed",
        label="people who stop using on completing", note="not in the register",
    )  # fmt: skip
    completion: float = parameter(
        0.73, unit="probability", low=0.5, high=0.80, source="dropout_rate",
        label="share of starters who complete", note="of all programmes",
    )  # fmt: skip
    programme_months: float = parameter(
        6.0, unit="months", low=3.0, high=12.0, source="assumed", label="length of treatment",
        note="not in the register",
    )  # fmt: skip
    evaluated_months: float = parameter(
        24.0, unit="months", low=12.0, high=36.0, source="assumed",
        label="time over which the published effect is an average", note="the row says no more",
    )  # fmt: skip
    fading_months: float = parameter(
        48.0, unit="months", low=18.0, high=120.0, source="assumed",
        label="time constant with which the direct effect fades",
        note="as treatment of offending; not known",
    )  # fmt: skip

    def part_through_use(self, world: World) -> float:
        """Mean log hazard ratio of a completer, over the evaluation, because fewer use."""
        use = world.rule("substance_use")
        apart = [1.0 - use.moved_after(month) for month in range(int(self.evaluated_months))]
        return -float(np.log(use.using_hr) * self.remits * np.mean(apart))

    def full_effect(self, world: World) -> float:
        """Direct log hazard ratio of a completer at release; never a harm."""
        own = individual_log_hr(float(np.log(self.hazard_ratio)), self.base_risk)
        direct = own / self.completion - self.part_through_use(world)
        return initial_log_hr(min(direct, 0.0), self.fading_months, self.evaluated_months)

    @array_step("custody", writes=["drug_treatment", "drug_treatment_log_hr", "substance_use"])
    def treat(self, world: World) -> None:
        """Advance treatment, let some of those who complete stop, and fill the places."""
        people = world.people
        suitable = programme.still_inside(world, self.programme_months)
        suitable = pick(suitable, people.substance_use[suitable] > 0)
        done = programme.run_inside(
            self, world, "drug_treatment", "substance_treatment", suitable, also_done=True
        )
        remitted = done[self.happens(world, "remits", people.id[done], self.remits)]
        people.substance_use[remitted] = 0
        people.drug_treatment_log_hr[done] = world.once(
            f"{self.name}.full_effect", lambda: self.full_effect(world)
        )
        world.records.count("substance_treatment_remissions", remitted.shape[0])
