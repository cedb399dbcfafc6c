"""An emulator of every target over all simulated points: a Gaussian process on a quadratic.

The covariance of two points is that of all quadratics with normal coefficients, plus a smooth
remainder (Rasmussen & Williams 2006, section 2.7). Targets share its shape, which is chosen by
their joint likelihood; each has its own scale and noise. Percentages are emulated as logits,
other figures as logarithms, so that no prediction leaves what is possible.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

Floats = NDArray[np.float64]

REACHES = (1.0, 4.0, 16.0)
"""How small quadratic terms are beside linear ones, as multiples of the number of constants."""

REMAINDERS = ((0.0, 1.0), (0.3, 1.0), (0.3, 2.0), (2.0, 1.0), (2.0, 2.0))
"""Variance of the smooth remainder, and its length in multiples of that number's square root."""

NOISES = np.geomspace(1e-4, 100.0, 25)
"""Noise of a run relative to the covariance's unit."""


@dataclass(frozen=True)
class Scale:
    """From figures to the scale on which they are emulated.

    Attributes
    ----------
    percent
        Whether each target is a percentage; shape (targets,).
    least
        Of other figures the smallest that is told from 0; shape (targets,).
    """

    percent: NDArray[np.bool_]
    least: Floats

    def free(self, values: Floats, people: Floats | float = 1e4) -> Floats:
        """To logits, with half a person added to each side, and logarithms."""
        share = (np.clip(values, 0.0, 100.0) / 100.0 * people + 0.5) / (people + 1.0)
        found: Floats = np.where(self.percent, logit(share), np.log(np.maximum(values, self.least)))
        return found

    def natural(self, free: Floats) -> Floats:
        """Back to figures."""
        # Extrapolated logarithms must not overflow.
        found: Floats = np.where(self.percent, 100.0 * expit(free), np.exp(np.minimum(free, 50.0)))
        return found

    def slope(self, free: Floats) -> Floats:
        """Derivative of figures."""
        share = expit(free)
        found: Floats = np.where(self.percent, 100.0 * share * (1 - share), self.natural(free))
        return found


@dataclass(frozen=True)
class Emulator:
    """Fitted targets, on their free scale, as functions of the constants.

    Attributes
    ----------
    points
        Shape (points, constants).
    weights, whiten
        Of kernels in the mean, shape (points, targets); of the eigenvectors ``rotation``.
    """

    points: Floats
    reach: float
    remainder: tuple[float, float]
    centre: Floats
    weights: Floats
    rotation: Floats
    spectrum: Floats
    noise: Floats
    variance: Floats

    def mean(self, z: Floats) -> Floats:
        """Expected targets at points of shape (..., constants); shape (..., targets)."""
        kernel = _kernel(np.atleast_2d(z), self.points, self.reach, self.remainder)
        found: Floats = (kernel @ self.weights + self.centre).reshape(*z.shape[:-1], -1)
        return found

    def jacobian(self, z: Floats) -> Floats:
        """Derivatives at one point, shape (targets, constants)."""
        p = z.shape[0]
        size, length = self.remainder
        dot = self.points @ z / (self.reach * p)
        step = self.points - z
        smooth = size * np.exp(-0.5 * (step**2).sum(axis=1) / (p * length**2))
        slope = 2.0 * (1.0 + dot)[:, None] * self.points / (self.reach * p)
        slope = slope + smooth[:, None] * step / (p * length**2)
        found: Floats = self.weights.T @ slope
        return found

    def sd(self, z: Floats) -> Floats:
        """Standard error of the mean at one point, shape (targets,)."""
        point = z[None, :]
        cross = self.rotation.T @ _kernel(self.points, point, self.reach, self.remainder)[:, 0]
        own = _kernel(point, point, self.reach, self.remainder)[0, 0]
        known = (cross[:, None] ** 2 / (self.spectrum[:, None] + self.noise)).sum(axis=0)
        found: Floats = np.sqrt(self.variance * np.maximum(own - known, 0.0))
        return found


def fit_emulator(points: Floats, targets: Floats) -> Emulator:
    """Fit all targets to simulated points.

    Parameters
    ----------
    points
        Constants in standard deviations of their prior, shape (points, constants).
    targets
        On their free scale, shape (points, targets).

    Examples
    --------
    >>> import numpy as np
    >>> points = np.linspace(-1, 1, 12)[:, None]
    >>> found = fit_emulator(points, 1 + 2 * points + points**2)
    >>> bool(np.isclose(found.mean(np.array([0.35]))[0], 1 + 0.7 + 0.35**2, atol=0.02))
    True
    """
    centre = targets.mean(axis=0)
    centred = targets - centre
    best, shape = -np.inf, (REACHES[0], REMAINDERS[0])
    for reach in REACHES:
        for remainder in REMAINDERS:
            spectrum, rotation = np.linalg.eigh(_kernel(points, points, reach, remainder))
            likelihood, _, _ = _noise(np.maximum(spectrum, 0.0), (rotation.T @ centred) ** 2)
            if likelihood.sum() > best:
                best, shape = float(likelihood.sum()), (reach, remainder)
    reach, remainder = shape
    spectrum, rotation = np.linalg.eigh(_kernel(points, points, reach, remainder))
    spectrum = np.maximum(spectrum, 0.0)
    rotated = rotation.T @ centred
    _, noise, variance = _noise(spectrum, rotated**2)
    weights = rotation @ (rotated / (spectrum[:, None] + noise))
    return Emulator(points, reach, remainder, centre, weights, rotation, spectrum, noise, variance)


def _noise(spectrum: Floats, squares: Floats) -> tuple[Floats, Floats, Floats]:
    """Each target's best likelihood, and the noise and scale that give it."""
    n = squares.shape[0]
    totals = spectrum[None, :] + NOISES[:, None]
    scale = np.maximum((1.0 / totals) @ squares / n, 1e-12)
    likelihood = -0.5 * (n * np.log(scale) + np.log(totals).sum(axis=1)[:, None])
    at = likelihood.argmax(axis=0)
    columns = np.arange(squares.shape[1])
    return likelihood[at, columns], NOISES[at], scale[at, columns]


def _kernel(one: Floats, other: Floats, reach: float, remainder: tuple[float, float]) -> Floats:
    """Covariance of the targets at two sets of points."""
    p = one.shape[1]
    size, length = remainder
    found: Floats = (1.0 + one @ other.T / (reach * p)) ** 2
    if size:
        square = (one**2).sum(axis=1)[:, None] + (other**2).sum(axis=1) - 2.0 * one @ other.T
        found = found + size * np.exp(-0.5 * np.maximum(square, 0.0) / (p * length**2))
    return found
