"""Keyed random numbers: the same person has the same luck under every policy.

Philox4x32-10 (Salmon, Moraes, Dror & Shaw 2011, SC'11). A draw is a pure function of

    counter = (identity, month, stream, slot)      key = replication seed (64 bits)

so nothing here has state: adding a rule, a person or a draw changes no other draw. A *stream* is
the hash of a decision's name, so renaming a decision is the only way to change its luck.
"""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Any

import numba as nb
import numpy as np
from numpy.typing import NDArray

from sim.choices import first_by_lot

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


@nb.njit(cache=True)
def _fill_units(ids, month, stream, slot, k0, k1, out):  # type: ignore[no-untyped-def]
    for i in range(ids.shape[0]):
        w0, _, _, _ = _block(ids[i], month, stream, slot, k0, k1)
        out[i] = (w0 + 0.5) * UNIT


@nb.njit(cache=True)
def _fill_units_months(ids, months, stream, slot, k0, k1, out):  # type: ignore[no-untyped-def]
    for i in range(ids.shape[0]):
        w0, _, _, _ = _block(ids[i], np.uint32(months[i]), stream, slot, k0, k1)
        out[i] = (w0 + 0.5) * UNIT


@nb.njit(cache=True)
def _fill_units_both(ids, months, stream, slots, k0, k1, out):  # type: ignore[no-untyped-def]
    for i in range(ids.shape[0]):
        w0, _, _, _ = _block(ids[i], months[i], stream, slots[i], k0, k1)
        out[i] = (w0 + 0.5) * UNIT


@nb.njit(cache=True)
def _fill_units_slots(ids, month, stream, slots, k0, k1, out):  # type: ignore[no-untyped-def]
    for i in range(ids.shape[0]):
        w0, _, _, _ = _block(ids[i], month, stream, slots[i], k0, k1)
        out[i] = (w0 + 0.5) * UNIT


@nb.njit(cache=True)
def _fill_below_kinds(  # type: ignore[no-untyped-def]
    ids, month, stream, slots, k0, k1, chances, kind, out
):  # fmt: skip
    # In blocks: a table looked up in the same loop would keep the draws from being vectorised.
    units = np.empty(2048)
    for start in range(0, ids.shape[0], 2048):
        part, now = kind[start : start + 2048], out[start : start + 2048]
        _fill_units_slots(
            ids[start : start + 2048], month, stream, slots[start : start + 2048], k0, k1, units
        )
        for i in range(part.shape[0]):
            now[i] = units[i] < chances[part[i]]


@nb.njit(cache=True)
def _fill_below(ids, month, stream, slot, k0, k1, chance, out):  # type: ignore[no-untyped-def]
    for i in range(ids.shape[0]):
        w0, _, _, _ = _block(ids[i], month, stream, slot, k0, k1)
        out[i] = (w0 + 0.5) * UNIT < chance


