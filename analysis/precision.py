"""Run until precise: how many replications make the intervals as narrow as was asked.

By Stein's two stages (:mod:`analysis.stein`): the first replications, the pilot, fix the
number once and for all, and the intervals keep their coverage however often one looks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import numpy as np
import pandas as pd

from analysis.errors import AnalysisError
from analysis.intervals import Floats, check_confidence
from analysis.measures import main_horizon
from analysis.replicates import Replicates, replicates
from analysis.stein import PILOT, stein


@dataclass(frozen=True)
class Precision:
    """What is precise so far, and what to run next.

    Attributes
    ----------
    table : DataFrame
        One row per named outcome, definition, jurisdiction and policy: jurisdiction,
        policy, outcome, definition, horizon_months, group, unit, difference, lo, hi,
        half_width, wanted, is_met, sd_pilot, pilot, replications, needed, note.
    replications : int
        Run so far.
    needed : int or None
        Predicted in all, before the budget cuts it; None while nothing can be predicted.
        Final once the pilot is complete: it does not change as replications are added.
    next_batch : int
        To run now; 0 when every interval is narrow enough or the budget is spent.
    """

    table: pd.DataFrame
    replications: int
    needed: int | None
    next_batch: int
    budget: int
    confidence: float
    pilot: int

    @property
    def is_met(self) -> bool:
        """Whether every named interval is narrow enough."""
        return bool(self.table["is_met"].all())

    @property
    def is_spent(self) -> bool:
        """Whether the budget ended it."""
        return not self.is_met and self.replications >= self.budget

    def record(self) -> dict[str, Any]:
        """Everything as JSON can hold it, empty cells as None."""
        rows = self.table.astype(object).where(self.table.notna(), None).to_dict("records")
        plain = [{str(key): getattr(value, "item", lambda value=value: value)()
                  for key, value in row.items()} for row in rows]  # fmt: skip
        return {
            "method": "Stein two-stage", "confidence": self.confidence, "pilot": self.pilot,
            "budget": self.budget, "replications": self.replications, "needed": self.needed,
            "next_batch": self.next_batch, "is_met": self.is_met, "is_spent": self.is_spent,
            "intervals": plain,
        }  # fmt: skip


def precision(
    outcomes: pd.DataFrame,
    wanted: Mapping[str, float],
    *,
    budget: int,
    confidence: float = 0.95,
    baseline: str = "status_quo",
    pilot: int = PILOT,
) -> Precision:
    """Judge the intervals of the named outcomes, and say what to run next.

    Call it after each batch with all outcomes stored so far, run ``next_batch`` more
    replications of every cell, until that is 0. The first call may come before any
    pilot is complete; a call with other half widths remains valid.

    Parameters
    ----------
    outcomes : DataFrame
        The stored outcomes. Replications are taken in the order of their numbers: those
        of the pilot must be the lowest.
    wanted : mapping
        Outcome to half width, above 0, in its unit. "rearrest" is rearrest at the main
        horizon; "rearrest@24" at 24 months. All definitions and all policies count.
    budget : int
        Replications that may be run in all.

    Raises
    ------
    AnalysisError
        An outcome or follow-up is not stored, or a number is none.
    """
    check_confidence(confidence)
    if pilot < 2 or budget < 2:
        raise AnalysisError("a pilot and a budget need two replications or more")
    pilot = min(pilot, budget)
    arranged = replicates(outcomes)
    base = arranged.number(baseline)
    widths = _wanted_rows(arranged, wanted)
    parts = []
    for at, policy in enumerate(arranged.policies):
        if at == base:
            continue
        first, second = arranged.arms(base, at)
        chosen = ~np.isnan(widths)
        rows = arranged.rows[chosen].reset_index(drop=True)
        rows.insert(1, "policy", policy)
        found = stein((second - first)[chosen], widths[chosen], confidence, pilot)
        parts.append(pd.concat([rows, found], axis=1))
    if not parts:
        raise AnalysisError("there is no policy to compare with the baseline")
    table = pd.concat(parts, ignore_index=True)
    order = ["jurisdiction", "policy", "outcome", "definition", "horizon_months", "group"]
    table = table.sort_values(order, ignore_index=True)
    run = len(arranged.labels)
    needed = int(table["needed"].max()) if table["needed"].notna().any() else None
    is_complete = run >= pilot
    if not is_complete:
        target = pilot
    elif table["needed"].notna().all():
        target = needed or run
    else:  # an outcome without values yet: look again after as many as a pilot
        target = max(needed or 0, run + pilot)
    batch = 0 if table["is_met"].all() else max(min(target, budget) - run, 0)
    return Precision(table, run, needed, batch, budget, confidence, pilot)


def _wanted_rows(arranged: Replicates, wanted: Mapping[str, float]) -> Floats:
    """Half width of each row, for everyone together; NaN where none was asked."""
    rows = arranged.rows
    everyone = rows["group"].isin(["all", ""])
    stored = list(dict.fromkeys(rows["outcome"]))
    widths = np.full(len(rows), np.nan)
    if not wanted:
        raise AnalysisError(
            "no outcome is named to be precise about", mend="precision={rearrest: 1}"
        )
    for key, half_width in wanted.items():
        name, _at, months = key.partition("@")
        if name not in stored:
            raise AnalysisError(f"precision is asked of '{key}', which is not stored",
                                mend=_nearest(name, stored))  # fmt: skip
        if not (np.isfinite(half_width) and half_width > 0):
            raise AnalysisError(
                f"the half width of '{key}' is {half_width}", mend="give one above 0"
            )
        of_name = everyone & (rows["outcome"] == name)
        followed = sorted(set(rows.loc[of_name, "horizon_months"]))
        horizon = main_horizon(rows[of_name])
        if months:
            if not months.isdigit() or int(months) not in followed:
                raise AnalysisError(
                    f"precision is asked of '{key}', which is not stored",
                    mend=f"follow-ups are: {', '.join(map(str, followed))} months",
                )
            horizon = int(months)
        widths[(of_name & (rows["horizon_months"] == horizon)).to_numpy()] = half_width
    return widths


def _nearest(name: str, known: Sequence[str]) -> str:
    near = get_close_matches(name, known, 1)
    return f"did you mean '{near[0]}'?" if near else f"use one of: {', '.join(known)}"
