"""Two arms of the same replications: moments of the pairs, and the ratio of their means.

Replication *r* of both arms has the same people with the same luck. A replication that
lacks a value in either arm is no pair and counts in neither mean.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from analysis.intervals import Floats, check_confidence
from analysis.language import _

# Spread below this share of the values is rounding, not chance.
ROUNDING = 1e-12


@dataclass(frozen=True)
class Pairs:
    """Moments of k paired samples; every array has shape (k,).

    ``sd`` is that of the differences (n - 1), 0 where it is only rounding; all are NaN
    where there are too few pairs (0 for means, 1 for spreads).
    """

    count: NDArray[np.int64]
    baseline: Floats
    value: Floats
    difference: Floats
    sd: Floats
    var_baseline: Floats
    var_value: Floats

    @property
    def covariance(self) -> Floats:
        """Covariance of the arms over the replications."""
        return (self.var_baseline + self.var_value - self.sd**2) / 2


def pairs_of(baseline: Floats, value: Floats) -> Pairs:
    """Reduce two arms of shape (k, replications), NaN where absent, to their moments.

    Examples
    --------
    >>> pairs = pairs_of(np.array([[50.0, 52.0, np.nan]]), np.array([[49.0, 50.0, 47.0]]))
    >>> pairs.count.tolist(), pairs.difference.tolist()
    ([2], [-1.5])
    """
    paired = ~np.isnan(baseline) & ~np.isnan(value)
    count = paired.sum(axis=-1)
    means, variances = [], []
    for sample in (baseline, value, value - baseline):
        with np.errstate(divide="ignore", invalid="ignore"):
            mean = np.where(paired, sample, 0.0).sum(axis=-1) / count
            away = np.where(paired, sample - mean[..., None], 0.0)
            variance = (away**2).sum(axis=-1) / (count - 1)
        means.append(np.where(count > 0, mean, np.nan))
        variances.append(np.where(count > 1, variance, np.nan))
    sd = np.sqrt(variances[2])
    sd[sd <= ROUNDING * np.fmax(np.abs(means[0]), np.abs(means[1]))] = 0.0
    return Pairs(
        count.astype(np.int64), means[0], means[1], means[2], sd, variances[0], variances[1]
    )


def mean_ratio(pairs: Pairs, confidence: float) -> tuple[Floats, Floats, Floats]:
    """Ratio of the arms' means, with its paired interval (Fieller 1954).

    Fieller's interval holds those ratios t for which the mean of value - t·baseline is
    not clearly different from 0, by the Student t of the pairs. For normal pairs its
    coverage is exact in any number of replications, where the delta method's is only
    approached; and it says when there is no answer: while the baseline's own mean is not
    clearly above 0, the interval has no end, and both limits are NaN.

    Returns
    -------
    (ratio, lo, hi)
        Each of shape (k,). The ratio is NaN where a mean is negative or the baseline's
        is 0; the limits also with fewer than two pairs.
    """
    check_confidence(confidence)
    n = pairs.count
    usable = (pairs.baseline > 0) & (pairs.value >= 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(usable, pairs.value / pairs.baseline, np.nan)
        quantile = np.where(
            n > 1, special.stdtrit(np.maximum(n - 1, 1), 0.5 + confidence / 2), np.nan
        )
        k = quantile**2 / n
        var_x, both = pairs.var_baseline, pairs.covariance
        spread = np.maximum(pairs.var_value - 2 * ratio * both + ratio**2 * var_x, 0.0)
        # The quadratic is in the step from the ratio, not in the ratio: nothing cancels.
        a = pairs.baseline**2 - k * var_x
        b = k * (ratio * var_x - both)
        root = np.sqrt(np.maximum(b**2 + a * k * spread, 0.0))
        closed = a > 0
        lo = np.where(closed, ratio + (b - root) / a, np.nan)
        hi = np.where(closed, ratio + (b + root) / a, np.nan)
    same = (pairs.sd == 0) & (pairs.difference == 0)
    return ratio, np.where(same & usable, ratio, lo), np.where(same & usable, ratio, hi)


def ratio_notes(count: NDArray[np.int64], ratio: Floats, lo: Floats) -> list[str]:
    """Say why a ratio or its interval is empty; "" where neither is."""
    notes = np.full(len(ratio), "", dtype=object)
    notes[np.isnan(lo)] = _("the baseline is not clearly above 0: the ratio's interval is open")
    notes[count == 1] = _("one replication: no interval")
    notes[np.isnan(ratio)] = _("the baseline is 0, or a mean is negative: no ratio")
    notes[count == 0] = _("no pair: no ratio")
    return list(notes)


def standardised_difference(pairs: Pairs) -> Floats:
    """Difference in standard deviations between replications of one arm (Hedges).

    The mean variance of the two arms is the yardstick, not that of the differences,
    which the pairing shrinks; with Hedges' correction for few replications. It depends on
    the number of people simulated, so compare it within a run only. NaN where neither
    arm varies.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        one_arm = np.sqrt((pairs.var_baseline + pairs.var_value) / 2)
        correction = 1 - 3 / (4 * (pairs.count - 1) - 1)
        size = pairs.difference / one_arm * correction
    return np.where((one_arm > 0) & (pairs.count > 2), size, np.nan)
