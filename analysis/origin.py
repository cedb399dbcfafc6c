"""The way back from a number of a report: its cells, settings, sources, versions and command."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.contrasts import stored_contrasts
from analysis.errors import AnalysisError
from analysis.exhibits import CONTRASTS, exhibit
from analysis.provenance import ABOUT, with_ids
from analysis.store import Store


@dataclass(frozen=True)
class Origin:
    """Everything behind one number.

    Attributes
    ----------
    about
        What it is about, by the names of `ABOUT`; the rule and name of a parameter.
    numbers
        The row of contrasts, figure or table, or the entry of the appendix.
    rows
        Where a name has several rows: all of them, to choose from.
    cells
        Worlds it was computed from: cell, policy, draw, replication, and their own value and n
        where it is an outcome that is stored.
    dials
        Of the policies compared.
    parameters
        Entries of the appendix for the rules that these policies use.
    """

    number: str
    about: dict[str, Any]
    numbers: dict[str, Any]
    rows: pd.DataFrame
    cells: pd.DataFrame
    dials: dict[str, dict[str, Any]]
    parameters: tuple[dict[str, Any], ...]
    config: dict[str, Any]
    versions: dict[str, str]
    command: tuple[str, ...]


def origin(store: Store, number: str, where: Mapping[str, str] | None = None) -> Origin:
    """Trace an id of a contrast, ``RULE.NAME`` of a parameter, or a figure or table by name.

    Parameters
    ----------
    where
        Column to value, for the rows of a figure or table.

    Raises
    ------
    AnalysisError
        When nothing in the folder has it.
    """
    if "." in number:
        return _of_parameter(store, number)
    if not where:
        table = _with_ids(store)
        found = table[table["id"] == number.lower().lstrip("#")]
        if len(found):
            return _of_contrast(store, {str(key): one for key, one in found.iloc[0].items()})
    rows = exhibit(store.out, number, where or {})
    first = {str(key): one for key, one in rows.iloc[0].items()}
    if number == CONTRASTS and len(rows) == 1:
        return origin(store, str(first["id"]))
    return _of_exhibit(store, number, rows)


def _of_contrast(store: Store, row: Mapping[str, Any]) -> Origin:
    policies = _with_baseline(store, [str(row["policy"])])
    return Origin(
        number=str(row["id"]),
        about={name: row[name] for name in ABOUT},
        numbers={key: value for key, value in row.items() if key not in (*ABOUT, "id")},
        rows=pd.DataFrame(),
        cells=_cells(store, row, policies),
        **_settings(store, [str(row["jurisdiction"])], policies),
    )


def _of_exhibit(store: Store, name: str, rows: pd.DataFrame) -> Origin:
    """Rows of a figure or table: the worlds of its place, under the policies it names."""
    study, titles = store.manifest.study, store.manifest.places
    places = [place for place in titles if name.startswith(f"{place}-")] or list(titles)
    words = {str(cell) for cell in rows.to_numpy().ravel()}
    named = [one.name for one in study.policies if {one.name, one.title} & words]
    policies = _with_baseline(store, named or [one.name for one in study.policies])
    one_row = {str(key): one for key, one in rows.iloc[0].items()} if len(rows) == 1 else {}
    about = {key: one for key, one in one_row.items() if key in ABOUT}
    outcome = {"group": "all", **about}
    if outcome.keys() >= set(ABOUT):
        outcome["horizon_months"] = int(outcome["horizon_months"])
        cells = _cells(store, outcome, policies)
    else:
        cells = store.outcomes[["cell", "jurisdiction", "policy", "draw", "replication"]]
        cells = cells[cells["jurisdiction"].isin(places) & cells["policy"].isin(policies)]
        cells = cells.drop_duplicates("cell").sort_values(["policy", "draw", "replication"])
    return Origin(
        number=name,
        about=about,
        numbers={key: one for key, one in one_row.items() if key not in about},
        rows=pd.DataFrame() if one_row else rows,
        cells=cells,
        **_settings(store, places, policies),
    )


def _with_baseline(store: Store, policies: list[str]) -> list[str]:
    return list(dict.fromkeys([store.manifest.study.baseline, *policies]))


def _settings(store: Store, places: list[str], policies: list[str]) -> dict[str, Any]:
    """What the cells were run with, and how to run them again."""
    dials = {name: store.manifest.study.policy(name).dials for name in policies}
    levers = {lever for one in dials.values() for lever in one}
    return {"dials": dials, "parameters": _parameters(store, places, levers), **_run(store)}


def _with_ids(store: Store) -> pd.DataFrame:
    """Contrasts, and a row for each level of the baseline, with ids."""
    contrasts = stored_contrasts(store)
    contrasts = contrasts.drop(columns="id", errors="ignore")
    levels = contrasts.assign(policy=store.manifest.study.baseline, value=contrasts["baseline"])
    empty = ["difference", "lo", "hi", "sd_difference", "correlation", "variance_ratio", "p_better"]
    levels = levels.drop(columns=empty, errors="ignore").drop_duplicates(list(ABOUT))
    table = pd.concat([contrasts, levels], ignore_index=True)
    return with_ids(table)


def _cells(store: Store, row: Mapping[str, Any], policies: list[str]) -> pd.DataFrame:
    outcomes = store.outcomes
    chosen = outcomes["policy"].isin(policies)
    for name in ABOUT:
        if name != "policy":
            chosen &= outcomes[name] == row[name]
    columns = ["cell", "policy", "draw", "replication", "value", "n"]
    return outcomes.loc[chosen, columns].sort_values(["policy", "draw", "replication"])


def _of_parameter(store: Store, number: str) -> Origin:
    rule, _, name = number.partition(".")
    entries = [e for e in store.manifest.appendix if (e["rule"], e["name"]) == (rule, name)]
    if not entries:
        raise AnalysisError(f"no rule of this study has the number '{number}'", store.out)
    return Origin(
        number, {"rule": rule, "name": name}, dict(entries[0]), pd.DataFrame(), pd.DataFrame(), {},
        tuple(entries), **_run(store),
    )  # fmt: skip


def _parameters(store: Store, places: list[str], levers: set[str]) -> tuple[dict[str, Any], ...]:
    known = set(store.manifest.run.get("dials") or {})
    return tuple(
        entry
        for entry in store.manifest.appendix
        if entry["jurisdiction"] in places
        and (entry["rule"] in levers or entry["rule"] not in known)
    )


def _run(store: Store) -> dict[str, Any]:
    manifest = store.manifest
    commit = manifest.run.get("git_commit")
    versions = dict(manifest.versions)
    if commit:
        versions["git commit"] = str(commit)
    versions["model code"] = str(manifest.run.get("code", ""))
    return {
        "config": dict(manifest.run.get("config") or {}),
        "versions": versions,
        "command": tuple(str(word) for word in manifest.run.get("command") or ()),
    }
