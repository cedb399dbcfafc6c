"""Keyed random numbers: the same person has the same luck under every policy.

Philox4x32-10 (Salmon, Moraes, Dror & Shaw 2011, SC'11). A draw is a pure function of

    counter = (identity, month, stream, slot)      key = replication seed (64 bits)

so nothing here has state: adding a rule, a person or a draw changes no other draw. A *stream* is
the hash of a decision's name, so renaming a decision is the only way to change its luck.
"""

from __future__ import annotations

import hashlib
from functools import cache

import numba as nb
import numpy as np
from numpy.typing import NDArray

UNIT = 2.0**-32
"""Spacing of the uniforms: ``u = (word + 0.5) * UNIT`` lies strictly between 0 and 1."""

_M0, _M1 = 0xD2511F53, 0xCD9E8D57
_W0, _W1 = 0x9E3779B9, 0xBB67AE85
_LOW = 0xFFFFFFFF


@cache
def stream_id(name: str) -> int:
    """Hash a decision's name to its 32-bit stream (first word of BLAKE2s)."""
    return int.from_bytes(hashlib.blake2s(name.encode(), digest_size=4).digest(), "little")


def philox(counter: tuple[int, int, int, int], key: tuple[int, int]) -> tuple[int, int, int, int]:
    """Philox4x32-10 in plain Python: the reference, and the engine of uncompiled rules.

    >>> [hex(word) for word in philox((0, 0, 0, 0), (0, 0))]
    ['0x6627e8d5', '0xe169c58d', '0xbc57ac4c', '0x9b00dbd8']
    """
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(10):
        p0, p1 = _M0 * c0, _M1 * c2
        c0, c1, c2, c3 = (p1 >> 32) ^ c1 ^ k0, p1 & _LOW, (p0 >> 32) ^ c3 ^ k1, p0 & _LOW
        k0, k1 = (k0 + _W0) & _LOW, (k1 + _W1) & _LOW
    return c0, c1, c2, c3


@nb.njit(inline="always")
def _block(c0, c1, c2, c3, k0, k1):  # type: ignore[no-untyped-def]
    for _ in range(10):
        p0 = np.uint64(0xD2511F53) * np.uint64(c0)
        p1 = np.uint64(0xCD9E8D57) * np.uint64(c2)
        h0, l0 = np.uint32(p0 >> np.uint64(32)), np.uint32(p0)
        h1, l1 = np.uint32(p1 >> np.uint64(32)), np.uint32(p1)
        c0, c1, c2, c3 = h1 ^ c1 ^ k0, l1, h0 ^ c3 ^ k1, l0
        k0, k1 = np.uint32(k0 + np.uint32(0x9E3779B9)), np.uint32(k1 + np.uint32(0xBB67AE85))
    return c0, c1, c2, c3


@nb.njit(cache=True)
def _fill(ids, month, stream, slot, k0, k1, out):  # type: ignore[no-untyped-def]
    for i in range(ids.shape[0]):
        w0, _, _, _ = _block(ids[i], month, stream, slot, k0, k1)
        out[i] = w0


@nb.njit(cache=True)
def _fill_pair(ids, month, stream, slot, k0, k1, out, out1):  # type: ignore[no-untyped-def]
    for i in range(ids.shape[0]):
        w0, w1, _, _ = _block(ids[i], month, stream, slot, k0, k1)
        out[i] = w0
        out1[i] = w1


@nb.njit(cache=True)
def _fill_months(ids, months, stream, slots, k0, k1, out):  # type: ignore[no-untyped-def]
    for i in range(ids.shape[0]):
        w0, _, _, _ = _block(ids[i], months[i], stream, slots[i], k0, k1)
        out[i] = w0


Words = NDArray[np.uint32]


class Draws:
    """All the luck of one replication.

    Parameters
    ----------
    seed
        Replication seed, ``0 <= seed < 2**64``. Worlds that share it share every draw.
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.key = (seed & _LOW, (seed >> 32) & _LOW)
        self._k0, self._k1 = np.uint32(self.key[0]), np.uint32(self.key[1])

    def words(self, stream: str, ids: Words, month: int, out: Words, slot: int = 0) -> Words:
        """Fill ``out`` (uint32, shape of ``ids``) with the first word of each block."""
        _fill(ids, np.uint32(month & _LOW), np.uint32(stream_id(stream)), np.uint32(slot),
              self._k0, self._k1, out)  # fmt: skip
        return out

    def word_pairs(self, stream: str, ids: Words, month: int, out: Words, out1: Words) -> None:
        """Fill ``out`` and ``out1`` with the first two words of each block."""
        _fill_pair(ids, np.uint32(month & _LOW), np.uint32(stream_id(stream)), np.uint32(0),
                   self._k0, self._k1, out, out1)  # fmt: skip

    def uniform(
        self,
        stream: str,
        ids: Words,
        month: int | NDArray[np.integer],
        slot: int | NDArray[np.integer] = 0,
    ) -> NDArray[np.float64]:
        """Uniforms in (0, 1), one per identity.

        Parameters
        ----------
        stream
            Name of the decision.
        ids
            Identities, uint32, shape (n,).
        month, slot
            Scalars or arrays of shape (n,). A decision about a *case* is keyed by the month in
            which the case began, so that waiting longer does not change its verdict.
        """
        ids = np.ascontiguousarray(ids, dtype=np.uint32)
        out = np.empty(ids.shape[0], np.uint32)
        if isinstance(month, np.ndarray) or isinstance(slot, np.ndarray):
            months = _as_words(month, ids.shape[0])
            slots = _as_words(slot, ids.shape[0])
            _fill_months(ids, months, np.uint32(stream_id(stream)), slots, self._k0, self._k1, out)
        else:
            self.words(stream, ids, month, out, slot)
        uniforms: NDArray[np.float64] = (out.astype(np.float64) + 0.5) * UNIT
        return uniforms

    def one(self, stream: str, identity: int, month: int, word: int = 0, slot: int = 0) -> float:
        """One uniform in (0, 1), computed in plain Python."""
        counter = (int(identity), month & _LOW, stream_id(stream), slot)
        return (philox(counter, self.key)[word] + 0.5) * UNIT


def _as_words(value: int | NDArray[np.integer], n: int) -> Words:
    if isinstance(value, np.ndarray):
        return np.ascontiguousarray(value.astype(np.int64) & _LOW, dtype=np.uint32)
    return np.full(n, value & _LOW, np.uint32)
