"""Targets that are not shipped, measured on simulated people by what their row says.

The definition says what is counted and from when, ``subgroup`` who, ``t_years`` until when; a
definition that is a quantity of the system (``prison_stock``) is measured on the monthly series.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from sim.experiment import fit_system
from sim.experiment.fit_georgia import rank_weight
from sim.experiment.fit_measures import Cohort, cohort_of, in_subgroup, percentage, within
from sim.offences import GROUPS
from sim.place import Place
from sim.records import INDEX_EVENTS, RELEASE_PRISON, Recorded

RANK = "priors rank "
EVENTS = (
    ("conviction", "to_reconviction"), ("convicted", "to_reconviction"),
    ("return", "to_return"), ("imprison", "to_return"),
    ("arrest", "to_rearrest"),
)  # fmt: skip
"""Words of a definition and the column of the cohort; the first that occurs counts."""

Observed = tuple[float, float, int, str, str]
"""Published value, simulated value, number behind it, unit of both, note."""


def measure(
    target: Mapping[str, str], runs: list[Recorded], persons: int, place: Place
) -> Observed | None:
    """Measure a target; None when the run is too short, or nobody is in the subgroup."""
    published = float(target["value"])
    column = outcome_in(target["definition"])
    if column is None:
        figure = {
            "id": target["target_id"], "quantity": target["definition"],
            "subgroup": system_subgroup(target), "value": target["value"], "unit": target["unit"],
        }  # fmt: skip
        return fit_system.measure_figure(figure, runs, persons, place)
    months = round(12.0 * float(target["t_years"]))
    events, people = 0.0, 0.0
    for run in runs:
        chosen = cohort_of(run, months, (index_in(target["definition"]),))
        if chosen is None:
            return None
        cohort = {name: values[chosen] for name, values in run.cohort.items()}
        weight = weight_of(cohort, target["subgroup"])
        events += float(weight[within(cohort[column], months)].sum())
        people += float(weight.sum())
    found = percentage(events, people, target["notes"])
    return None if found is None else (published, found[0], found[1], "%", found[2])


def outcome_in(definition: str) -> str | None:
    """Column of the time to the event that a definition counts; None for other definitions.

    Examples
    --------
    >>> outcome_in("cumulative % with arrest leading to conviction, after release from prison")
    'to_reconviction'
    >>> outcome_in("cumulative % returned to prison, after release from prison")
    'to_return'
    """
    what, _, rest = definition.partition("cumulative %")
    if what or not rest:
        return None
    counted = rest.partition(", after ")[0]
    return next((column for word, column in EVENTS if word in counted), None)


def index_in(definition: str) -> int:
    """Index event from which people are followed: after ``, after``; else release from prison."""
    after = definition.partition(", after ")[2]
    return INDEX_EVENTS.index(after) if after in INDEX_EVENTS else RELEASE_PRISON


def weight_of(cohort: Cohort, subgroup: str) -> NDArray[np.float64]:
    """Weight of each person in a subgroup: 0 or 1, but for ties at the edge of a band of ranks."""
    if subgroup.startswith(RANK):
        low, high = map(float, subgroup.removeprefix(RANK).split("-"))
        return rank_weight(cohort["priors"], low, high)
    return np.asarray(in_subgroup(cohort, subgroup), np.float64)


def is_subgroup(subgroup: str) -> bool:
    """Whether a subgroup can be selected among simulated people."""
    if subgroup.startswith("sex="):
        return subgroup in ("sex=male", "sex=female")
    if subgroup.startswith("offence="):
        return subgroup.removeprefix("offence=").replace(" ", "_") in GROUPS
    if subgroup != "all" and not subgroup.startswith(("age", RANK)):
        return False
    nobody = {name: np.zeros(1) for name in ("age_years", "male", "priors", "offence_group")}
    try:
        weight_of(nobody, subgroup)
    except (ValueError, IndexError):
        return False
    return True


def system_subgroup(target: Mapping[str, str]) -> str:
    """A whole system is called by no subgroup, except where a table of figures says «all»."""
    if target["subgroup"] != "all" or target["definition"] in fit_system.RATIOS:
        return target["subgroup"]
    starts = [start for name, start in (*fit_system.STOCKS, *fit_system.FLOWS)
              if name == target["definition"]]  # fmt: skip
    return "" if "" in starts else starts[0] if starts else "all"


def system_quantities() -> tuple[str, ...]:
    """Figures of the system that can be measured: stocks, flows, shares and delays."""
    names = [name for name, _ in (*fit_system.STOCKS, *fit_system.FLOWS)]
    return tuple(dict.fromkeys([*names, *fit_system.RATIOS, *fit_system.DAYS]))
