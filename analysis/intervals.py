"""Student-t statements about a mean of replications."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from analysis.errors import AnalysisError

Floats = NDArray[np.float64]


def check_confidence(confidence: float) -> float:
    """Return the confidence level if it is one."""
    if not 0.0 < confidence < 1.0:
        raise AnalysisError(
            f"confidence {confidence} is not between 0 and 1", mend="use 0.95 for 95 %"
        )
    return confidence


def half_width(sd: ArrayLike, n: ArrayLike, confidence: float) -> Floats:
    """Half the width of the t interval of a mean; NaN where fewer than two values.

    Parameters
    ----------
    sd, n : array_like
        Sample standard deviation (n - 1) and number of values, broadcast together.
    confidence : float
        Level between 0 and 1.

    Examples
    --------
    >>> bool(abs(half_width(2.0, 4, 0.95) - 3.1824463) < 1e-6)
    True
    """
    check_confidence(confidence)
    spread, count = np.broadcast_arrays(np.asarray(sd, float), np.asarray(n, float))
    width = np.full(spread.shape, np.nan)
    enough = count >= 2
    quantile = special.stdtrit(count[enough] - 1, 0.5 + confidence / 2)
    width[enough] = quantile * spread[enough] / np.sqrt(count[enough])
    return width


def probability_positive(mean: ArrayLike, sd: ArrayLike, n: ArrayLike) -> Floats:
    """Posterior probability that the expected value is above zero (flat prior, t).

    NaN where fewer than two values, or where all values are exactly zero: then there is
    no direction to be sure of.
    """
    centre, spread, count = np.broadcast_arrays(
        np.asarray(mean, float), np.asarray(sd, float), np.asarray(n, float)
    )
    probability = np.full(centre.shape, np.nan)
    constant = (count >= 2) & (spread == 0) & (centre != 0)
    probability[constant] = (centre[constant] > 0).astype(float)
    varied = (count >= 2) & (spread > 0)
    score = centre[varied] / (spread[varied] / np.sqrt(count[varied]))
    probability[varied] = special.stdtr(count[varied] - 1, score)
    return probability
