"""Who is followed, from what, for how long, until what: the choices behind every measure.

Never compare jurisdictions across definitions: rearrest, reconviction and return to prison
count different things, and breach returns depend on how closely people are supervised.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.aalen_johansen import CENSORED, first_event
from analysis.errors import AnalysisError
from analysis.measures import index_code

Ints = NDArray[np.int64]
KEYS = ("jurisdiction", "policy", "draw", "replication")

# Definition -> column of the cohort with the months to the first such event, -1 for none.
DEFINITIONS = {
    "reoffending": "to_offence",
    "rearrest": "to_rearrest",
    "reconviction": "to_reconviction",
    "return_to_prison": "to_return",
    "return_new_crime": "to_return_new_crime",
    "return_breach": "to_return_breach",
    "severe_violence": "to_severe",
}
# After these the event can no longer be seen, or no longer be the first.
COMPETING_EVENTS = {
    "death": "to_death",
    "transfer": "to_transfer",
    "return_to_prison": "to_return",
    "return_new_crime": "to_return_new_crime",
    "return_breach": "to_return_breach",
}


@dataclass(frozen=True)
class FollowUp:
    """A measure of reoffending, fully stated.

    Attributes
    ----------
    definition : str
        One of :data:`DEFINITIONS`; «reoffending» is the true one, detected or not.
    index : str
        The index event, one of :data:`analysis.measures.INDEX_EVENTS`.
    months : int
        Length of the follow-up; later events do not count.
    first_month, last_month : int
        Cohort window: months of the run in which the index event fell, both included;
        ``last_month`` None is the end of the run.
    competing : tuple of str
        Of :data:`COMPETING_EVENTS`. For return by breach alone, say, add
        "return_new_crime", which takes a person out of reach of a breach.
    is_complete : bool
        Keep only people who can be followed to the end, as the outcomes table does;
        otherwise the others are censored where the run ends.

    Examples
    --------
    >>> FollowUp("reconviction", months=24).columns
    ('to_reconviction', 'to_death', 'to_transfer')
    """

    definition: str = "rearrest"
    index: str = "release_from_prison"
    months: int = 36
    first_month: int = 0
    last_month: int | None = None
    competing: tuple[str, ...] = ("death", "transfer")
    is_complete: bool = True

    def __post_init__(self) -> None:
        index_code(self.index)
        _check_name("definition", self.definition, DEFINITIONS)
        for name in self.competing:
            _check_name("competing event", name, COMPETING_EVENTS)
            if COMPETING_EVENTS[name] == DEFINITIONS[self.definition]:
                raise AnalysisError(f"'{name}' cannot compete with itself")
        if self.months < 1:
            raise AnalysisError(f"a follow-up of {self.months} months is none")

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns of the cohort it needs, beside the keys, index, month and observed months."""
        return (DEFINITIONS[self.definition], *(COMPETING_EVENTS[name] for name in self.competing))


def episodes(cohort: pd.DataFrame, measure: FollowUp) -> pd.DataFrame:
    """Turn the cohort into episodes: one row per index event inside the window.

    Returns
    -------
    DataFrame
        All columns of the cohort, and ``time`` (months to whatever came first, at most the
        follow-up) and ``kind`` (0 censored, 1 event, 2 competing event).

    Raises
    ------
    AnalysisError
        A column is not stored, or nobody is left.
    """
    needed = measure.columns
    _check_columns(cohort, needed)
    chosen = within(cohort, measure)
    competing = earliest([chosen[name].to_numpy() for name in needed[1:]], len(chosen))
    time, kind = first_event(
        chosen[needed[0]].to_numpy(), competing, chosen["observed_months"].to_numpy()
    )
    kind = np.where(time > measure.months, CENSORED, kind)
    return chosen.assign(time=np.minimum(time, measure.months), kind=kind)


def within(cohort: pd.DataFrame, measure: FollowUp) -> pd.DataFrame:
    """Rows of the cohort with this index event, inside the window and followed for long enough."""
    _check_columns(cohort, ("index", "month", "observed_months"))
    month = cohort["month"]
    rows = (cohort["index"] == index_code(measure.index)) & (month >= measure.first_month)
    if measure.last_month is not None:
        rows &= month <= measure.last_month
    of_kind = int(np.count_nonzero(rows))
    if measure.is_complete:
        rows &= cohort["observed_months"] >= measure.months
    if not rows.any():
        words = measure.index.replace("_", " ")
        raise AnalysisError(
            f"nobody can be followed for {measure.months} months from {words}",
            why="nobody's index event falls in the window" if not of_kind
            else f"{of_kind} index events are too near the end of the run",
            mend="choose a shorter follow-up, an earlier window or a longer run",
        )  # fmt: skip
    return cohort.loc[rows]


def earliest(columns: Sequence[NDArray[np.integer]], n: int) -> Ints:
    """Months to the first of several events, each -1 for none; -1 where none of them came.

    >>> earliest([np.array([3, -1, -1]), np.array([2, 5, -1])], 3).tolist()
    [2, 5, -1]
    """
    never = np.iinfo(np.int64).max
    first = np.full(n, never)
    for column in columns:
        months = column.astype(np.int64)
        first = np.minimum(first, np.where(months < 0, never, months))
    return np.where(first == never, -1, first)


def _check_columns(cohort: pd.DataFrame, needed: Sequence[str]) -> None:
    missing = [name for name in needed if name not in cohort]
    if missing:
        raise AnalysisError(
            f"the cohort has no column '{missing[0]}'",
            why="it was stored by another version of desist, or the column was not read",
            mend="run the study again into a new folder",
        )


def _check_name(what: str, name: str, known: dict[str, str]) -> None:
    if name not in known:
        near = get_close_matches(name, known, 1)
        raise AnalysisError(
            f"unknown {what} '{name}'",
            mend=f"did you mean '{near[0]}'?" if near else f"use one of: {', '.join(known)}",
        )
