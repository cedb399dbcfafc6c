"""How far simulated values may lie from published ones: sampling error and model error.

Points of one cumulative curve share their people, so their sampling errors are those of a
multinomial: cov(F(s), F(t)) = F(s) (1 - F(t)) / n for s <= t. What the model cannot get right is a
discrepancy of its own (Kennedy & O'Hagan 2001), smooth in time: neighbouring months miss together,
so sixty monthly points never count as sixty independent ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve

from sim.experiment.fit import Fit

MODEL_ERROR_POINTS = 1.0
"""Discrepancy of a percentage, points (one standard deviation)."""

MODEL_ERROR_RELATIVE = 0.05
"""Discrepancy of any other figure, relative to it."""

SMOOTH_YEARS = 0.5
"""Time over which the discrepancy of a curve forgets itself."""

UNVERIFIED = ("recalled", "secondary")
UNVERIFIED_FACTOR = 2.0
"""A figure known second-hand or from memory may itself be wrong: its error is doubled."""


@dataclass(frozen=True)
class Likelihood:
    """Observed values and the covariance of what separates the model from them.

    ``observed`` has shape (targets,), ``factor`` is the Cholesky factor of the covariance.
    """

    ids: tuple[str, ...]
    observed: NDArray[np.float64]
    covariance: NDArray[np.float64]

    def weigh(self, residuals: NDArray[np.float64]) -> NDArray[np.float64]:
        """Covariance's inverse times residuals; shape (targets,) or (targets, k)."""
        solved: NDArray[np.float64] = cho_solve(cho_factor(self.covariance), residuals)
        return solved

    def misfit(self, simulated: NDArray[np.float64]) -> float:
        """Squared Mahalanobis distance of the simulated values: twice the log likelihood, less."""
        residuals = self.observed - simulated
        return float(residuals @ self.weigh(residuals))


def likelihood_of(rows: Sequence[Fit], years: Sequence[float]) -> Likelihood:
    """Make the likelihood from a first set of simulated values (their n gives their own error).

    Parameters
    ----------
    rows
        Targets with observed value, unit, definition, subgroup and simulated n.
    years
        Time of each target on its curve; 0 where it is not a point of a curve.
    """
    observed = np.array([row.observed for row in rows])
    n = len(rows)
    covariance = np.zeros((n, n))
    curves: dict[tuple[str, str], list[int]] = {}
    for i, row in enumerate(rows):
        curves.setdefault((row.definition, row.subgroup), []).append(i)
    for members in curves.values():
        for i in members:
            for j in members:
                covariance[i, j] = _model(rows[i], rows[j], years[i], years[j])
                if rows[i].unit == "%":
                    covariance[i, j] += _sampling(rows[i], rows[j], years[i], years[j])
    for i, row in enumerate(rows):
        if row.unit != "%":
            covariance[i, i] += (0.02 * row.observed) ** 2
    return Likelihood(tuple(row.id for row in rows), observed, covariance + 1e-9 * np.eye(n))


def model_sd(row: Fit) -> float:
    """Model error of a target in its unit, one standard deviation."""
    sd = MODEL_ERROR_POINTS if row.unit == "%" else MODEL_ERROR_RELATIVE * abs(row.observed)
    doubtful = any(word in row.how_known for word in UNVERIFIED)
    return max(sd, 1e-6) * (UNVERIFIED_FACTOR if doubtful else 1.0)


def _model(one: Fit, other: Fit, years: float, other_years: float) -> float:
    alike = np.exp(-abs(years - other_years) / SMOOTH_YEARS)
    return float(model_sd(one) * model_sd(other) * alike)


def _sampling(one: Fit, other: Fit, years: float, other_years: float) -> float:
    """Of the simulation, and of a user's own cohort; published ones are far larger.

    Under censoring the covariance of two points is that of the earlier one, carried on by
    survival (Greenwood), so the number that the earlier point is worth counts.
    """
    if one.id != other.id and years == other_years:
        return 0.0
    low, high = sorted((one.observed / 100.0, other.observed / 100.0))
    people = max(min(one.n, other.n), 1)
    earlier = min(one, other, key=lambda row: row.observed)
    each = 1.0 / people + (1.0 / earlier.observed_n if earlier.observed_n else 0.0)
    return float(1e4 * low * (1.0 - high) * each)
