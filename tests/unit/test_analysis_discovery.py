"""Scenario discovery finds a box that was put there, and says when there is none."""

from __future__ import annotations

import builtins

import numpy as np
import pandas as pd
import pytest

from analysis.discovery import COLUMNS, boxes_of_interest
from analysis.errors import AnalysisError


def runs(n: int = 1000) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    return pd.DataFrame({
        "coverage": rng.random(n), "duration": 10 * rng.random(n), "unrelated": rng.random(n),
        "kind": rng.choice(["u", "v", "w"], n), "on": rng.random(n) < 0.5,
    })  # fmt: skip


def inside(frame: pd.DataFrame) -> np.ndarray:
    return np.asarray((frame["coverage"] > 0.6) & (frame["duration"] < 4) & (frame["kind"] != "w"))


@pytest.fixture
def installed() -> None:
    pytest.importorskip("ema_workbench", reason="the extra 'search' is not installed")


@pytest.mark.usefixtures("installed")
def test_a_box_that_was_put_there_is_found():
    frame = runs()
    table = boxes_of_interest(frame, inside(frame), density=0.9)
    assert list(table.columns) == list(COLUMNS)
    rows = table[table["is_restricting"]].set_index("input")
    assert set(rows.index) == {"coverage", "duration", "kind"}
    assert rows.loc["coverage", "low"] == pytest.approx(0.6, abs=0.05)
    assert np.isnan(rows.loc["coverage", "high"])
    assert rows.loc["duration", "high"] == pytest.approx(4, abs=0.5)
    assert rows.loc["kind", "values"] == "u, v"
    assert (table["density"] >= 0.9).all() and (table["coverage"] > 0.9).all()


@pytest.mark.usefixtures("installed")
def test_the_numbers_of_a_box_are_those_of_its_runs():
    frame = runs()
    wanted = inside(frame)
    table = boxes_of_interest(frame, wanted, density=0.9).set_index("input")
    held = np.ones(len(frame), bool)
    for name, row in table.iterrows():
        if row["values"]:
            held &= frame[name].astype(str).isin(row["values"].split(", "))
        else:
            held &= ~(frame[name] < row["low"]) & ~(frame[name] > row["high"])
    first = table.iloc[0]
    assert held.sum() == first["runs"]
    assert wanted[held].mean() == pytest.approx(first["density"])
    assert wanted[held].sum() / wanted.sum() == pytest.approx(first["coverage"])


@pytest.mark.usefixtures("installed")
def test_where_there_is_nothing_to_find_no_dense_box_is_claimed():
    frame = runs()
    table = boxes_of_interest(frame, np.random.default_rng(1).random(len(frame)) < 0.3)
    assert (table["note"] == "no box reaches the density asked for").all()


@pytest.mark.usefixtures("installed")
def test_a_second_box_is_looked_for_in_what_the_first_has_left():
    frame = runs(2000)
    wanted = (frame["coverage"] > 0.8) | (frame["duration"] < 1.5)
    table = boxes_of_interest(frame, wanted.to_numpy(), density=0.9, boxes=2)
    limits = table[table["is_restricting"]].groupby("box")["input"].apply(set)
    assert set().union(*limits) >= {"coverage", "duration"} and len(limits) == 2


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        (np.ones(50), "every run is of interest: there is no region"),
        (np.zeros(50), "no run is of interest"),
        (np.arange(50), "neither true nor false"),
        (np.zeros(49), "49 results for 50 runs"),
    ],
)
@pytest.mark.usefixtures("installed")
def test_what_cannot_be_discovered_is_refused(wanted, message):
    with pytest.raises(AnalysisError, match=message):
        boxes_of_interest(runs(50), wanted)


def test_without_the_extra_the_error_names_it(monkeypatch: pytest.MonkeyPatch):
    real = builtins.__import__

    def absent(name, *args, **kwargs):
        if name.startswith("ema_workbench"):
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", absent)
    with pytest.raises(AnalysisError, match=r"needs ema-workbench: .*pip install 'desist\[search"):
        boxes_of_interest(runs(50), np.zeros(50))
