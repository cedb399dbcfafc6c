"""What each parameter draw is worth in expectation, with the play of chance taken out.

The mean of a draw over a few seeds spreads too much: its variance is that of the evidence
plus what chance has left. Decisions taken draw by draw on such means look more valuable,
and less certain, than they are. The means are therefore drawn together so that their
covariance is that of the evidence alone (constrained empirical Bayes: Louis 1984; Ghosh
1992), estimated as in :mod:`analysis.components`, for all policies at once.
"""

from __future__ import annotations

import numpy as np

from analysis.intervals import Floats


def expected_by_draw(values: Floats) -> Floats:
    """Estimate the expected values of each draw.

    Parameters
    ----------
    values : array, shape (draws, replications, policies)
        Complete; replication r has the same seed under every draw and policy. Of one draw
        or one replication only the plain means can be given.

    Returns
    -------
    array, shape (draws, policies)

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> draw, chance = rng.normal(0, 1, (9000, 1, 1)), rng.normal(0, 2, (9000, 4, 1))
    >>> plain, expected = (draw + chance).mean(axis=1), expected_by_draw(draw + chance)
    >>> [round(float(one.var()), 1) for one in (draw, plain, expected)]
    [1.0, 2.0, 1.0]
    """
    draws, replications, policies = values.shape
    if values.size == 0:
        return np.empty((0, policies))
    means = values.mean(axis=1)
    if draws < 2 or replications < 2:
        return np.asarray(means, dtype=float)
    grand = means.mean(axis=0)
    away = means - grand
    by_seed = values.mean(axis=0) - grand
    left = values - means[:, None, :] - by_seed[None, :, :]
    left = left.reshape(-1, values.shape[2])
    spread = away.T @ away / (draws - 1)
    chance = left.T @ left / ((draws - 1) * (replications - 1)) / replications
    evidence = _power(spread - chance, 0.5)
    return np.asarray(grand + away @ _power(spread, -0.5) @ evidence, dtype=float)


def _power(matrix: Floats, exponent: float) -> Floats:
    """Symmetric power of a covariance; negative and negligible directions become 0."""
    size, directions = np.linalg.eigh((matrix + matrix.T) / 2)
    kept = size > 1e-12 * max(float(np.abs(size).max()), 1e-300)
    scaled = np.where(kept, np.where(kept, size, 1.0) ** exponent, 0.0)
    return np.asarray((directions * scaled) @ directions.T, dtype=float)
