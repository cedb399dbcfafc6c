"""Hazard ratios: agreement with lifelines and statsmodels, clusters, and what cannot be fitted."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
import pytest
from lifelines import CoxPHFitter
from lifelines.datasets import load_rossi

from analysis import hazards
from analysis.cox_scores import cluster_influence
from analysis.errors import AnalysisError
from analysis.hazards import COLUMNS, hazard_ratios


def rossi() -> pd.DataFrame:
    """The Maryland LIFE trial: financial aid after release, weeks to arrest."""
    data = load_rossi()
    return pd.DataFrame({
        "jurisdiction": "maryland", "policy": np.where(data["fin"] == 1, "aid", "status_quo"),
        "replication": 0, "person": np.arange(len(data)), "time": data["week"],
        "kind": data["arrest"], "age": data["age"], "prio": data["prio"],
    })  # fmt: skip


def paired_worlds(replications: int, people: int, seed: int = 1) -> pd.DataFrame:
    """Every person under both policies with the same luck; the policy lengthens times by 1.25."""
    rng = np.random.default_rng(seed)
    luck = rng.exponential(30, (replications, people))
    parts = []
    for policy, factor in (("status_quo", 1.0), ("new", 1.25)):
        months = np.ceil(luck * factor)
        for at in range(replications):
            parts.append(pd.DataFrame({
                "jurisdiction": "here", "policy": policy, "replication": at,
                "person": np.arange(people), "time": np.minimum(months[at], 36).astype(int),
                "kind": (months[at] <= 36).astype(int),
            }))  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def test_the_hazard_ratio_of_the_rossi_data_is_that_of_lifelines():
    row = hazard_ratios(rossi()).iloc[0]
    data = load_rossi()[["fin", "week", "arrest"]]
    fitted = CoxPHFitter().fit(data, "week", "arrest")
    robust = CoxPHFitter().fit(data, "week", "arrest", robust=True)
    assert row["hazard_ratio"] == pytest.approx(float(fitted.hazard_ratios_["fin"]), rel=1e-9)
    # lifelines' robust variance leaves ties aside, ours does not: near, not equal.
    assert row["log_se"] == pytest.approx(float(robust.standard_errors_["fin"]), rel=0.03)
    assert (row["events"], row["events_baseline"], row["episodes"]) == (48, 66, 432)
    assert row["clustered_by"] == "person" and "between its people" in row["note"]


def test_it_can_be_adjusted_for_what_a_person_brings():
    row = hazard_ratios(rossi(), covariates=["age", "prio"]).iloc[0]
    fitted = CoxPHFitter().fit(load_rossi()[["fin", "age", "prio", "week", "arrest"]],
                               "week", "arrest")  # fmt: skip
    assert row["hazard_ratio"] == pytest.approx(float(fitted.hazard_ratios_["fin"]), rel=1e-9)


def test_clustered_variance_without_ties_is_that_of_lifelines():
    rng = np.random.default_rng(7)
    n = 400
    data = pd.DataFrame({
        "x": rng.integers(0, 2, n), "z": rng.normal(0, 1, n), "time": rng.permutation(n) + 1,
        "event": rng.random(n) < 0.7, "cluster": rng.integers(0, 20, n),
    })  # fmt: skip
    plain = CoxPHFitter().fit(data.drop(columns="cluster"), "time", "event")
    theirs = CoxPHFitter().fit(data, "time", "event", cluster_col="cluster")
    influence = cluster_influence(
        data[["x", "z"]].to_numpy(float), data["time"].to_numpy(), data["event"].to_numpy(),
        np.ones(n), data["cluster"].to_numpy(), plain.params_.to_numpy(),
        plain.variance_matrix_.to_numpy(), 20,
    )  # fmt: skip
    np.testing.assert_allclose(np.sqrt((influence**2).sum(axis=0)), theirs.standard_errors_)
    np.testing.assert_allclose(influence.sum(axis=0), 0, atol=1e-6)


def test_with_ties_the_scores_are_those_of_the_likelihood_that_was_maximised():
    # Efron's scores add up to nothing at the maximum of Efron's likelihood, and only there.
    data = paired_worlds(4, 200)
    x = (data["policy"] == "new").to_numpy(float)
    frame = pd.DataFrame({"x": x, "time": data["time"], "event": data["kind"]})
    fitted = CoxPHFitter().fit(frame, "time", "event", fit_options={"precision": 1e-10})
    sums = [
        cluster_influence(
            x[:, None], frame["time"].to_numpy(), frame["event"].to_numpy(bool), np.ones(len(x)),
            data["replication"].to_numpy(), fitted.params_.to_numpy() + off,
            fitted.variance_matrix_.to_numpy(), 4,
        ).sum()
        for off in (0.0, 0.05)
    ]  # fmt: skip
    assert abs(sums[0]) < 1e-7 and sums[1] == pytest.approx(-0.05, rel=0.02)


def test_clustering_by_replication_sees_that_the_people_are_pairs():
    row = hazard_ratios(paired_worlds(8, 300)).iloc[0]
    assert row["clustered_by"] == "replication" and row["clusters"] == 8
    data = paired_worlds(8, 300)
    frame = pd.DataFrame({"x": data["policy"] == "new", "t": data["time"], "e": data["kind"]})
    as_if_strangers = float(CoxPHFitter().fit(frame, "t", "e").standard_errors_["x"])
    assert row["log_se"] < 0.5 * as_if_strangers
    assert row["lo"] < row["hazard_ratio"] < row["hi"] < 1


def test_the_order_of_rows_and_more_policies_change_no_hazard_ratio():
    data = paired_worlds(4, 150)
    third = data[data["policy"] == "new"].assign(policy="third", time=lambda f: f["time"] // 2 + 1)
    first = hazard_ratios(data)
    shuffled = hazard_ratios(pd.concat([data, third]).sample(frac=1, random_state=1))
    pd.testing.assert_frame_equal(first, shuffled[shuffled["policy"] == "new"], rtol=1e-6)


def test_equal_episodes_can_be_counted_instead_of_listed(monkeypatch: pytest.MonkeyPatch):
    data = paired_worlds(8, 1000)
    listed = hazard_ratios(data).iloc[0]
    monkeypatch.setattr(hazards, "LISTED_EPISODES", 10)
    counted = hazard_ratios(data).iloc[0]
    for name in ("hazard_ratio", "lo", "hi", "hr_early", "hr_late"):
        assert counted[name] == pytest.approx(listed[name], rel=2e-3)


def test_hazards_that_cross_are_seen_and_proportional_ones_are_not():
    rng = np.random.default_rng(3)
    n = 20 * 150
    early = {"status_quo": 0.05, "new": 0.02}
    parts = []
    for policy in early:
        first, later = rng.exponential(1 / early[policy], n), 10 + rng.exponential(25, n)
        months = np.ceil(np.where(first <= 10, first, later))
        parts.append(pd.DataFrame({
            "jurisdiction": "here", "policy": policy, "replication": np.arange(n) % 20,
            "person": np.arange(n), "time": np.minimum(months, 36).astype(int),
            "kind": (months <= 36).astype(int),
        }))  # fmt: skip
    row = hazard_ratios(pd.concat(parts)).iloc[0]
    assert row["p_proportional"] < 1e-4 and row["hr_early"] < 0.7 < row["hr_late"]
    same = hazard_ratios(paired_worlds(8, 300)).iloc[0]
    assert same["p_proportional"] > 1e-4


def test_an_arm_without_an_event_has_a_row_and_a_reason():
    data = paired_worlds(3, 50)
    data.loc[data["policy"] == "new", "kind"] = 2
    row = hazard_ratios(data).iloc[0]
    assert np.isnan(row["hazard_ratio"]) and row["events"] == 0
    assert row["note"] == "no event under new: no hazard ratio"
    assert tuple(hazard_ratios(data).columns) == COLUMNS


def test_a_null_policy_has_a_hazard_ratio_of_one_and_no_doubt():
    data = paired_worlds(4, 100)
    base = data[data["policy"] == "status_quo"]
    row = hazard_ratios(pd.concat([base, base.assign(policy="same")])).iloc[0]
    for name in ("hazard_ratio", "lo", "hi", "p_value"):
        assert row[name] == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda f: f[f["policy"] == "new"], "the baseline 'status_quo' has nobody in here"),
        (lambda f: f.drop(columns="time"), "no column 'time'"),
    ],
)
def test_episodes_that_cannot_be_compared_are_refused(change, message):
    with pytest.raises(AnalysisError, match=message):
        hazard_ratios(change(paired_worlds(2, 20)))


def test_half_a_million_episodes_take_seconds():
    data = paired_worlds(20, 12_500)
    begin = time.process_time()
    assert hazard_ratios(data).iloc[0]["episodes"] == 500_000
    assert time.process_time() - begin < 10
