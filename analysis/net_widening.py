"""Net-widening by identity: who is under supervision that would have been left alone.

The same people live under every policy with the same luck, so a person supervised under
the policy can be looked up under the baseline. What is counted is people, not orders: the
deepest that each was drawn in within the window, under either policy.

Limits: a person is seen through the cohort's index events. Somebody in custody during the
whole window, received before it and not released by the end of the run, has none; that
person was received before the policies part, and so is missing on both sides. An order
that began before the window and still runs in it is seen only if the look-back reaches its
start: without a look-back, people already supervised when the policies part may be counted
as newly supervised.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd

from analysis.errors import AnalysisError
from analysis.intervals import check_confidence
from analysis.language import _
from analysis.measures import index_code
from analysis.replications import over_replications
from analysis.tables import WORLD, as_names, as_text, require, require_policy

NEITHER, SUPERVISED, CUSTODY, BOTH = "neither", "supervised", "custody", "custody and supervised"
STATES = (NEITHER, SUPERVISED, CUSTODY, BOTH)
# Folders of an earlier schema have none.
RECEPTION = index_code("reception_into_custody")
_RELEASES = ("release_from_prison", "release_from_short_custody")
_ORDERS = ("start_of_community_sentence", "start_of_suspended_sentence")
# Flow -> the pairs (state under the baseline, state under the policy) that it counts.
FLOWS: Mapping[str, tuple[tuple[str, str], ...]] = MappingProxyType({
    "newly_supervised": ((NEITHER, SUPERVISED), (NEITHER, BOTH)),
    "newly_in_custody": ((NEITHER, CUSTODY), (NEITHER, BOTH), (SUPERVISED, CUSTODY),
                         (SUPERVISED, BOTH)),
    "custody_to_supervision": ((CUSTODY, SUPERVISED), (BOTH, SUPERVISED)),
    "supervision_to_neither": ((SUPERVISED, NEITHER),),
    "custody_to_neither": ((CUSTODY, NEITHER), (BOTH, NEITHER)),
})  # fmt: skip
COLUMNS = (
    "jurisdiction", "policy", "flow", "people", "lo", "hi", "per_1000", "per_1000_lo",
    "per_1000_hi", "confidence", "replications", "note",
)  # fmt: skip


def contact_states(
    cohort: pd.DataFrame, first: int, last: int, *, look_back_months: int = 0
) -> pd.DataFrame:
    """Say how deep each person was drawn in within a window, in each world.

    Parameters
    ----------
    cohort : DataFrame
        Keys, person, index, month, supervised, served_months: all index events, not only
        those of one kind.
    first, last : int
        First and last month of the window.
    look_back_months : int
        Orders and supervised releases that began so long before the window are taken to
        reach into it.

    Returns
    -------
    DataFrame
        Keys, person, state: one of :data:`STATES`, "neither" being left out (a person
        without an index event is not in the table).
    """
    columns = (*WORLD, "person", "index", "month", "supervised", "served_months")
    require(cohort, columns, "the cohort")
    rows = as_names(cohort[list(columns)], ("jurisdiction", "policy"))
    index, month = rows["index"].to_numpy(int), rows["month"].to_numpy(int)
    releases = np.isin(index, [index_code(name) for name in _RELEASES])
    orders = np.isin(index, [index_code(name) for name in _ORDERS])
    within = (month >= first) & (month <= last)
    began = month - rows["served_months"].to_numpy(int)
    custody = (releases & (began <= last) & (month >= first)) | ((index == RECEPTION) & within)
    reaching = (month >= first - look_back_months) & (month <= last)
    supervised = reaching & (orders | (releases & (rows["supervised"].to_numpy(int) > 0)))
    seen = rows.loc[custody | supervised, [*WORLD, "person"]].copy()
    seen["custody"] = custody[custody | supervised]
    seen["supervised"] = supervised[custody | supervised]
    deepest = seen.groupby([*WORLD, "person"], observed=True, sort=True)[
        ["custody", "supervised"]
    ].max()
    code = 2 * deepest["custody"].astype(int) + deepest["supervised"].astype(int)
    states = as_text(deepest.reset_index()[[*WORLD, "person"]], ("jurisdiction", "policy"))
    return states.assign(state=np.array(STATES, dtype=object)[code.to_numpy()])


def transitions(
    cohort: pd.DataFrame, first: int, last: int, baseline: str, *, look_back_months: int = 0
) -> pd.DataFrame:
    """Count people by their state under the baseline and under each policy.

    Parameters
    ----------
    cohort, first, last, look_back_months
        As for :func:`contact_states`.

    Returns
    -------
    DataFrame
        jurisdiction, policy, draw, replication, before (state under the baseline), after
        (state under the policy), people. Pairs that nobody has are 0, so that every
        replication counts; neither under both is not counted.
    """
    states = contact_states(cohort, first, last, look_back_months=look_back_months)
    require_policy(cohort, baseline)
    keys = ["jurisdiction", "draw", "replication", "person"]
    base = states.loc[states["policy"] == baseline, [*keys, "state"]]
    worlds = as_text(cohort[list(WORLD)].drop_duplicates(), ("jurisdiction", "policy"))
    parts = []
    for policy in sorted(set(worlds["policy"]) - {baseline}):
        arm = states[states["policy"] == policy]
        both = arm.drop(columns="policy").merge(
            base, on=keys, how="outer", suffixes=("_after", "_before")
        )
        both = both.fillna({"state_after": NEITHER, "state_before": NEITHER})
        both = both.rename(columns={"state_after": "after", "state_before": "before"})
        both["policy"] = policy
        parts.append(both.groupby([*WORLD, "before", "after"]).size())
    if not parts:
        raise AnalysisError("there is no policy beside the baseline", why="nobody can be moved")
    counts = pd.concat(parts)
    # An unpaired world of the baseline alone must not look like people set free.
    pairs = [(a, b) for a in STATES for b in STATES if (a, b) != (NEITHER, NEITHER)]
    paired = _paired_worlds(worlds, baseline)
    every = pd.MultiIndex.from_tuples(
        [(*world, *pair) for world in paired for pair in pairs],
        names=[*WORLD, "before", "after"],
    )
    table: pd.DataFrame = counts.reindex(every, fill_value=0).rename("people").reset_index()
    return table


def net_widening_table(
    cohort: pd.DataFrame,
    first: int,
    last: int,
    baseline: str,
    confidence: float = 0.95,
    *,
    persons: float | None = None,
    look_back_months: int = 0,
) -> pd.DataFrame:
    """People moved between liberty, supervision and custody by each policy.

    Parameters
    ----------
    cohort, first, last, look_back_months
        As for :func:`contact_states`.
    persons : float, optional
        People living in one world, for rates per 1,000.

    Returns
    -------
    DataFrame
        Columns :data:`COLUMNS`: one row a jurisdiction, policy and flow of :data:`FLOWS`,
        and "supervision_balance", newly supervised less supervised no more. ``people`` is
        the mean number in one world, with its interval over replications.
    """
    check_confidence(confidence)
    if persons is not None and not persons > 0:
        raise AnalysisError(f"{persons} people cannot be a population")
    moved = transitions(cohort, first, last, baseline, look_back_months=look_back_months)
    parts = []
    for flow, pairs in FLOWS.items():
        parts.append(_count(moved, pairs).assign(flow=flow))
    gained = _count(moved, _entering(SUPERVISED, BOTH))
    left = _count(moved, tuple((after, before) for before, after in _entering(SUPERVISED, BOTH)))
    balance = gained.merge(left, on=list(WORLD), suffixes=("", "_left"))
    balance["people"] -= balance.pop("people_left")
    parts.append(balance.assign(flow="supervision_balance"))
    flows = pd.concat(parts, ignore_index=True)
    table = over_replications(flows, ["jurisdiction", "policy", "flow"], "people", confidence)
    table = table.rename(columns={"value": "people"})
    scale = 1000.0 / persons if persons is not None else np.nan
    for name, column in (("per_1000", "people"), ("per_1000_lo", "lo"), ("per_1000_hi", "hi")):
        table[name] = table[column] * scale
    table["confidence"] = confidence
    if persons is None:
        said = _("no rate: the number of people was not given")
        table["note"] = [f"{note}; {said}" if note else said for note in table["note"]]
    order = [*FLOWS, "supervision_balance"]
    table["rank"] = [order.index(flow) for flow in table["flow"]]
    table = table.sort_values(["jurisdiction", "policy", "rank"], ignore_index=True)
    return table[list(COLUMNS)]


def _entering(*inside: str) -> tuple[tuple[str, str], ...]:
    """Pairs that lead from outside these states into them."""
    return tuple((a, b) for a in STATES for b in STATES if a not in inside and b in inside)


def _count(moved: pd.DataFrame, pairs: tuple[tuple[str, str], ...]) -> pd.DataFrame:
    """People with one of these pairs of states, in each world."""
    wanted = pd.MultiIndex.from_tuples(pairs)
    chosen = moved[pd.MultiIndex.from_frame(moved[["before", "after"]]).isin(wanted)]
    return chosen.groupby(list(WORLD), sort=True)["people"].sum().reset_index()


def _paired_worlds(worlds: pd.DataFrame, baseline: str) -> list[tuple[str, str, int, int]]:
    """Worlds of the policies whose draw and replication the baseline has too."""
    keys = ["jurisdiction", "draw", "replication"]
    base = worlds.loc[worlds["policy"] == baseline, keys]
    arms = worlds[worlds["policy"] != baseline].merge(base, on=keys)
    return [
        (str(place), str(policy), int(draw), int(run))
        for place, policy, draw, run in arms[list(WORLD)].itertuples(index=False, name=None)
    ]
