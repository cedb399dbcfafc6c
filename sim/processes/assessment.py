"""Assessment: everyone in custody or under supervision is judged by risk and need, with error.

People received into custody or put under supervision are assessed once; some are passed over. Their
rate of offending (risk) and their antisocial cognition (need) are ranked within the setting and
seen with error. Treatment admits those found at neither low risk nor low need. Who gains depends on
the truth, not on the score: risk and need both met, full effect; one of them, none; neither, some
harm. `risk_assessment` improves coverage and accuracy. Not modelled: other needs, reassessment, and
scores that decide on bail, sentence or release.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from sim import matching
from sim.effects import individual_log_hr, initial_log_hr
from sim.people import FREE
from sim.rules import Column, Process, Rows, array_step, parameter
from sim.scan import pick

if TYPE_CHECKING:
    from sim.world import World

NOT_YET, PASSED_OVER, ASSESSED = range(3)
EVALUATED_MONTHS = 12.0


class Assessment(Process):
    """Who is assessed, how well, and what that means for who gains."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column("assessed", "u1", "code", "0 not yet, 1 passed over, 2 assessed"),
        Column("assessed_risk", "i1", "SD / 10", "risk as assessed, in the setting"),
        Column("assessed_need", "i1", "SD / 10", "need as assessed, in the setting"),
        Column("match", "u1", "count", "of true risk and need, how many call for treatment"),
    )
    metrics: ClassVar = {
        "people_assessed": ("persons", "people whose risk and needs are assessed"),
    }

    usual_coverage: float = parameter(
        0.9, unit="share", low=0.6, high=1.0, source="assumed",
        label="people who are assessed at reception or at the start of an order",
        note="not in the register",
    )  # fmt: skip
    usual_accuracy: float = parameter(
        0.70, unit="AUC", low=0.62, high=0.75, source="risk_tool_auc",
        label="accuracy of the usual assessment, in the treatment studies too",
    )  # fmt: skip
    studied_risk: float = parameter(
        0.376, unit="probability", low=0.3, high=0.5, source="cbt_meta_all",
        label="reoffending without treatment in those studies",
    )  # fmt: skip
    best_accuracy: float = parameter(
        0.78, unit="AUC", low=0.76, high=0.84, source="assumed",
        label="accuracy if everyone's own rate were known",
        note="reoffending stays partly chance; sets how much error a published AUC implies",
    )  # fmt: skip
    low_share: float = parameter(
        0.33, unit="share", low=0.2, high=0.5, source="assumed",
        label="people of a setting at low risk, and at low need",
        note="a third, as in rnr_matched",
    )  # fmt: skip
    together: float = parameter(
        0.35, unit="ratio", low=0.1, high=0.6, source="assumed",
        label="correlation of risk and need within a setting",
        note="as measured in the shipped places with the shipped `cognition`",
    )  # fmt: skip
    bad_match: float = parameter(
        1.05, unit="hazard ratio", low=1.0, high=1.15, source="rnr_matched;rnr_adherence_setting",
        label="offending after treatment that fits neither risk nor need",
        note="phi of -0.06 for inappropriate service",
    )  # fmt: skip

    @property
    def usual_correlation(self) -> float:
        """Correlation of usually assessed with true scores."""
        return matching.correlation(self.usual_accuracy, self.best_accuracy)

    @array_step("custody", writes=["assessed", "assessed_risk", "assessed_need", "match"])
    def assess_in_custody(self, world: World) -> None:
        """Assess people received this month, and those inside who have not been yet."""
        people = world.people
        rows = world.selection("in_custody")
        fresh = people.custody_start[rows] == world.month
        new = pick(rows, fresh | (people.assessed[rows] == NOT_YET))
        self._assess(world, rows, new, people.custody_start[new])

    @array_step("supervision", writes=["assessed", "assessed_risk", "assessed_need", "match"])
    def assess_under_supervision(self, world: World) -> None:
        """Assess those put under supervision; a file from custody goes with the person."""
        people = world.people
        people.assessed *= people.status != FREE  # to NOT_YET
        rows = world.selection("supervised")
        new = pick(rows, people.assessed[rows] == NOT_YET)
        self._assess(world, rows, new, people.order_end[new])

    def _assess(
        self, world: World, present: Rows, new: Rows, keyed_by: NDArray[np.integer]
    ) -> None:
        """Score new rows within the setting; note what is seen and what is true."""
        people, ids = world.people, world.people.id[new]
        among, low = matching.reference(people.id, present), ndtri(self.low_share)
        rate, standing = world.rule("offending").relative_rate, world.rule("cognition").standing
        risk = matching.normal_score(rate(world, among), rate(world, new))
        need = matching.normal_score(standing(world, among), standing(world, new))
        error = self.draw(world, "error of risk", ids, keyed_by)
        doubt = self.draw(world, "error of need", ids, keyed_by)
        better = world.rules.get("risk_assessment")
        coverage, rho = self.usual_coverage, self.usual_correlation
        if better is not None:
            coverage += better.coverage * (1.0 - coverage)  # type: ignore[attr-defined]
            rho += better.accuracy * (1.0 - rho)  # type: ignore[attr-defined]
        people.assessed_risk[new] = matching.tenths(matching.seen(risk, error, rho))
        people.assessed_need[new] = matching.tenths(matching.seen(need, doubt, rho))
        people.match[new] = (risk > low).astype(np.uint8) + (need > low)
        covered = self.happens(world, "coverage", ids, coverage, keyed_by)
        people.assessed[new] = np.where(covered, ASSESSED, PASSED_OVER)
        world.records.count("people_assessed", np.count_nonzero(covered))

    def finds_in_need(self, world: World, rows: Rows) -> NDArray[np.bool_]:
        """Whether each row was assessed, at neither low risk nor low need."""
        people, low = world.people, 10.0 * ndtri(self.low_share)
        scores = np.minimum(people.assessed_risk[rows], people.assessed_need[rows])
        found: NDArray[np.bool_] = (people.assessed[rows] == ASSESSED) & (scores > low)
        return found

    def log_hr_by_match(
        self, published: float, fading_months: float, completion: float
    ) -> NDArray[np.float64]:
        """Log hazard ratios just after treatment of those who match in 0, 1 and 2 respects.

        Parameters
        ----------
        published
            Log hazard ratio of everyone allocated, as delivered; 0 leaves 0 for everyone.
        """
        none, _, both = matching.shares(self.low_share, self.together, self.usual_correlation)
        harm = np.log(self.bad_match) if published else 0.0
        own = individual_log_hr(published, self.studied_risk)
        mean = initial_log_hr(own, fading_months, EVALUATED_MONTHS, completion)
        return np.array([harm, 0.0, (mean - none * harm) / both])
