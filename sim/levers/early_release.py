"""§36: release after a set share of the sentence, and conditional release for more people.

People serving a prison sentence leave after the share, when that is sooner than they would; they
are supervised until the sentence ends and may be recalled. They are at liberty longer, and the
suspended months hang over them: while they last, each lowers the rate of offending a little
(early_release_pardon). Some pass through a halfway house, which by the evidence changes nothing
but cost. What it is not: a pardon, release planning (§38), or a shorter sentence.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim.people import CONDITIONAL_RELEASE, PRISON_SENTENCE
from sim.rules import Column, Lever, array_step, dial, parameter, person_step
from sim.scan import pick, rows_where

if TYPE_CHECKING:
    from sim.world import World

LONG_AGO = -32000
"""Value of a clock that has never run."""


class EarlyRelease(Lever):
    """Conditional release at a share of the sentence."""

    paragraphs: ClassVar[tuple[int, ...]] = (36,)
    columns: ClassVar[tuple[Column, ...]] = (
        Column("early_months", "u1", "months", "release was brought forward by, 255 at most"),
        Column("halfway_end", "i2", "month", "end of the stay in a halfway house", LONG_AGO),
    )
    metrics: ClassVar = {
        "early_releases": ("persons", "people whose release is brought forward"),
        "early_months_saved": ("months", "months in prison that they were spared"),
        "halfway_stock": ("persons", "people in halfway houses"),
    }

    served: float = dial(
        1.0, unit="share", low=0.3, high=1.0,
        label="share of a prison sentence after which release is due (1: as now)",
    )  # fmt: skip
    conditional: float = dial(
        0.0, unit="share",
        label="share of other prison releases that are conditional in addition to those today",
    )  # fmt: skip
    halfway: float = dial(
        0.0, unit="share", label="share of those released early who go to a halfway house"
    )
    per_suspended_month: float = parameter(
        -0.013, unit="log hazard ratio", low=-0.016, high=0.0, source="early_release_pardon",
        label="offending, for each month by which release was brought forward, while conditional",
        note="-0.16 points a month is 1.3 % of the base; counted up to 36 months as observed",
    )  # fmt: skip
    halfway_hr: float = parameter(
        1.0, unit="hazard ratio", low=0.9, high=1.1, source="halfway_meta;halfway_pa",
        label="offending while in a halfway house",
    )  # fmt: skip
    halfway_months: float = parameter(
        6.0, unit="months", low=3.0, high=12.0, source="assumed", label="stay in a halfway house",
        note="a usual length; not in the register",
    )  # fmt: skip
    halfway_cost: float = parameter(
        0.6, unit="share", low=0.4, high=1.0, source="assumed",
        label="cost of a halfway place, relative to a person-year in prison",
        note="staffed around the clock, less security; not in the register",
    )  # fmt: skip

    def constants(self, world: World) -> Mapping[str, float]:
        """Log hazard ratio of a halfway house."""
        return {"log_halfway": float(np.log(self.halfway_hr))}

    @staticmethod
    @person_step("needs", adds_to="offending")
    def weigh(
        early_months: float, halfway_end: float, order: float, month: float,
        per_suspended_month: float, log_halfway: float,
    ) -> float:  # fmt: skip
        """What hangs over a person acts while release is conditional; so does the house."""
        suspended = per_suspended_month * min(early_months, 36.0)
        house = log_halfway if halfway_end > month else 0.0
        return (suspended + house) if order == CONDITIONAL_RELEASE else 0.0

    @array_step("custody", writes=[
        "custody_end", "early_months", "halfway_end", "conditional_due",
    ])  # fmt: skip
    def bring_forward(self, world: World) -> None:
        """Move the release of those who serve longer than the share."""
        people = world.people
        inside = world.selection("in_custody")
        sentenced = people.custody[inside] == PRISON_SENTENCE
        fresh = people.custody_start[inside] == world.month
        people.early_months[pick(inside, ~sentenced | fresh)] = 0
        rows = world.reach(self.name, pick(inside, sentenced))
        start = people.custody_start[rows].astype(np.int64)
        whole = people.sentence_end[rows] - start
        due = np.maximum(start + np.ceil(self.served * whole).astype(np.int64), world.month)
        saved = people.custody_end[rows] - due
        sooner = rows_where(saved > 0)
        early, saved, due = rows[sooner], saved[sooner], due[sooner]
        people.custody_end[early] = due
        people.early_months[early] = np.minimum(people.early_months[early] + saved, 255)
        also = self.happens(world, "conditional", people.id[rows], self.conditional, start)
        people.conditional_due[rows] = (people.early_months[rows] > 0) | also
        world.records.count("early_releases", early.shape[0])
        world.records.count("early_months_saved", saved.sum())
        housed = self.happens(world, "halfway", people.id[early], self.halfway, start[sooner])
        end = due[housed] + int(self.halfway_months)
        people.halfway_end[early[housed]] = np.minimum(end, 32000)

    @array_step("accounts")
    def pay(self, world: World) -> None:
        """Count people in halfway houses, and their cost."""
        people = world.people
        there = (people.halfway_end > world.month) & (people.order == CONDITIONAL_RELEASE)
        stock = np.count_nonzero(there & world.belongs("supervised"))
        world.records.count("halfway_stock", stock)
        year = world.rule("accounts").prison_year * self.halfway_cost
        world.records.count("cost_supervision", stock * year / 12.0)
