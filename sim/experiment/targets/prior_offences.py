"""Previous offences, where a place counts these and the model counts convictions.

A conviction is for one offence or several. Their number is taken as geometric, so that the
offences of c convictions are c plus a negative binomial number.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import nbinom

OFFENCES_PER_CONVICTION = 2.5
"""Mean; 2.9 proven offences a reoffender within a year (ew_reoffences_per_reoffender), over the
1.14 convictions that a reoffender has in the model in that time. The shape is assumed."""


def share_between(
    convictions: NDArray[np.generic], low: float, high: float = np.inf
) -> NDArray[np.float64]:
    """Probability that somebody's previous offences number from ``low`` to ``high``, both included.

    Parameters
    ----------
    convictions
        Previous convictions of each person, shape (people,).

    Examples
    --------
    >>> share_between(np.array([0, 1, 2, 30]), 11).round(2).tolist()
    [0.0, 0.01, 0.05, 1.0]
    >>> share_between(np.array([0, 1]), 0, 0).tolist()
    [1.0, 0.0]
    """
    number = convictions.astype(np.int64)

    def at_most(limit: float) -> NDArray[np.float64]:
        beyond = np.floor(limit) - number
        some = nbinom.cdf(beyond, np.maximum(number, 1), 1.0 / OFFENCES_PER_CONVICTION)
        return np.where(number > 0, some, 1.0 if limit >= 0.0 else 0.0)

    found: NDArray[np.float64] = at_most(high) - at_most(low - 1.0)
    return found
