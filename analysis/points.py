"""Design points: what a sweep varied, and the outcomes at every point.

An arm that is the same at several points (its policy does not use the dial that was turned; a
baseline turns none) is simulated and stored once. Here every policy gets its rows at every point,
so that contrasts pair within a point and a sensitivity analysis finds a value in every row.
"""

from __future__ import annotations

import pandas as pd
import pyarrow.parquet as pq

from analysis.errors import AnalysisError
from analysis.store import Store


def design(store: Store) -> pd.DataFrame:
    """The design as it was sampled: one row a row of it, in its order.

    Returns
    -------
    DataFrame
        ``point`` (its id) and one column for everything that is varied; not a number where a row
        leaves something as the study has it. The order is that of the sampler, as SALib's
        analyses need it; a point may come twice.

    Raises
    ------
    AnalysisError
        The folder holds no design.
    """
    rows = _read(store, "points")
    rows = rows[rows["row"] >= 0]
    wide = rows.pivot(index=["row", "point"], columns="name", values="value")
    wide.columns.name = None
    return wide.reset_index("point").sort_index().reset_index(drop=True)


def outcomes_by_point(store: Store) -> pd.DataFrame:
    """Outcomes of every policy at every point, with the column ``point``.

    Pair a policy with the baseline on jurisdiction, point, draw, replication and the outcome.
    """
    stored = store.everything.rename(columns={"point": "stored"})
    arms = _read(store, "arms")
    stored["policy"] = stored["policy"].astype(str)
    return stored.merge(arms, on=["policy", "stored"], how="inner").drop(columns="stored")


def _read(store: Store, name: str) -> pd.DataFrame:
    path = store.out / f"{name}.parquet"
    if not path.is_file():
        raise AnalysisError(
            "no design is stored", store.out, "the study varied nothing",
            "give its file a 'vary' and a 'design', and use desist sweep",
        )  # fmt: skip
    frame: pd.DataFrame = pq.read_table(path).to_pandas()
    return frame
