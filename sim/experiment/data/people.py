"""A release cohort: as a file gives it, and as it is after the checks."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

OUTCOMES = {
    "rearrest": "cumulative % with first arrest",
    "reconviction": "cumulative % with arrest leading to conviction",
    "return": "cumulative % returned to prison",
}
"""What may be counted, and the definition that its targets carry."""

INDEX = {
    "release_from_prison": "release from prison",
    "release_from_short_custody": "release from short custody",
    "start_of_community_sentence": "start of community sentence",
    "start_of_suspended_sentence": "start of suspended sentence",
}
"""From when people may be followed: setting to the model's index event."""

NO_EVENT, EVENT, COMPETING = 0, 1, 2


@dataclass(frozen=True)
class Raw:
    """One row a person, as text, under our names: what every loader makes.

    Attributes
    ----------
    frame
        Columns of `sim.experiment.data.columns.NAMES`, with ``time`` for any time to event or
        censoring; ``event``, ``kind`` or both.
    unit
        Of ``time`` and ``follow_up``: days, weeks or months.
    outcome, index
        What the event is and from when it counts; None when the file does not say.
    grid_months
        Months between the times that the file can tell apart (12 when it gives the year only).
    covariates
        Further columns of numbers, for the Cox regression only.
    """

    frame: pd.DataFrame
    unit: str
    outcome: str | None = None
    index: str = "release_from_prison"
    grid_months: int = 1
    covariates: tuple[str, ...] = ()


@dataclass(frozen=True)
class People:
    """The checked cohort.

    Attributes
    ----------
    frame
        ``days`` (> 0) and ``code`` (0 censored, 1 the outcome, 2 a competing event); where known
        ``age_years``, ``age_band``, ``male``, ``priors``, ``offence``; further covariates.
    """

    name: str
    frame: pd.DataFrame
    outcome: str
    index: str
    grid_months: int
    covariates: tuple[str, ...] = ()
