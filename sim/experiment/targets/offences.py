"""Targets of offences: how many are reported or cleared; and of sentences: time served."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.errors import DesistError
from sim.experiment.targets.cohort import Measured, Run
from sim.experiment.targets.plain_words import plain
from sim.offences import GROUPS, NAMES
from sim.records import RELEASE_PRISON

KINDS = {
    "murder": "homicide", "homicide": "homicide",
    "rape": "sexual", "rape/sexual assault": "sexual", "sexual offences": "sexual",
    "robbery": "robbery", "aggravated assault": "serious_assault", "burglary": "burglary",
    "larceny": "theft", "theft": "theft", "other theft": "theft",
    "motor vehicle theft": "vehicle_theft", "vehicle theft": "vehicle_theft",
    **{name.replace("_", " "): name for name in NAMES},
}  # fmt: skip
"""Published kind of offence to the model's."""

SHARES = (
    (r"(victimi[sz]ations?|offen[cs]es|crimes?)\b.*\breported\b|reporting rate",
     "reported", "offences"),
    (r"\b(offen[cs]es|crimes?)\b.*\bcleared\b|clearance rate", "cleared", "reported"),
)  # fmt: skip
"""Pattern of the definition, and the counts above and below the line."""

SERVED = r"\b(mean|average|median) (years|months|time) served\b"


@dataclass(frozen=True)
class Share:
    """Of all offences of a kind, per cent that are reported; of these, per cent cleared."""

    observed: float
    kind: str
    top: str
    bottom: str
    months: int = 12
    can_be_fitted: bool = True

    def measure(self, runs: Sequence[Run]) -> Measured | None:
        """Share on finished runs; None without such an offence."""
        at = NAMES.index(self.kind)
        total = sum(float(run.recorded.tallies[self.bottom][at]) for run in runs)
        part = sum(float(run.recorded.tallies[self.top][at]) for run in runs)
        if not total:
            return None
        return Measured(self.observed, 100.0 * part / total, round(total), "%")


@dataclass(frozen=True)
class Served:
    """Mean or median time in prison before a first release."""

    observed: float
    unit: str
    group: str
    statistic: Callable[[NDArray[Any]], Any]
    months: int = 12
    can_be_fitted: bool = True

    def measure(self, runs: Sequence[Run]) -> Measured | None:
        """Time served on finished runs; None without a release."""
        months = []
        for run in runs:
            cohort = run.recorded.cohort
            chosen = (cohort["index"] == RELEASE_PRISON) & (cohort["recalled"] == 0)
            if self.group != "all":
                chosen &= cohort["offence_group"] == GROUPS.index(self.group)
            months.append(cohort["served_months"][chosen])
        served = np.concatenate(months)
        if not served.shape[0]:
            return None
        value = float(self.statistic(served)) / (12.0 if self.unit == "years" else 1.0)
        return Measured(self.observed, value, served.shape[0], self.unit)


def read_offences(
    definition: str, about: str, observed: float, unit: str, where: str
) -> Share | Served | None:
    """Read a share of offences, or a time served; None for other definitions.

    Parameters
    ----------
    about
        What the row is about: its subgroup, or the end of ``jurisdiction_cohort``.

    Raises
    ------
    DesistError
        For kinds of offence that the model does not tell apart.
    """
    words, ending = definition.lower(), plain(about)
    for pattern, top, bottom in SHARES:
        if re.search(pattern, words):
            kind = _ends(ending, KINDS)
            if kind is None or "total" in ending:
                raise DesistError(f"unknown kind of offence in '{about}'", where,
                                  given=ending, valid=KINDS)  # fmt: skip
            return Share(observed, KINDS[kind], top, bottom)
    served = re.search(SERVED, words)
    if served is None:
        return None
    groups = {"all": "all", **{name.replace("_", " "): name for name in GROUPS}}
    if _ends(ending, set(KINDS) - set(groups)):
        raise DesistError(f"time served is known by group of offences only, not for '{about}'",
                          where, given=ending, valid=groups)  # fmt: skip
    if unit not in ("years", "months"):
        raise DesistError(f"unknown unit '{unit}'", where, given=unit, valid=("years", "months"))
    group = groups[_ends(ending, groups) or "all"]
    return Served(observed, unit, group, np.median if served[1] == "median" else np.mean)


def _ends(text: str, names: Any) -> str | None:
    """The longest of the names that ends a text."""
    found = [name for name in names if re.search(rf"(^|[ =,]){re.escape(name)}$", text)]
    return max(found, key=len) if found else None
