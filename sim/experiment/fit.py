"""How well a place reproduces its calibration targets, target by target.

The release cohort is everyone released from prison in the first two recorded years of a world
under the status quo; each target is measured on it exactly as its definition says.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim import evidence
from sim.assembly import build_rules
from sim.offences import GROUPS, NAMES
from sim.place import Place
from sim.records import RELEASE_PRISON, Recorded
from sim.world import World

COHORT_MONTHS = 24
"""Releases in so many months from month 0 make up the cohort."""

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
    "bjs05_9y_offence": "to_rearrest",
}


@dataclass(frozen=True)
class Fit:
    """One target beside what the model gives, both in ``unit``."""

    id: str
    definition: str
    subgroup: str
    unit: str
    observed: float
    simulated: float
    difference: float
    n: int
    source: str
    how_known: str


def fit(
    place: Place,
    *,
    persons: int = 100_000,
    months: int = 132,
    replications: int = 2,
    seed: int = 1,
    warmup_months: int = 60,
    parameters: Mapping[str, Mapping[str, Any]] | None = None,
    json_path: Path | None = None,
) -> list[Fit]:
    """Simulate a place under the status quo and compare it with its targets.

    Returns
    -------
    list of Fit
        One a target that the place names in ``fit`` and the run is long enough to measure.
    """
    runs = []
    for replication in range(replications):
        rules = build_rules(place, parameters=parameters)
        world = World(place, rules, persons, seed + replication, warmup_months=warmup_months)
        world.run_to(months)
        runs.append(world.records.finish())
    rows = []
    for target in evidence.table("targets"):
        if target["role"].startswith("calibration") and any(
            target["target_id"].startswith(prefix) for prefix in place.fit
        ):
            measured = _measure(target, runs)
            if measured is not None:
                rows.append(_row(target, *measured))
    if json_path is not None:
        json_path.write_text(json.dumps([asdict(row) for row in rows], indent=1) + "\n")
    return rows


def _row(target: Mapping[str, str], simulated: float, n: int) -> Fit:
    observed = float(target["value"])
    return Fit(
        target["target_id"], target["definition"], target["subgroup"], target["unit"], observed,
        round(simulated, 3), round(simulated - observed, 3), n, target["source"],
        target["how_known"],
    )  # fmt: skip


def _measure(target: Mapping[str, str], runs: list[Recorded]) -> tuple[float, int] | None:
    """Simulated value and number of people (or offences) behind it; None when not measurable."""
    name = target["target_id"]
    for prefix, column in CURVES.items():
        if name.startswith(prefix):
            return _cumulative(runs, column, target["subgroup"], float(target["t_years"]))
    if name.startswith("time_served16"):
        _, statistic, group = name.split("_", 2)
        return _served(runs, group, np.mean if "mean" in statistic else np.median)
    kind = target["subgroup"]
    for start, names, top, bottom in (
        ("ncvs22_report_", REPORTED, "reported", "offences"),
        ("fbi19_clear_", CLEARED, "cleared", "reported"),
    ):
        kind = name.removeprefix(start)
        if name.startswith(start) and kind in names:
            at = NAMES.index(names[kind])
            total = sum(run.tallies[bottom][at] for run in runs)
            part = sum(run.tallies[top][at] for run in runs)
            return (100.0 * part / total, int(total)) if total else None
    return None


def _cumulative(
    runs: list[Recorded], column: str, subgroup: str, years: float
) -> tuple[float, int] | None:
    months = round(12.0 * years)
    events, people = 0, 0
    for run in runs:
        cohort = run.cohort
        chosen = (cohort["index"] == RELEASE_PRISON) & (cohort["month"] < COHORT_MONTHS)
        if not chosen.any() or cohort["observed_months"][chosen].min() < months:
            return None
        chosen &= _in_subgroup(cohort, subgroup)
        to = cohort[column][chosen]
        events += int(((to > 0) & (to <= months)).sum())
        people += int(chosen.sum())
    return (100.0 * events / people, people) if people else None


def _in_subgroup(cohort: Mapping[str, NDArray[Any]], subgroup: str) -> NDArray[np.bool_]:
    """Select a target's subgroup, as in ``sex=male``, ``age<=24``, ``offence=drug`` or ``all``."""
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
    low, _, high = subgroup.removeprefix("age").partition("-")
    return np.asarray((age >= float(low)) & (age < float(high) + 1.0))


def _served(
    runs: list[Recorded], group: str, statistic: Callable[[NDArray[Any]], Any]
) -> tuple[float, int] | None:
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
    return (float(statistic(served)) / 12.0, served.shape[0]) if served.shape[0] else None
