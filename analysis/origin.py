"""The way back from a number of a report: its cells, settings, sources, versions and command."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.contrasts import stored_contrasts
from analysis.errors import AnalysisError
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
        The row of contrasts, or the entry of the appendix.
    cells
        Rows of the store it was computed from: cell, policy, draw, replication, value, n.
    dials
        Of the policies compared.
    parameters
        Entries of the appendix for the rules that these policies use.
    """

    number: str
    about: dict[str, Any]
    numbers: dict[str, Any]
    cells: pd.DataFrame
    dials: dict[str, dict[str, Any]]
    parameters: tuple[dict[str, Any], ...]
    config: dict[str, Any]
    versions: dict[str, str]
    command: tuple[str, ...]


def origin(store: Store, number: str) -> Origin:
    """Trace an id of a contrast, or ``RULE.NAME`` of a parameter.

    Raises
    ------
    AnalysisError
        When nothing in the folder has it.
    """
    if "." in number:
        return _of_parameter(store, number)
    table = _with_ids(store)
    found = table[table["id"] == number.lower().lstrip("#")]
    if found.empty:
        raise AnalysisError(
            f"no number has the id '{number}'", store.out,
            mend="ids are in contrasts.csv and beside the numbers of the report",
        )  # fmt: skip
    row = {str(key): value for key, value in found.iloc[0].items()}
    baseline = store.manifest.study.baseline
    policies = list(dict.fromkeys([baseline, str(row["policy"])]))
    levers = {lever for name in policies for lever in store.manifest.study.policy(name).dials}
    return Origin(
        number=str(row["id"]),
        about={name: row[name] for name in ABOUT},
        numbers={key: value for key, value in row.items() if key not in (*ABOUT, "id")},
        cells=_cells(store, row, policies),
        dials={name: store.manifest.study.policy(name).dials for name in policies},
        parameters=_parameters(store, str(row["jurisdiction"]), levers),
        **_run(store),
    )


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
        number, {"rule": rule, "name": name}, dict(entries[0]), pd.DataFrame(), {}, tuple(entries),
        **_run(store),
    )  # fmt: skip


def _parameters(store: Store, place: str, levers: set[str]) -> tuple[dict[str, Any], ...]:
    known = set(store.manifest.run.get("dials") or {})
    return tuple(
        entry
        for entry in store.manifest.appendix
        if entry["jurisdiction"] == place
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
