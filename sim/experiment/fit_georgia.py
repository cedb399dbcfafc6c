"""Targets of Georgia: people released to parole, arrested again within three years.

The published file holds people released to discretionary parole; here these are the conditional
releases from a first stay of the sentence. Education, gang membership and the agency's own risk
score are not in the model, so their rows are not measured.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim import evidence
from sim.experiment.fit_measures import Cohort, Measured, cohort_of, percentage, within
from sim.offences import DRUG, PROPERTY, PUBLIC_ORDER, VIOLENT
from sim.records import RELEASE_PRISON, Recorded

OFFENCES = {
    "drug": DRUG, "property": PROPERTY, "other": PUBLIC_ORDER, "violent/non-sex": VIOLENT,
}  # fmt: skip
YEARS = {
    "less than 1 year": (0, 12), "under 1": (0, 12),
    "1-2 years": (12, 24), "1 to 2": (12, 24),
    "greater than 2 to 3 years": (24, 36), "over 2 to 3": (24, 36),
    "more than 3 years": (36, 10_000), "over 3": (36, 10_000),
}  # fmt: skip
KINDS = {
    "releasee_sex_share": "sex",
    "releasee_age_share": "age",
    "prison_years_share": "prison_years",
}
BY_RANK = "by rank of record: the model counts convictions, the file felony arrests"
ALL_VIOLENT = "all violent offences: the model does not tell sexual ones apart here"


def measure(target: Mapping[str, str], runs: list[Recorded]) -> Measured | None:
    """Measure a ``nij_ga_`` target; None when the model cannot."""
    name = target["target_id"]
    if not name.startswith("nij_ga_"):
        return None
    yearly = name.startswith("nij_ga_cum_y")
    kind, _, level = target["subgroup"].partition("=")
    events, people = 0.0, 0.0
    for run in runs:
        chosen = parolees(run)
        if chosen is None:
            return None
        cohort = {column: values[chosen] for column, values in run.cohort.items()}
        weight = np.ones(chosen.sum()) if yearly else _weight(cohort, kind, level)
        if weight is None:
            return None
        to = cohort["to_rearrest"]
        if yearly:
            happened = within(to, 12 * int(name[-1]))
        else:
            # Years 2 and 3, among those not arrested in year 1.
            weight = weight * ~within(to, 12)
            happened = within(to, 36)
        events += float((weight * happened).sum())
        people += float(weight.sum())
    note = {"prior_felony_arrests": BY_RANK}.get(kind, "")
    return percentage(events, people, ALL_VIOLENT if level == "Violent/Non-Sex" else note)


def measure_share(
    figure: Mapping[str, str], runs: list[Recorded]
) -> tuple[float, float, int, str, str] | None:
    """Measure a share of the people released to parole, by sex, age or years in prison.

    Returns
    -------
    tuple
        Published value, simulated value, people behind it, unit of both, note; as `fit_system`.
    """
    kind = figure["quantity"]
    if figure["place"] != "georgia" or kind not in KINDS:
        return None
    part, people = 0.0, 0.0
    for run in runs:
        chosen = parolees(run)
        if chosen is None:
            return None
        cohort = {column: values[chosen] for column, values in run.cohort.items()}
        weight = _weight(cohort, KINDS[kind], figure["subgroup"])
        if weight is None:
            return None
        part += float(weight.sum())
        people += float(weight.shape[0])
    if not people:
        return None
    return float(figure["value"]), 100.0 * part / people, round(people), "%", ""


def parolees(run: Recorded) -> NDArray[np.bool_] | None:
    """Select first conditional releases that are followed for three years."""
    chosen = cohort_of(run, 36, (RELEASE_PRISON,))
    if chosen is None:
        return None
    return np.asarray(chosen & (run.cohort["supervised"] == 1) & (run.cohort["recalled"] == 0))


def _weight(cohort: Cohort, kind: str, level: str) -> NDArray[np.float64] | None:
    """How much of each person belongs to the subgroup, 0 to 1; None for an unknown subgroup."""
    level = level.lower()
    chosen: NDArray[Any] | None = None
    if kind == "sex":
        chosen = cohort["male"] == (level in ("m", "male"))
    elif kind == "age":
        low, _, high = level.replace(" or older", "-200").replace("+", "-200").partition("-")
        chosen = (cohort["age_years"] >= float(low)) & (cohort["age_years"] < float(high) + 1.0)
    elif kind == "offence" and level in OFFENCES:
        chosen = cohort["offence_group"] == OFFENCES[level]
    elif kind == "prison_years" and level in YEARS:
        low_months, high_months = YEARS[level]
        served = cohort["served_months"]
        chosen = (served >= low_months) & (served < high_months)
    elif kind == "prior_felony_arrests":
        return _rank_weight(cohort["priors"], int(level))
    return None if chosen is None else np.asarray(chosen, np.float64)


def _rank_weight(record: NDArray[Any], level: int) -> NDArray[np.float64]:
    """Weigh people by how far their rank by record lies among those with ``level`` arrests."""
    shares = [
        float(row["value"])
        for row in evidence.table("jurisdictions")
        if row["id"].startswith("ga_prior_felony_arrests_share")
    ]
    edges = np.concatenate(([0.0], np.cumsum(shares) / sum(shares)))
    return rank_weight(record, edges[level], edges[level + 1])


def rank_weight(record: NDArray[Any], lowest: float, highest: float) -> NDArray[np.float64]:
    """Weigh people by how far their rank by record lies between two shares of everybody.

    Ties share their ranks evenly, so that no order within them is made up.

    Examples
    --------
    >>> rank_weight(np.array([0, 0, 1, 9]), 0.0, 0.25)
    array([0.5, 0.5, 0. , 0. ])
    """
    _, at, count = np.unique(record, return_inverse=True, return_counts=True)
    high = np.cumsum(count) / record.shape[0]
    low = high - count / record.shape[0]
    overlap = np.minimum(high, highest) - np.maximum(low, lowest)
    weight: NDArray[np.float64] = (np.maximum(overlap, 0.0) / (high - low))[at]
    return weight
