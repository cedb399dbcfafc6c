"""§38: cognitive-behavioural treatment of people under supervision.

People whom the assessment finds (`assessment`) at neither low risk nor low need take the
places, highest risk first, while enough of the order is left; part of the places may go by lot
instead. Some drop out. What completing leaves depends on the true match and fades (`cognition`);
someone treated before renews that effect and does not add to it. What it is not: supervision
itself, or treatment of substance use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from sim import programme
from sim.rules import Column, Lever, array_step, dial, parameter
from sim.scan import pick

if TYPE_CHECKING:
    from sim.world import World


class CommunityTreatment(Lever):
    """Places under supervision, and what completing leaves."""

    paragraphs: ClassVar[tuple[int, ...]] = (38,)
    columns: ClassVar[tuple[Column, ...]] = (
        Column("cbt", "u1", "months", "months to go in treatment outside, or how it ended"),
    )
    metrics: ClassVar = programme.measured("community_treatment", "treatment outside")

    places: float = dial(
        0.0, unit="per 100 people supervised", low=0.0, high=100.0, label="programme places"
    )
    targeting: float = dial(
        1.0, unit="share", label="share of people admitted by assessed risk and need, not by lot"
    )
    quality: float = dial(
        0.67, unit="share", label="delivery quality: effect at scale relative to full fidelity"
    )
    hazard_ratio: float = parameter(
        0.72, unit="hazard ratio", low=0.60, high=0.92,
        source="cbt_meta_community;cbt_meta_small_study",
        label="treatment at full fidelity, allocated against not allocated, first year",
        note="shrunk for small studies; delivery at scale is the dial `quality`",
    )  # fmt: skip
    completion: float = parameter(
        0.73, unit="probability", low=0.62, high=0.80, source="dropout_rate",
        label="share of starters who complete",
    )  # fmt: skip
    programme_months: float = parameter(
        4.0, unit="months", low=2.0, high=9.0, source="assumed", label="length of the programme",
        note="weekly groups; not in the register",
    )  # fmt: skip

    @array_step("supervision", writes=["cbt", "treatment_log_hr"])
    def run_programme(self, world: World) -> None:
        """Finish or drop out, and fill free places from those in need."""
        people = world.people
        programme.reopen(world, people.cbt, "supervised", also_done=True)
        present = world.selection("supervised")
        enough = people.order_end[present] - world.month >= self.programme_months
        rows = pick(present, enough & (people.assessed[present] > 0))
        rows, first = programme.admit(self, world, rows, people.order_end[rows])
        done = programme.run(
            self, world, "cbt", "community_treatment", present, rows,
            self.places / 100.0 * present.shape[0], first,
        )  # fmt: skip
        programme.treat(self, world, done)
