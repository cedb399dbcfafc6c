"""Summaries of evidence, computed again from the figures that the register holds.

Where rows give the studies (or disjoint sets of studies) with their errors, they are pooled again
by DerSimonian and Laird (1986, *Controlled Clinical Trials* 7:177-188) with statsmodels. Where
they give an estimate with its error, interval or tau2, what follows from these is recomputed.
`NOT_POSSIBLE` names the summaries whose study-level figures the register does not hold.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import exp, log, sqrt

import numpy as np

from sim.evidence.reading import reading
from sim.evidence.scales import risks_to_odds_ratio

Z = 1.959963984540054


@dataclass(frozen=True)
class Pooled:
    """Result of DerSimonian and Laird.

    Attributes
    ----------
    q, tau2
        Cochran's Q and the variance between studies.
    """

    estimate: float
    error: float
    q: float
    tau2: float


def pool(estimates: Sequence[float], errors: Sequence[float]) -> Pooled:
    """Pool independent estimates with their standard errors; one step of DerSimonian and Laird.

    Examples
    --------
    Two trials that agree are averaged by their precision:

    >>> found = pool([-0.1, -0.1], [0.1, 0.1])
    >>> round(found.estimate, 3), round(found.error, 4), found.tau2
    (-0.1, 0.0707, 0.0)
    """
    from statsmodels.stats.meta_analysis import combine_effects

    found = combine_effects(np.array(estimates), np.square(errors), method_re="dl")
    tau2 = max(float(found.tau2), 0.0)  # statsmodels leaves it negative when Q is below its mean
    weights = 1.0 / (np.square(errors) + tau2)
    return Pooled(
        float(np.sum(weights * estimates) / np.sum(weights)),
        float(1.0 / sqrt(np.sum(weights))),
        float(found.q),
        tau2,
    )


@dataclass(frozen=True)
class Summary:
    """One summary of a row: as it stands, and as computed again.

    Attributes
    ----------
    within
        Largest difference that rounding of the row's figures explains.
    """

    row: str
    what: str
    stated: Callable[[], float]
    again: Callable[[], float]
    within: float


def error_of(low: float, high: float) -> float:
    """Standard error on the log scale of a ratio's 95 % interval."""
    return (log(high) - log(low)) / (2.0 * Z)


def _conferences() -> Pooled:
    row = "rj_campbell_repool"
    largest = "rj_campbell_spread"
    return pool(
        [reading(row, r"Indianapolis (-[.\d]+)"), reading(largest, r"largest trial (-[.\d]+)")],
        [reading(row, r"Indianapolis -[.\d]+ \(SE ([.\d]+)"),
         reading(largest, r"largest trial -[.\d]+ \(SE ([.\d]+)")],
    )  # fmt: skip


def two_samples(row: str) -> Pooled:
    """Pool the odds ratios of Georgia and Broward County that a row states, as logarithms."""
    estimates, errors = [], []
    for where in ("Georgia", "Broward"):
        middle = reading(row, rf"([.\d]+) \([.\d]+-[.\d]+\) {where}")
        low = reading(row, rf"\(([.\d]+)-[.\d]+\) {where}")
        high = reading(row, rf"\([.\d]+-([.\d]+)\) {where}")
        estimates.append(log(middle))
        errors.append(error_of(low, high))
    return pool(estimates, errors)


def _prediction_end(sign: float) -> float:
    """End of the 95 % prediction interval of the cognitive-behavioural studies."""
    row = "cbt_meta_all"
    low, high = (reading(row, p, "ci_or_se") for p in (r"CI ([.\d]+)", r"-([.\d]+)$"))
    spread = sqrt(reading(row, r"tau2=([.\d]+)") + error_of(low, high) ** 2)
    return exp(log(reading(row, r"recidivism ([.\d]+)")) + sign * Z * spread)


TWO_SAMPLES = ("age_hazard", "sex_hazard")
"""Rows that give two samples and no summary: `two_samples` pools them."""

SUMMARIES: tuple[Summary, ...] = (
    Summary("rj_campbell_repool", "d of ten trials, from nine and the largest",
            lambda: reading("rj_campbell_repool", r"d=(-[.\d]+)"),
            lambda: _conferences().estimate, 0.002),
    Summary("rj_campbell_repool", "its standard error",
            lambda: reading("rj_campbell_repool", r"SE ([.\d]+)", "ci_or_se"),
            lambda: _conferences().error, 0.001),
    Summary("rj_campbell_repool", "tau2 of ten trials, from Q and its degrees of freedom",
            lambda: reading("rj_campbell_repool", r"tau2=(\d)"),
            lambda: max(reading("rj_campbell_repool", r"\(Q=([.\d]+)")
                        - reading("rj_campbell_repool", r"df (\d+)"), 0.0), 0.0),
    Summary("rjc_campbell_d", "lower end of d, from the pooled error",
            lambda: reading("rjc_campbell_d", r"(-[.\d]+) to", "ci_or_se"),
            lambda: _conferences().estimate - Z * _conferences().error, 0.003),
    Summary("cbt_meta_all", "lower end of the prediction interval, from tau2",
            lambda: reading("cbt_meta_all", r"interval ([.\d]+)"),
            lambda: _prediction_end(-1.0), 0.006),
    Summary("cbt_meta_all", "upper end of the prediction interval, from tau2",
            lambda: reading("cbt_meta_all", r"interval [.\d]+-([.\d]+)"),
            lambda: _prediction_end(1.0), 0.015),
    Summary("life_rossi_hr", "hazard ratio, from the coefficient",
            lambda: reading("life_rossi_hr", r"arrest ([.\d]+)"),
            lambda: exp(reading("life_rossi_hr", r"coef (-[.\d]+)")), 0.001),
    Summary("life_rossi_hr", "lower end, from coefficient and error",
            lambda: reading("life_rossi_hr", r"([.\d]+)-", "ci_or_se"),
            lambda: exp(reading("life_rossi_hr", r"coef (-[.\d]+)")
                        - Z * reading("life_rossi_hr", r"SE ([.\d]+)")), 0.002),
    Summary("stics_bc", "odds ratio, from the two risks",
            lambda: reading("stics_bc", r"([.\d]+) \(", "ci_or_se"),
            lambda: risks_to_odds_ratio(reading("stics_bc", r"general ([.\d]+)") / 100.0,
                                        reading("stics_bc", r"v ([.\d]+)") / 100.0), 0.01),
)  # fmt: skip
"""What is recomputed, and against which figure of the row."""

NOT_POSSIBLE: dict[str, str] = {
    "cbt_meta_all": "58 two-by-two tables; the register holds the pooled result and tau2 only",
    "cbt_meta_rct": "19 of the same tables",
    "cbt_meta_practice": "31 of the same tables",
    "cbt_meta_demo": "18 of the same tables",
    "cbt_meta_research": "9 of the same tables",
    "cbt_meta_prison": "27 of the same tables",
    "cbt_meta_community": "31 of the same tables",
    "cbt_meta_small_study": "PET-PEESE needs each study's error",
    "rj_campbell_spread": "the ten trials one by one: only the extremes and the largest are given",
    "psych_prison_rct_or": "29 trials, none of them in the register",
    "drug_court_mitchell": "92 evaluations, none of them in the register",
    "edu_stickle_2023": "152 estimates, none of them in the register",
    "dropout_rate": "96 samples, none of them in the register",
}
"""Summaries that cannot be pooled again, and why."""
