"""§38: cognitive-behavioural treatment of people under supervision.

People under supervision are assessed, with error; those above low assessed risk take the places by
lot, some drop out, and completing lowers the rate of offending of those whose true risk matches.
The effect fades. Someone treated in prison before renews that effect and does not add to it. What
it is not: supervision itself, or treatment of substance use.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from scipy.special import ndtri

from sim import programme
from sim.effects import initial_log_hr
from sim.people import CUSTODY, NO_ORDER
from sim.rules import Column, Lever, array_step, dial, parameter, person_step

if TYPE_CHECKING:
    from sim.world import World


class CommunityTreatment(Lever):
    """Places under supervision, completion, and an effect that fades."""

    paragraphs: ClassVar[tuple[int, ...]] = (38,)
    columns: ClassVar[tuple[Column, ...]] = (
        Column("cbt", "u1", "months", "months to go in treatment outside, or how it ended"),
        Column("cbt_log_hr", "f4", "log hazard ratio", "effect of treatment outside, fading"),
    )
    metrics: ClassVar = {
        "community_treatment_starts": ("persons", "people who start treatment outside"),
        "community_treatment_completions": ("persons", "people who complete it"),
    }

    places: float = dial(
        0.0, unit="per 100 people supervised", low=0.0, high=100.0, label="programme places"
    )
    accuracy: float = dial(0.70, unit="AUC", label="accuracy of the risk assessment")
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
    fading_months: float = parameter(
        48.0, unit="months", low=18.0, high=120.0, source="assumed",
        label="time constant with which the effect fades",
        note="follow-ups are about a year; longer persistence is not known",
    )  # fmt: skip
    programme_months: float = parameter(
        4.0, unit="months", low=2.0, high=9.0, source="assumed", label="length of the programme",
        note="weekly groups; not in the register",
    )  # fmt: skip
    low_risk_share: float = parameter(
        0.33, unit="share", low=0.2, high=0.5, source="assumed",
        label="people supervised at low risk, who do not gain", note="a third, as in rnr_matched",
    )  # fmt: skip
    best_accuracy: float = parameter(
        0.78, unit="AUC", low=0.74, high=0.84, source="assumed",
        label="accuracy if everyone's own rate were known", note="as for treatment in prison",
    )  # fmt: skip

    def constants(self, world: World) -> Mapping[str, float]:
        """Factor by which an effect shrinks in a month."""
        return {"kept": float(np.exp(-1.0 / max(self.fading_months, 0.1)))}

    def full_effect(self) -> float:
        """Log hazard ratio of a matched completer, at this delivery quality."""
        log_hr = float(np.log(self.hazard_ratio)) * self.quality
        return initial_log_hr(log_hr, self.fading_months, 12.0, self.completion)

    @staticmethod
    @person_step("needs", writes=["cbt_log_hr"])
    def fade(cbt_log_hr: float, status: float, kept: float) -> float:
        """The effect fades at liberty."""
        return cbt_log_hr * (1.0 if status == CUSTODY else kept)

    @staticmethod
    @person_step("needs", adds_to="offending")
    def help_desist(cbt_log_hr: float) -> float:
        """What is left of the effect acts on offending."""
        return cbt_log_hr

    @array_step("supervision", writes=["cbt", "cbt_log_hr"])
    def run_programme(self, world: World) -> None:
        """Assess, finish or drop out, and fill free places."""
        people, stage = world.people, world.people.cbt
        stage[people.order == NO_ORDER] = programme.OPEN
        rows = world.selection("supervised")
        if rows.shape[0] == 0:
            return
        risk = programme.risk_score(world, rows, rows)
        luck = self.draw(world, "error", people.id[rows], people.order_end[rows])
        seen = programme.assessed(risk, luck, self.accuracy, self.best_accuracy)
        low = ndtri(self.low_risk_share)
        left = people.order_end[rows] - world.month
        starting, done = programme.attend(
            self, world, stage, rows, rows[(seen >= low) & (left >= self.programme_months)],
            self.places / 100.0 * rows.shape[0], self.programme_months, self.completion,
        )  # fmt: skip
        matched = done[risk[np.searchsorted(rows, done)] > low]
        people.cbt_log_hr[matched] = self.full_effect()
        if "treatment_log_hr" in people.columns:
            # With treatment in prison the two together reach the stronger one, not the sum.
            prison = people.treatment_log_hr
            floor = np.minimum(np.float32(self.full_effect()), prison) - prison
            people.cbt_log_hr[:] = np.maximum(people.cbt_log_hr, floor)
        count = world.records.count
        count("community_treatment_starts", starting.shape[0])
        count("community_treatment_completions", done.shape[0])
        busy = programme.taking_part(stage, rows).shape[0]
        count("cost_programmes", busy / 12.0 * world.rule("accounts").programme_place_year)
