"""The generator is Philox4x32-10, compiled as in plain Python, and its draws are independent."""

import numpy as np
import pytest
from scipy.stats import chi2

from sim.draws import UNIT, Draws, _fill_months, _fill_pair, philox, stream_id

RISK = 1e-4
DRAWING = ("draw", "happens", "by_lot")
FULL = 0xFFFFFFFF
# Known answers published with Random123 (kat_vectors, philox4x32 with 10 rounds).
KNOWN = [
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((FULL,) * 4, (FULL,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("counter", "key", "words"), KNOWN)
def test_plain_philox_gives_the_published_words(counter, key, words):
    assert philox(counter, key) == words


@pytest.mark.parametrize(("counter", "key", "words"), KNOWN)
def test_compiled_philox_gives_the_published_words(counter, key, words):
    ids = np.array([counter[0]], np.uint32)
    out, out1 = np.empty(1, np.uint32), np.empty(1, np.uint32)
    month, stream, slot, k0, k1 = (np.uint32(w) for w in (*counter[1:], *key))
    _fill_pair(ids, month, stream, slot, k0, k1, out, out1)
    assert (out[0], out1[0]) == words[:2]
    _fill_months(ids, np.array([month]), stream, np.array([slot]), k0, k1, out)
    assert out[0] == words[0]


def test_every_way_to_draw_gives_the_same_number():
    draws = Draws(2**63 + 12345)
    ids = np.array([0, 1, 7, 2**30, 2**31 + 5, FULL], np.uint32)
    for month in (-60, -1, 0, 119):
        for slot in (0, 3):
            one = [draws.one("a decision", int(i), month, slot=slot) for i in ids]
            scalar = draws.uniform("a decision", ids, month, slot)
            arrays = draws.uniform("a decision", ids, np.full(6, month), np.full(6, slot))
            assert np.array_equal(scalar, one) and np.array_equal(arrays, one)
    pair = [np.empty(6, np.uint32) for _ in range(2)]
    draws.word_pairs("a decision", ids, -3, *pair)
    for word in range(2):
        plain = [draws.one("a decision", int(i), -3, word) for i in ids]
        assert np.array_equal((pair[word] + 0.5) * UNIT, plain)


def test_uniforms_lie_strictly_between_0_and_1():
    assert (0 + 0.5) * UNIT > 0.0 and (FULL + 0.5) * UNIT < 1.0


def test_the_whole_seed_counts():
    ids = np.arange(50, dtype=np.uint32)
    seeds = [0, 1, 2**32, 2**32 + 1, 2**63]
    drawn = [tuple(Draws(s).uniform("a", ids, 0)) for s in seeds]
    assert len(set(drawn)) == len(seeds)


def test_streams_of_all_decisions_differ():
    import ast
    from pathlib import Path

    from sim.rules import SHIPPED, registry

    names = {f"{n}.{s.name}" for n, rule in registry().items() for s in rule.steps()}
    for folder in SHIPPED:
        for path in Path(folder).glob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in DRAWING:
                    names.add(f"{path.stem}.{node.args[1].value}")
    assert len(names) > 40
    assert len({stream_id(name) for name in names}) == len(names)


def one_way(u, cells=256):
    """p-value of uniformity."""
    seen = np.bincount((u * cells).astype(int), minlength=cells)
    expected = u.shape[0] / cells
    return chi2.sf(((seen - expected) ** 2 / expected).sum(), cells - 1)


def two_way(u, v, cells=16):
    """p-value of independence and uniformity of pairs."""
    pair = (u * cells).astype(int) * cells + (v * cells).astype(int)
    return one_way((pair + 0.5) / cells**2, cells**2)


N = 2**17
IDS = np.arange(N, dtype=np.uint32)


def neighbours():
    draws = Draws(20261124)
    here = draws.uniform("this decision", IDS, 5)
    return {
        "id": (here[:-1], here[1:]),
        "month": (here, draws.uniform("this decision", IDS, 6)),
        "month before 0": (draws.uniform("x", IDS, -1), draws.uniform("x", IDS, 0)),
        "stream": (here, draws.uniform("that decision", IDS, 5)),
        "slot": (here, draws.uniform("this decision", IDS, 5, 1)),
        "seed": (here, Draws(20261125).uniform("this decision", IDS, 5)),
        "entrants": (here, draws.uniform("this decision", IDS + np.uint32(2**31), 5)),
    }


@pytest.mark.parametrize("which", neighbours())
def test_neighbouring_draws_are_uniform_and_independent(which):
    one, other = neighbours()[which]
    assert one_way(one) > RISK and one_way(other) > RISK
    assert two_way(one, other) > RISK


def test_the_months_of_one_person_are_independent():
    draws = Draws(3)
    months = np.arange(-60, 2**15 - 60)
    u = draws.uniform("x", np.full(months.shape, 17, np.uint32), months)
    assert one_way(u, 64) > RISK and two_way(u[:-1], u[1:], 8) > RISK


def test_planted_faults_in_the_generator_are_caught():
    u = Draws(1).uniform("x", IDS, 0)
    assert one_way(u**1.05) < RISK, "skewed by 5 %"
    assert two_way(u, u) < RISK, "a stream that is ignored"
    assert two_way(u[:-1], (0.9 * u[1:] + 0.1 * u[:-1]) % 1.0) < RISK, "neighbours that leak"
    weak = np.array([_rounds((int(i), 5, 9, 0), (1, 0), 2)[0] for i in IDS[: 2**13]])
    weak = (weak + 0.5) * UNIT
    assert min(one_way(weak, 64), two_way(weak[:-1], weak[1:], 8)) < RISK, "two rounds of ten"


def _rounds(counter, key, rounds):
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(rounds):
        p0, p1 = 0xD2511F53 * c0, 0xCD9E8D57 * c2
        c0, c1, c2, c3 = (p1 >> 32) ^ c1 ^ k0, p1 & FULL, (p0 >> 32) ^ c3 ^ k1, p0 & FULL
        k0, k1 = (k0 + 0x9E3779B9) & FULL, (k1 + 0xBB67AE85) & FULL
    return c0, c1, c2, c3
