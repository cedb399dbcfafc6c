"""The Lomax distribution under censoring: an exponential time with gamma-distributed frailty.

Survival is ``(1 + t / scale) ** -shape``. Frailty with mean 1 and shape ``k`` on a hazard ``r``
gives shape ``k`` and ``scale = k / r``. lifelines has no such fitter.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.stats import lomax
from statsmodels.tools.numdiff import approx_hess

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Fitted:
    """Maximum likelihood estimates, with 95 % intervals from the curvature on the log scale.

    ``shape`` and ``scale`` are (value, low, high).
    """

    shape: tuple[float, float, float]
    scale: tuple[float, float, float]
    aic: float


def fit_lomax(lower: Floats, upper: Floats) -> Fitted:
    """Fit by maximum likelihood.

    Parameters
    ----------
    lower, upper
        Bounds of each time: alike where it is known, ``upper`` infinite where it is censored.
    """
    known, censored = lower == upper, np.isinf(upper)
    between = ~known & ~censored

    def loss(logs: Floats) -> float:
        shape, scale = np.exp(logs)
        inside = lomax.sf(lower[between], shape, scale=scale) - lomax.sf(
            upper[between], shape, scale=scale
        )
        return -float(
            lomax.logpdf(lower[known], shape, scale=scale).sum()
            + lomax.logsf(lower[censored], shape, scale=scale).sum()
            + np.log(np.maximum(inside, 1e-300)).sum()
        )

    start = np.log([1.0, float(np.median(lower)) + 1.0])
    found = minimize(loss, start, method="Nelder-Mead", options={"maxiter": 2000})
    with np.errstate(all="ignore"):
        variance = np.diag(np.linalg.pinv(approx_hess(found.x, loss)))
        sd = np.sqrt(np.maximum(variance, 0.0))
        values = np.exp([found.x, found.x - 1.96 * sd, found.x + 1.96 * sd])
    shape, scale = ((float(v), float(lo), float(hi)) for v, lo, hi in values.T)
    return Fitted(shape, scale, 2.0 * float(found.fun) + 4.0)
