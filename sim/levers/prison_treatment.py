"""§37: cognitive-behavioural treatment in prison, given by assessed risk and need.

People whom the assessment finds (`assessment`) at neither low risk nor low need take the
places, highest risk first, while there is time left to serve; part of the places may go by lot
instead. Some drop out. What completing leaves depends on the true match; it starts at release and
fades (`cognition`). What it is not: education, work, or drug treatment.

The published hazard ratio compares everyone allocated with everyone not, over about a year. What a
matched completer gains is larger by what drop-out, mismatch and fading take, so that a virtual
trial among people assessed in need gives it back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from sim import programme
from sim.rules import Column, Lever, array_step, dial, parameter
from sim.scan import pick

if TYPE_CHECKING:
    from sim.world import World


class PrisonTreatment(Lever):
    """Places, by need or by lot, and what completing leaves."""

    paragraphs: ClassVar[tuple[int, ...]] = (37,)
    columns: ClassVar[tuple[Column, ...]] = (
        Column("treatment", "u1", "months", "months to go in treatment, or how it ended"),
    )
    metrics: ClassVar = programme.measured("treatment", "treatment in prison")

    places: float = dial(
        0.0, unit="per 100 people in custody", low=0.0, high=100.0, label="programme places"
    )
    targeting: float = dial(
        1.0, unit="share", label="share of people admitted by assessed risk and need, not by lot"
    )
    quality: float = dial(
        0.67, unit="share", label="delivery quality: effect at scale relative to full fidelity"
    )
    hazard_ratio: float = parameter(
        0.72, unit="hazard ratio", low=0.62, high=0.87,
        source="cbt_meta_all;cbt_meta_rct;psych_prison_rct_or;psych_prison_rct_or_large",
        label="treatment at full fidelity, allocated against not allocated, first year",
        note="the studies' range; at the usual quality of 0.67 this gives 0.80, the result of "
        "routine practice (cbt_meta_practice); the high end is the large trials alone",
    )  # fmt: skip
    completion: float = parameter(
        0.73, unit="probability", low=0.62, high=0.80, source="dropout_rate",
        label="share of starters who complete",
    )  # fmt: skip
    programme_months: float = parameter(
        6.0, unit="months", low=3.0, high=9.0, source="assumed", label="length of the programme",
        note="a usual length of group programmes",
    )  # fmt: skip

    @array_step("custody", writes=["treatment", "treatment_log_hr", "treated"])
    def run_programme(self, world: World) -> None:
        """Finish or drop out, and fill free places from those in need."""
        people = world.people
        rows = programme.still_inside(world, self.programme_months)
        # They are assessed in the month of reception.
        rows = pick(rows, people.custody_start[rows] < world.month)
        rows, first = programme.admit(self, world, rows, people.custody_start[rows])
        done = programme.run_inside(
            self, world, "treatment", "treatment", rows, first, also_done=True
        )
        people.treated[done] = 1
        programme.treat(self, world, done)
