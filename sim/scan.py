"""Finding rows: where one-byte answers about everybody are true, as fast as memory can be read.

NumPy's ``flatnonzero`` guesses branches and so takes up to eight times as long where a few people
in a hundred are wanted, which is the usual case here. Sixty-four answers are packed into one word,
and only its set bits are visited.
"""

from __future__ import annotations

from typing import Any

import numba as nb
import numpy as np
from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic
from numpy.typing import NDArray

_PACK = np.uint64(0x0102040810204080)
"""Multiplier that gathers eight bytes of 0 or 1 into the top byte, the first as lowest bit."""

_SMALL = 4096
"""Below so many answers NumPy's own way costs less than calling a kernel."""


def rows_where(
    answers: NDArray[np.bool_], also: NDArray[np.bool_] | None = None
) -> NDArray[np.int64]:
    """Positions of the true answers in ascending order, as ``np.flatnonzero`` gives them.

    Parameters
    ----------
    answers
        Booleans, shape (n,): a comparison of columns (``people.flag > 0``).
    also
        Only where these are true as well, shape (n,): ``answers & also`` without making it.

    Examples
    --------
    >>> rows_where(np.arange(7) % 3 == 0)
    array([0, 3, 6])
    >>> rows_where(np.arange(7) % 3 == 0, np.arange(7) > 0)
    array([3, 6])
    """
    if answers.shape[0] < _SMALL:
        return (answers if also is None else answers & also).nonzero()[0]
    return _found(answers, answers if also is None else also).copy()


def _found(answers: NDArray[np.bool_], also: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Positions where both are true, in a room that the next call uses again."""
    one, other = np.ascontiguousarray(answers), np.ascontiguousarray(also)
    n = one.shape[0]
    whole, found = n & ~63, _room(n)
    number = _rows_where(
        one, other, one[:whole].view(np.uint64), other[:whole].view(np.uint64), found
    )
    return found[:number]


_rooms = [np.empty(0, np.int64)]


def _room(n: int) -> NDArray[np.int64]:
    """Room for so many positions, used again and again; only what is found is ever touched."""
    if _rooms[0].shape[0] < n + 1:
        _rooms[0] = np.empty(n + n // 8 + 1, np.int64)
    return _rooms[0]


def pick(rows: NDArray[np.int64], answers: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Those of the rows whose answer is true: ``rows[answers]``, for many rows at once.

    Examples
    --------
    >>> pick(np.array([4, 6, 9]), np.array([True, False, True]))
    array([4, 9])
    """
    small = answers.shape[0] < _SMALL
    picked: NDArray[np.int64] = rows[answers if small else _found(answers, answers)]
    return picked


def _count_trailing_zeros(_context: Any, word: Any) -> Any:
    def build(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 1))

    return types.uint64(types.uint64), build


_trailing_zeros: Any = intrinsic(_count_trailing_zeros)
"""Place of the lowest set bit of a word, in compiled code."""


@nb.njit(cache=True)
def _rows_where(one, other, words, others, found):  # type: ignore[no-untyped-def]
    at, blocks = np.uint64(0), words.shape[0] // 8
    for block in range(blocks):
        any_here = np.uint64(0)
        for j in range(8):
            any_here |= words[8 * block + j] & others[8 * block + j]
        if any_here == 0:
            continue
        bits, total = np.uint64(0), np.uint64(0)
        for j in range(8):
            word = words[8 * block + j] & others[8 * block + j]
            total += word
            bits |= ((word * _PACK) >> np.uint64(56)) << np.uint64(8 * j)
        start = np.uint64(64 * block)
        # Dense: no branch to guess at all. `found` has one place to spare for the last of these.
        if (total * np.uint64(0x0101010101010101)) >> np.uint64(56) > 16:
            for j in range(8):
                word = words[8 * block + j] & others[8 * block + j]
                for _ in range(8):
                    found[at] = np.int64(start)
                    start += np.uint64(1)
                    at += word & np.uint64(1)
                    word >>= np.uint64(8)
        else:
            while bits != 0:
                found[at] = np.int64(start + _trailing_zeros(bits))
                at += np.uint64(1)
                bits &= bits - np.uint64(1)
    for i in range(np.uint64(64 * blocks), np.uint64(one.shape[0])):
        found[at] = np.int64(i)
        at += np.uint64(one[i] & other[i])
    return np.int64(at)
