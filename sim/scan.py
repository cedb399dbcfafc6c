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


def rows_where(answers: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Positions of the true answers in ascending order, as ``np.flatnonzero`` gives them.

    Parameters
    ----------
    answers
        Booleans, shape (n,), contiguous: a comparison of columns (``people.flag > 0``).

    Examples
    --------
    >>> rows_where(np.arange(7) % 3 == 0)
    array([0, 3, 6])
    """
    if answers.shape[0] < _SMALL:
        return answers.nonzero()[0]
    answers = np.ascontiguousarray(answers)
    found = np.empty(np.count_nonzero(answers) + 1, np.int64)
    whole = answers.shape[0] & ~7
    _rows_where(answers[:whole].view(np.uint64), answers, found)
    return found[:-1]


def pick(rows: NDArray[np.int64], answers: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Those of the rows whose answer is true: ``rows[answers]``, for many rows at once.

    Examples
    --------
    >>> pick(np.array([4, 6, 9]), np.array([True, False, True]))
    array([4, 9])
    """
    picked: NDArray[np.int64] = rows[rows_where(answers)]
    return picked


def _count_trailing_zeros(_context: Any, word: Any) -> Any:
    def build(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 1))

    return types.uint64(types.uint64), build


_trailing_zeros: Any = intrinsic(_count_trailing_zeros)
"""Place of the lowest set bit of a word, in compiled code."""


@nb.njit(cache=True)
def _rows_where(words, answers, found):  # type: ignore[no-untyped-def]
    at = np.uint64(0)
    blocks = words.shape[0] // 8
    for block in range(blocks):
        any_here = np.uint64(0)
        for j in range(8):
            any_here |= words[8 * block + j]
        if any_here == 0:
            continue
        bits, total = np.uint64(0), np.uint64(0)
        for j in range(8):
            word = words[8 * block + j]
            total += word
            bits |= ((word * _PACK) >> np.uint64(56)) << np.uint64(8 * j)
        start = np.uint64(64 * block)
        # Dense: no branch to guess at all. `found` has one place to spare for the last of these.
        if (total * np.uint64(0x0101010101010101)) >> np.uint64(56) > 16:
            for i in range(start, start + np.uint64(64)):
                found[at] = np.int64(i)
                at += np.uint64(answers[i])
        else:
            while bits != 0:
                found[at] = np.int64(start + _trailing_zeros(bits))
                at += np.uint64(1)
                bits &= bits - np.uint64(1)
    for i in range(np.uint64(64 * blocks), np.uint64(answers.shape[0])):
        found[at] = np.int64(i)
        at += np.uint64(answers[i])
