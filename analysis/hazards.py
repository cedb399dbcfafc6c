"""Hazard ratios between policies: Cox regression, clustered by replication.

lifelines fits the model (Efron's ties). The variance is ours, because lifelines' own
clustered one grows with the square of the people and leaves ties aside: the scores
(Lin and Wei 1989, with Efron's ties) are added up within a replication, since there the
same person lives under both policies with the same luck, and the spread between the
replications' sums is the uncertainty. Few replications make that too small, so it is
multiplied by G / (G - 1) and read off Student's t with G - 1 degrees of freedom.

Each policy is compared with the baseline alone: a policy added to the study changes no
other's hazard ratio. With one replication the clusters are its people, each with all
their episodes under both policies; the table says so.

A hazard ratio is an average over the follow-up, and with unobserved differences between
people it drifts towards 1 as the follow-up grows, even where a policy works the same on
everyone: compare it with ``hr_early`` and ``hr_late``.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

from analysis.aalen_johansen import EVENT
from analysis.cox_scores import cluster_influence
from analysis.errors import AnalysisError
from analysis.intervals import Floats, check_confidence
from analysis.language import _

COLUMNS = (
    "jurisdiction", "policy", "hazard_ratio", "lo", "hi", "p_value", "log_se", "episodes",
    "events", "events_baseline", "clusters", "clustered_by", "split_month", "hr_early", "hr_late",
    "p_proportional", "note",
)  # fmt: skip
# Above this many episodes equal ones are counted instead of listed (only without covariates).
LISTED_EPISODES = 200_000


@dataclass(frozen=True)
class _Fit:
    """Log hazard ratio of the policy and its influence, one value a cluster."""

    log_ratio: float
    influence: Floats

    @property
    def clusters(self) -> int:
        return len(self.influence)


def hazard_ratios(
    episodes: pd.DataFrame,
    confidence: float = 0.95,
    *,
    baseline: str = "status_quo",
    covariates: Sequence[str] = (),
) -> pd.DataFrame:
    """Cause-specific hazard ratio of each policy against the baseline.

    Parameters
    ----------
    episodes : DataFrame
        From :func:`analysis.follow_up.episodes`; competing events count as censored, as
        the cause-specific hazard asks.
    covariates : sequence of str
        Numeric columns to adjust for (a person's own, from before the index event).

    Returns
    -------
    DataFrame
        Columns :data:`COLUMNS`, one row per jurisdiction and policy. ``log_se`` is the
        standard error of the log hazard ratio; ``clustered_by`` "replication" or
        "person". The check of proportional hazards: ``hr_early`` and ``hr_late`` are the
        ratios up to and after ``split_month`` (the median month of the events), and
        ``p_proportional`` tests that they are equal, with the same clusters; a test by
        residuals of single people would take pairs and worlds for independent people.
        Where the model cannot be fitted the cells are empty and ``note`` says why.

    Raises
    ------
    AnalysisError
        The baseline or a column is absent.
    """
    check_confidence(confidence)
    needed = ("jurisdiction", "policy", "replication", "person", "time", "kind", *covariates)
    missing = [name for name in needed if name not in episodes]
    if missing:
        raise AnalysisError(
            f"the episodes have no column '{missing[0]}'", mend="read it from the cohort"
        )
    rows = []
    for place, here in episodes.groupby("jurisdiction", observed=True, sort=True):
        arm = here["policy"].astype(str).to_numpy()
        names = sorted(set(arm))
        if baseline not in names:
            raise AnalysisError(
                f"the baseline '{baseline}' has nobody in {place}",
                why=f"there are: {', '.join(names)}",
            )
        for policy in names:
            if policy != baseline:
                pair = here.loc[(arm == policy) | (arm == baseline)]
                row = _compare(pair, policy, baseline, confidence, covariates)
                rows.append({"jurisdiction": str(place), "policy": policy, **row})
    return pd.DataFrame(rows).reindex(columns=list(COLUMNS))


def _compare(
    pair: pd.DataFrame, policy: str, baseline: str, confidence: float, covariates: Sequence[str]
) -> dict[str, object]:
    """One row of the table."""
    treated = (pair["policy"].astype(str) == policy).to_numpy()
    by = "replication" if pair["replication"].nunique() > 1 else "person"
    data = pd.DataFrame({
        "policy": treated.astype(float), "time": pair["time"].to_numpy(),
        "event": (pair["kind"] == EVENT).to_numpy(), "cluster": pair[by].to_numpy(),
        **{name: pair[name].to_numpy(float) for name in covariates},
    })  # fmt: skip
    event = data["event"].to_numpy()
    row: dict[str, object] = {
        "episodes": len(data), "events": int(event[treated].sum()),
        "events_baseline": int(event[~treated].sum()), "clustered_by": by,
        "clusters": int(data["cluster"].nunique()), "note": "",
    }  # fmt: skip
    for count, name in ((row["events"], policy), (row["events_baseline"], baseline)):
        if count == 0:
            row["note"] = _("no event under {policy}: no hazard ratio").format(policy=name)
            return row
    whole = _fit(data, covariates)
    if whole is None:
        row["note"] = _("the model cannot be fitted: no interval")
        return row
    row |= _statements(whole, confidence)
    row["note"] = _("one replication: the interval is between its people") if by == "person" else ""
    split = int(np.median(data.loc[event, "time"]))
    early = _fit(data.assign(event=event & (data["time"] <= split),
                             time=data["time"].clip(upper=split)), covariates)  # fmt: skip
    late = _fit(data[data["time"] > split], covariates, list(pd.unique(data["cluster"])))
    row["split_month"] = split
    if early is None or late is None:
        row["note"] = "; ".join(
            filter(
                None,
                [
                    str(row["note"]),
                    _(
                        "no event under one policy in part of the follow-up: "
                        "proportionality not checked"
                    ),
                ],
            )
        )
        return row
    change = _Fit(late.log_ratio - early.log_ratio, late.influence - early.influence)
    row["hr_early"], row["hr_late"] = np.exp(early.log_ratio), np.exp(late.log_ratio)
    row["p_proportional"] = _statements(change, confidence)["p_value"]
    return row


def _statements(fit: _Fit, confidence: float) -> dict[str, float]:
    """Ratio, interval and test from the influence of the clusters."""
    clusters = fit.clusters
    se = float(np.sqrt(clusters / (clusters - 1) * (fit.influence**2).sum())) if clusters > 1 else (
        np.nan)  # fmt: skip
    freedom = max(clusters - 1, 1)
    width = special.stdtrit(freedom, 0.5 + confidence / 2) * se
    if se > 0:
        p = 2 * special.stdtr(freedom, -abs(fit.log_ratio) / se)
    else:
        p = 1.0 if abs(fit.log_ratio) < 1e-9 else np.nan
    low, middle, high = np.exp([fit.log_ratio - width, fit.log_ratio, fit.log_ratio + width])
    return {"hazard_ratio": middle, "lo": low, "hi": high, "p_value": float(p), "log_se": se}


def _fit(
    data: pd.DataFrame, covariates: Sequence[str], clusters: Sequence[object] | None = None
) -> _Fit | None:
    """Fit one model; None where an arm has no event or the fit does not converge."""
    from lifelines import CoxPHFitter
    from lifelines.exceptions import ConvergenceError

    events = data.groupby("policy")["event"].sum()
    if len(events) < 2 or (events == 0).any():
        return None
    terms = ["policy", *covariates]
    weighed = data.assign(weight=1.0)
    if not covariates and len(data) > LISTED_EPISODES:
        keys = ["policy", "time", "event", "cluster"]
        weighed = data.groupby(keys, sort=False).size().rename("weight").reset_index()
    fitter = CoxPHFitter()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # on weights, which here are counts of people
            fitter.fit(weighed[[*terms, "time", "event", "weight"]], "time", "event",
                       weights_col="weight")  # fmt: skip
    except ConvergenceError:
        return None
    places = {name: at for at, name in enumerate(pd.unique(data["cluster"])
                                                 if clusters is None else clusters)}  # fmt: skip
    influence = cluster_influence(
        weighed[terms].to_numpy(float), weighed["time"].to_numpy(), weighed["event"].to_numpy(bool),
        weighed["weight"].to_numpy(float), weighed["cluster"].map(places).to_numpy(),
        fitter.params_[terms].to_numpy(), fitter.variance_matrix_.loc[terms, terms].to_numpy(),
        len(places),
    )  # fmt: skip
    return _Fit(float(fitter.params_["policy"]), influence[:, 0])
