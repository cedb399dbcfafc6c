"""Targets of people, each measured on the simulated cohort exactly as its definition says.

A cohort is everyone with the index event (release from prison, unless the target says otherwise)
in the first two recorded years.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.offences import GROUPS, NAMES
from sim.records import (
    FINED,
    RELEASE_PRISON,
    RELEASE_SHORT,
    START_COMMUNITY,
    START_SUSPENDED,
    Recorded,
)  # fmt: skip

COHORT_MONTHS = 24
"""Index events in so many months from month 0 make up the cohort."""

Cohort = Mapping[str, NDArray[Any]]
Measured = tuple[float, int, str]
"""Simulated value, number behind it, and where it differs from the target's definition."""

REPORTED = {
    "robbery": "robbery", "aggravated assault": "serious_assault", "rape/sexual assault": "sexual",
    "burglary": "burglary", "motor vehicle theft": "vehicle_theft", "other theft": "theft",
}  # fmt: skip
CLEARED = {
    "murder": "homicide", "rape": "sexual", "robbery": "robbery",
    "aggravated assault": "serious_assault", "burglary": "burglary", "larceny": "theft",
    "motor vehicle theft": "vehicle_theft",
}  # fmt: skip
CURVES = {
    "bjs05_rearrest": "to_rearrest",
    "bjs05_convict": "to_reconviction",
    "bjs05_return": "to_return",
    "bjs05_9y_all": "to_rearrest",
    "bjs05_9y_sex": "to_rearrest",
    "bjs05_9y_age": "to_rearrest",
    "bjs05_5y_age": "to_rearrest",
    "bjs05_5y_offence": "to_rearrest",
    "bjs05_9y_offence": "to_rearrest",
}
RECORD = "ew_priors_"
FOLLOWED = (RELEASE_PRISON, RELEASE_SHORT, START_COMMUNITY, START_SUSPENDED)
EVERYBODY = (*FOLLOWED, FINED)
PROVEN: dict[str, tuple[tuple[int, ...], str]] = {
    "ew_overall_": (EVERYBODY, "cautions, part of the published cohort, are not modelled"),
    "ew_custody_or_court_order_": (FOLLOWED, ""),
    "ew_custody_lt12m_": ((RELEASE_SHORT,), ""),
    "ew_custody_le6m_": ((RELEASE_SHORT,), "served three months or less, half of six"),
    RECORD: (EVERYBODY, "convictions, not offences; cautions are not modelled"),
}  # fmt: skip
"""Proven reoffending in England and Wales: index events of the cohort, and how it differs."""


def measure(target: Mapping[str, str], runs: list[Recorded]) -> Measured | None:
    """Measure a target; None when the model cannot."""
    name = target["target_id"]
    for prefix, column in CURVES.items():
        if name.startswith(prefix):
            return _cumulative(runs, column, target["subgroup"], float(target["t_years"]))
    for prefix, (events, note) in PROVEN.items():
        if name.startswith(prefix):
            return _proven(name, runs, events, note)
    if name.startswith("japan_reimprison_2y"):
        return _reimprisoned(runs, target["subgroup"])
    if name.startswith("time_served16"):
        statistic, group = name.removeprefix("time_served16_").split("_")
        return _served(runs, group, np.mean if "mean" in statistic else np.median)
    return _share_of_offences(name, runs)


def cohort_of(run: Recorded, months: int, events: tuple[int, ...]) -> NDArray[np.bool_] | None:
    """Select index events of the cohort; None if some are followed for less than ``months``."""
    cohort = run.cohort
    chosen = np.isin(cohort["index"], events) & (cohort["month"] < COHORT_MONTHS)
    if not chosen.any() or cohort["observed_months"][chosen].min() < months:
        return None
    return np.asarray(chosen)


def within(to: NDArray[Any], months: NDArray[Any] | int) -> NDArray[np.bool_]:
    """Whether an event is observed within so many months."""
    return np.asarray((to > 0) & (to <= months))


def percentage(events: float, people: float, note: str = "") -> Measured | None:
    """100 x events / people; None without people."""
    return (100.0 * events / people, round(people), note) if people else None


