"""Places given by lot within groups: vacancies, homes and volunteers of a community, say."""

from __future__ import annotations

from typing import Any

import numba as nb
import numpy as np
from numpy.typing import NDArray


def rank_in_group(group: NDArray[Any], lot: NDArray[np.floating]) -> NDArray[np.int64]:
    """Rank of each candidate's lot within its group, shape (n,): 0 goes first.

    A group with ``k`` places serves those whose rank is below ``k``.

    Parameters
    ----------
    group
        Group of each candidate, whole numbers, shape (n,).
    lot
        Keyed luck of each candidate in (0, 1), or up to 2 above or 1 below for those who come
        later or sooner, shape (n,); the smallest goes first.

    Examples
    --------
    >>> rank_in_group(np.array([1, 0, 1, 1]), np.array([0.9, 0.5, 0.1, 0.3])).tolist()
    [2, 0, 0, 1]
    """
    rank = np.empty(group.shape[0], np.int64)
    _rank(4.0 * group + (lot + 1.0), rank)
    size = np.bincount(group)
    rank -= (np.cumsum(size) - size)[group]
    return rank


@nb.njit(cache=True)
def _rank(keys, rank):  # type: ignore[no-untyped-def]
    """Rank of keys that lie evenly, in linear time: into buckets, which are sorted one by one."""
    n = keys.shape[0]
    if n == 0:
        return
    low = keys.min()
    scale = (n - 1) / max(keys.max() - low, 1e-300)
    first = np.zeros(n + 1, np.int32)
    for i in range(n):
        first[np.int64((keys[i] - low) * scale) + 1] += 1
    for bucket in range(n):
        first[bucket + 1] += first[bucket]
    order, filled = np.empty(n, np.int32), first[:-1].copy()
    for i in range(n):
        its_bucket = np.int64((keys[i] - low) * scale)
        at = filled[its_bucket]
        filled[its_bucket] += 1
        while at > first[its_bucket] and keys[order[at - 1]] > keys[i]:
            order[at] = order[at - 1]
            at -= 1
        order[at] = i
    for at in range(n):
        rank[order[at]] = at
