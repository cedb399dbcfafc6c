"""Made-up experiments whose truth is known, to hold the intervals of the analysis against.

A replication is a world: worlds differ, the arms of one world share most of their luck, and
the same people live in both. Every function makes many independent experiments at once.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

KEYS = {"definition": "", "horizon_months": 36, "group": "all", "draw": 0, "unit": "%", "n": 1.0}


def misses_allowed(experiments: int, level: float = 0.05) -> tuple[int, int]:
    """Misses of an interval that covers at its level, but for 1 in 10,000 (binomial)."""
    low, high = stats.binom.ppf([0.5e-4, 1 - 0.5e-4], experiments, level)
    return int(low), int(high)


def missed(lo: object, hi: object, truth: float) -> int:
    """Intervals that do not hold the truth; an absent interval is a miss."""
    low, high = np.asarray(lo, float), np.asarray(hi, float)
    return int((~((low <= truth) & (truth <= high))).sum())


def paired_outcomes(
    experiments: int,
    replications: int,
    means: dict[str, float],
    *,
    seed: int,
    shared: float = 3.0,
    own: float = 1.0,
    outcome: str = "rearrest",
) -> pd.DataFrame:
    """Outcomes table of normal values, one jurisdiction an experiment."""
    rng = np.random.default_rng(seed)
    luck = rng.normal(0, shared, (experiments, replications))
    frames = []
    for policy, mean in means.items():
        value = mean + luck + rng.normal(0, own, (experiments, replications))
        frames.append(pd.DataFrame({
            "jurisdiction": np.repeat([f"{at:05d}" for at in range(experiments)], replications),
            "policy": policy, "replication": np.tile(np.arange(replications), experiments),
            "outcome": outcome, "value": value.ravel(), **KEYS,
        }))  # fmt: skip
    return pd.concat(frames, ignore_index=True)


def worlds_of_people(
    experiments: int,
    replications: int,
    people: int,
    *,
    seed: int,
    monthly_hazard: float = 0.03,
    log_ratio: float = float(np.log(0.8)),
    spread: float = 0.1,
    months: int = 36,
    frailty: float = 0.0,
) -> pd.DataFrame:
    """Episodes under "status_quo" and "new": the same people, whose luck is mostly the same.

    The log hazard ratio of a world varies with sd ``spread``, such that the mean of the
    hazard ratios is exp(``log_ratio``); one person in ten has other luck under the
    policy. ``frailty`` is the sd of a world's own log hazard.
    """
    rng = np.random.default_rng(seed)
    shape = (experiments, replications, people)
    level = monthly_hazard * np.exp(rng.normal(0, 1, shape[:2]) * frailty)[..., None]
    effect = np.exp(log_ratio + rng.normal(-(spread**2) / 2, spread, shape[:2]))[..., None]
    luck = rng.exponential(1, shape)
    other = np.where(rng.random(shape) < 0.1, rng.exponential(1, shape), luck)
    death = rng.exponential(1 / 0.004, shape)
    frames = []
    for policy, event in (("status_quo", luck / level), ("new", other / (level * effect))):
        time = np.minimum(np.ceil(np.minimum(event, death)), months).astype(int)
        over = np.minimum(event, death) > months
        kind = np.where(over, 0, np.where(event <= death, 1, 2))
        experiment, replication, person = (axis.ravel() for axis in np.indices(shape))
        frames.append(pd.DataFrame({
            "jurisdiction": pd.Categorical.from_codes(
                experiment, [f"{at:05d}" for at in range(experiments)]),
            "policy": policy, "draw": 0, "replication": replication, "person": person,
            "time": time.ravel(), "kind": kind.ravel(),
        }))  # fmt: skip
    return pd.concat(frames, ignore_index=True)


def cohorts_with_liberty(
    experiments: int, replications: int, people: int, *, seed: int, rate: float = 0.8
) -> pd.DataFrame:
    """Cohort with offences and months at liberty; personal rates are gamma, worlds differ.

    The true rate is ``rate`` per person-year under "status_quo" and 0.9 of it under "new".
    """
    rng = np.random.default_rng(seed)
    shape = (experiments, replications, people)
    world = rng.gamma(100, 1 / 100, (*shape[:2], 1))
    frames = []
    personal = rng.gamma(0.8, 1 / 0.8, shape) * world
    for policy, factor in (("status_quo", 1.0), ("new", 0.9)):
        liberty = rng.integers(12, 37, shape)
        offences = rng.poisson(rate * factor * personal * liberty / 12)
        experiment, replication, person = (axis.ravel() for axis in np.indices(shape))
        frames.append(pd.DataFrame({
            "jurisdiction": np.char.mod("%05d", experiment), "policy": policy, "draw": 0,
            "replication": replication, "person": person, "index": 0, "month": 0,
            "observed_months": 36, "liberty_36m": liberty.ravel(),
            "offences_36m": offences.ravel(),
        }))  # fmt: skip
    return pd.concat(frames, ignore_index=True)
