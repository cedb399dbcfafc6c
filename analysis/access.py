"""Who reaches what: of those eligible for a lever, how many are offered it, consent, complete.

The shares come from counts by stage and group, and have the shape of the stored outcomes,
so that gaps between groups, and what a policy does to them, are found as for any outcome
(:func:`analysis.fairness.gap_table`, :func:`analysis.fairness.gap_change_table`).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.errors import AnalysisError
from analysis.tables import OUTCOME, WORLD, as_text, require

STAGES = ("eligible", "offered", "consented", "started", "completed")


def access_shares(access: pd.DataFrame) -> pd.DataFrame:
    """Share of people who reach each stage, of those eligible and of the stage before.

    Parameters
    ----------
    access : DataFrame
        Keys, lever, stage, group, count.

    Returns
    -------
    DataFrame
        As the stored outcomes: the outcome is "LEVER: STAGE", the definition says what it
        is a share of ("of those eligible", "of those offered", …), value in %, n the
        people it is a share of. Where nobody was, there is no value and n = 0. A lever
        without the stage "eligible" has only shares of the stage before.
    """
    require(access, (*WORLD, "lever", "stage", "group", "count"), "the access counts")
    rows = as_text(access, ("jurisdiction", "policy", "lever", "stage", "group"))
    unknown = sorted(set(rows["stage"]) - set(STAGES))
    if unknown:
        raise AnalysisError(
            f"unknown stage of access '{unknown[0]}'", mend=f"known are: {', '.join(STAGES)}"
        )
    keys = [*WORLD, "lever", "group"]
    counts = rows.pivot_table(
        index=keys, columns="stage", values="count", aggfunc="sum", observed=True
    )
    parts = []
    for lever, part in counts.groupby("lever", sort=True):
        present = [stage for stage in STAGES if stage in part and part[stage].notna().any()]
        part = part[present].fillna(0.0)
        for at, stage in enumerate(present[1:], start=1):
            bases = dict.fromkeys([*(["eligible"] if "eligible" in present else []),
                                   present[at - 1]])  # fmt: skip
            parts += [_share(part, str(lever), stage, base) for base in bases]
    if not parts:
        raise AnalysisError("no lever has two stages of access", mend="store at least two")
    table = pd.concat(parts, ignore_index=True)
    return table[[*WORLD, *OUTCOME, "value", "n", "unit"]]


def _share(part: pd.DataFrame, lever: str, stage: str, base: str) -> pd.DataFrame:
    people = part[base].to_numpy(float)
    reached = part[stage].to_numpy(float)
    value = np.divide(100.0 * reached, people, out=np.full(len(part), np.nan), where=people > 0)
    frame = part.index.to_frame(index=False)
    return frame.assign(
        outcome=f"{lever}: {stage}", definition=f"of those {base}", horizon_months=0,
        value=value, n=people, unit="%",
    )  # fmt: skip
