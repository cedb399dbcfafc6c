"""Gaps between groups: counted by hand, covering, and never silently empty."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.access import access_shares
from analysis.errors import AnalysisError
from analysis.fairness import gap_change_table, gap_table, outcomes_by_group
from analysis.groups import REFERENCES, dimension_of, memberships, reference_of

OUTCOMES = {("rearrest", "first"): "to_rearrest", ("conferenced", ""): "conferenced",
            ("harm", ""): "harm_36m"}  # fmt: skip


def cohort(replications: int = 4, women: float = 0.2, people: int = 400) -> pd.DataFrame:
    """Two policies with shared luck; women are rearrested less, and the policy helps only men."""
    parts = []
    for run in range(replications):
        rng = np.random.default_rng((5, run))
        male = (rng.random(people) >= women).astype(np.uint8)
        age, luck = rng.uniform(18, 60, people), rng.random(people)
        for policy in ("status_quo", "new"):
            chance = np.where(male == 1, 0.6 - 0.1 * (policy == "new"), 0.4)
            parts.append(pd.DataFrame({
                "jurisdiction": "here", "policy": policy, "draw": 0, "replication": run,
                "person": np.arange(people), "male": male, "age_years": age,
                "foreign": (rng.random(people) < 0.1).astype(np.uint8),
                "community": rng.integers(0, 3, people),
                "to_rearrest": np.where(luck < chance, 7, -1),
                "conferenced": (rng.random(people) < 0.3).astype(np.uint8),
                "harm_36m": rng.gamma(2.0, 100.0, people),
            }))  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def test_groups_are_named_as_the_store_names_them_and_cover_everyone():
    frame = cohort().assign(label=lambda f: f["person"] % 2)
    found = dict(memberships(frame))
    assert list(found) == ["sex", "age", "nationality", "community", "label"]
    assert set(found["community"]) == {"community=1", "community=2", "community=3"}
    for group in found.values():
        assert len(group) == len(frame) and group.notna().all()
        assert all(reference_of(name) is None or dimension_of(name) for name in set(group))
    assert set(REFERENCES) <= {name for group in found.values() for name in set(group)}


@pytest.mark.parametrize(
    ("age", "group"),
    [(24.99, "age=under 25"), (25.0, "age=25-39"), (39.9, "age=25-39"), (40.0, "age=40 and over")],
)
def test_the_edges_of_the_age_bands(age, group):
    assert dict(memberships(pd.DataFrame({"age_years": [age]})))["age"].iloc[0] == group


def test_outcomes_of_a_group_are_those_of_its_people():
    frame = cohort()
    table = outcomes_by_group(frame, OUTCOMES, 12)
    chosen = table[(table["group"] == "sex=female") & (table["policy"] == "new")]
    people = frame[(frame["male"] == 0) & (frame["policy"] == "new")]
    by_run = people.groupby("replication")
    rearrest = chosen[chosen["outcome"] == "rearrest"].sort_values("replication")
    expected = by_run["to_rearrest"].apply(lambda one: 100 * one.between(1, 12).mean())
    np.testing.assert_allclose(rearrest["value"], expected)
    assert rearrest["n"].to_list() == by_run.size().to_list()
    assert (rearrest["unit"] == "%").all() and (rearrest["horizon_months"] == 12).all()
    harm = chosen[chosen["outcome"] == "harm"].sort_values("replication")
    np.testing.assert_allclose(harm["value"], by_run["harm_36m"].mean())
    everyone = table[(table["group"] == "all") & (table["outcome"] == "conferenced")]
    assert len(everyone) == 8


def test_the_gap_and_its_interval_are_those_of_the_paired_t_test():
    table = outcomes_by_group(cohort(), OUTCOMES, 12)
    row = gap_table(table).query(
        "group == 'sex=female' and outcome == 'rearrest' and policy == 'status_quo'"
    ).iloc[0]  # fmt: skip
    value = {
        name: table.query("group == @name and outcome == 'rearrest' and policy == 'status_quo'")
        .sort_values("replication")["value"].to_numpy()
        for name in ("sex=female", "sex=male")
    }  # fmt: skip
    expected = stats.ttest_rel(value["sex=female"], value["sex=male"])
    low, high = expected.confidence_interval(0.95)
    assert row["gap"] == pytest.approx(np.mean(value["sex=female"] - value["sex=male"]))
    assert (row["gap_lo"], row["gap_hi"]) == (pytest.approx(low), pytest.approx(high))
    assert row["ratio"] == pytest.approx(value["sex=female"].mean() / value["sex=male"].mean())
    assert row["ratio_lo"] < row["ratio"] < row["ratio_hi"]
    assert row["reference"] == "sex=male" and row["dimension"] == "sex"


def test_a_policy_that_helps_only_men_narrows_the_gap_by_what_it_helps():
    table = gap_change_table(outcomes_by_group(cohort(12), OUTCOMES, 12), "status_quo", 0.9999)
    row = table.query("group == 'sex=female' and outcome == 'rearrest'").iloc[0]
    # Women's values are the same in both arms: the change is exactly what men gain.
    assert row["change"] == pytest.approx(row["gap"] - row["gap_baseline"])
    assert row["lo"] < 10.0 < row["hi"] and row["lo"] > 0
    assert (table["policy"] == "new").all()


def test_communities_are_compared_with_everyone():
    rows = gap_table(outcomes_by_group(cohort(), OUTCOMES, 12)).query("dimension == 'community'")
    assert set(rows["group"]) == {"community=1", "community=2", "community=3"}
    assert set(rows["reference"]) == {"all"}


def coverage(experiments: int) -> float:
    """Share of intervals that hold the true gap of −20 points, one experiment a jurisdiction."""
    rng = np.random.default_rng(17)
    rows = []
    for name, chance in (("sex=female", 0.4), ("sex=male", 0.6)):
        n = 60 if name == "sex=female" else 300
        share = 100 * rng.binomial(n, chance, (experiments, 10)) / n
        long = pd.DataFrame(share).stack().rename("value")
        long = long.rename_axis(["jurisdiction", "replication"]).reset_index()
        rows.append(long.assign(group=name, n=n))
    frame = pd.concat(rows).assign(policy="a", draw=0, outcome="x", definition="",
                                   horizon_months=0, unit="%")  # fmt: skip
    frame["jurisdiction"] = frame["jurisdiction"].astype(str)
    table = gap_table(frame)
    return float(((table["gap_lo"] <= -20) & (table["gap_hi"] >= -20)).mean())


def test_gap_intervals_cover_the_truth():
    low, high = (stats.binom.ppf(p, 1000, q) / 1000 for p, q in ((1e-4, 0.93), (1 - 1e-4, 0.97)))
    assert low <= coverage(1000) <= high


def test_an_empty_group_says_so_and_is_kept():
    frame = cohort(women=0.0)
    extra = cohort(women=1.0, replications=1).assign(jurisdiction="there")
    table = outcomes_by_group(pd.concat([frame, extra]), OUTCOMES, 12)
    gaps = gap_table(table)
    here = gaps[(gaps["jurisdiction"] == "here") & (gaps["group"] == "sex=female")]
    assert len(here) == 6 and (here["note"] == "nobody in this group in any replication").all()
    there = gaps[(gaps["jurisdiction"] == "there") & (gaps["group"] == "sex=female")]
    assert (there["note"] == "nobody in the reference group in any replication").all()


def test_no_cell_is_empty_without_a_note():
    frame = cohort(replications=1)
    frame["conferenced"] = 0  # an event that nobody has
    gaps = gap_table(outcomes_by_group(frame, OUTCOMES, 12))
    changes = gap_change_table(outcomes_by_group(frame, OUTCOMES, 12), "status_quo")
    for table in (gaps, changes):
        empty = table.isna().any(axis=1)
        assert empty.any() and (table.loc[empty, "note"] != "").all()
    zero = gaps[gaps["outcome"] == "conferenced"]
    assert zero["note"].str.contains("no ratio: the reference group's value is 0").all()


def access_counts() -> pd.DataFrame:
    """A lever with four stages; foreign nationals are offered it half as often."""
    counts = {
        "all": (1000, 450, 300, 150), "nationality=national": (900, 420, 280, 140),
        "nationality=foreign": (100, 30, 20, 10),
    }  # fmt: skip
    stages = ("eligible", "offered", "consented", "completed")
    return pd.DataFrame(
        [
            {"jurisdiction": "here", "policy": policy, "draw": 0, "replication": run,
             "lever": "prison_education", "stage": stage, "group": group,
             "count": count * (1 + run)}
            for policy in ("status_quo", "new") for run in range(2)
            for group, row in counts.items() for stage, count in zip(stages, row, strict=True)
        ]
    )  # fmt: skip


def test_access_is_a_share_of_those_eligible_and_of_the_stage_before():
    table = access_shares(access_counts()).query("replication == 1 and policy == 'new'")
    share = table.set_index(["outcome", "definition", "group"])["value"]
    lever = "prison_education"
    assert share[f"{lever}: offered", "of those eligible", "nationality=foreign"] == 30.0
    assert share[f"{lever}: completed", "of those eligible", "all"] == 15.0
    assert share[f"{lever}: completed", "of those consented", "all"] == 50.0
    assert (table.loc[table["group"] == "all", "n"] % 2 == 0).all()  # counts of replication 1


def test_gaps_in_access_use_the_same_table():
    gaps = gap_table(access_shares(access_counts())).query(
        "policy == 'new' and outcome == 'prison_education: offered'"
    ).iloc[0]  # fmt: skip
    assert gaps["gap"] == pytest.approx(30 - 100 * 420 / 900)
    assert gaps["ratio"] == pytest.approx(0.3 / (420 / 900))
    assert "the same in every replication" in gaps["note"]
    changes = gap_change_table(access_shares(access_counts()), "status_quo")
    assert (changes["change"] == 0).all()


def test_a_lever_that_the_baseline_lacks_has_gaps_but_no_change_and_says_so():
    counts = access_counts()
    only_new = counts[counts["policy"] == "new"]
    other = counts.assign(lever="volunteers")
    table = access_shares(pd.concat([only_new, other]))
    changes = gap_change_table(table, "status_quo").set_index("outcome")
    rows = changes.loc[["prison_education: offered"]]
    assert rows["change"].isna().all() and (rows["note"] != "").all()


def test_access_where_nobody_was_eligible_has_no_share():
    counts = access_counts()
    counts.loc[counts["group"] == "nationality=foreign", "count"] = 0
    gaps = gap_table(access_shares(counts))
    assert (gaps["note"] == "nobody in this group in any replication").all()


def test_an_unknown_stage_or_no_groups_is_an_error():
    with pytest.raises(AnalysisError, match="unknown stage of access 'invited'"):
        access_shares(access_counts().replace({"stage": {"offered": "invited"}}))
    everyone = access_shares(access_counts().query("group == 'all'"))
    with pytest.raises(AnalysisError, match="no outcome by group"):
        gap_table(everyone)
