"""The search: an emulator of the simulated values, refined around the best point round by round.

Under common draws simulated values are nearly smooth in the constants, but a single difference is
still noisy, and noise in a Jacobian looks like information. So each round simulates a spread of
points, fits every whitened residual as a quadratic of the constants to all points so far (weighted
by their distance), and moves to the emulator's posterior mode within a trusted distance.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve_triangular
from scipy.optimize import minimize
from scipy.special import ndtri
from scipy.stats import qmc

from sim.experiment.calibration.constants import limits_of
from sim.experiment.calibration.evaluate import Evaluator, values
from sim.experiment.calibration.likelihood import Likelihood

Floats = NDArray[np.float64]

FIRST_SPREAD, LAST_SPREAD = 0.6, 0.2
"""Spread of the points of the first and the last round, in standard deviations of the prior."""

POINTS_PER_CONSTANT = 2.0
"""Points a round for each constant."""

CURVATURE_PENALTY = 4.0
"""Ridge on quadratic terms relative to linear ones: curvature must be shown by the points."""


@dataclass(frozen=True)
class Emulator:
    """Whitened residuals as quadratics of the constants, in prior standard deviations.

    ``coefficients`` has shape (1 + 2 constants, targets): constant, linear and squared terms around
    ``centre``; ``noise`` is the mean square that they leave.
    """

    centre: Floats
    coefficients: Floats
    noise: float

    def residuals(self, z: Floats) -> Floats:
        """Whitened residuals at one point, shape (targets,)."""
        step = z - self.centre
        found: Floats = np.concatenate(([1.0], step, step**2)) @ self.coefficients
        return found

    def jacobian(self, z: Floats) -> Floats:
        """Their derivatives, shape (targets, constants)."""
        p = self.centre.shape[0]
        step = z - self.centre
        linear, square = self.coefficients[1 : 1 + p], self.coefficients[1 + p :]
        found: Floats = (linear + 2.0 * step[:, None] * square).T
        return found


@dataclass(frozen=True)
class Found:
    """Where the search ended.

    Attributes
    ----------
    free, prior_mean, prior_sd
        Constants at the mode, and their prior, on the free scale; shape (constants,).
    emulator
        Of the whitened residuals around the mode.
    losses
        Misfit plus prior of the best point of each round, the start first.
    """

    free: Floats
    prior_mean: Floats
    prior_sd: Floats
    emulator: Emulator
    losses: tuple[float, ...]

    def at(self, z: Floats) -> Floats:
        """From prior standard deviations to the free scale."""
        return self.prior_mean + z * self.prior_sd

    @property
    def z(self) -> Floats:
        """The mode in prior standard deviations."""
        mode: Floats = (self.free - self.prior_mean) / self.prior_sd
        return mode


def search(
    evaluator: Evaluator, likelihood: Likelihood, rounds: int,
    tell: Callable[[int, float], None] = lambda done, loss: None,
) -> Found:  # fmt: skip
    """Find the posterior mode.

    Parameters
    ----------
    tell
        Called after each round with its number and the best loss so far.
    """
    mean = np.array([c.free(c.start) for c in evaluator.constants])
    sd = np.array([c.prior_sd for c in evaluator.constants])
    whitener = np.linalg.cholesky(likelihood.covariance)
    low, high = ((limit - mean) / sd for limit in limits_of(evaluator.constants))
    points: list[Floats] = []
    residuals: list[Floats] = []

    def evaluate(batch: list[Floats]) -> float:
        """Remember points and residuals; return the loss of the last one."""
        batch = [np.clip(z, low, high) for z in batch]
        for z, rows in zip(batch, evaluator.at([mean + z * sd for z in batch]), strict=True):
            gap = likelihood.observed - values(rows, likelihood.ids)
            measured = bool(np.isfinite(gap).all())
            # Where a target has nobody behind it (no one of that age), there is nothing to learn.
            if measured:
                points.append(z)
                residuals.append(solve_triangular(whitener, gap, lower=True))
        return float(losses()[-1]) if measured else np.inf

    def losses() -> Floats:
        return np.array([r @ r + z @ z for r, z in zip(residuals, points, strict=True)])

    p = mean.shape[0]
    best = np.zeros(p)
    history = [evaluate([best])]
    emulator = Emulator(best, np.zeros((1 + 2 * p, len(likelihood.ids))), 0.0)
    spreads = np.geomspace(FIRST_SPREAD, LAST_SPREAD, max(rounds, 2))
    for done, spread in enumerate(spreads[:rounds]):
        evaluate([best + spread * step for step in _spread_points(p, done, evaluator.effort.seed)])
        emulator = fit_emulator(np.array(points), np.array(residuals), best, 2.0 * spread)
        best = np.clip(_mode(emulator, best, 2.5 * spread * np.sqrt(p)), low, high)
        loss = evaluate([best])
        smallest = int(np.argmin(losses()))
        # The emulator's mode is smoother than any one run; a clearly better run overrules it.
        if losses()[smallest] < loss - 2.0 * np.sqrt(2.0 * p):
            best = points[smallest]
        history.append(float(min(loss, losses()[smallest])))
        tell(done + 1, history[-1])
    if rounds:
        emulator = fit_emulator(np.array(points), np.array(residuals), best, 2.0 * LAST_SPREAD)
    return Found(mean + best * sd, mean, sd, emulator, tuple(history))


def fit_emulator(points: Floats, residuals: Floats, centre: Floats, width: float) -> Emulator:
    """Fit quadratics to residuals, near points counting most, by ridge regression."""
    step = points - centre
    p = points.shape[1]
    weight = np.exp(-0.5 * (step**2).sum(axis=1) / (p * width**2)) + 1e-3
    design = np.column_stack([np.ones(step.shape[0]), step, step**2])
    penalty = np.concatenate(([0.0], np.full(p, 1e-2), np.full(p, 1e-2 * CURVATURE_PENALTY)))
    root = np.sqrt(weight)[:, None]
    stacked = np.vstack([design * root, np.diag(np.sqrt(penalty))])
    target = np.vstack([residuals * root, np.zeros((penalty.shape[0], residuals.shape[1]))])
    coefficients = np.linalg.lstsq(stacked, target, rcond=None)[0]
    left = (residuals - design @ coefficients) ** 2
    noise = float((weight[:, None] * left).sum() / weight.sum() / residuals.shape[1])
    return Emulator(centre, coefficients, noise)


def _mode(emulator: Emulator, start: Floats, radius: float) -> Floats:
    """Mode of the emulated posterior within a trusted distance of the start."""

    def loss(z: Floats) -> tuple[float, Floats]:
        r = emulator.residuals(z)
        return float(r @ r + z @ z), 2.0 * (emulator.jacobian(z).T @ r + z)

    reach = radius / np.sqrt(start.shape[0])
    bounds = [(s - reach, s + reach) for s in start]
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds)
    mode: Floats = found.x
    return mode


def _spread_points(constants: int, done: int, seed: int) -> Floats:
    """Normal points that fill the space (a Latin hypercube), others in each round."""
    count = int(np.ceil(POINTS_PER_CONSTANT * constants)) + 2
    cube = qmc.LatinHypercube(constants, seed=np.random.default_rng([seed, done]))
    return np.asarray(ndtri(np.clip(cube.random(count), 1e-6, 1 - 1e-6)))
