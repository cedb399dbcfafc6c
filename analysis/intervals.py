"""Intervals and tests of a mean of replications, and of a share of people."""

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


def two_sided_p(mean: ArrayLike, sd: ArrayLike, n: ArrayLike) -> Floats:
    """Two-sided p-value of «the expected value is zero» (one-sample Student t).

    Without any spread the t test has no answer; then the exact sign-flipping test is
    given: 2^(1 - n) for n equal values that are not zero, 1 for zeros. NaN where fewer
    than two values.

    Examples
    --------
    >>> two_sided_p([1.0, 0.0], [0.0, 0.0], [3, 3]).tolist()
    [0.25, 1.0]
    """
    centre, spread, count = np.broadcast_arrays(
        np.asarray(mean, float), np.asarray(sd, float), np.asarray(n, float)
    )
    p = np.full(centre.shape, np.nan)
    constant = (count >= 2) & (spread == 0)
    p[constant] = np.where(centre[constant] == 0, 1.0, 2.0 ** (1 - count[constant]))
    varied = (count >= 2) & (spread > 0)
    score = np.abs(centre[varied]) / (spread[varied] / np.sqrt(count[varied]))
    p[varied] = 2 * special.stdtr(count[varied] - 1, -score)
    return p


def mean_interval(
    values: Floats, confidence: float, bounds: tuple[float, float] | None = None
) -> tuple[Floats, Floats, Floats, NDArray[np.int64]]:
    """Mean over rows, its t interval and the number of values, per column; NaN is left out.

    Parameters
    ----------
    values : array, shape (replications, k)
        NaN where a replication has no value.
    bounds : pair of float, optional
        What the quantity cannot leave: the interval is cut there.
    """
    present = ~np.isnan(values)
    count = present.sum(axis=0)
    filled = np.where(present, values, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.where(count > 0, filled.sum(axis=0) / count, np.nan)
        squares = np.where(present, (values - mean) ** 2, 0.0).sum(axis=0)
        sd = np.sqrt(np.where(count > 1, squares / (count - 1), 0.0))
    width = half_width(sd, count, confidence)
    lo, hi = mean - width, mean + width
    if bounds is not None:
        lo, hi = np.clip(lo, *bounds), np.clip(hi, *bounds)
    return mean, lo, hi, count.astype(np.int64)


def share_interval(
    share: ArrayLike, sd: ArrayLike, people: ArrayLike, confidence: float
) -> tuple[Floats, Floats]:
    """Interval of a share from its standard error, on the complementary log-log scale.

    Never outside 0 to 1. With no event, or with everyone having one, the standard error
    says nothing: then the exact binomial limit for ``people`` is given on the open side.

    Parameters
    ----------
    share, sd : array_like
        Estimated share (0 to 1) and its standard error.
    people : array_like
        People behind it, for the exact limit.

    Examples
    --------
    >>> [round(float(side), 4) for side in share_interval(0.0, 0.0, 100, 0.95)]
    [0.0, 0.0362]
    """
    check_confidence(confidence)
    p, s, n = np.broadcast_arrays(
        np.asarray(share, float), np.asarray(sd, float), np.asarray(people, float)
    )
    z = special.ndtri(0.5 + confidence / 2)
    lo, hi = np.full(p.shape, np.nan), np.full(p.shape, np.nan)
    inner = (p > 0) & (p < 1 - 1e-12)
    free = 1 - p[inner]
    step = np.exp(z * s[inner] / (free * -np.log(free)))
    lo[inner], hi[inner] = 1 - free ** (1 / step), 1 - free**step
    with np.errstate(divide="ignore"):
        limit = (0.5 - confidence / 2) ** (1 / n)
    none, all_ = p == 0, p >= 1 - 1e-12
    lo[none], hi[none] = 0.0, (1 - limit)[none]
    lo[all_], hi[all_] = limit[all_], 1.0
    return lo, hi
