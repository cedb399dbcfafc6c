"""The outcomes table as one dense array: row × policy × (draw, replication).

Everything that compares policies starts here. Integer codes and one scatter replace
merges and group-bys, so that millions of rows take seconds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.errors import AnalysisError
from analysis.intervals import Floats

ROW = ["jurisdiction", "outcome", "definition", "horizon_months", "group"]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Replicates:
    """What is stored, in order.

    Attributes
    ----------
    rows : DataFrame
        Columns :data:`ROW` and ``unit``, sorted; one line per first axis of the arrays.
    policies : tuple of str
        In the order of their first row.
    labels : array of int, shape (replications,)
        Numbers of the replications, sorted.
    values : array, shape (rows, policies, runs)
        A run is one (draw, replication); NaN where there is no value.
    is_stored : array of bool, same shape
        Whether the table has a line, with a value or without.
    replication : array of int, shape (runs,)
        Place in ``labels`` of each run; sorted.
    """

    rows: pd.DataFrame
    policies: tuple[str, ...]
    labels: Ints
    values: Floats
    is_stored: NDArray[np.bool_]
    replication: Ints

    def number(self, policy: str) -> int:
        """Place of a policy on the second axis."""
        if policy not in self.policies:
            raise AnalysisError(
                f"the baseline '{policy}' is not among the stored policies",
                why=f"there are: {', '.join(sorted(self.policies))}",
            )
        return self.policies.index(policy)

    def average(self, runs: Floats) -> Floats:
        """Average the draws of each replication, NaN left out: (..., runs) to (..., labels)."""
        if len(self.labels) == runs.shape[-1]:
            return runs
        starts = np.flatnonzero(np.diff(self.replication, prepend=-1))
        present = ~np.isnan(runs)
        sums = np.add.reduceat(np.where(present, runs, 0.0), starts, axis=-1)
        count = np.add.reduceat(present.astype(np.int64), starts, axis=-1)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(np.where(count > 0, sums / count, np.nan))

    def arms(self, baseline: int, policy: int) -> tuple[Floats, Floats]:
        """Both arms by replication, where both have a value: two arrays (rows, labels)."""
        first, second = self.values[:, baseline], self.values[:, policy]
        alone = np.isnan(first) | np.isnan(second)
        return (self.average(np.where(alone, np.nan, first)),
                self.average(np.where(alone, np.nan, second)))  # fmt: skip

    def unpaired(self, baseline: int, policy: int) -> Ints:
        """Replications of each row that are stored but lack a pair in some draw."""
        stored = self.is_stored[:, baseline] | self.is_stored[:, policy]
        alone = np.isnan(self.values[:, baseline]) | np.isnan(self.values[:, policy])
        has_one = self.average((stored & alone).astype(float)) > 0
        return np.asarray(has_one.sum(axis=-1), np.int64)


def replicates(outcomes: pd.DataFrame) -> Replicates:
    """Arrange the stored outcomes.

    Raises
    ------
    AnalysisError
        A column is missing, a cell is stored twice, or one outcome has two units.
    """
    missing = [name for name in (*ROW, "policy", "draw", "replication", "value", "unit")
               if name not in outcomes]  # fmt: skip
    if missing:
        raise AnalysisError(f"the outcomes have no column '{missing[0]}'")
    if outcomes.empty:
        raise AnalysisError("the outcomes are empty", why="no replication has finished")
    key, rows = _combined([_codes(outcomes[name]) for name in ROW])
    policy, policies = _codes(outcomes["policy"])
    run, runs = _combined([_codes(outcomes["replication"]), _codes(outcomes["draw"])])
    order = np.lexsort((runs[1], runs[0]))
    place_of = np.empty(len(order), np.int64)
    place_of[order] = np.arange(len(order))
    shape = (len(rows[0]), len(policies), len(order))
    flat = (key * shape[1] + policy) * shape[2] + place_of[run]
    values = np.full(shape, np.nan)
    stored = np.zeros(shape, bool)
    values.reshape(-1)[flat] = outcomes["value"].to_numpy(float)
    stored.reshape(-1)[flat] = True
    if np.count_nonzero(stored) != len(flat):
        _say_what_is_twice(outcomes, flat)
    table = pd.DataFrame(dict(zip(ROW, rows, strict=True)))
    table["horizon_months"] = table["horizon_months"].astype(int)
    table["unit"] = _units(outcomes, key, len(table))
    labels, replication = np.unique(runs[0][order], return_inverse=True)
    sorted_rows = table.sort_values(ROW)
    at = sorted_rows.index.to_numpy()
    return Replicates(
        sorted_rows.reset_index(drop=True), tuple(map(str, policies)),
        labels.astype(np.int64), values[at], stored[at], replication.astype(np.int64),
    )  # fmt: skip


def _codes(column: pd.Series) -> tuple[Ints, NDArray[np.object_]]:
    """Codes of a column and what they stand for; a missing text is an empty one."""
    codes, names = pd.factorize(column)
    uniques = np.asarray(names)
    if column.dtype.kind not in "iuf":
        uniques = uniques.astype(str).astype(object)
    if (codes < 0).any():
        uniques = np.append(uniques, "" if uniques.dtype == object else -1)
        codes = np.where(codes < 0, len(uniques) - 1, codes)
    return codes.astype(np.int64), uniques


def _combined(
    parts: list[tuple[Ints, NDArray[np.object_]]],
) -> tuple[Ints, list[NDArray[np.object_]]]:
    """Number the combinations that occur; also what each stands for, part by part."""
    code = np.zeros(len(parts[0][0]), np.int64)
    for one, names in parts:
        code = code * len(names) + one
    number, present = pd.factorize(code)
    left, found = np.asarray(present, np.int64), []
    for _one, names in reversed(parts):
        found.append(names[left % len(names)])
        left = left // len(names)
    return number.astype(np.int64), found[::-1]


def _units(outcomes: pd.DataFrame, key: Ints, rows: int) -> NDArray[np.object_]:
    codes, names = _codes(outcomes["unit"])
    unit = np.zeros(rows, np.int64)
    unit[key] = codes
    other = unit[key] != codes
    if other.any():
        first = outcomes.loc[other].iloc[0]
        raise AnalysisError(
            f"'{first['outcome']}' is stored in two units",
            why=f"policy '{first['policy']}' has {first['unit']}",
            mend="run again into a new folder",
        )
    return names[unit]


def _say_what_is_twice(outcomes: pd.DataFrame, flat: Ints) -> None:
    first = outcomes.loc[pd.Series(flat).duplicated().to_numpy()].iloc[0]
    raise AnalysisError(
        f"'{first['outcome']}' of policy '{first['policy']}', replication "
        f"{first['replication']}, is stored twice",
        why="two runs wrote into one folder",
        mend="run again into a new folder",
    )
