"""Cumulative incidence with competing events, on whole months.

The Aalen–Johansen estimator. Times are whole months from the index event, so the counts
of a month are one ``bincount`` and the curves of all groups are found at once. lifelines
has it for one group at a time, and moves tied times apart at random.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.errors import AnalysisError
from analysis.intervals import Floats

Ints = NDArray[np.int64]
CENSORED, EVENT, COMPETING = 0, 1, 2
_NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Incidence:
    """Curves per group (rows) at months 0 to the horizon (columns).

    ``at_risk`` counts people event-free just before the month; ``incidence`` is a
    proportion, NaN from the month on where nobody is left under observation;
    ``variance`` is that of the incidence between people.
    """

    at_risk: Ints
    events: Ints
    competing: Ints
    incidence: Floats
    variance: Floats


def first_event(
    to_event: NDArray[np.integer],
    to_competing: NDArray[np.integer],
    observed: NDArray[np.integer],
) -> tuple[Ints, Ints]:
    """Turn months to the event, to a competing one and of observation into (time, kind).

    An event in the month of death or of the end of observation counts as the event. -1
    means not observed.

    Examples
    --------
    >>> time, kind = first_event(np.array([3, -1, -1]), np.array([3, 5, -1]), np.array([9, 9, 9]))
    >>> time.tolist(), kind.tolist()
    ([3, 5, 9], [1, 2, 0])
    """
    event = np.where(to_event < 0, _NEVER, to_event.astype(np.int64))
    other = np.where(to_competing < 0, _NEVER, to_competing.astype(np.int64))
    end = observed.astype(np.int64)
    time = np.minimum(np.minimum(event, other), end)
    kind = np.where(event == time, EVENT, np.where(other == time, COMPETING, CENSORED))
    return time, kind.astype(np.int64)


def cumulative_incidence(
    time: NDArray[np.integer],
    kind: NDArray[np.integer],
    horizon: int,
    group: NDArray[np.integer] | None = None,
    groups: int = 1,
) -> Incidence:
    """Aalen–Johansen curves of the event, one per group.

    Parameters
    ----------
    time : array of int, shape (n,)
        Whole months to the first of event, competing event, end of observation; >= 0.
    kind : array of int, shape (n,)
        0 censored, 1 event, 2 competing event.
    horizon : int
        Last month of the curve.
    group : array of int, shape (n,), optional
        Group of each row, 0 to ``groups`` - 1.
    """
    if horizon < 1:
        raise AnalysisError(f"a horizon of {horizon} months is not a follow-up")
    if len(time) and (int(time.min()) < 0 or int(kind.min()) < 0 or int(kind.max()) > COMPETING):
        raise AnalysisError("a time before the index event, or an unknown kind of event")
    width = horizon + 2  # one more column gathers everything after the horizon
    month = np.minimum(time, horizon + 1).astype(np.int64)
    place = month if group is None else group.astype(np.int64) * width + month
    size = groups * width
    counts = np.bincount(kind.astype(np.int64) * size + place, minlength=3 * size)
    censored, events, competing = counts.reshape(3, groups, width)
    leaving = censored + events + competing
    at_risk = leaving[:, ::-1].cumsum(axis=1)[:, ::-1]
    keep = slice(0, horizon + 1)
    return _estimate(at_risk[:, keep], events[:, keep], competing[:, keep])


def pooled(curves: Incidence, at: Ints) -> Incidence:
    """Put the people of several curves (the rows ``at``) together into one."""
    risk, events, competing = (
        part[at].sum(axis=0, keepdims=True)
        for part in (curves.at_risk, curves.events, curves.competing)
    )
    return _estimate(risk, events, competing)


def _estimate(at_risk: Ints, events: Ints, competing: Ints) -> Incidence:
    """Turn counts by month into curves."""
    with np.errstate(divide="ignore", invalid="ignore"):
        hazard = np.where(at_risk > 0, events / at_risk, 0.0)
        exits = np.where(at_risk > 0, (events + competing) / at_risk, 0.0)
    free = np.cumprod(1.0 - exits, axis=1)
    before = np.concatenate([np.ones((len(free), 1)), free[:, :-1]], axis=1)
    incidence = np.cumsum(before * hazard, axis=1)
    # With nobody left and somebody still event-free, the curve cannot go on.
    incidence[(at_risk == 0) & (before > 1e-12)] = np.nan
    variance = _variance(at_risk, events, competing, before, incidence)
    return Incidence(at_risk, events, competing, incidence, variance)


def _variance(
    at_risk: Ints, events: Ints, competing: Ints, before: Floats, incidence: Floats
) -> Floats:
    """Greenwood's variance of each curve, for competing risks (delta method).

    Marubini and Valsecchi (1995), the formula of lifelines; with everyone followed to the
    end it is the binomial F (1 - F) / n. The square of F(t) - F(s) is multiplied out, so
    that the sums over earlier months s are running sums.
    """
    exits = events + competing
    left = at_risk - exits
    with np.errstate(divide="ignore", invalid="ignore"):
        # Where everybody leaves, the curve cannot rise again and the first term is 0.
        greenwood = np.where(left > 0, exits / (at_risk * np.maximum(left, 1)), 0.0)
        own = np.where(at_risk > 0, before**2 * events * (at_risk - events) / at_risk**3.0, 0.0)
        cross = np.where(at_risk > 0, before * events / at_risk**2.0, 0.0)
    at = np.nan_to_num(incidence)
    sums = [
        np.cumsum(term, axis=1)
        for term in (greenwood, greenwood * at, greenwood * at**2, own, cross, cross * at)
    ]
    square = incidence**2 * sums[0] - 2 * incidence * sums[1] + sums[2]
    return np.asarray(np.maximum(square + sums[3] - 2 * (incidence * sums[4] - sums[5]), 0.0))
