"""§37: cognitive-behavioural treatment in prison, given by assessed risk and need.

People received into custody are assessed, with error; those at medium or high assessed risk wait
for a place, highest first, while there is time left to serve. Some drop out. Completing lowers
the rate of offending of those whose true risk matches; a person at low risk gains nothing. The
effect starts at release and fades. What it is not: education, work, or drug treatment.

The published hazard ratio compares everyone allocated with everyone not, over about a year. What
a matched completer gains is therefore larger (`full_effect`), so that a virtual trial with usual
drop-out and assessment error, among those assessed at medium or high risk, gives it back.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri, owens_t

from sim.people import CUSTODY
from sim.programme import assessed, error_correlation, normal_score, room
from sim.rules import Column, Lever, Rows, array_step, dial, parameter, person_step

if TYPE_CHECKING:
    from sim.world import World

NOT_ASSESSED, NOT_ELIGIBLE, WAITING, IN_PROGRAMME, COMPLETED, DROPPED_OUT = range(6)
EVALUATED_MONTHS = 12.0


class PrisonTreatment(Lever):
    """Assessment, waiting list, places, completion, and an effect that fades."""

    paragraphs: ClassVar[tuple[int, ...]] = (37,)
    columns: ClassVar[tuple[Column, ...]] = (
        Column("treatment", "u1", "code", "stage of treatment in this custody"),
        Column("treatment_end", "i2", "month", "month in which the programme ends"),
        Column("assessed_risk", "f4", "SD", "risk as assessed at reception"),
        Column("treatment_log_hr", "f4", "log hazard ratio", "effect of treatment, fading"),
    )
    metrics: ClassVar = {
        "treatment_assessed": ("persons", "people assessed"),
        "treatment_starts": ("persons", "people who start treatment"),
        "treatment_completions": ("persons", "people who complete treatment"),
        "treatment_waiting": ("persons", "people waiting for a place at the end of the month"),
        "treatment_places": ("places", "programme places"),
    }

    places: float = dial(
        0.0, unit="per 100 people in custody", low=0.0, high=100.0, label="programme places"
    )
    assessed: float = dial(0.9, unit="share", label="share of people in custody who are assessed")
    accuracy: float = dial(0.70, unit="AUC", label="accuracy of the risk assessment")
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
    fading_months: float = parameter(
        48.0, unit="months", low=18.0, high=120.0, source="assumed",
        label="time constant with which the effect fades",
        note="follow-ups are about a year; longer persistence is not known",
    )  # fmt: skip
    programme_months: float = parameter(
        6.0, unit="months", low=3.0, high=9.0, source="assumed", label="length of the programme",
        note="a usual length of group programmes",
    )  # fmt: skip
    low_risk_share: float = parameter(
        0.33, unit="share", low=0.2, high=0.5, source="assumed",
        label="people in custody at low risk, who do not gain", note="a third, as in rnr_matched",
    )  # fmt: skip
    best_accuracy: float = parameter(
        0.78, unit="AUC", low=0.74, high=0.84, source="assumed",
        label="accuracy if everyone's own rate were known",
        note="reoffending stays partly chance; sets how much error a published AUC implies",
    )  # fmt: skip

    def constants(self, world: World) -> Mapping[str, float]:
        """Factor by which an effect shrinks in a month."""
        return {"kept": float(np.exp(-1.0 / max(self.fading_months, 0.1)))}

    def full_effect(self) -> float:
        """Log hazard ratio of a matched completer at release, at this delivery quality."""
        t = EVALUATED_MONTHS / self.fading_months
        mean_kept = (1.0 - np.exp(-t)) / t
        reached = self.completion * self.matched_share()
        return float(np.log(self.hazard_ratio) * self.quality / (reached * mean_kept))

    def matched_share(self) -> float:
        """Share of those assessed at medium or high risk who truly are.

        Both scores are standard normal with the error's correlation; Owen (1956) gives the
        probability that both lie above the same cut.
        """
        rho = error_correlation(self.accuracy, self.best_accuracy)
        missed = 2.0 * owens_t(ndtri(self.low_risk_share), np.sqrt((1 - rho) / (1 + rho)))
        return float(1.0 - missed / (1.0 - self.low_risk_share))

    @staticmethod
    @person_step("needs", writes=["treatment_log_hr"])
    def fade(treatment_log_hr: float, status: float, kept: float) -> float:
        """The effect fades once the person has left custody."""
        return treatment_log_hr * (1.0 if status == CUSTODY else kept)

    @staticmethod
    @person_step("needs", adds_to="offending")
    def help_desist(treatment_log_hr: float) -> float:
        """What is left of the effect acts on offending."""
        return treatment_log_hr

    @array_step("custody", writes=[
        "treatment", "treatment_end", "assessed_risk", "treatment_log_hr", "treated",
    ])  # fmt: skip
    def run_programme(self, world: World) -> None:
        """Assess, finish or drop out, and fill free places from the waiting list."""
        people = world.people
        new_stay = (people.status != CUSTODY) | (people.custody_start == world.month)
        outside = np.flatnonzero((people.treatment > 0) & new_stay)
        people.treatment[outside] = NOT_ASSESSED
        rows = world.selection("in_custody")
        places = int(self.places / 100.0 * rows.shape[0] * room(world))
        rates = np.sort(world.rule("offending").relative_rate(world, rows))
        self._assess(world, rows, rates)
        self._finish(world, rows[people.treatment[rows] == IN_PROGRAMME], rates)
        busy = int(np.count_nonzero(people.treatment[rows] == IN_PROGRAMME))
        waiting = world.reach(self.name, rows[people.treatment[rows] == WAITING])
        left = people.custody_end[waiting] - world.month
        waiting = waiting[left >= self.programme_months]
        tie = self.draw(world, "queue", people.id[waiting], people.custody_start[waiting])
        order = np.lexsort((tie, -people.assessed_risk[waiting]))
        starting = waiting[order[: max(places - busy, 0)]]
        people.treatment[starting] = IN_PROGRAMME
        people.treatment_end[starting] = world.month + int(self.programme_months)
        count = world.records.count
        count("treatment_places", places)
        count("treatment_starts", starting.shape[0])
        count("treatment_waiting", waiting.shape[0] - starting.shape[0])
        year = starting.shape[0] * self.programme_months / 12.0
        count("cost_programmes", year * world.rule("accounts").programme_place_year)

    def _assess(self, world: World, rows: Rows, rates: NDArray[np.float64]) -> None:
        people = world.people
        new = rows[people.treatment[rows] == NOT_ASSESSED]
        started = people.custody_start[new]
        seen = self.draw(world, "assessed", people.id[new], started) < self.assessed
        risk = self.true_risk(world, rates, new)
        luck = self.draw(world, "error", people.id[new], started)
        people.assessed_risk[new] = assessed(risk, luck, self.accuracy, self.best_accuracy)
        low = people.assessed_risk[new] < ndtri(self.low_risk_share)
        people.treatment[new] = np.where(seen & ~low, WAITING, NOT_ELIGIBLE)
        world.records.count("treatment_assessed", np.count_nonzero(seen))

    def _finish(self, world: World, rows: Rows, rates: NDArray[np.float64]) -> None:
        people = world.people
        monthly = self.completion ** (1.0 / max(self.programme_months, 1.0))
        stays = self.draw(world, "stays", people.id[rows]) < monthly
        people.treatment[rows[~stays]] = DROPPED_OUT
        done = rows[stays & (people.treatment_end[rows] <= world.month)]
        people.treatment[done] = COMPLETED
        people.treated[done] = 1
        matched = self.true_risk(world, rates, done) > ndtri(self.low_risk_share)
        effect = np.where(matched, self.full_effect(), 0.0)
        # A second programme renews the effect; it does not add to what is left of the first.
        people.treatment_log_hr[done] = np.minimum(people.treatment_log_hr[done], effect)
        world.records.count("treatment_completions", done.shape[0])

    def true_risk(
        self, world: World, rates: NDArray[np.float64], rows: Rows
    ) -> NDArray[np.float64]:
        """Normal score of each row's own rate among the rates given, in ascending order."""
        return normal_score(rates, world.rule("offending").relative_rate(world, rows))
