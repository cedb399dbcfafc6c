"""The effect of one arm against another on the scale of the published result, with its error.

Estimates and standard errors are kept on the *link* of the scale: the logarithm for ratios and
relative changes, the difference itself for points and standardised differences. Deaths end
observation; for risks they count as no event, as in the studies.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from sim.experiment.trial import COUNTS, NULL, Scale

Z = float(norm.isf(0.025))
"""Standard errors on each side of a 95 % interval."""


@dataclass(frozen=True)
class Effect:
    """An estimate on the link of its scale, with its standard error."""

    link: float
    se: float

    def minus(self, other: Effect) -> Effect:
        """The difference of two independent effects: an interaction."""
        return Effect(self.link - other.link, float(np.hypot(self.se, other.se)))

    def on(self, scale: Scale) -> float:
        """The estimate on its scale."""
        return from_link(self.link, scale)

    def interval(self, scale: Scale) -> tuple[float, float]:
        """Its 95 % interval on its scale."""
        low, high = self.link - Z * self.se, self.link + Z * self.se
        return from_link(low, scale), from_link(high, scale)

    def significant(self) -> bool:
        """Whether the 95 % interval leaves out no effect (0 on every link)."""
        return bool(abs(self.link) > Z * self.se)


def from_link(link: float, scale: Scale) -> float:
    """A value on its scale.

    >>> round(from_link(-0.38, "hazard ratio"), 3), round(from_link(-0.05, "points"), 1)
    (0.684, -5.0)
    """
    if scale == "points":
        return 100.0 * link
    if scale == "standardised difference":
        return link
    ratio = float(np.exp(np.clip(link, -700.0, 700.0)))
    return 100.0 * (ratio - 1.0) if scale == "percent" else ratio


def power(link: float, se: float) -> float:
    """Probability that a two-sided test at 5 % sees a true effect, with this standard error.

    >>> round(power(0.0, 1.0), 3), round(power(2.8, 1.0), 2)
    (0.05, 0.8)
    """
    return float(norm.sf(Z - link / se) + norm.cdf(-Z - link / se))


def effect(people: Mapping[str, NDArray[Any]], scale: Scale, outcome: str) -> Effect:
    """Effect of ``treated`` (0/1) among people; ``world`` is the stratum of a hazard ratio.

    Parameters
    ----------
    people
        Columns ``treated``, ``time``, ``event``, ``count``, ``world``, each of shape (n,).
    """
    treated = people["treated"] == 1
    if not treated.any() or treated.all():
        return Effect(float("nan"), float("nan"))
    if scale == "hazard ratio":
        return log_hazard_ratio(people["time"], people["event"], treated, people["world"])
    if scale == "standardised difference":
        return _standardised_difference(people["count"], treated)
    if outcome in COUNTS:
        return _log_rate_ratio(people["count"], treated)
    n1, n0 = float(treated.sum()), float((~treated).sum())
    e1 = float(people["event"][treated].sum())
    e0 = float(people["event"][~treated].sum())
    if scale == "points":
        p1, p0 = e1 / n1, e0 / n0
        return Effect(p1 - p0, float(np.sqrt(p1 * (1 - p1) / n1 + p0 * (1 - p0) / n0)))
    if min(e1, e0, n1 - e1, n0 - e0) == 0:  # half an event in every cell keeps logarithms finite
        e1, e0, n1, n0 = e1 + 0.5, e0 + 0.5, n1 + 1.0, n0 + 1.0
    if scale == "odds ratio":
        cells = (e1, n1 - e1, e0, n0 - e0)
        link = np.log(cells[0] * cells[3] / (cells[1] * cells[2]))
        return Effect(float(link), float(np.sqrt(sum(1.0 / cell for cell in cells))))
    link = np.log((e1 / n1) / (e0 / n0))
    return Effect(float(link), float(np.sqrt(1 / e1 - 1 / n1 + 1 / e0 - 1 / n0)))


def _log_rate_ratio(count: NDArray[np.float64], treated: NDArray[np.bool_]) -> Effect:
    """Ratio of mean frequencies; the spread between people gives the error, not Poisson."""
    parts = []
    for chosen in (treated, ~treated):
        values = count[chosen]
        mean = values.mean()
        if mean == 0 or values.shape[0] < 2:
            return Effect(float("nan"), float("nan"))
        parts.append((np.log(mean), values.var(ddof=1) / values.shape[0] / mean**2))
    (one, v1), (other, v0) = parts
    return Effect(float(one - other), float(np.sqrt(v1 + v0)))


def _standardised_difference(count: NDArray[np.float64], treated: NDArray[np.bool_]) -> Effect:
    """Cohen's d of frequencies: difference of means over the pooled standard deviation.

    Standard error after Hedges and Olkin (1985).
    """
    one, other = count[treated], count[~treated]
    n1, n0 = one.shape[0], other.shape[0]
    if min(n1, n0) < 2:
        return Effect(float("nan"), float("nan"))
    pooled = ((n1 - 1) * one.var(ddof=1) + (n0 - 1) * other.var(ddof=1)) / (n1 + n0 - 2)
    if pooled == 0:
        return Effect(float("nan"), float("nan"))
    d = float((one.mean() - other.mean()) / np.sqrt(pooled))
    return Effect(d, float(np.sqrt(1 / n1 + 1 / n0 + d**2 / (2 * (n1 + n0)))))


def log_hazard_ratio(
    time: NDArray[Any], event: NDArray[Any], treated: NDArray[np.bool_],
    stratum: NDArray[Any] | None = None,
) -> Effect:  # fmt: skip
    """Cox's log hazard ratio of one 0/1 covariate, ties after Efron (1977), by Newton's method.

    Parameters
    ----------
    time
        Whole units of time, at least 1, shape (n,).
    event
        Whether the time ended with the event, shape (n,).
    stratum
        Baseline hazards are each stratum's own; one stratum when None.
    """
    strata = [np.ones(time.shape[0], np.bool_)] if stratum is None else [
        stratum == value for value in np.unique(stratum)
    ]  # fmt: skip
    tables = [_ties(time[s].astype(np.int64), event[s].astype(bool), treated[s]) for s in strata]
    a, b = (np.concatenate(parts) for parts in zip(*(table[:2] for table in tables), strict=True))
    d1, d0 = sum(table[2] for table in tables), sum(table[3] for table in tables)
    if d1 == 0 or d0 == 0:
        return Effect(float("nan"), float("nan"))
    beta = 0.0
    for _ in range(50):
        p = a * np.exp(beta) / (a * np.exp(beta) + b)
        score, information = d1 - p.sum(), (p * (1.0 - p)).sum()
        step = float(np.clip(score / information, -1.0, 1.0))
        beta += step
        if abs(step) < 1e-10:
            break
    return Effect(beta, float(1.0 / np.sqrt(information)))


def _ties(
    time: NDArray[np.int64], event: NDArray[np.bool_], treated: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64], int, int]:
    """Treated and untreated at risk at each event, ties thinned after Efron; then their events."""
    length = int(time.max(initial=0)) + 1

    def at(chosen: NDArray[np.bool_]) -> NDArray[np.int64]:
        return np.bincount(time[chosen], minlength=length)

    d1, d0 = at(event & treated), at(event & ~treated)
    n1, n0 = np.cumsum(at(treated)[::-1])[::-1], np.cumsum(at(~treated)[::-1])[::-1]
    d = d1 + d0
    when = np.repeat(np.arange(length), d)
    rank = np.arange(when.shape[0]) - np.repeat(np.cumsum(d) - d, d)
    thinned = rank / d[when]
    a = n1[when] - thinned * d1[when]
    b = n0[when] - thinned * d0[when]
    return a, b, int(d1.sum()), int(d0.sum())


def excludes_null(low: float, high: float, scale: Scale) -> bool:
    """Whether an interval leaves out no effect."""
    return not low <= NULL[scale] <= high
