"""Groups of people between whom outcomes are compared, named as the stored tables name them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

ALL = "all"
# Group -> the group it is compared with; communities are compared with everyone.
REFERENCES = {
    "sex=female": "sex=male",
    "age=under 25": "age=25-39",
    "age=40 and over": "age=25-39",
    "nationality=foreign": "nationality=national",
    "label=yes": "label=no",
}
# First of the communities' names; the stored codes begin at 0.
FIRST_COMMUNITY = 1


def reference_of(group: str) -> str | None:
    """Name the group that this one is compared with; None for a reference itself.

    >>> reference_of("sex=female"), reference_of("community=2"), reference_of("sex=male")
    ('sex=male', 'all', None)
    """
    if group in REFERENCES:
        return REFERENCES[group]
    is_reference = group in (ALL, "") or group in REFERENCES.values()
    return None if is_reference else ALL


def dimension_of(group: str) -> str:
    """Name what a group is a value of.

    >>> dimension_of("age=under 25"), dimension_of("all")
    ('age', '')
    """
    return group.partition("=")[0] if "=" in group else ""


def memberships(cohort: pd.DataFrame) -> Iterator[tuple[str, pd.Series]]:
    """Name each person's group, dimension by dimension, as far as the columns are stored.

    Yields
    ------
    (str, Series of categories)
        The dimension, and the group of each row; every dimension covers every row.
    """
    if "male" in cohort:
        yield "sex", _named(cohort["male"] > 0, ["sex=female", "sex=male"])
    if "age_years" in cohort:
        band = np.digitize(cohort["age_years"].to_numpy(float), [25.0, 40.0])
        names = ["age=under 25", "age=25-39", "age=40 and over"]
        yield "age", _named(pd.Series(band, index=cohort.index), names)
    if "foreign" in cohort:
        names = ["nationality=national", "nationality=foreign"]
        yield "nationality", _named(cohort["foreign"] > 0, names)
    if "community" in cohort:
        codes = range(int(cohort["community"].max()) + 1) if len(cohort) else range(0)
        names = [f"community={code + FIRST_COMMUNITY}" for code in codes]
        yield "community", _named(cohort["community"], names)
    if "label" in cohort and cohort["label"].nunique() > 1:
        yield "label", _named(cohort["label"] > 0, ["label=no", "label=yes"])


def _named(code: pd.Series, names: list[str]) -> pd.Series:
    """Name codes that count from 0; only names that occur are categories."""
    named = pd.Categorical.from_codes(code.to_numpy(np.int64), pd.Index(names))
    return pd.Series(named.remove_unused_categories(), index=code.index)
