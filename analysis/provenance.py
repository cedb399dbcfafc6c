"""Ids of the numbers of a report: what a number is about, never its value or its run.

The same question has the same id in every report and in every ``contrasts.csv``, so that a number
can be quoted, looked up with `desist why`, and found again when the study has grown.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import pandas as pd

ABOUT = ("jurisdiction", "policy", "outcome", "definition", "horizon_months", "group")
"""What a contrast is about."""


def contrast_id(row: Mapping[str, Any]) -> str:
    """Id of a contrast or of a level: eight hexadecimal digits.

    Parameters
    ----------
    row
        Has the keys `ABOUT`. With the baseline as its policy, the id of the baseline's level.

    Examples
    --------
    >>> row = {"jurisdiction": "us_states", "policy": "restorative", "outcome": "rearrest",
    ...        "definition": "", "horizon_months": 24, "group": "all"}
    >>> contrast_id(row) == contrast_id({**row, "value": 3}) != contrast_id({**row, "group": "x"})
    True
    """
    text = "\x1f".join(
        str(int(row[name])) if name == "horizon_months" else str(row[name]) for name in ABOUT
    )
    return hashlib.blake2b(text.encode(), digest_size=4).hexdigest()


def with_ids(contrasts: pd.DataFrame) -> pd.DataFrame:
    """Add a column ``id`` to a table of contrasts."""
    rows = contrasts[list(ABOUT)].itertuples(index=False)
    return contrasts.assign(id=[contrast_id(dict(zip(ABOUT, row, strict=True))) for row in rows])
