"""What the targets say about the constants: a posterior sample, and what they leave open.

At the mode the posterior is taken as normal on the free scale (Laplace); a sample from it is then
simulated and weighted by its true posterior density, so that a bent posterior shows: the effective
sample size says how much to trust the shape.

Studies need many draws of equal weight. They come from the weighted sample smoothed with a normal
kernel of the approximation's shape (West 1993, *J. Royal Statistical Society B* 55:409-422), which
keeps the spread: with few effective draws the result is close to the approximation, with many it
takes the shape of the sample.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from sim.draws import Draws
from sim.experiment.calibration.constants import Constant, within_limits
from sim.experiment.calibration.evaluate import Evaluator, values
from sim.experiment.calibration.likelihood import Likelihood
from sim.experiment.calibration.search import Found

Floats = NDArray[np.float64]
INFORMED = 0.7
"""Posterior width relative to the prior's below which the targets inform a constant."""


@dataclass(frozen=True)
class Posterior:
    """Normal approximation and weighted sample, on the free scale.

    Attributes
    ----------
    sd, correlation
        Shapes (constants,) and (constants, constants).
    shrinkage
        Posterior over prior standard deviation: 1 where the targets say nothing.
    draws, weights
        Shapes (draws, constants) and (draws,); weights sum to 1.
    effective
        Effective sample size of the weights.
    """

    sd: Floats
    correlation: Floats
    shrinkage: Floats
    draws: Floats
    weights: Floats
    effective: float

    def uninformed(self, constants: Sequence[Constant]) -> list[str]:
        """Constants that the targets hardly inform."""
        return [c.path for c, s in zip(constants, self.shrinkage, strict=True) if s > INFORMED]

    def confounded(self, constants: Sequence[Constant], above: float = 0.8) -> list[str]:
        """Pairs of constants that the targets cannot tell apart."""
        names = [c.path for c in constants]
        return [
            f"{names[i]} with {names[j]} ({self.correlation[i, j]:+.2f})"
            for i in range(len(names))
            for j in range(i)
            if abs(self.correlation[i, j]) > above
        ]


def posterior_of(
    found: Found, likelihood: Likelihood, evaluator: Evaluator, draws: int
) -> Posterior:
    """Sample the posterior around the mode; every draw is simulated once."""
    precision = precision_of(found)
    covariance = np.linalg.inv(precision)
    sd = np.sqrt(np.diag(covariance))
    sample = found.free + _normals(draws, found.free.shape[0], evaluator.effort.seed) @ (
        np.linalg.cholesky(covariance).T
    )
    sample = within_limits(evaluator.constants, sample)
    weights = np.zeros(0)
    if draws:
        log_weights = np.array([
            -0.5 * _loss(point, values(rows, likelihood.ids), found, likelihood)
            + 0.5 * float((point - found.free) @ precision @ (point - found.free))
            for point, rows in zip(sample, evaluator.at(list(sample)), strict=True)
        ])  # fmt: skip
        best = log_weights.max()  # -inf where no draw could be measured: none has a weight then
        weights = np.exp(log_weights - best) if np.isfinite(best) else np.zeros(draws)
        # Truncated importance weights (Ionides 2008): no draw may dominate by chance.
        weights = np.minimum(weights, weights.mean() * np.sqrt(draws))
        weights /= weights.sum() or 1.0
    effective = float(1.0 / (weights**2).sum()) if weights.any() else 0.0
    correlation = covariance / np.outer(sd, sd)
    return Posterior(sd, correlation, sd / found.prior_sd, sample, weights, effective)


def equal_draws(found: Found, posterior: Posterior, count: int, seed: int) -> Floats:
    """Draws of equal weight in random order, on the free scale: shape (count, constants).

    Parameters
    ----------
    seed
        Key of the luck; more draws of the same key and constants continue the sequence.
    """
    constants = found.free.shape[0]
    spread = np.diag(posterior.sd) @ posterior.correlation @ np.diag(posterior.sd)
    normals = _normals(count, constants, seed, "calibration kernel")
    normals = normals @ np.linalg.cholesky(spread).T
    if not posterior.effective:
        return found.free + normals
    width = (4.0 / (posterior.effective * (constants + 2.0))) ** (1.0 / (constants + 4.0))
    width = min(width, 1.0)
    which = Draws(seed).uniform("calibration choice", np.arange(count, dtype=np.uint32), 0)
    edges = np.cumsum(posterior.weights)
    rows = np.minimum(np.searchsorted(edges, which, side="right"), edges.shape[0] - 1)
    centres = posterior.draws[rows] - found.free
    smooth: Floats = found.free + np.sqrt(1.0 - width**2) * centres + width * normals
    return smooth


def precision_of(found: Found) -> Floats:
    """Inverse covariance of the constants on the free scale, from the emulator at the mode."""
    jacobian = found.emulator.jacobian(found.z) / found.prior_sd
    precision: Floats = jacobian.T @ jacobian + np.diag(1.0 / found.prior_sd**2)
    return precision


def profile(found: Found, which: int, offsets: Floats) -> Floats:
    """Rise of the loss when one constant is moved and all others give way (linearised).

    Parameters
    ----------
    offsets
        Distances from the mode in standard deviations of the prior, shape (n,).

    Returns
    -------
    ndarray
        Rise of the loss (twice the log posterior), shape (n,): flat where nothing is known.
    """
    variance = np.linalg.inv(precision_of(found))[which, which]
    rise: Floats = (offsets * found.prior_sd[which]) ** 2 / variance
    return rise


def _loss(point: Floats, simulated: Floats, found: Found, likelihood: Likelihood) -> float:
    if not np.isfinite(simulated).all():
        return np.inf  # a target has nobody behind it
    prior = float((((point - found.prior_mean) / found.prior_sd) ** 2).sum())
    return likelihood.misfit(simulated) + prior


def _normals(
    draws: int, constants: int, seed: int, stream: str = "calibration posterior"
) -> Floats:
    """Standard normals, keyed as every draw of the project: shape (draws, constants)."""
    luck = Draws(seed)
    columns = [
        ndtri(luck.uniform(stream, np.arange(draws, dtype=np.uint32), 0, slot))
        for slot in range(constants)
    ]
    return np.array(columns).T.reshape(draws, constants)
