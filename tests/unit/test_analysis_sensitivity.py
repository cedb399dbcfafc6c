"""Sensitivity on functions whose answer is known: Ishigami, Morris's own claims, a line."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.errors import AnalysisError
from analysis.sensitivity import morris_design, morris_table, sobol_design, sobol_table
from analysis.tornado import COLUMNS, one_at_a_time_design, tornado_table

ANGLES = pd.DataFrame({"input": ["x1", "x2", "x3"], "low": -np.pi, "high": np.pi})
# Ishigami & Homma (1990) with a = 7, b = 0.1: closed forms of the first-order and total indices.
FIRST = {"x1": 0.3139, "x2": 0.4424, "x3": 0.0}
TOTAL = {"x1": 0.5576, "x2": 0.4424, "x3": 0.2437}


def ishigami(design: pd.DataFrame) -> np.ndarray:
    x1, x2, x3 = (design[name].to_numpy() for name in ("x1", "x2", "x3"))
    return np.sin(x1) + 7 * np.sin(x2) ** 2 + 0.1 * x3**4 * np.sin(x1)


def test_sobol_recovers_the_ishigami_indices():
    # 2,048 base samples: SALib's own error is about 0.02; 0.05 tells all of them apart.
    design = sobol_design(ANGLES, 2048, seed=1)
    table = sobol_table(design, ANGLES, ishigami(design)).set_index("input")
    for name in FIRST:
        assert table.loc[name, "first_order"] == pytest.approx(FIRST[name], abs=0.05)
        assert table.loc[name, "total"] == pytest.approx(TOTAL[name], abs=0.05)
    assert table.index.to_list() == ["x1", "x2", "x3"]
    assert (table["note"] == "one replication: the part of chance is not known").all()


def test_the_order_of_the_rows_matters_and_is_the_designs():
    """Plant a bug: values that have lost the order of their design recover nothing."""
    design = sobol_design(ANGLES, 2048, seed=1)
    shuffled = np.random.default_rng(0).permutation(ishigami(design))
    table = sobol_table(design, ANGLES, shuffled).set_index("input")
    assert abs(table.loc["x1", "first_order"] - FIRST["x1"]) > 0.1


def test_sobol_says_how_much_is_chance():
    # Seeds shared by all rows cancel; what is left has variance 4 / 5 replications = 0.8, on
    # the function's 13.84: a share of 0.055, to 10 % with 1,280 rows.
    design = sobol_design(ANGLES, 256, seed=2)
    rng = np.random.default_rng(3)
    runs = (ishigami(design)[:, None] + rng.normal(0, 9, (1, 5))
            + rng.normal(0, 2, (len(design), 5)))  # fmt: skip
    table = sobol_table(design, ANGLES, runs)
    assert table["share_from_chance"].iloc[0] == pytest.approx(0.8 / 14.64, rel=0.2)
    assert (table["note"] == "").all()


UNIT = pd.DataFrame({"input": ["strong", "weak", "curved", "none"], "low": 0.0, "high": 1.0})


def screened(design: pd.DataFrame) -> np.ndarray:
    return np.asarray(
        10 * design["strong"] + 2 * design["weak"] + 12 * (design["curved"] - 0.5) ** 2
    )


def test_morris_ranks_a_known_function_and_sees_the_curve():
    design = morris_design(UNIT, 40, seed=4)
    table = morris_table(design, UNIT, screened(design)).set_index("input")
    assert table.index.to_list()[0] == "strong" and table.index.to_list()[-1] == "none"
    # Elementary effects of a line are its slope, exactly, and do not spread.
    assert table.loc["strong", "mean_effect"] == pytest.approx(10.0)
    assert table.loc["weak", "mean_absolute_effect"] == pytest.approx(2.0)
    assert table.loc["weak", "spread_of_effects"] == pytest.approx(0.0, abs=1e-9)
    assert table.loc["curved", "spread_of_effects"] > 1.0
    assert table.loc["none", "mean_absolute_effect"] == pytest.approx(0.0, abs=1e-9)


def test_morris_effects_are_per_range_whatever_the_units():
    wide = UNIT.assign(low=100.0, high=300.0)
    design = morris_design(wide, 10, seed=4)
    values = 0.05 * (design["strong"].to_numpy() - 100)  # 10 over the whole range
    table = morris_table(design, wide, values).set_index("input")
    assert table.loc["strong", "mean_effect"] == pytest.approx(10.0)


def test_morris_says_what_an_input_without_influence_would_show():
    # No influence at all: what is found is what chance is expected to show, within 15 %
    # (2,000 effects of a half-normal have a mean good to 2 %, but they share runs).
    design = morris_design(UNIT, 500, seed=5)
    runs = np.random.default_rng(6).normal(0, 3, (len(design), 4))
    table = morris_table(design, UNIT, runs)
    expected = table["expected_from_chance"].iloc[0]
    assert table["mean_absolute_effect"].mean() == pytest.approx(expected, rel=0.15)


def test_designs_are_the_same_for_the_same_seed_zero_included():
    for make, size in ((morris_design, 6), (sobol_design, 8)):
        assert make(UNIT, size, seed=0).equals(make(UNIT, size, seed=0))
        assert not make(UNIT, size, seed=0).equals(make(UNIT, size, seed=1))
        bounds = make(ANGLES, size, seed=0)
        assert bounds.to_numpy().min() >= -np.pi and bounds.to_numpy().max() <= np.pi


def test_an_outcome_that_never_varies_has_no_influence_and_says_so():
    for make, tell, size in (
        (morris_design, morris_table, 6), (sobol_design, sobol_table, 8),
    ):  # fmt: skip
        design = make(UNIT, size, seed=0)
        table = tell(design, UNIT, np.full(len(design), 3.0))
        assert (table["note"] == "the outcome does not vary over the design").all()
        numbers = table.drop(columns=["share_from_chance", "expected_from_chance"], errors="ignore")
        assert not numbers.isna().any(axis=None)


def test_bad_input_is_one_line():
    design = morris_design(UNIT, 6, seed=0)
    with pytest.raises(AnalysisError, match="29 values for 30 rows"):
        morris_table(design, UNIT, np.zeros(29))
    with pytest.raises(AnalysisError, match="1 rows of the design have no value"):
        morris_table(design, UNIT, np.r_[np.nan, np.zeros(29)])
    with pytest.raises(AnalysisError, match=r"'weak' has no range: from 1\.0 to 1\.0"):
        morris_design(UNIT.assign(low=[0, 1.0, 0, 0]), 6, seed=0)
    with pytest.raises(AnalysisError, match="100 is no power of 2"):
        sobol_design(UNIT, 100, seed=0)


RANGES = pd.DataFrame({"input": ["a", "b", "c"], "low": [0.0, 1.0, 2.0],
                       "central": [1.0, 2.0, 2.0], "high": [3.0, 4.0, 5.0]})  # fmt: skip


def line(design: pd.DataFrame, replications: int = 3) -> pd.DataFrame:
    value = 5 + 2 * design["a"] - 10 * design["b"] + design["c"]
    return pd.concat([
        pd.DataFrame({"run": design["run"], "replication": run, "value": value + run})
        for run in range(replications)
    ])  # fmt: skip


def test_the_tornado_of_a_line_is_exact():
    design = one_at_a_time_design(RANGES)
    assert len(design) == 6  # c has no lower end of its own
    table = tornado_table(design, line(design))
    assert list(table.columns) == list(COLUMNS)
    rows = table.set_index("input")
    assert rows.index.to_list() == ["b", "a", "c"]
    assert rows["low"].to_dict() == pytest.approx({"b": 10.0, "a": -2.0, "c": 0.0})
    assert rows["high"].to_dict() == pytest.approx({"b": -20.0, "a": 4.0, "c": 3.0})
    assert rows["swing"].to_dict() == pytest.approx({"b": -30.0, "a": 6.0, "c": 3.0})
    assert rows["central"].to_list() == pytest.approx([5 + 2 - 20 + 2 + 1] * 3)
    assert rows.loc["c", ["low_input", "high_input"]].to_list() == [2.0, 5.0]
    # Shared seeds cancel: the same swing in every replication.
    assert rows["note"].str.contains("interval of no width").all()


def test_the_tornados_interval_is_paired_by_replication():
    design = one_at_a_time_design(RANGES)
    results = line(design)
    rng = np.random.default_rng(0)
    results["value"] += 100 * results["replication"] + rng.normal(0, 0.1, len(results))
    row = tornado_table(design, results).set_index("input").loc["b"]
    assert row["swing_lo"] < -29 and row["swing_hi"] > -31
    assert row["swing_hi"] - row["swing_lo"] < 3  # not the 100 between replications


def test_a_missing_run_and_a_centre_outside_its_range_are_errors():
    design = one_at_a_time_design(RANGES)
    with pytest.raises(AnalysisError, match="run 3 of the design has no result"):
        tornado_table(design, line(design).query("run != 3"))
    with pytest.raises(AnalysisError, match="central value of 'a' is outside its range"):
        one_at_a_time_design(RANGES.assign(low=2.0))


def test_one_replication_has_a_swing_without_an_interval():
    design = one_at_a_time_design(RANGES)
    table = tornado_table(design, line(design, replications=1))
    assert (table["note"] == "one replication: no interval").all()
    assert table["swing"].notna().all() and table["swing_lo"].isna().all()
