"""What a cohort's times say: its curve, how risk differs between people, and its shape over time.

The curve is Kaplan and Meier's; where another event ends observation for good (death), it is the
cumulative incidence after Aalen and Johansen, because the model too counts the dead among those
who do not reoffend.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.experiment.data.columns import UNITS
from sim.experiment.data.lomax import fit_lomax
from sim.experiment.data.people import COMPETING, EVENT, People

SLACK_DAYS = 2.0
"""A year of 52 weeks or 365 days is a year, although both are a little less than 12 months."""

LEAST_AT_RISK = 10
"""People still followed that a point of a curve must rest on."""

MOST_ALIKE = 100.0
"""Shape of gamma frailty from which people cannot be told from alike ones."""

EVENTS_PER_COVARIATE = 10
"""Events for each coefficient of a Cox regression (Peduzzi et al. 1995)."""


@dataclass(frozen=True)
class Point:
    """Cumulative share at a month, with the number of people it is worth.

    ``n`` is the number that would give this standard error without censoring: everybody, when
    nobody is lost; fewer under censoring (Greenwood).
    """

    month: int
    share: float
    n: int


def curve(frame: pd.DataFrame, grid_months: int = 1) -> list[Point]:
    """Cumulative share with the event, at every month that enough people are followed to."""
    days = frame["days"].to_numpy(np.float64)
    code = frame["code"].to_numpy(np.int64)
    last = int((days.max() + SLACK_DAYS) // UNITS["months"])
    times, share, error = _incidence(days, code)
    points = []
    for month in range(grid_months, last + 1, grid_months):
        day = month * UNITS["months"]
        if (days >= day - SLACK_DAYS).sum() < LEAST_AT_RISK:
            break
        at = int(np.searchsorted(times, day, side="right")) - 1
        reached = float(share[at]) if at >= 0 else 0.0
        variance = float(error[at]) ** 2 if at >= 0 else 0.0
        worth = reached * (1.0 - reached) / variance if variance > 0.0 else float(len(days))
        points.append(Point(month, reached, round(min(worth, len(days)))))
    return points


def _incidence(
    days: NDArray[np.float64], code: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Times, cumulative incidence and its standard error."""
    if (code == COMPETING).any():
        # lifelines shifts tied times at random in its Aalen-Johansen; statsmodels takes ties.
        from statsmodels.duration.survfunc import CumIncidenceRight

        found = CumIncidenceRight(days, code)
        return found.times, np.asarray(found.cinc[0]), np.asarray(found.cinc_se[0])
    from lifelines import KaplanMeierFitter

    fitter = KaplanMeierFitter().fit(days, code == EVENT)
    table = fitter.event_table
    d, n = table["observed"].to_numpy(np.float64), table["at_risk"].to_numpy(np.float64)
    survival = fitter.survival_function_["KM_estimate"].to_numpy(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        greenwood = np.cumsum(np.where(n > d, d / (n * (n - d)), 0.0))
    return table.index.to_numpy(np.float64), 1.0 - survival, survival * np.sqrt(greenwood)


def risk(people: People) -> pd.DataFrame:
    """Log hazard ratios by age, sex, ln(1 + priors) and further covariates (Cox, ties by Efron).

    Returns
    -------
    DataFrame
        One row a covariate: ``coefficient, se, low, high, hazard_ratio, people, events``; empty
        when the events are too few. A competing event ends observation.
    """
    frame = people.frame
    columns = {"days": frame["days"], "event": (frame["code"] == EVENT).astype(float)}
    if "age_years" in frame:
        columns["age_years"] = frame["age_years"]
    if "male" in frame:
        columns["female"] = 1.0 - frame["male"]
    if "priors" in frame:
        columns["ln(1 + priors)"] = np.log1p(frame["priors"])
    columns |= {column: frame[column] for column in people.covariates}
    table = pd.DataFrame(columns).dropna(axis=1, how="all").dropna()
    table = table.drop(
        columns=[c for c in table.columns[2:] if table[c].nunique() < 2 or table[c].std() == 0.0]
    )
    empty = pd.DataFrame()
    covariates = list(table.columns[2:])
    events = int(table["event"].sum())
    if not covariates or events < EVENTS_PER_COVARIATE * len(covariates):
        return empty
    from lifelines import CoxPHFitter
    from lifelines.exceptions import ConvergenceError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what matters shows in the standard errors
            fitted = CoxPHFitter().fit(table, "days", "event").summary
    except ConvergenceError:
        return empty
    return pd.DataFrame(
        {
            "covariate": fitted.index,
            "coefficient": fitted["coef"].to_numpy(),
            "se": fitted["se(coef)"].to_numpy(),
            "low": fitted["coef lower 95%"].to_numpy(),
            "high": fitted["coef upper 95%"].to_numpy(),
            "hazard_ratio": fitted["exp(coef)"].to_numpy(),
            "people": len(table),
            "events": events,
        }
    )


def shape(people: People) -> pd.DataFrame:
    """How the hazard falls with time: Weibull, and Lomax (a constant hazard with gamma frailty).

    Returns
    -------
    DataFrame
        ``model, parameter, value, low, high, aic``; scales in days. Lomax' ``shape`` is that of
        the gamma frailty among these people; left out when the hazard does not fall with time, so
        that no frailty shows.
    """
    from lifelines import WeibullFitter
    from lifelines.exceptions import ConvergenceError, StatError

    days = people.frame["days"].to_numpy(np.float64)
    happened = (people.frame["code"] == EVENT).to_numpy()
    lower, upper = days.copy(), np.where(happened, days, np.inf)
    if people.grid_months > 1:  # the event fell somewhere within the interval
        width = people.grid_months * UNITS["months"]
        lower = np.where(happened, np.maximum(days - width, 0.5), days)
    rows: list[tuple[str, str, float, float, float, float]] = []
    weibull = WeibullFitter()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what matters shows in the intervals
            weibull.fit_interval_censoring(lower, upper)
        for name, column in (("scale", "lambda_"), ("shape", "rho_")):
            line = weibull.summary.loc[column]
            bounds = line["coef lower 95%"], line["coef upper 95%"]
            rows.append(("Weibull", name, line["coef"], *bounds, weibull.AIC_))
    except (ConvergenceError, StatError):
        pass
    lomax = fit_lomax(lower, upper)
    if lomax.shape[2] <= MOST_ALIKE:
        rows.append(("Lomax", "scale", *lomax.scale, lomax.aic))
        rows.append(("Lomax", "shape", *lomax.shape, lomax.aic))
    return pd.DataFrame(rows, columns=["model", "parameter", "value", "low", "high", "aic"])
