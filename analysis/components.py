"""Variance components of a value simulated under several parameter draws and seeds.

The outer loop draws the parameters from their evidence, the inner one changes the seed.
Replication *r* has the same seed under every draw, so the two loops are crossed:

    value = mean + draw + replication + remainder

*Evidence* is the variance of the draw effect; *chance* is that of the replication effect
and the remainder together, which is what one draw shows over its seeds. Both are the
unbiased estimates of the analysis of variance (Searle, Casella & McCulloch 1992, ch. 4).
Where every draw has seeds of its own, ``shared_seeds=False`` gives the one-way model.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from analysis.intervals import Floats, check_confidence
from analysis.language import _

# Below this many draws or replications Satterthwaite's degrees of freedom are too rough.
FEW = 5


@dataclass(frozen=True)
class Components:
    """What was found; NaN where ``note`` says why it cannot be.

    Attributes
    ----------
    mean
        Over draws and replications.
    se_mean
        Of that mean: more draws and more replications make it smaller.
    evidence, chance
        Variances, truncated at 0 (``note`` says so).
    lo, hi
        Where one more world, with parameters drawn from the evidence and other luck,
        lies with the given confidence.
    evidence_lo, evidence_hi
        Where the *expected* value under one more draw lies: chance averaged out.
    draw_means
        Mean of each draw over its replications, shape (draws,).
    """

    mean: float
    se_mean: float
    evidence: float
    chance: float
    lo: float
    hi: float
    evidence_lo: float
    evidence_hi: float
    draw_means: Floats
    replications: int
    note: str

    @property
    def draws(self) -> int:
        """Number of parameter draws."""
        return len(self.draw_means)

    @property
    def evidence_share(self) -> float:
        """Share of the variance that is evidence; NaN if nothing varies or it is unknown."""
        total = self.evidence + self.chance
        return self.evidence / total if total > 0 else np.nan


@dataclass(frozen=True)
class _Squares:
    """Mean squares and their degrees of freedom, and the weights that combine them."""

    squares: Floats
    freedom: Floats

    def variance(self, weights: Floats) -> tuple[float, float]:
        """Return a combination of mean squares and its degrees of freedom (Satterthwaite 1946)."""
        parts = weights * self.squares
        total = float(parts.sum())
        error = float((parts**2 / self.freedom).sum())
        return total, total**2 / error if error > 0 else np.inf


def components(
    values: Floats, confidence: float = 0.95, *, shared_seeds: bool = True
) -> Components:
    """Split the variance of one value into evidence and chance.

    Parameters
    ----------
    values : array, shape (draws, replications)
        Row = parameter draw, column = replication; a replication that is missing under
        some draw, or a draw without any value, is left out and said so.
    confidence : float
        Level of the intervals.
    shared_seeds : bool
        Whether a column has the same seed in every row.

    Examples
    --------
    >>> found = components(np.array([[1.0, 3.0, 2.0], [5.0, 7.0, 6.0]]))
    >>> round(found.evidence, 6), round(found.chance, 6), round(found.evidence_share, 3)
    (8.0, 1.0, 0.889)
    """
    check_confidence(confidence)
    table, said = _complete(np.asarray(values, float))
    draws, replications = table.shape
    means = table.mean(axis=1) if table.size else np.empty(0)
    if draws < 2 or replications < 2:
        return _degenerate(table, means, said)
    weights = _weights(draws, replications, shared_seeds)
    squares = _squares(table, shared_seeds)
    evidence, _freedom = squares.variance(weights["evidence"])
    chance, _freedom = squares.variance(weights["chance"])
    if max(evidence, chance) <= 1e-24 * float(np.mean(table**2)):
        evidence = chance = 0.0
        said.append(_("the same in every draw and replication"))
    if evidence < 0:
        said.append(_("the evidence part was estimated below 0 and is shown as 0"))
    if chance < 0:
        said.append(_("the chance part was estimated below 0 and is shown as 0"))
    of_mean = squares.variance(weights["mean"])
    width = _width(squares.variance(weights["total"]), of_mean, confidence)
    expected = _width(squares.variance(weights["expected"]), of_mean, confidence)
    if min(draws, replications) < FEW:
        said.append(_("few draws or replications: the intervals are rough"))
    mean, se_squared = float(table.mean()), max(of_mean[0], 0.0)
    return Components(
        mean, float(np.sqrt(se_squared)), max(evidence, 0.0), max(chance, 0.0),
        mean - width, mean + width, mean - expected, mean + expected,
        means, replications, "; ".join(said),
    )  # fmt: skip


def _complete(values: Floats) -> tuple[Floats, list[str]]:
    """Drop what is missing, so that the table is whole; say what was dropped."""
    said = []
    present = np.isfinite(values)
    some = present.any(axis=1)
    if not some.all():
        said.append(_("{n} draws left out: no value").format(n=int((~some).sum())))
    values, present = values[some], present[some]
    whole = present.all(axis=0)
    if not whole.all() and len(values):
        said.append(
            _("{n} replications left out: not under every draw").format(n=int((~whole).sum()))
        )
    return values[:, whole], said


def _squares(table: Floats, shared_seeds: bool) -> _Squares:
    draws, replications = table.shape
    grand, by_draw = table.mean(), table.mean(axis=1, keepdims=True)
    of_draws = replications * float(((by_draw - grand) ** 2).sum()) / (draws - 1)
    if not shared_seeds:
        inside = float(((table - by_draw) ** 2).sum()) / (draws * (replications - 1))
        return _Squares(
            np.array([of_draws, inside]), np.array([draws - 1.0, draws * (replications - 1.0)])
        )
    by_seed = table.mean(axis=0, keepdims=True)
    of_seeds = draws * float(((by_seed - grand) ** 2).sum()) / (replications - 1)
    freedom = (draws - 1) * (replications - 1)
    left = float(((table - by_draw - by_seed + grand) ** 2).sum()) / freedom
    return _Squares(
        np.array([of_draws, of_seeds, left]),
        np.array([draws - 1.0, replications - 1.0, float(freedom)]),
    )


def _weights(draws: int, replications: int, shared_seeds: bool) -> dict[str, Floats]:
    """Weights of the mean squares: expected mean squares solved for what is wanted."""
    d, r = float(draws), float(replications)
    if shared_seeds:
        evidence = np.array([1.0, 0.0, -1.0]) / r
        seeds = np.array([0.0, 1.0, -1.0]) / d
        left = np.array([0.0, 0.0, 1.0])
        chance = seeds + left
        mean = evidence / d + seeds / r + left / (d * r)
    else:
        evidence = np.array([1.0, -1.0]) / r
        chance = np.array([0.0, 1.0])
        mean = evidence / d + chance / (d * r)
    return {
        "evidence": evidence, "chance": chance, "mean": mean,
        "total": evidence + chance + mean, "expected": evidence + mean,
    }  # fmt: skip


def _width(wanted: tuple[float, float], of_mean: tuple[float, float], confidence: float) -> float:
    """Half width of a t interval whose variance is at least that of the mean."""
    # Where the evidence part is estimated at 0, only the mean is uncertain.
    variance, freedom = wanted if wanted[0] > of_mean[0] else of_mean
    quantile = special.stdtrit(min(max(freedom, 1.0), 1e6), 0.5 + confidence / 2)
    return float(quantile * np.sqrt(max(variance, 0.0)))


def _degenerate(table: Floats, means: Floats, said: list[str]) -> Components:
    """Say what cannot be told from one draw, one replication or none."""
    draws, replications = table.shape
    nan = float("nan")
    if table.size == 0:
        said.append(_("no value"))
        return Components(nan, nan, nan, nan, nan, nan, nan, nan, means, 0, "; ".join(said))
    chance = float(table.var(ddof=1)) if draws == 1 and replications > 1 else nan
    se = float(np.sqrt(chance / replications))
    if draws == 1:
        said.append(_("one parameter draw: the evidence part is not known"))
    if replications == 1:
        said.append(_("one replication: evidence and chance cannot be told apart"))
    return Components(
        float(table.mean()), se, nan, chance, nan, nan, nan, nan, means, replications,
        "; ".join(said),
    )  # fmt: skip
