"""Matching people to treatment: scores within a setting, assessment with error, shares matched.

Risk and need are compared as normal scores: a rank among the people of the setting, turned into a
standard normal quantile. An instrument sees the score with error; how much follows from its
published accuracy (AUC).
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from sim.scan import pick

ENOUGH = 1024
"""People who stand for a setting when ranks are taken: their quantiles err by about 1.5 %."""


def reference(ids: NDArray[np.uint32], present: NDArray[np.int64]) -> NDArray[np.int64]:
    """Rows that stand for a setting: all, or of a large one those whom the identity picks."""
    every = 1 + present.shape[0] // ENOUGH
    return present if every == 1 else pick(present, ids[present] % np.uint32(every) == 0)


def normal_score(among: NDArray[np.float64], own: NDArray[np.float64]) -> NDArray[np.float64]:
    """Normal score of each own value among the values given, ties at their middle.

    >>> np.round(normal_score(np.arange(101.0), np.array([50.0])), 2)
    array([0.])
    """
    ordered = np.sort(among)
    below = np.searchsorted(ordered, own)
    within = below.copy()
    tied = np.flatnonzero(np.append(ordered, np.nan)[below] == own)
    within[tied] = np.searchsorted(ordered, own[tied], side="right")
    middle = 0.5 * (below + within)
    score: NDArray[np.float64] = ndtri((middle + 0.25) / (among.shape[0] + 0.5))
    return score


def correlation(accuracy: float, best: float) -> float:
    """Correlation of assessed with true score that an accuracy (AUC) implies.

    >>> correlation(0.5, 0.78), correlation(0.9, 0.78)
    (0.0, 1.0)
    """
    return float(min(ndtri(accuracy) / ndtri(best), 1.0))


def seen(score: NDArray[np.float64], luck: NDArray[np.float64], rho: float) -> NDArray[np.float64]:
    """Score as the instrument sees it: correlated by ``rho``, error by luck."""
    found: NDArray[np.float64] = rho * score + np.sqrt(1.0 - rho**2) * ndtri(luck)
    return found


def tenths(score: NDArray[np.float64]) -> NDArray[np.int8]:
    """Scores in whole tenths of a standard deviation, as a file keeps them."""
    return np.rint(np.clip(10.0 * score, -100.0, 100.0)).astype(np.int8)


@cache
def shares(low_share: float, together: float, rho: float) -> tuple[float, float, float]:
    """Shares of those found at neither low risk nor low need who match in 0, 1 and 2 respects.

    Parameters
    ----------
    low_share
        Share of the setting at low risk, and at low need.
    together
        Correlation of true risk and need.
    rho
        Correlation of each assessed score with the true one.

    Notes
    -----
    Integrates the bivariate normal density of true scores, times the probability that both are
    seen above the cut, over a grid of 0.02 standard deviations.

    Examples
    --------
    >>> [round(share, 3) for share in shares(0.33, 0.35, 1.0)]
    [0.0, 0.0, 1.0]
    >>> [round(share, 2) for share in shares(0.33, 0.0, 0.0)]  # by lot: 0.33², ..., 0.67²
    [0.11, 0.44, 0.45]
    """
    low = float(ndtri(low_share))
    grid = np.arange(-5.0, 5.0, 0.02) + 0.01
    error = np.sqrt(1.0 - rho**2)
    above = grid > low
    admitted = ndtr((rho * grid - low) / error) if error > 0 else above.astype(float)
    one, other = grid[:, None], grid[None, :]
    density = np.exp(-(one**2 - 2 * together * one * other + other**2) / (2 * (1 - together**2)))
    weight = density * admitted[:, None] * admitted[None, :]
    matched = above[:, None].astype(int) + above[None, :]
    total = weight.sum()
    none, one_only, both = (float(weight[matched == k].sum() / total) for k in range(3))
    return none, one_only, both
