"""The keys of every stored table, and the check that a table has what is asked of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

import numpy as np
import pandas as pd
from numpy.typing import NDArray

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


def as_names(frame: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Copy of the table with these columns as categories, in the order of the alphabet.

    For the large stored tables, where plain strings would cost time and memory; only values
    that occur are left as categories.

    >>> table = as_names(pd.DataFrame({"policy": ["b", "a", "b"]}), ["policy"])
    >>> table["policy"].cat.categories.to_list(), table["policy"].cat.codes.to_list()
    (['a', 'b'], [1, 0, 1])
    """
    changed = {}
    for name in columns:
        if name in frame:
            column = frame[name].astype("category").cat.remove_unused_categories()
            column = column.cat.rename_categories([str(one) for one in column.cat.categories])
            changed[name] = column.cat.reorder_categories(sorted(column.cat.categories))
    return frame.assign(**changed)


def row_numbers(frame: pd.DataFrame, columns: Sequence[str]) -> NDArray[np.int64]:
    """Number each row by its values in these columns, in their sorted order.

    Rows with the same values have the same number; numbers need not be consecutive.
    """
    number = np.zeros(len(frame), dtype=np.int64)
    for name in columns:
        column = frame[name]
        if isinstance(column.dtype, pd.CategoricalDtype):
            codes, size = column.cat.codes.to_numpy(np.int64), len(column.cat.categories)
        else:
            values, codes = np.unique(column.to_numpy(), return_inverse=True)
            size = len(values)
        number = number * max(size, 1) + codes
    return number


def as_text(frame: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Copy of the table with these columns as plain strings, where it has them.

    Stored tables hold categories, whose unused values would come back in every grouping.
    """
    present = {name: str for name in columns if name in frame}
    return frame.astype(present)
