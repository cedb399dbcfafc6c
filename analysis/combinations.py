"""Outcomes of every combination of a package's levers, as a matrix to be weighed.

Shapley contributions and interactions are both weighted sums over the combinations, taken
inside each world: a matrix of values times a matrix of weights.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from analysis.coalitions import coalition_name
from analysis.errors import AnalysisError
from analysis.intervals import Floats
from analysis.tables import OUTCOME, WORLD, as_text, require

ROW = ("jurisdiction", *OUTCOME, "unit")


def combination_values(
    outcomes: pd.DataFrame,
    package: str,
    levers: Sequence[str],
    baseline: str,
    needed: Sequence[frozenset[str]],
) -> tuple[pd.DataFrame, Floats]:
    """Difference of each needed combination from the baseline in each world.

    Returns
    -------
    (DataFrame, array)
        :data:`ROW`, draw and replication of each row; and the difference of each needed
        combination (column) from the first, which is that of no lever; NaN where a world
        has no value.

    Raises
    ------
    AnalysisError
        A combination is not stored at all.
    """
    require(outcomes, (*WORLD, *OUTCOME, "value", "unit"), "the outcomes")
    wanted = [coalition_name(package, chosen, levers, baseline) for chosen in needed]
    stored = {str(name) for name in outcomes["policy"].unique()}
    missing = [name for name in wanted if name not in stored]
    if missing:
        raise AnalysisError(
            f"the combination '{missing[0]}' is not stored",
            why=f"{len(missing)} of {len(wanted)} are missing",
            mend=f"run the study with the combinations of '{package}'",
        )
    rows = as_text(
        outcomes[outcomes["policy"].isin(wanted)],
        ("jurisdiction", "policy", "outcome", "definition", "group", "unit"),
    )
    keys = [*ROW, "draw", "replication"]
    if rows.duplicated([*keys, "policy"]).any():
        raise AnalysisError("a cell is stored twice", mend="run again into a new folder")
    wide = rows.pivot(index=keys, columns="policy", values="value").sort_index()
    values = wide[wanted].to_numpy(float)
    # From the baseline, which is needed first, so that no effect is exactly 0.
    return wide.index.to_frame(index=False), values - values[:, [0]]


def one_row_each(
    keys: pd.DataFrame, values: Floats, names: Mapping[str, Sequence[str]]
) -> pd.DataFrame:
    """Turn a matrix into rows: the keys, then the names of its columns, then the value.

    Examples
    --------
    >>> keys = pd.DataFrame({"replication": [0, 1]})
    >>> rows = one_row_each(keys, np.array([[1.0, 2.0], [3.0, 4.0]]), {"lever": ["a", "b"]})
    >>> rows["lever"].to_list(), rows["value"].to_list()
    (['a', 'b', 'a', 'b'], [1.0, 2.0, 3.0, 4.0])
    """
    columns = values.shape[1]
    long = keys.loc[keys.index.repeat(columns)].reset_index(drop=True)
    for name, entries in names.items():
        long[name] = np.tile(np.asarray(entries, dtype=object), len(keys))
    return long.assign(value=values.ravel())
