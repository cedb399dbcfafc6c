"""The keys of every stored table, and the check that a table has what is asked of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

import pandas as pd

from analysis.errors import AnalysisError

# What tells one simulated world from another, without the hash of the cell.
WORLD = ("jurisdiction", "policy", "draw", "replication")
# What tells one outcome from another.
OUTCOME = ("outcome", "definition", "horizon_months", "group")


def require(frame: pd.DataFrame, columns: Iterable[str], what: str) -> None:
    """Raise unless the table has these columns.

    Examples
    --------
    >>> require(pd.DataFrame({"value": [1.0]}), ["valeu"], "the outcomes")
    Traceback (most recent call last):
    analysis.errors.AnalysisError: the outcomes have no column 'valeu'; nearest name: 'value'.
    """
    for name in columns:
        if name not in frame:
            known = [str(one) for one in frame.columns]
            raise AnalysisError(f"{what} have no column '{name}'", mend=nearest(name, known))


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Name the closest of the known names, as the mend of an error; None if none is close.

    >>> nearest("statusquo", ["status_quo", "noncustodial"])
    "nearest name: 'status_quo'"
    """
    found = get_close_matches(name, list(known), n=1)
    return f"nearest name: '{found[0]}'" if found else None


def require_policy(frame: pd.DataFrame, policy: str, what: str = "the stored policies") -> None:
    """Raise unless this policy is in the table."""
    stored = sorted(map(str, pd.unique(frame["policy"])))
    if policy not in stored:
        raise AnalysisError(
            f"the policy '{policy}' is not among {what}", why=f"there are: {', '.join(stored)}",
            mend=nearest(policy, stored),
        )  # fmt: skip


def as_text(frame: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Copy of the table with these columns as plain strings, where it has them.

    Stored tables hold categories, whose unused values would come back in every grouping.
    """
    present = {name: str for name in columns if name in frame}
    return frame.astype(present)
