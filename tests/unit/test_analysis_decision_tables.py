"""Every table of a decision, from a stored run: complete, and nothing empty without a note."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest

from analysis.acceptability import acceptability
from analysis.cost_effectiveness import plane_points, plane_table
from analysis.costs import HARM, TOTAL, agencies
from analysis.fairness import gap_change_table, gap_table, outcomes_by_group
from analysis.naive import naive_table
from analysis.net_benefit import net_benefit
from analysis.pareto import pareto_table
from analysis.present_values import budget_impact, present_values
from analysis.robustness import regret_table, robustness_table
from analysis.store import Store
from analysis.survival import cohort_window
from analysis.uncertainty import uncertainty_table
from analysis.value_of_information import perfect_information
from tests.unit.synthetic_store import Design, write_store

WEIGHTS = {TOTAL: -1.0, HARM: -1.0}


def tables(store: Store) -> Iterator[tuple[str, pd.DataFrame]]:
    """Name and content of each table that needs no design of its own."""
    study = store.manifest.study
    series = store.series(["people", *agencies(store.columns("series")), HARM])
    values = present_values(series, study.start, 0.035)
    money = net_benefit(values, WEIGHTS)
    cost, harm = (values[values["metric"] == name] for name in (TOTAL, HARM))
    cohort = cohort_window(
        store.cohort(["to_rearrest", "age_years", "male"]), 0, study.start, study.months, 24
    ).copy()
    # Participation is not in these made-up folders: everyone over 40 in the policy arms.
    older = (cohort["age_years"] > 40) & (cohort["policy"] != study.baseline)
    cohort["treated"] = older.astype("uint8")
    groups = outcomes_by_group(cohort, {("rearrest", ""): "to_rearrest"}, 24)
    yield "budget", budget_impact(series, study.start, study.baseline)
    yield "plane", plane_table(plane_points(cost, harm, study.baseline))
    yield "acceptability", acceptability(cost, harm, [1.0])
    yield "regret", regret_table(money)
    yield "robustness", robustness_table(money)
    yield "pareto", pareto_table(store.outcomes)
    yield "gaps", gap_table(groups)
    yield "changes", gap_change_table(groups, study.baseline)
    yield "naive", naive_table(cohort, {"any": "treated"}, "to_rearrest", 24, study.baseline)
    yield "uncertainty", uncertainty_table(store.outcomes)
    yield "perfect information", perfect_information(money)


@pytest.mark.parametrize(
    "design",
    [Design(replications=3), Design(replications=1), Design(replications=2, null=True),
     Design(replications=2, jurisdictions=("north", "south"))],
    ids=["three replications", "one replication", "null", "two places"],
)  # fmt: skip
def test_nothing_is_empty_without_a_note_and_nothing_is_dropped(tmp_path: Path, design: Design):
    store = Store(write_store(tmp_path, design))
    others = set(design.policies) - {"status_quo"}
    for name, table in tables(store):
        empty = table.isna().any(axis=1)
        assert len(table) and (table.loc[empty, "note"] != "").all(), name
        if "policy" in table:
            assert others <= set(table["policy"]), name
        if "jurisdiction" in table:
            assert set(table["jurisdiction"]) == set(design.jurisdictions), name
        keys = [one for one in table if table[one].dtype == object]
        assert not any("nan" in set(table[one].astype(str)) for one in keys), name


def test_a_null_study_changes_nothing_in_any_table(tmp_path: Path):
    store = Store(write_store(tmp_path, Design(replications=2, null=True)))
    checks: dict[str, Callable[[pd.DataFrame], pd.Series]] = {
        "budget": lambda t: t["difference"], "plane": lambda t: t["cost"],
        "regret": lambda t: t["regret"], "changes": lambda t: t["change"],
        "uncertainty": lambda t: t["difference"],
    }  # fmt: skip
    found = dict(tables(store))
    for name, column in checks.items():
        assert (column(found[name]) == 0).all(), name
    assert found["pareto"]["is_on_front"].all()
