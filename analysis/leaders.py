"""What may be said of a contrast, and which policy does most: never more than the interval says."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from analysis.contrasts import contrast_table

# Verdicts on one contrast.
LOWER, HIGHER, UNCLEAR, SAME, UNKNOWN = "lower", "higher", "unclear", "same", "unknown"


@dataclass(frozen=True)
class Contrast:
    """One row of the contrast table, typed; NaN where the table is empty."""

    jurisdiction: str
    policy: str
    outcome: str
    definition: str
    horizon_months: int
    unit: str
    baseline: float
    value: float
    difference: float
    lo: float
    hi: float
    replications: int
    p_better: float
    favourable: str
    note: str
    ratio: float = math.nan
    ratio_lo: float = math.nan
    ratio_hi: float = math.nan

    @property
    def verdict(self) -> str:
        """Lower, higher, unclear (the interval holds 0), same (exactly) or unknown."""
        if not math.isfinite(self.difference):
            return UNKNOWN
        if not (math.isfinite(self.lo) and math.isfinite(self.hi)):
            return UNKNOWN
        if self.difference == 0 and self.lo == 0 and self.hi == 0:
            return SAME
        if self.hi < 0:
            return LOWER
        return HIGHER if self.lo > 0 else UNCLEAR

    @property
    def is_clear(self) -> bool:
        """Whether the interval excludes 0."""
        return self.verdict in (LOWER, HIGHER)

    @property
    def judgement(self) -> str:
        """'better', 'worse', 'different' (no direction is better), or '' if not clear."""
        if not self.is_clear:
            return ""
        if self.favourable == "neither":
            return "different"
        return "better" if self.verdict == self.favourable else "worse"


def contrasts_of(table: pd.DataFrame) -> list[Contrast]:
    """Turn rows of the contrast table into typed contrasts, in their order."""
    names = [name for name in Contrast.__dataclass_fields__ if name in table]
    return [
        Contrast(**dict(zip(names, row, strict=True)))
        for row in table[names].itertuples(index=False, name=None)
    ]


@dataclass(frozen=True)
class Leader:
    """Who moves an outcome most in one direction.

    ``contrasts`` holds the policies that clearly move it that way, the largest first.
    ``rivals`` are the other policies, clear or not, that the first is not clearly ahead
    of in their own paired difference: while there are any, it is not called the largest.
    """

    contrasts: tuple[Contrast, ...]
    rivals: tuple[str, ...]


def leader(
    rows: Sequence[Contrast], direction: str, outcomes: pd.DataFrame, confidence: float
) -> Leader:
    """Find the policy with the largest clear difference in a direction.

    Parameters
    ----------
    rows : sequence of Contrast
        One outcome in one jurisdiction, all policies.
    direction : str
        "lower" or "higher".
    outcomes : DataFrame
        The stored outcomes, to compare the first policy with the others.
    """
    clear = sorted(
        (row for row in rows if row.verdict == direction),
        key=lambda row: (-abs(row.difference), row.policy),
    )
    if not clear or len(rows) < 2:
        return Leader(tuple(clear), ())
    first = clear[0]
    same = (
        (outcomes["jurisdiction"] == first.jurisdiction)
        & (outcomes["outcome"] == first.outcome)
        & (outcomes["definition"] == first.definition)
        & (outcomes["horizon_months"] == first.horizon_months)
        & outcomes["group"].isin(["all", ""])
        & outcomes["policy"].isin([row.policy for row in rows])
    )
    behind = HIGHER if direction == LOWER else LOWER
    others = contrasts_of(contrast_table(outcomes.loc[same], confidence, baseline=first.policy))
    others.sort(key=lambda row: row.difference, reverse=direction == HIGHER)
    return Leader(tuple(clear), tuple(row.policy for row in others if row.verdict != behind))
