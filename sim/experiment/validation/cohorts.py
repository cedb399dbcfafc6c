"""How far cohorts of one place lie apart: what predicting another cohort must allow for.

A place is fitted to the cohorts of its own years. Someone else's cohort was released in another
year or by other prisons of the same country, and published cohorts differ by more than chance:
laws, police and times change, which a place under its status quo does not know. How much is read
from the places that publish several cohorts by one measure, on the logit scale.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from scipy.special import logit

from sim.evidence.reading import published_share

SAME_MEASURE = (
    ("bjs83_3y", "bjs94_3y", "bjs05_rearrest_m36"),
    ("ew_overall_2011_12", "ew_overall_2018", "ew_overall_2022"),
    ("ew_custody_or_court_order_2018", "ew_custody_or_court_order_2022"),
    ("ew_custody_lt12m_2018", "ew_custody_lt12m_2022"),
    ("japan_reimprison_2y_all", "japan_reimprison_2y_2021"),
)
"""Target ids of one place, definition and subgroup in several years, or nearly so."""


@cache
def logit_sd() -> float:
    """Standard deviation between cohorts of one place: within-group, pooled by degrees of freedom.

    >>> round(logit_sd(), 3)
    0.119
    """
    groups = [logit([published_share(row) for row in rows]) for rows in SAME_MEASURE]
    squares = sum(float(((group - group.mean()) ** 2).sum()) for group in groups)
    return float(np.sqrt(squares / sum(len(group) - 1 for group in groups)))


def cohort_sd(percent: float) -> float:
    """The same in points, around a percentage.

    >>> round(cohort_sd(50.0), 1), round(cohort_sd(10.0), 1), cohort_sd(0.0)
    (3.0, 1.1, 0.0)
    """
    share = percent / 100.0
    return 100.0 * share * (1.0 - share) * logit_sd()
