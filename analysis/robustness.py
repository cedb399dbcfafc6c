"""Which policy is safe to choose when one does not know which state of the world holds.

A *state* is a jurisdiction with one parameter draw. The regret of a policy in a state is
what it falls short of the best policy there (Savage 1951); minimax regret picks the policy
whose worst regret is least. Satisficing (Starr's domain criterion; Lempert et al. 2006)
asks in which share of the states a policy meets every requirement that the user sets.
Neither puts a probability on the states.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.errors import AnalysisError
from analysis.intervals import Floats
from analysis.language import _
from analysis.net_benefit import weights_of
from analysis.replications import resampled_means
from analysis.tables import WORLD, as_text, nearest, require

RESAMPLES = 500
REGRET_COLUMNS = ("jurisdiction", "draw", "policy", "value", "best", "regret", "weights", "note")
ROBUSTNESS_COLUMNS = (
    "policy", "mean_regret", "largest_regret", "worst_jurisdiction", "worst_draw", "share_best",
    "is_minimax", "share_minimax", "states", "replications", "weights", "note",
)  # fmt: skip
SATISFICING_COLUMNS = ("policy", "requirement", "share", "states", "note")


def regret_table(values: pd.DataFrame, *, favourable: str = "higher") -> pd.DataFrame:
    """Regret of every policy in every state, from means over replications.

    Parameters
    ----------
    values : DataFrame
        Keys and value: net benefit at stated weights, or any one outcome. The baseline is
        a policy like the others. Regrets of several jurisdictions are compared with each
        other: money must be in one currency.
    favourable : str
        "higher" for a net benefit, "lower" for an outcome one wants less of.

    Returns
    -------
    DataFrame
        Columns :data:`REGRET_COLUMNS`; ``best`` is the best policy of the state. A state
        in which some policy has no value has no regret, and says so.
    """
    cube, index, names, sign = _cube(values, favourable)
    weights = weights_of(values)
    rows = []
    for state, block in zip(index, cube, strict=True):
        whole = np.isfinite(block).all(axis=1)
        means = block[whole].mean(axis=0) if whole.any() else np.full(len(names), np.nan)
        best = names[int(np.argmax(means))] if whole.any() else ""
        note = "" if whole.any() else _("no replication has every policy")
        for name, mean in zip(names, means, strict=True):
            regret = float(means.max() - mean) if whole.any() else np.nan
            rows.append((*state, name, sign * float(mean), best, regret, weights, note))
    return pd.DataFrame(rows, columns=list(REGRET_COLUMNS))


def robustness_table(
    values: pd.DataFrame,
    *,
    favourable: str = "higher",
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> pd.DataFrame:
    """Regret of each policy over all states, and how sure the choice is.

    Returns
    -------
    DataFrame
        Columns :data:`ROBUSTNESS_COLUMNS`, the least largest regret first. ``share_best``
        is the share of states in which the policy is (among) the best;
        ``share_minimax`` how often it has the least largest regret when the replications
        are drawn again with replacement: well below 1, the choice rests on chance.
    """
    cube, index, names, _sign = _cube(values, favourable)
    weights = weights_of(values)
    whole = np.isfinite(cube).all(axis=(0, 2))
    cube = cube[:, whole]
    lost = int((~whole).sum())
    if cube.shape[1] == 0:
        said = _("no replication has every policy in every state")
        nothing = [
            (name, np.nan, np.nan, "", -1, np.nan, False, np.nan, len(index), 0, weights, said)
            for name in names
        ]
        return pd.DataFrame(nothing, columns=list(ROBUSTNESS_COLUMNS))
    regret = _regret(cube.mean(axis=1))
    largest = regret.max(axis=0)
    worst = regret.argmax(axis=0)
    again = _regret(resampled_means(np.moveaxis(cube, 1, 0), resamples, seed)).max(axis=1)
    picked = _shared(again <= again.min(axis=1, keepdims=True))
    notes = [_("{n} replications left out: not complete").format(n=lost)] if lost else []
    if cube.shape[1] == 1:
        notes.append(_("one replication: how sure the choice is cannot be told"))
        picked = np.full((1, len(names)), np.nan)
    table = pd.DataFrame({
        "policy": names, "mean_regret": regret.mean(axis=0), "largest_regret": largest,
        "worst_jurisdiction": [index[at][0] for at in worst],
        "worst_draw": [index[at][1] for at in worst],
        "share_best": (regret <= 0).mean(axis=0), "is_minimax": largest <= largest.min(),
        "share_minimax": picked.mean(axis=0), "states": len(index),
        "replications": cube.shape[1], "weights": weights, "note": "; ".join(notes),
    })  # fmt: skip
    return table.sort_values(["largest_regret", "policy"], ignore_index=True)


@dataclass(frozen=True)
class Requirement:
    """What a policy has to do: a difference from the baseline at most, or at least, so much.

    Examples
    --------
    >>> str(Requirement("rearrest", at_most=-1.0)), Requirement("rearrest", at_most=-1.0).met(-2.0)
    ('rearrest ≤ -1', True)
    """

    outcome: str
    at_most: float = np.inf
    at_least: float = -np.inf

    def met(self, difference: float) -> bool:
        """Whether a difference meets it; a missing one does not."""
        return bool(self.at_least <= difference <= self.at_most)

    def __str__(self) -> str:
        """Say it as it is printed beside the share."""
        above = f"{self.at_least:g} ≤ " if np.isfinite(self.at_least) else ""
        return above + self.outcome + (f" ≤ {self.at_most:g}" if np.isfinite(self.at_most) else "")


def satisficing_table(
    differences: pd.DataFrame, requirements: Sequence[Requirement]
) -> pd.DataFrame:
    """Share of the states in which each policy meets each requirement, and all of them.

    Parameters
    ----------
    differences : DataFrame
        As :func:`analysis.replications.paired_differences`, one definition, horizon and
        group of each outcome.

    Returns
    -------
    DataFrame
        Columns :data:`SATISFICING_COLUMNS`; the requirement "all" comes last. A state
        without a value meets nothing, and ``note`` counts such states.
    """
    require(differences, (*WORLD, "outcome", "difference"), "the differences")
    if not requirements:
        raise AnalysisError("satisficing needs requirements", why="none is assumed")
    stored = {str(name) for name in differences["outcome"].unique()}
    for one in requirements:
        if one.outcome not in stored:
            raise AnalysisError(f"no outcome '{one.outcome}'", mend=nearest(one.outcome, stored))
    wanted = differences["outcome"].isin([one.outcome for one in requirements])
    rows = as_text(differences[wanted], ("jurisdiction", "policy", "outcome"))
    if rows.duplicated([*WORLD, "outcome"]).any():
        raise AnalysisError(
            "an outcome has several values in one world",
            mend="choose one definition, horizon and group first",
        )
    keys = ["policy", "jurisdiction", "draw", "outcome"]
    wide = rows.groupby(keys, sort=True)["difference"].mean().unstack("outcome")
    names = list(dict.fromkeys(one.outcome for one in requirements))
    wide = wide.reindex(columns=names)
    met = pd.DataFrame(
        {str(one): (wide[one.outcome] >= one.at_least) & (wide[one.outcome] <= one.at_most)
         for one in requirements}
    )  # fmt: skip
    met["all"] = met.all(axis=1)
    unknown = wide.isna().any(axis=1).groupby("policy").sum()
    shares = met.groupby("policy").mean()
    states = met.groupby("policy").size()
    table = shares.reset_index().melt("policy", var_name="requirement", value_name="share")
    table = table.sort_values("policy", kind="stable", ignore_index=True)
    table["states"] = table["policy"].map(states)
    table["note"] = [
        _("{n} states without a value count as not met").format(n=int(unknown[name]))
        if unknown[name] else "" for name in table["policy"]
    ]  # fmt: skip
    return table[list(SATISFICING_COLUMNS)]


def _cube(
    values: pd.DataFrame, favourable: str
) -> tuple[Floats, list[tuple[str, int]], list[str], float]:
    """Values by state, replication and policy, turned so that more is better."""
    require(values, (*WORLD, "value"), "the values")
    if favourable not in ("lower", "higher"):
        raise AnalysisError(f"'{favourable}' is no direction", mend="use 'lower' or 'higher'")
    rows = as_text(values, ("jurisdiction", "policy"))
    if rows.duplicated(list(WORLD)).any():
        raise AnalysisError(
            "a world has several values", mend="choose one definition, horizon and group first"
        )
    sign = 1.0 if favourable == "higher" else -1.0
    names = sorted(rows["policy"].unique())
    runs = sorted(rows["replication"].unique())
    wide = rows.pivot(
        index=["jurisdiction", "draw"], columns=["replication", "policy"], values="value"
    ).sort_index()
    wide = wide.reindex(columns=pd.MultiIndex.from_product([runs, names]))
    cube = sign * wide.to_numpy(float).reshape(len(wide), len(runs), len(names))
    return cube, [(str(place), int(draw)) for place, draw in wide.index], names, sign


def _regret(means: Floats) -> Floats:
    """Shortfall from the best policy, which is on the last axis."""
    return np.asarray(means.max(axis=-1, keepdims=True) - means, dtype=float)


def _shared(best: Floats) -> Floats:
    """Equal shares among those that are equally good."""
    return np.asarray(best / best.sum(axis=1, keepdims=True), dtype=float)
