"""Pretrial: people arrested are detained on remand or released to await the court.

Not modelled: money bail, conditions, failure to appear (levers of paragraph 36 add them).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim.offences import GROUP_OF, VIOLENT
from sim.people import CUSTODY, REMAND, SUPERVISED
from sim.pretrial_release import new_cases
from sim.rules import Process, array_step, figure, parameter
from sim.scan import pick

if TYPE_CHECKING:
    from sim.world import World


class Pretrial(Process):
    """The decision to detain."""

    metrics: ClassVar = {"remanded": ("persons", "people detained before trial")}

    detained_share: float = figure(unit="probability", label="share of new cases detained")
    odds_if_supervised: float = parameter(
        2.0, unit="odds ratio", low=1.0, high=4.0, source="assumed",
        label="odds of detention if already under supervision",
        note="courts weigh current supervision; size is not in the register",
    )  # fmt: skip
    odds_if_violent: float = parameter(
        2.0, unit="odds ratio", low=1.0, high=4.0, source="assumed",
        label="odds of detention for a violent main offence",
        note="courts weigh seriousness; size is not in the register",
    )  # fmt: skip

    odds_if_labelled: float = parameter(
        1.0, unit="odds ratio", low=0.5, high=2.0, source="assumed",
        label="odds of detention for people who carry the group label",
        note="1, equal treatment, unless a user studies unequal treatment",
    )  # fmt: skip

    @array_step("pretrial", writes=["status"])
    def detain(self, world: World) -> None:
        """Detain some of those whose case opened this month."""
        people = world.people
        rows = new_cases(world)
        rows = pick(rows, (people.status[rows] != CUSTODY) & (people.status[rows] != REMAND))
        share = min(max(self.detained_share, 1e-9), 1.0 - 1e-9)
        odds = np.full(rows.shape[0], share / (1.0 - share))
        odds = odds * np.where(people.status[rows] == SUPERVISED, self.odds_if_supervised, 1.0)
        violent = GROUP_OF[people.case_offence[rows] - 1] == VIOLENT
        odds = odds * np.where(violent, self.odds_if_violent, 1.0)
        odds = odds * np.where(people.label[rows] > 0, self.odds_if_labelled, 1.0)
        # A detained share of 0 must detain nobody, whatever the odds ratios.
        chance = odds / (1.0 + odds) if self.detained_share > 0 else np.zeros(rows.shape[0])
        detained = rows[self.draw(world, "detain", people.id[rows]) < chance]
        people.status[detained] = REMAND
        world.records.count("remanded", detained.shape[0])
