"""Policies that no other policy beats in every respect: safety, cost, custody, victims' recovery.

Nothing is weighed against anything else. A policy is *dominated* by another that is no
worse in every objective and better in at least one; the rest are the Pareto front, among
which only a judgement of worth can choose.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis.errors import AnalysisError
from analysis.intervals import Floats
from analysis.language import _
from analysis.replications import resampled_means
from analysis.tables import OUTCOME, WORLD, as_text, nearest, require

# Safety, cost, custody and victims' recovery, with the direction that is wanted.
OBJECTIVES: Mapping[str, str] = {
    "offences_per_1000": "lower",
    "public_cost_per_person_year": "lower",
    "prison_population": "lower",
    "victims_with_symptoms_per_1000": "lower",
}
COLUMNS = ("jurisdiction", "policy", "is_on_front", "dominated_by", "share_on_front",
           "replications", "note")  # fmt: skip
RESAMPLES = 500


def pareto_table(
    outcomes: pd.DataFrame,
    objectives: Mapping[str, str] = OBJECTIVES,
    *,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> pd.DataFrame:
    """Find the Pareto front of the mean outcomes in each jurisdiction.

    Parameters
    ----------
    outcomes : DataFrame
        The stored outcomes; rows of the objectives with group "all" are used, each of
        which must have one definition and horizon.
    objectives : mapping
        Outcome -> "lower" or "higher", whichever is wanted.

    Returns
    -------
    DataFrame
        Columns :data:`COLUMNS`, then one column an objective with its mean.
        ``share_on_front`` is how often the policy is on the front when the replications
        are drawn again with replacement. A policy without a value in some objective is
        not judged, and ``note`` says so.
    """
    require(outcomes, (*WORLD, *OUTCOME, "value"), "the outcomes")
    stored = {str(name) for name in outcomes["outcome"].unique()}
    for name, direction in objectives.items():
        if name not in stored:
            raise AnalysisError(f"no outcome '{name}' is stored", mend=nearest(name, stored))
        if direction not in ("lower", "higher"):
            raise AnalysisError(
                f"'{direction}' is no direction for '{name}'", mend="use 'lower' or 'higher'"
            )
    wanted = outcomes["outcome"].isin(list(objectives)) & outcomes["group"].isin(["all", ""])
    rows = as_text(outcomes[wanted], ("jurisdiction", "policy", "outcome", "definition", "group"))
    if rows.duplicated([*WORLD, "outcome"]).any():
        raise AnalysisError(
            "an objective has several definitions or horizons", mend="choose one of them first"
        )
    signs = np.array([1.0 if one == "lower" else -1.0 for one in objectives.values()])
    parts = [
        _one_place(str(place), part, list(objectives), signs, resamples, seed)
        for place, part in rows.groupby("jurisdiction", sort=True)
    ]
    return pd.concat(parts, ignore_index=True)


def _one_place(
    place: str, part: pd.DataFrame, names: list[str], signs: Floats, resamples: int, seed: int
) -> pd.DataFrame:
    by = ["policy", "replication", "outcome"]
    mean = part.groupby(by, sort=True)["value"].mean()
    policies = sorted(part["policy"].unique())
    runs = sorted(part["replication"].unique())
    wide = mean.reindex(pd.MultiIndex.from_product([runs, policies, names],
                                                   names=["replication", "policy", "outcome"])
                        .reorder_levels(by))  # fmt: skip
    cube = wide.to_numpy(float).reshape(len(runs), len(policies), len(names))
    known = np.isfinite(cube).any(axis=0).all(axis=1)
    whole = np.isfinite(cube[:, known]).all(axis=(1, 2)) if known.any() else np.zeros(0, bool)
    judged = cube[whole][:, known] if known.any() else np.empty((0, 0, len(names)))
    front = np.zeros(len(policies), bool)
    share = np.full(len(policies), np.nan)
    beaten_by = [""] * len(policies)
    notes = [[] if one else [_("no value in some objective: not judged")] for one in known]
    if judged.shape[0]:
        beats = dominates(judged.mean(axis=0) * signs)
        at = np.flatnonzero(known)
        front[at] = ~beats.any(axis=0)
        for column, policy in enumerate(at):
            beaten_by[policy] = ", ".join(policies[at[row]] for row in np.flatnonzero(
                beats[:, column]))  # fmt: skip
        if judged.shape[0] > 1:
            again = resampled_means(judged, resamples, seed) * signs
            share[at] = np.mean([~dominates(one).any(axis=0) for one in again], axis=0)
    if judged.shape[0] == 1:
        for note, one in zip(notes, known, strict=True):
            if one:
                note.append(_("one replication: how sure the front is cannot be told"))
    elif judged.shape[0] == 0:
        for note, one in zip(notes, known, strict=True):
            if one:
                note.append(_("no replication has every policy and objective"))
    table = pd.DataFrame({
        "jurisdiction": place, "policy": policies, "is_on_front": front,
        "dominated_by": beaten_by, "share_on_front": share,
        "replications": judged.shape[0], "note": ["; ".join(note) for note in notes],
    })  # fmt: skip
    means = part.groupby(["policy", "outcome"])["value"].mean().unstack("outcome")
    for name in names:
        table[name] = means.reindex(index=policies, columns=names)[name].to_numpy(float)
    return table


def dominates(costs: Floats) -> Floats:
    """Say who dominates whom, less being better in every column.

    Parameters
    ----------
    costs : array, shape (policies, objectives)

    Returns
    -------
    bool array, shape (policies, policies)
        ``[i, j]``: policy i dominates policy j.

    Examples
    --------
    >>> dominates(np.array([[1.0, 1.0], [2.0, 1.0], [0.0, 3.0]])).astype(int).tolist()
    [[0, 1, 0], [0, 0, 0], [0, 0, 0]]
    """
    no_worse = (costs[:, None, :] <= costs[None, :, :]).all(axis=2)
    better = (costs[:, None, :] < costs[None, :, :]).any(axis=2)
    return np.asarray(no_worse & better)
