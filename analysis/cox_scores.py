"""Influence of each cluster on a fitted Cox model, with Efron's ties.

Lin and Wei (1989): a person's score residual is what the person adds to the score beyond
what the others at risk lead one to expect; their sums over a cluster, times the inverse
information, are how far the estimate would move. Times are whole months, so risk sets
are formed once a month.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis.intervals import Floats

# Efron's average over tied events is taken at no more than this many points.
TIED_POINTS = 400


def cluster_influence(
    terms: Floats,
    time: NDArray[np.integer],
    event: NDArray[np.bool_],
    weight: Floats,
    cluster: NDArray[np.integer],
    beta: Floats,
    inverse_information: Floats,
    clusters: int,
) -> Floats:
    """Add the influence of people up within clusters.

    Parameters
    ----------
    terms : array, shape (n, p)
        Covariates of each row.
    weight : array, shape (n,)
        People that each row stands for.
    cluster : array of int, shape (n,)
        0 to ``clusters`` - 1.
    inverse_information : array, shape (p, p)

    Returns
    -------
    array, shape (clusters, p)
    """
    months, at = np.unique(time, return_inverse=True)
    centred = terms - np.average(terms, axis=0, weights=weight)
    risk = np.exp(centred @ beta)
    dying = weight * event
    at_risk, at_risk_terms = _by_month(weight * risk, centred, at, len(months))
    tied, tied_terms = _by_month(dying * risk, centred, at, len(months))
    at_risk, at_risk_terms = (part[::-1].cumsum(axis=0)[::-1] for part in (at_risk, at_risk_terms))
    deaths = np.bincount(at, dying, len(months))

    width = terms.shape[1]
    rate, rate_terms = np.zeros(len(months)), np.zeros((len(months), width))
    own, own_terms, mean = np.zeros(len(months)), np.zeros((len(months), width)), rate_terms.copy()
    for month in np.flatnonzero(deaths > 0):
        d = deaths[month]
        points = int(min(round(d), TIED_POINTS))
        gone = (
            np.arange(points) / points
            if points == round(d)
            else (np.arange(points) + 0.5) / points - 0.5 / d
        )
        total = at_risk[month] - gone * tied[month]
        centre = (at_risk_terms[month] - gone[:, None] * tied_terms[month]) / total[:, None]
        each = d / points
        rate[month] = each * (1 / total).sum()
        rate_terms[month] = each * (centre / total[:, None]).sum(axis=0)
        # Those who have the event this month are at risk for part of the ties only.
        own[month] = each * ((1 - gone) / total).sum()
        own_terms[month] = each * (centre * ((1 - gone) / total)[:, None]).sum(axis=0)
        mean[month] = centre.mean(axis=0)
    before, before_terms = rate.cumsum() - rate, rate_terms.cumsum(axis=0) - rate_terms
    now = np.where(event, own[at], rate[at])
    now_terms = np.where(event[:, None], own_terms[at], rate_terms[at])
    expected = centred * (before[at] + now)[:, None] - (before_terms[at] + now_terms)
    score = event[:, None] * (centred - mean[at]) - risk[:, None] * expected
    sums = np.stack(
        [np.bincount(cluster, weight * score[:, one], clusters) for one in range(width)], axis=1
    )
    return np.asarray(sums @ inverse_information)


def _by_month(weight: Floats, terms: Floats, at: NDArray[np.integer], months: int) -> tuple[
    Floats, Floats
]:  # fmt: skip
    """Sum of the weights, and of the weighted terms, by month."""
    sums = [np.bincount(at, weight * terms[:, one], months) for one in range(terms.shape[1])]
    return np.bincount(at, weight, months).astype(float), np.stack(sums, axis=1).astype(float)
