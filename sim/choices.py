"""Choosing for many people at once: one of several kinds by a uniform, or the first in a queue."""

from __future__ import annotations

from collections.abc import Callable

import numba as nb
import numpy as np
from numpy.typing import NDArray


@nb.njit(cache=True)
def _choose(u, cumulative, table, out):  # type: ignore[no-untyped-def]
    # Counts the edges below the uniform: no branch to guess wrong, and edges never fall.
    last = cumulative.shape[1] - 1
    for i in range(u.shape[0]):
        row = table[i]
        kind = 0
        for edge in range(last):
            kind += u[i] > cumulative[row, edge]
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
    _choose(u, np.ascontiguousarray(cumulative), table, out)
    return out


def first_by_lot(
    lot: NDArray[np.float64], ids: NDArray[np.uint32], count: int
) -> NDArray[np.int64]:
    """Positions of the ``count`` lowest lots, lowest first; ties by identity, never by position.

    Without sorting everybody. When there is a place for everybody, all in the order given.

    Examples
    --------
    >>> first_by_lot(np.array([0.7, 0.2, 0.2]), np.array([1, 9, 8], np.uint32), 2)
    array([2, 1])
    """
    n = lot.shape[0]
    if count <= 0 or n == 0:
        return np.empty(0, np.int64)
    if count >= n:
        return np.arange(n)
    if n <= 64:
        return np.lexsort((ids, lot))[:count]
    among = np.flatnonzero(lot <= np.partition(lot, count - 1)[count - 1])
    chosen: NDArray[np.int64] = among[np.lexsort((ids[among], lot[among]))[:count]]
    return chosen


def first_by_priority(
    priority: NDArray[np.floating],
    lot: Callable[[NDArray[np.int64]], NDArray[np.float64]],
    ids: NDArray[np.uint32],
    count: int,
) -> NDArray[np.int64]:
    """Positions of the ``count`` highest priorities in ascending order; ties by lot, then identity.

    ``lot`` gives the lots of some positions: it is asked only about those who are tied at the cut.

    Examples
    --------
    >>> ids = np.array([5, 6, 7, 8], np.uint32)
    >>> first_by_priority(np.array([1.0, 3.0, 1.0, 2.0]), lambda at: 1.0 / ids[at], ids, 3)
    array([1, 2, 3])
    """
    n = priority.shape[0]
    if count <= 0 or n == 0:
        return np.empty(0, np.int64)
    if count >= n:
        return np.arange(n)
    cut = np.partition(priority, n - count)[n - count]
    above = np.flatnonzero(priority > cut)
    tied = np.flatnonzero(priority == cut)
    lucky = tied[first_by_lot(lot(tied), ids[tied], count - above.shape[0])]
    return np.sort(np.concatenate((above, lucky)))
