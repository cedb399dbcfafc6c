"""One input at a time, from the low to the high end of its range: the tornado.

It shows what each input can do by itself around the central values, and nothing of how
inputs act together; :mod:`analysis.sensitivity` does that.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.errors import AnalysisError
from analysis.replications import over_replications
from analysis.tables import require

CENTRAL, LOW, HIGH = "central", "low", "high"
COLUMNS = (
    "input", "low_input", "high_input", "central", "low", "low_lo", "low_hi", "high", "high_lo",
    "high_hi", "swing", "swing_lo", "swing_hi", "confidence", "replications", "note",
)  # fmt: skip


def one_at_a_time_design(ranges: pd.DataFrame) -> pd.DataFrame:
    """Runs for a tornado: the central values, then each input at both ends.

    Parameters
    ----------
    ranges : DataFrame
        input, low, central, high.

    Returns
    -------
    DataFrame
        run, varied (input; empty for the central run), end ("central", "low", "high"),
        and one column an input.

    Examples
    --------
    >>> ranges = pd.DataFrame({"input": ["a", "b"], "low": [0, 1], "central": [1, 2],
    ...                        "high": [3, 2]})
    >>> one_at_a_time_design(ranges)[["varied", "end", "a", "b"]].to_numpy().tolist()
    [['', 'central', 1, 2], ['a', 'low', 0, 2], ['a', 'high', 3, 2], ['b', 'low', 1, 1]]
    """
    require(ranges, ("input", "low", "central", "high"), "the ranges")
    if ranges["input"].duplicated().any():
        raise AnalysisError("the ranges name an input twice")
    centre = dict(zip(ranges["input"], ranges["central"], strict=True))
    rows = [{"varied": "", "end": CENTRAL, **centre}]
    columns = ["input", "low", "central", "high"]
    for name, low, middle, high in ranges[columns].itertuples(index=False, name=None):
        if not low <= middle <= high:
            raise AnalysisError(
                f"the central value of '{name}' is outside its range",
                why=f"{middle} is not between {low} and {high}",
            )
        # An end that is the centre needs no run of its own.
        rows += [{"varied": name, "end": end, **centre, name: value}
                 for end, value in ((LOW, low), (HIGH, high)) if value != middle]  # fmt: skip
    table = pd.DataFrame(rows)
    table.insert(0, "run", np.arange(len(table)))
    return table


def tornado_table(
    design: pd.DataFrame, results: pd.DataFrame, confidence: float = 0.95
) -> pd.DataFrame:
    """Change of the outcome at both ends of each input, the widest swing first.

    Parameters
    ----------
    design : DataFrame
        From :func:`one_at_a_time_design`.
    results : DataFrame
        run, replication, value; replications share their seeds over the runs.

    Returns
    -------
    DataFrame
        Columns :data:`COLUMNS`: ``low`` and ``high`` are differences from the central
        run, ``swing`` the signed difference of the two ends, each with its interval over
        replications. An end that is the centre differs by exactly 0.
    """
    require(design, ("run", "varied", "end"), "the design")
    require(results, ("run", "replication", "value"), "the results")
    missing = sorted(set(design["run"]) - set(results["run"]))
    if missing:
        raise AnalysisError(f"run {missing[0]} of the design has no result",
                            mend="run the failed cells again")  # fmt: skip
    wide = results.groupby(["replication", "run"], sort=True)["value"].mean().unstack("run")
    central = wide[design.loc[design["end"] == CENTRAL, "run"].iloc[0]]
    parts = []
    for name in design.loc[design["varied"] != "", "varied"].unique():
        ends = design[design["varied"] == name].set_index("end")["run"]
        part = pd.DataFrame({"input": name, "central": central}, index=wide.index)
        for end in (LOW, HIGH):
            part[end] = wide[ends[end]] - central if end in ends else 0.0 * central
        part["swing"] = part[HIGH] - part[LOW]
        parts.append(part.reset_index())
    if not parts:
        raise AnalysisError("the design varies no input")
    long = pd.concat(parts, ignore_index=True)
    table = over_replications(long, ["input"], "swing", confidence)
    table = table.rename(columns={"value": "swing", "lo": "swing_lo", "hi": "swing_hi"})
    for name in ("central", LOW, HIGH):
        side = over_replications(long, ["input"], name, confidence)[["input", "value", "lo", "hi"]]
        side = side.rename(columns={"value": name, "lo": f"{name}_lo", "hi": f"{name}_hi"})
        table = table.merge(side, on="input")
    for end in (LOW, HIGH):
        at = design[design["end"] == end].set_index("varied")
        middle = design.loc[design["end"] == CENTRAL].iloc[0]
        table[f"{end}_input"] = [
            at.loc[name, name] if name in at.index else middle[name] for name in table["input"]
        ]
    table["confidence"] = confidence
    table["size"] = table["swing"].abs()
    table = table.sort_values(["size", "input"], ascending=[False, True], ignore_index=True)
    return table[list(COLUMNS)]