@nb.njit(cache=True)
def _words_below(ids, month, stream, slot, k0, k1, limit, at, words):  # type: ignore[no-untyped-def]
    """Positions and words of the identities whose word is below a limit; -1 when they overflow."""
    found = 0
    block = np.empty(2048, np.uint32)
    for start in range(0, ids.shape[0], 2048):
        part = ids[start : start + 2048]
        _fill(part, month, stream, slot, k0, k1, block)
        for i in range(part.shape[0]):
            if block[i] < limit:
                if found == at.shape[0]:
                    return -1
                at[found] = start + i
                words[found] = block[i]
                found += 1
    return found


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
        self._streams: dict[str, np.uint32] = {}

    def _counter(self, stream: str, month: int, slot: int = 0) -> tuple[Any, Any, Any]:
        """Words of the counter beside the identity: month, stream and slot."""
        word = self._streams.get(stream)
        if word is None:
            word = self._streams[stream] = np.uint32(stream_id(stream))
        return _small(month), word, _small(slot)

    def words(self, stream: str, ids: Words, month: int, out: Words, slot: int = 0) -> Words:
        """Fill ``out`` (uint32, shape of ``ids``) with the first word of each block."""
        when, word, which = self._counter(stream, month, slot)
        _fill(ids, when, word, which, self._k0, self._k1, out)
        return out

    def word_pairs(self, stream: str, ids: Words, month: int, out: Words, out1: Words) -> None:
        """Fill ``out`` and ``out1`` with the first two words of each block."""
        when, word, slot = self._counter(stream, month)
        _fill_pair(ids, when, word, slot, self._k0, self._k1, out, out1)

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
        uniforms = np.empty(ids.shape[0])
        if isinstance(month, np.ndarray) and isinstance(slot, np.ndarray):
            months, slots = _as_words(month, ids.shape[0]), _as_words(slot, ids.shape[0])
            _, word, _ = self._counter(stream, 0)
            _fill_units_both(ids, months, word, slots, self._k0, self._k1, uniforms)
        elif isinstance(month, np.ndarray):
            _, word, which = self._counter(stream, 0, int(slot))
            _fill_units_months(ids, month, word, which, self._k0, self._k1, uniforms)
        elif isinstance(slot, np.ndarray):
            when, word, _ = self._counter(stream, month)
            slots = _as_words(slot, ids.shape[0])
            _fill_units_slots(ids, when, word, slots, self._k0, self._k1, uniforms)
        else:
            when, word, which = self._counter(stream, month, slot)
            _fill_units(ids, when, word, which, self._k0, self._k1, uniforms)
        return uniforms

    def below(
        self,
        stream: str,
        ids: Words,
        month: int | NDArray[np.integer],
        chance: float | NDArray[np.floating],
        slot: int | NDArray[np.integer] = 0,
        kind: NDArray[np.integer] | None = None,
    ) -> NDArray[np.bool_]:
        """Whether each identity's uniform is below a probability: the same as ``uniform < chance``.

        One pass without numbers in between, where the arguments allow it; nothing is drawn where
        one chance of 0 or 1 settles it for everybody.

        Parameters
        ----------
        chance
            Scalar, or shape (n,); with ``kind``, the probability of each kind, shape (kinds,).
        kind
            Which of the probabilities applies to each identity, shape (n,).
        """
        if isinstance(chance, float | int) and not 0.0 < chance < 1.0:
            return np.full(ids.shape[0], chance >= 1.0)
        ids = np.ascontiguousarray(ids, dtype=np.uint32)
        out = np.empty(ids.shape[0], np.bool_)
        if kind is not None and not isinstance(month, np.ndarray):
            when, word, _ = self._counter(stream, month)
            slots, table = _as_words(slot, ids.shape[0]), np.array(chance, np.float64)
            _fill_below_kinds(ids, when, word, slots, self._k0, self._k1, table, kind, out)
            return out
        if kind is not None:
            chance = np.asarray(chance)[kind]
        if (
            isinstance(month, np.ndarray)
            or isinstance(slot, np.ndarray)
            or isinstance(chance, np.ndarray)
        ):
            return self.uniform(stream, ids, month, slot) < chance
        when, word, which = self._counter(stream, month, slot)
        _fill_below(ids, when, word, which, self._k0, self._k1, float(chance), out)
        return out

    def lowest(
        self,
        stream: str,
        ids: Words,
        count: int,
        month: int | NDArray[np.integer],
        slot: int | NDArray[np.integer] = 0,
    ) -> NDArray[np.int64]:
        """Positions of the ``count`` lowest uniforms, lowest first; ties by identity.

        This is a lot: it depends on identities only, never on the order in which they are given.
        Nothing is drawn when there is no place, or a place for everybody (who come in the order
        given). Else one pass keeps the few words that can be among the lowest, and sorts those.

        Examples
        --------
        >>> draws, ids = Draws(1), np.arange(9, dtype=np.uint32)
        >>> bool((draws.lowest("a", ids, 3, 0) == draws.uniform("a", ids, 0).argsort()[:3]).all())
        True
        """
        n = ids.shape[0]
        if count <= 0:
            return np.empty(0, np.int64)
        if count >= n:
            return np.arange(n)
        ids = np.ascontiguousarray(ids, dtype=np.uint32)
        if isinstance(month, np.ndarray) or isinstance(slot, np.ndarray) or n < 256:
            return first_by_lot(self.uniform(stream, ids, month, slot), ids, count)
        # Far enough above the expected cut that too few words below it are next to impossible.
        expected = count + 8.0 * count**0.5 + 32.0
        limit = int(min(expected / n, 1.0) * _LOW)
        room = min(int(expected + 8.0 * expected**0.5 + 32.0), n)
        at, words = np.empty(room, np.int64), np.empty(room, np.uint32)
        when, word, which = self._counter(stream, month, slot)
        found = _words_below(
            ids, when, word, which, self._k0, self._k1, np.uint32(limit), at, words
        )
        if found < count:
            return first_by_lot(self.uniform(stream, ids, month, slot), ids, count)
        chosen: NDArray[np.int64] = at[_order(words[:found], ids[at[:found]])[:count]]
        return chosen

    def one(self, stream: str, identity: int, month: int, word: int = 0, slot: int = 0) -> float:
        """One uniform in (0, 1), computed in plain Python."""
        counter = (int(identity), month & _LOW, stream_id(stream), slot)
        return (philox(counter, self.key)[word] + 0.5) * UNIT


def _order(words: Words, ids: Words) -> NDArray[np.int64]:
    """Positions by word, then identity."""
    n = words.shape[0]
    if n < 1 << 20:
        # Word and position in one number; no sorting by identity unless words are equal.
        keys = np.sort((words.astype(np.int64) << 20) | np.arange(n))
        sorted_words = keys >> 20
        if (sorted_words[1:] != sorted_words[:-1]).all():
            at: NDArray[np.int64] = keys & ((1 << 20) - 1)
            return at
    return np.lexsort((ids, words))


def _as_words(value: int | NDArray[np.integer], n: int) -> Words:
    if isinstance(value, np.ndarray):
        return value.astype(np.uint32, copy=False)  # wraps modulo 2**32, as the scalar does
    return np.full(n, int(value) & _LOW, np.uint32)


@cache
def _small(value: int) -> np.uint32:
    """A counter word; months and slots are few."""
    return np.uint32(int(value) & _LOW)
