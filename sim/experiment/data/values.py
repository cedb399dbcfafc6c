"""Text to numbers, words and bands; what cannot be read comes back missing, to be counted."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

TRUE = ("1", "1.0", "true", "yes", "y", "t")
FALSE = ("0", "0.0", "false", "no", "n", "f")
MALE, FEMALE = ("male", "m", "man"), ("female", "f", "woman")
GROUPS = {
    "violent": "violent", "violent/non-sex": "violent", "violent/sex": "violent",
    "property": "property", "drug": "drug", "public order": "public_order",
    "public_order": "public_order",
}  # fmt: skip
"""Words for the model's offence groups; any other offence is left out of groups by offence."""

_BAND = re.compile(r"^(\d+)\s*(?:-|–|to)\s*(\d+)$")
_OPEN = re.compile(r"^(?:(\d+)\s*(?:\+|(?:or|and|&)\s*(?:older|over|more))|over\s*(\d+))$")
_UNDER = re.compile(r"^(?:under|less than|<)\s*(\d+)$")
_OPEN_WIDTH, _YOUNGEST = 10.0, 18.0


def numbers(text: pd.Series) -> pd.Series:
    """Read finite numbers; a count such as '10 or more' is its floor."""
    plain = text.astype("string").str.replace(r"\s*(\+|or more)$", "", regex=True)
    read = pd.to_numeric(plain, errors="coerce").astype("float64")
    return read.where(np.isfinite(read))


def truth(text: pd.Series) -> pd.Series:
    """Read yes or no as 1.0 or 0.0."""
    folded = text.str.casefold()
    found = pd.Series(np.nan, index=text.index)
    found[folded.isin(TRUE).fillna(False)] = 1.0
    found[folded.isin(FALSE).fillna(False)] = 0.0
    return found


def male(text: pd.Series) -> pd.Series:
    """Read sex as 1.0 for men and 0.0 for women."""
    folded = text.str.casefold()
    found = pd.Series(np.nan, index=text.index)
    found[folded.isin(MALE).fillna(False)] = 1.0
    found[folded.isin(FEMALE).fillna(False)] = 0.0
    return found


def ages(text: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Read ages in years, or bands of age.

    Returns
    -------
    tuple of Series
        Age (a band's middle), and the band as a subgroup of a target (``age18-22``); no band
        for a plain number.

    Examples
    --------
    >>> years, bands = ages(pd.Series(["31", "18-22", "48 or older", "Under 25"], dtype="string"))
    >>> list(years), list(bands)[1:]
    ([31.0, 20.5, 53.0, 21.5], ['age18-22', 'age48+', 'age<25'])
    """
    plain = pd.to_numeric(text, errors="coerce").astype("float64")
    read = {value: _band(str(value).casefold()) for value in text.dropna().unique()}
    years = text.map(lambda value: read[value][0] if value in read else np.nan)
    bands = text.map(lambda value: read[value][1] if value in read else None)
    return plain.fillna(years.astype("float64")), bands.where(plain.isna(), None).astype("object")


def _band(text: str) -> tuple[float, str | None]:
    if found := _BAND.match(text):
        low, high = map(int, found.groups())
        return (low + high + 1) / 2.0, f"age{low}-{high}"
    if found := _OPEN.match(text):
        low = int(found[1] or int(found[2]) + 1)
        return low + _OPEN_WIDTH / 2.0, f"age{low}+"
    if found := _UNDER.match(text):
        high = int(found[1])
        return (min(_YOUNGEST, high - 1.0) + high) / 2.0, f"age<{high}"
    return np.nan, None


def offence_groups(text: pd.Series) -> pd.Series:
    """The model's offence group of each word; missing where it has none."""
    return text.str.casefold().map(GROUPS).astype("object")
