"""Difference in risk between two groups, adjusted by logistic regression and standardised.

The regression (statsmodels) gives each participant's risk with and without taking part;
the mean difference over the participants is the effect on the treated that the study
would report (standardisation, or g-computation: Robins 1986). A difference in risk, unlike
an odds ratio, means the same whatever it is adjusted for.
"""

from __future__ import annotations

import warnings

import numpy as np
from scipy.special import expit

from analysis.intervals import Floats


def standardised_difference(
    event: Floats, took_part: Floats, covariates: Floats, start: Floats | None = None
) -> tuple[float, Floats]:
    """Adjusted difference in risk over those who took part.

    Parameters
    ----------
    event, took_part : array of 0 and 1, shape (people,)
    covariates : array, shape (people, columns)
        Without a constant; of similar scale.
    start : array, optional
        Coefficients to start from.

    Returns
    -------
    (float, array)
        The difference (a proportion) and the coefficients; NaN where the regression has
        no finite solution, because an outcome never varies on one side.

    Examples
    --------
    >>> event, took_part = np.array([1.0, 0, 0, 1, 1, 0]), np.array([1.0, 1, 1, 0, 0, 0])
    >>> gap, _coefficients = standardised_difference(event, took_part, np.empty((6, 0)))
    >>> round(gap, 6)  # without covariates, the raw difference: 1/3 - 2/3
    -0.333333
    """
    from statsmodels.discrete.discrete_model import Logit
    from statsmodels.tools.sm_exceptions import PerfectSeparationError

    design = np.column_stack([np.ones(len(event)), took_part, covariates])
    nothing = np.full(design.shape[1], np.nan)
    for side in (0.0, 1.0):
        if np.ptp(event[took_part == side]) == 0:
            return float("nan"), nothing
    if start is None or not np.isfinite(start).all() or len(start) != design.shape[1]:
        start = np.zeros(design.shape[1])
        start[0] = np.log(event.mean() / (1 - event.mean()))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            fitted = Logit(event, design).fit(
                start_params=start, method="newton", maxiter=50, disp=0
            )
        except (np.linalg.LinAlgError, PerfectSeparationError):
            return float("nan"), nothing
    coefficients = np.asarray(fitted.params, dtype=float)
    if not fitted.mle_retvals["converged"] or not np.isfinite(coefficients).all():
        return float("nan"), nothing
    # A separated covariate drives its coefficient off, which changes no risk worth telling;
    # a separated participation does, and is caught above.
    others = design[took_part == 1]
    without = others.copy()
    without[:, 1] = 0.0
    gap = expit(others @ coefficients) - expit(without @ coefficients)
    return float(gap.mean()), coefficients
