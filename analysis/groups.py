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
    (str, Series of str)
        The dimension, and the group of each row; every dimension covers every row.
    """
    if "male" in cohort:
        yield "sex", _named(cohort["male"] > 0, "sex=male", "sex=female")
    if "age_years" in cohort:
        age = cohort["age_years"].to_numpy(float)
        names = np.array(["age=under 25", "age=25-39", "age=40 and over"], dtype=object)
        yield "age", pd.Series(names[np.digitize(age, [25.0, 40.0])], index=cohort.index)
    if "foreign" in cohort:
        yield (
            "nationality",
            _named(cohort["foreign"] > 0, "nationality=foreign", "nationality=national"),
        )
    if "community" in cohort:
        code = cohort["community"].to_numpy(int) + FIRST_COMMUNITY
        yield "community", pd.Series([f"community={one}" for one in code], index=cohort.index)
    if "label" in cohort and cohort["label"].nunique() > 1:
        yield "label", _named(cohort["label"] > 0, "label=yes", "label=no")


def _named(holds: pd.Series, yes: str, no: str) -> pd.Series:
    return pd.Series(np.where(holds.to_numpy(bool), yes, no), index=holds.index, dtype=object)
