"""One prediction beside what was observed: interval, error, hit or miss; and how they add up.

The predicted interval is for the *published* figure, so it joins three errors: chance in the
simulation, the model error that the calibration's likelihood states, and the sampling error of the
published cohort; targets that a user brings are of another cohort, which adds what cohorts of one
place differ by (`cohorts`). Only refits (`refit`) add doubt about the constants of a place.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import norm

LEVELS = (0.5, 0.8, 0.95)
Z95 = float(norm.ppf(0.975))

KINDS = ("foreign", "held out", "held out by refit", "out of place", "trial, validation",
         "trial, calibration", "calibration", "must hold")  # fmt: skip
"""In the order of what they can teach: predictions first, what the model was fitted to last."""

FITTED = ("calibration", "trial, calibration")


@dataclass(frozen=True)
class Scored:
    """One line of ``validation.csv``.

    Attributes
    ----------
    lo, hi
        95 % interval predicted for the published figure; for what must hold, what is allowed.
    hit
        Whether it contains ``observed``; for a published sign, whether the sign agrees; None where
        nothing could be predicted.
    observed_lo, observed_hi
        95 % interval of the published figure; None where nothing is known of it.
    error
        Predicted less observed, in the unit.
    z
        Observed less predicted over the predicted standard deviation (trials: on the link).
    sign_agrees
        For trials whose published interval leaves out no effect.
    null_respected
        For trials whose published interval contains no effect: the predicted value lies in it.
    """

    kind: str
    where: str
    target: str
    observed: float | None
    predicted: float | None
    lo: float | None
    hi: float | None
    hit: bool | None
    definition: str = ""
    subgroup: str = ""
    unit: str = ""
    observed_lo: float | None = None
    observed_hi: float | None = None
    error: float | None = None
    z: float | None = None
    sign_agrees: bool | None = None
    null_respected: bool | None = None
    note: str = ""
    source: str = ""


def simulation_sd(unit: str, values: Sequence[float], numbers: Sequence[int]) -> float:
    """Standard error of a value pooled over replications.

    Parameters
    ----------
    values, numbers
        Value of each replication and the people behind it.

    Notes
    -----
    Of a percentage, the larger of the binomial error and the spread between replications; of
    anything else the spread, or 2 % (as in the likelihood) where there is one replication only.
    """
    pooled, people = pool(values, numbers), sum(numbers)
    between = 0.0
    if len(values) > 1:
        between = float(np.std(values, ddof=1) / np.sqrt(len(values)))
    if unit == "%":
        return max(between, binomial_sd(pooled, people))
    return between if len(values) > 1 else 0.02 * abs(pooled)


def pool(values: Sequence[float], numbers: Sequence[int]) -> float:
    """Mean over replications, weighted by the people behind each.

    >>> pool([10.0, 20.0], [300, 100])
    12.5
    """
    return float(np.average(values, weights=np.maximum(numbers, 1e-9)))


def binomial_sd(percent: float, people: float) -> float:
    """Standard error of a percentage, with half a person added to each side.

    >>> round(binomial_sd(50.0, 10_000), 3), binomial_sd(0.0, 100) > 0
    (0.5, True)
    """
    p = (percent / 100.0 * people + 0.5) / (people + 1.0)
    return 100.0 * float(np.sqrt(p * (1.0 - p) / people))


def wilson(percent: float, people: float) -> tuple[float, float]:
    """95 % interval of an observed percentage (Wilson 1927).

    >>> [round(end, 1) for end in wilson(50.0, 100)]
    [40.4, 59.6]
    """
    p, z2 = percent / 100.0, Z95**2
    middle = (p + z2 / (2 * people)) / (1 + z2 / people)
    half = Z95 / (1 + z2 / people) * np.sqrt(p * (1 - p) / people + z2 / (4 * people**2))
    return 100.0 * float(middle - half), 100.0 * float(middle + half)


def interval(predicted: float, sd: float, unit: str) -> tuple[float, float]:
    """95 % interval, kept within what the unit allows."""
    low, high = predicted - Z95 * sd, predicted + Z95 * sd
    return max(low, 0.0), min(high, 100.0) if unit == "%" else high


def covered(scored: Iterable[Scored], level: float) -> tuple[int, int]:
    """How many observed values lie in the central interval of a level, and of how many."""
    distances = [abs(row.z) for row in scored if row.z is not None]
    limit = float(norm.ppf(0.5 + level / 2.0))
    return sum(z <= limit for z in distances), len(distances)


def summarise(rows: Sequence[Scored]) -> list[dict[str, Any]]:
    """Overall calibration, one entry a kind, and one for all predictions that were not fitted.

    Returns
    -------
    list of dict
        ``kind``, ``n`` predictions, ``hits``, coverage of each of `LEVELS` as a share (None without
        intervals), ``mean_absolute_points`` over percentages, ``mean_absolute_relative`` (%) over
        other units, ``signs`` and ``nulls`` as [right, of how many].
    """
    groups = [(kind, [row for row in rows if row.kind == kind]) for kind in KINDS]
    new = [row for row in rows if row.kind not in (*FITTED, "must hold")]
    groups = [("all that was not fitted", new), *groups]
    return [summary(kind, group) for kind, group in groups if group]


def summary(kind: str, rows: Sequence[Scored]) -> dict[str, Any]:
    """Add one group up."""
    judged = [row for row in rows if row.hit is not None]
    points = [abs(row.error) for row in rows if row.error is not None and row.unit == "%"]
    relative = [
        100.0 * abs(row.error / row.observed)
        for row in rows
        if row.error is not None and row.unit != "%" and row.observed
        and not row.kind.startswith(("trial", "must"))
    ]  # fmt: skip
    signs = [row.sign_agrees for row in rows if row.sign_agrees is not None]
    nulls = [row.null_respected for row in rows if row.null_respected is not None]
    coverage = {}
    for level in LEVELS:
        inside, of = covered(rows, level)
        coverage[f"{100 * level:g}"] = inside / of if of else None
    return {
        "kind": kind, "n": len(judged), "hits": sum(bool(row.hit) for row in judged),
        "not_predicted": len(rows) - len(judged), "coverage": coverage,
        "mean_absolute_points": float(np.mean(points)) if points else None,
        "percentages": len(points),
        "mean_absolute_relative": float(np.mean(relative)) if relative else None,
        "signs": [sum(signs), len(signs)], "nulls": [sum(nulls), len(nulls)],
    }  # fmt: skip
