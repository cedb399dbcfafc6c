"""Paired contrasts: exact answers on small tables, stated degenerate cases, coverage."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.contrasts import FILE_COLUMNS, contrast_table, write_contrasts
from analysis.errors import AnalysisError
from analysis.intervals import half_width
from tests.unit.synthetic_store import Design, write_store


def table(values: dict[str, list[float]], outcome: str = "rearrest", draw: int = 0) -> pd.DataFrame:
    """Outcomes of one measure: policy -> one value per replication."""
    return pd.DataFrame(
        [
            {"cell": f"{policy}{at}", "jurisdiction": "here", "policy": policy, "draw": draw,
             "replication": at, "outcome": outcome, "definition": "first", "horizon_months": 36,
             "group": "all", "value": value, "n": 100.0, "unit": "%"}
            for policy, series in values.items() for at, value in enumerate(series)
        ]
    )  # fmt: skip


BASE = [50.0, 52.0, 48.0, 54.0]


def contrast(policy: list[float], **options: object) -> pd.Series:
    rows = contrast_table(
        table({"status_quo": BASE, "new": policy}),
        favourable={"rearrest": "lower"}, **options,
    )  # fmt: skip
    assert len(rows) == 1
    return rows.iloc[0]


def test_the_difference_and_its_interval_are_those_of_the_paired_t_test():
    policy = [49.0, 50.5, 47.5, 51.0]
    row = contrast(policy)
    expected = stats.ttest_rel(policy, BASE)
    low, high = expected.confidence_interval(0.95)
    assert row["difference"] == pytest.approx(-1.5)
    assert (row["baseline"], row["value"]) == (51.0, 49.5)
    assert (row["lo"], row["hi"]) == (pytest.approx(low), pytest.approx(high))
    assert row["replications"] == 4 and row["unit"] == "%" and row["note"] == ""
    assert row["p_better"] == pytest.approx(stats.ttest_rel(policy, BASE, alternative="less")
                                            .pvalue * -1 + 1)  # fmt: skip


def test_what_the_pairing_bought_is_printed():
    policy = [49.0, 50.5, 47.5, 51.0]
    row = contrast(policy)
    gap = np.subtract(policy, BASE)
    assert row["sd_difference"] == pytest.approx(gap.std(ddof=1))
    assert row["correlation"] == pytest.approx(np.corrcoef(policy, BASE)[0, 1])
    independent = np.var(policy, ddof=1) + np.var(BASE, ddof=1)
    assert row["variance_ratio"] == pytest.approx(independent / gap.var(ddof=1))


def test_a_null_policy_is_exactly_zero():
    row = contrast(BASE)
    assert (row["difference"], row["lo"], row["hi"], row["sd_difference"]) == (0, 0, 0, 0)
    assert np.isnan(row["p_better"]) and np.isnan(row["variance_ratio"])
    assert row["note"] == "every paired difference is exactly 0"


def test_a_constant_difference_has_an_interval_of_no_width_in_spite_of_rounding():
    row = contrast([value - 0.1 for value in BASE])
    assert row["lo"] == row["hi"] == row["difference"] == pytest.approx(-0.1)
    assert row["p_better"] == 1.0
    assert "the same" in row["note"]


def test_one_replication_has_a_difference_but_no_interval():
    row = contrast_table(table({"status_quo": [50.0], "new": [49.0]})).iloc[0]
    assert row["difference"] == -1.0
    assert row[["lo", "hi", "sd_difference", "p_better"]].isna().all()
    assert row["note"] == "one replication: no interval"


def test_a_replication_without_a_pair_is_left_out_and_said_so():
    row = contrast([49.0, 50.0, 47.0, float("nan")])
    assert row["replications"] == 3
    assert row["baseline"] == 50.0  # of the paired replications only
    assert row["note"] == "1 replications left out: no pair"


def test_an_outcome_with_no_value_keeps_its_row():
    row = contrast([float("nan")] * 4)
    assert row["replications"] == 0 and np.isnan(row["difference"])
    assert row["baseline"] == 51.0
    assert row["note"] == "no value in any replication of the policy"


def test_an_outcome_missing_from_one_arm_is_not_dropped():
    outcomes = table({"status_quo": BASE, "new": BASE})
    extra = table({"status_quo": BASE}, outcome="remand_population")
    rows = contrast_table(pd.concat([outcomes, extra]))
    assert set(rows["outcome"]) == {"rearrest", "remand_population"}


def test_draws_of_one_replication_are_averaged_before_anything_else():
    first = table({"status_quo": [50.0, 52.0], "new": [49.0, 52.0]})
    second = table({"status_quo": [60.0, 62.0], "new": [57.0, 62.0]}, draw=1)
    row = contrast_table(pd.concat([first, second])).iloc[0]
    assert row["replications"] == 2
    assert row["difference"] == pytest.approx(-1.0)
    assert row["sd_difference"] == pytest.approx(np.std([-2.0, 0.0], ddof=1))


def test_the_order_of_rows_and_the_labels_of_replications_do_not_matter():
    outcomes = table({"status_quo": BASE, "new": [49.0, 50.5, 47.5, 51.0]})
    shuffled = outcomes.sample(frac=1, random_state=3)
    relabelled = shuffled.assign(replication=shuffled["replication"].map({0: 9, 1: 2, 2: 7, 3: 4}))
    pd.testing.assert_frame_equal(contrast_table(outcomes), contrast_table(relabelled))


def test_favourable_decides_what_better_means():
    outcomes = table({"status_quo": BASE, "new": [49.0, 50.5, 47.5, 51.0]})
    lower = contrast_table(outcomes, favourable={"rearrest": "lower"}).iloc[0]["p_better"]
    higher = contrast_table(outcomes, favourable={"rearrest": "higher"}).iloc[0]["p_better"]
    assert lower + higher == pytest.approx(1.0) and lower > 0.9
    assert np.isnan(contrast_table(outcomes).iloc[0]["p_better"])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda frame: pd.concat([frame, frame.head(1)]), "stored twice"),
        (lambda frame: frame[frame["policy"] != "status_quo"], "baseline 'status_quo' is not"),
        (lambda frame: frame.drop(columns="unit"), "no column 'unit'"),
    ],
)
def test_a_table_that_cannot_be_compared_is_refused(change, message):
    with pytest.raises(AnalysisError, match=message):
        contrast_table(change(table({"status_quo": BASE, "new": BASE})))


def test_a_confidence_that_is_no_level_is_refused():
    with pytest.raises(AnalysisError, match="not between 0 and 1"):
        contrast_table(table({"status_quo": BASE, "new": BASE}), 95.0)


def test_the_file_has_the_agreed_columns_and_no_nan(tmp_path: Path):
    path = write_contrasts(write_store(tmp_path, Design(replications=1)))
    text = path.read_text()
    assert text.splitlines()[0] == ",".join(FILE_COLUMNS)
    assert "nan" not in text.lower() and "inf" not in text.lower()
    rows = pd.read_csv(path)
    empty = rows[["lo", "hi"]].isna().any(axis=1)
    assert (empty <= rows["note"].notna()).all()


def test_a_null_study_is_zero_in_every_row(tmp_path: Path):
    rows = pd.read_csv(write_contrasts(write_store(tmp_path, Design(null=True))))
    assert (rows[["difference", "lo", "hi"]] == 0).all(axis=None)


EXPERIMENTS, REPLICATIONS = 4000, 8


def simulated_experiments() -> pd.DataFrame:
    """Draw experiments whose true difference is -1 and whose arms share most of their luck."""
    rng = np.random.default_rng(20260101)
    shared = rng.normal(0, 3, (EXPERIMENTS, REPLICATIONS))
    own = rng.normal(0, 1, (2, EXPERIMENTS, REPLICATIONS))
    frames = []
    for policy, mean, luck in (("status_quo", 50.0, own[0]), ("new", 49.0, own[1])):
        wide = pd.DataFrame(mean + shared + luck)
        long = wide.stack().rename("value").rename_axis(["experiment", "replication"])
        frames.append(long.reset_index().assign(policy=policy))
    outcomes = pd.concat(frames)
    outcomes["jurisdiction"] = outcomes["experiment"].astype(str).astype("category")
    return outcomes.assign(outcome="rearrest", definition="", horizon_months=36, group="all",
                           draw=0, unit="%", n=1.0)  # fmt: skip


def test_paired_intervals_cover_the_truth_at_their_level():
    # With 4,000 experiments the count of misses is binomial (4000, 0.05). The limits are
    # its 1e-4 tails: a level off by 1.4 points is caught.
    rows = contrast_table(simulated_experiments())
    misses = int(((rows["lo"] > -1) | (rows["hi"] < -1)).sum())
    low, high = stats.binom.ppf([1e-4, 1 - 1e-4], EXPERIMENTS, 0.05)
    assert low <= misses <= high
    assert rows["correlation"].median() == pytest.approx(0.9, abs=0.05)
    assert rows["variance_ratio"].median() == pytest.approx(10, rel=0.15)


def test_an_unpaired_interval_would_have_been_caught():
    """Plant a bug: the same data analysed as if the arms had nothing in common."""
    outcomes = simulated_experiments()
    by_arm = outcomes.groupby(["jurisdiction", "policy"], observed=True)["value"]
    mean, variance = by_arm.mean().unstack(), by_arm.var().unstack()
    gap = mean["new"] - mean["status_quo"]
    sd = np.sqrt(variance.sum(axis=1))
    width = half_width(sd, REPLICATIONS, 0.95)
    misses = int(((gap - width > -1) | (gap + width < -1)).sum())
    low, _high = stats.binom.ppf([1e-4, 1 - 1e-4], EXPERIMENTS, 0.05)
    assert misses < low
    paired = contrast_table(outcomes)
    assert np.median(width) > 2.5 * ((paired["hi"] - paired["lo"]) / 2).median()


def test_the_probability_of_being_better_is_calibrated_under_the_null():
    # With no true difference it is uniform: Kolmogorov–Smirnov at 1e-4.
    outcomes = simulated_experiments()
    outcomes.loc[outcomes["policy"] == "new", "value"] += 1.0
    rows = contrast_table(outcomes, favourable={"rearrest": "lower"})
    assert stats.kstest(rows["p_better"], "uniform").pvalue > 1e-4
