"""Places given by lot within groups: vacancies, homes and volunteers of a community, say."""

from __future__ import annotations

from typing import Any

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
    # One sort of one number each, several times faster than sorting by two keys.
    order = np.argsort(4.0 * group + lot)
    size = np.bincount(group)
    rank = np.empty(group.shape[0], np.int64)
    rank[order] = np.arange(group.shape[0]) - np.repeat(np.cumsum(size) - size, size)
    return rank
