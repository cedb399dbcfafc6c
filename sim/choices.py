"""Choosing one of several kinds by a uniform draw, for many people at once."""

from __future__ import annotations

import numba as nb
import numpy as np
from numpy.typing import NDArray


@nb.njit(cache=True)
def _choose(u, cumulative, table, out):  # type: ignore[no-untyped-def]
    last = cumulative.shape[1] - 1
    for i in range(u.shape[0]):
        row = table[i]
        kind = 0
        while kind < last and u[i] > cumulative[row, kind]:
            kind += 1
        out[i] = kind


def choose(
    u: NDArray[np.float64], cumulative: NDArray[np.float64], table: NDArray[np.integer]
) -> NDArray[np.int64]:
    """Kind chosen by each uniform.

    Parameters
    ----------
    u
        Uniforms in (0, 1), shape (n,).
    cumulative
        Cumulative probabilities of the kinds, one row a table, shape (tables, kinds).
    table
        Which row applies to each draw, shape (n,).

    Examples
    --------
    >>> choose(np.array([0.1, 0.6, 0.99]), np.array([[0.5, 0.8, 1.0]]), np.zeros(3, np.int64))
    array([0, 1, 2])
    """
    out = np.empty(u.shape[0], np.int64)
    _choose(u, cumulative, np.ascontiguousarray(table, np.int64), out)
    return out