def _cumulative(runs: list[Recorded], column: str, subgroup: str, years: float) -> Measured | None:
    months = round(12.0 * years)
    events, people = 0, 0
    for run in runs:
        chosen = cohort_of(run, months, (RELEASE_PRISON,))
        if chosen is None:
            return None
        chosen &= in_subgroup(run.cohort, subgroup)
        events += int(within(run.cohort[column][chosen], months).sum())
        people += int(chosen.sum())
    return percentage(events, people)


def _proven(
    name: str, runs: list[Recorded], indices: tuple[int, ...], note: str
) -> Measured | None:
    """Offence within a year that leads to conviction (dated at the arrest)."""
    events, people = 0, 0
    for run in runs:
        chosen, cohort = cohort_of(run, 12, indices), run.cohort
        if chosen is None:
            return None
        # A recall does not open a new cohort entry: the sentence is the same.
        chosen &= cohort["recalled"] == 0
        if name.startswith("ew_custody_le6m"):
            chosen &= cohort["served_months"] <= 3
        if name.startswith(RECORD):
            before = cohort["priors"].astype(np.int64) - 1
            wanted = name.removeprefix(RECORD)
            chosen &= before >= 11 if wanted == "11plus" else before <= 0
        events += int(within(cohort["to_reconviction"][chosen], 12).sum())
        people += int(chosen.sum())
    return percentage(events, people, note)


def _reimprisoned(runs: list[Recorded], subgroup: str) -> Measured | None:
    """Back in prison by the end of the year after the year of release, as Japan counts."""
    events, people = 0, 0
    for run in runs:
        chosen, cohort = cohort_of(run, 24, (RELEASE_PRISON, RELEASE_SHORT)), run.cohort
        if chosen is None:
            return None
        chosen &= in_subgroup(cohort, subgroup)
        left = 23 - cohort["month"][chosen].astype(np.int64) % 12
        events += int(within(cohort["to_return"][chosen], left).sum())
        people += int(chosen.sum())
    return percentage(events, people)


def in_subgroup(cohort: Cohort, subgroup: str) -> NDArray[np.bool_]:
    """Select a target's subgroup, as in ``sex=male``, ``age<=24``, ``age65+`` or ``all``."""
    age = cohort["age_years"]
    if subgroup == "all":
        return np.ones(age.shape[0], np.bool_)
    if subgroup.startswith("sex="):
        return np.asarray(cohort["male"] == (subgroup == "sex=male"))
    if subgroup.startswith("offence="):
        group = subgroup.removeprefix("offence=").replace(" ", "_")
        return np.asarray(cohort["offence_group"] == GROUPS.index(group))
    if subgroup.startswith("age<="):
        return np.asarray(age < float(subgroup[5:]) + 1.0)
    if subgroup.startswith("age>="):
        return np.asarray(age >= float(subgroup[5:]))
    if subgroup.startswith("age<"):
        return np.asarray(age < float(subgroup[4:]))
    if subgroup.endswith("+"):
        return np.asarray(age >= float(subgroup[3:-1]))
    low, _, high = subgroup.removeprefix("age").partition("-")
    return np.asarray((age >= float(low)) & (age < float(high) + 1.0))


def _served(
    runs: list[Recorded], group: str, statistic: Callable[[NDArray[Any]], Any]
) -> Measured | None:
    months = []
    for run in runs:
        cohort = run.cohort
        chosen = (cohort["index"] == RELEASE_PRISON) & (cohort["recalled"] == 0)
        if group in GROUPS:
            chosen &= cohort["offence_group"] == GROUPS.index(group)
        elif group != "all":
            return None
        months.append(cohort["served_months"][chosen])
    served = np.concatenate(months)
    n = served.shape[0]
    return (float(statistic(served)) / 12.0, n, "") if n else None


def _share_of_offences(name: str, runs: list[Recorded]) -> Measured | None:
    for start, names, top, bottom in (
        ("ncvs22_report_", REPORTED, "reported", "offences"),
        ("fbi19_clear_", CLEARED, "cleared", "reported"),
    ):
        kind = name.removeprefix(start)
        if name.startswith(start) and kind in names:
            at = NAMES.index(names[kind])
            total = sum(run.tallies[bottom][at] for run in runs)
            return percentage(sum(run.tallies[top][at] for run in runs), total)
    return None
