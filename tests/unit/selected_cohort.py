"""Cohorts in which people select themselves into a programme, with the truth known.

Each person has a recorded risk (age, sex, priors, offence group), an unrecorded motivation
and one uniform number that decides the event under every policy: the arms share their
people and their luck, as in the model.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import expit


@dataclass(frozen=True)
class Selection:
    """Log odds: of the event by the programme and by motivation; of taking part by both risks."""

    effect: float = -0.5
    motivation_on_event: float = 0.0
    motivation_on_taking_part: float = 0.0
    risk_on_taking_part: float = 0.0
    rate: float = 0.3


def selected_cohort(
    selection: Selection, people: int = 1500, replications: int = 8, seed: int = 0
) -> pd.DataFrame:
    """Index events of the arms "status_quo" (nobody takes part) and "new"."""
    parts = []
    for run in range(replications):
        rng = np.random.default_rng((seed, run))
        age = 18 + 30 * rng.beta(1.5, 2.5, people)
        male = (rng.random(people) < 0.85).astype(np.uint8)
        priors = rng.poisson(2.0, people).astype(np.uint16)
        group = rng.integers(0, 4, people).astype(np.uint8)
        motivation = rng.normal(size=people)
        risk = -0.06 * (age - 30) + 0.4 * male + 0.6 * (np.log1p(priors) - 1) + 0.2 * (group == 1)
        takes = expit(
            np.log(selection.rate / (1 - selection.rate))
            + selection.risk_on_taking_part * risk
            + selection.motivation_on_taking_part * motivation
        )
        took_part = rng.random(people) < takes
        luck, when = rng.random(people), rng.integers(1, 37, people)
        for policy in ("status_quo", "new"):
            treated = took_part if policy == "new" else np.zeros(people, bool)
            chance = expit(-0.4 + risk + selection.motivation_on_event * motivation
                           + selection.effect * treated)  # fmt: skip
            parts.append(pd.DataFrame({
                "jurisdiction": "here", "policy": policy, "draw": 0, "replication": run,
                "person": np.arange(people, dtype=np.uint32), "index": 0, "month": 20,
                "age_years": age.astype(np.float32), "male": male, "priors": priors,
                "offence_group": group, "treated": treated.astype(np.uint8),
                "to_rearrest": np.where(luck < chance, when, -1).astype(np.int16),
            }))  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def true_effect(selection: Selection, people: int = 400_000) -> float:
    """Expected effect on the treated, in percentage points, from one very large cohort."""
    rng_cohort = selected_cohort(selection, people, 1, seed=987)
    wide = rng_cohort.assign(event=rng_cohort["to_rearrest"] > 0)
    new = wide[wide["policy"] == "new"].reset_index(drop=True)
    old = wide[wide["policy"] == "status_quo"].reset_index(drop=True)
    gap = new["event"].astype(float) - old["event"].astype(float)
    return float(100 * gap[new["treated"] == 1].mean())
