"""Run until precise: how many replications, when to stop, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.contrasts import stored_contrasts
from analysis.errors import AnalysisError
from analysis.precision import precision, stored_pilot, write_precision
from analysis.stein import stein
from analysis.store import Store
from tests.unit.synthetic_store import Design, write_store


def outcomes(replications: int, policies: int = 2, seed: int = 5) -> pd.DataFrame:
    """Rearrest at 24 and 36 months and a prison population; 60 replications to draw from."""
    rng = np.random.default_rng(seed)
    luck = rng.normal(0, 3, 60)
    rows = []
    for name in ["status_quo", *(f"p{at}" for at in range(policies))]:
        own = rng.normal(0, 2, (3, 60))
        for at in range(replications):
            for row, (outcome, horizon, unit) in enumerate((
                ("rearrest", 24, "%"), ("rearrest", 36, "%"), ("prison_population", 0, "per 1,000"),
            )):  # fmt: skip
                rows.append({
                    "jurisdiction": "here", "policy": name, "draw": 0, "replication": at,
                    "outcome": outcome, "definition": "", "horizon_months": horizon,
                    "group": "all", "value": 50 + luck[at] + own[row, at], "unit": unit,
                })  # fmt: skip
    return pd.DataFrame(rows)


def test_the_number_is_steins():
    differences = np.random.default_rng(3).normal(0, 2, (1, 10))
    row = stein(differences, np.array([0.8]), 0.95, 10).iloc[0]
    expected = (stats.t.ppf(0.975, 9) * differences.std(ddof=1) / 0.8) ** 2
    assert row["needed"] == np.ceil(expected)
    assert row["half_width"] == pytest.approx(0.8 * np.sqrt(expected / 10))


def test_a_run_until_precise_ends_with_every_interval_narrow_enough():
    run, looks = 4, []
    while True:
        found = precision(outcomes(run), {"rearrest": 1.5, "prison_population": 2}, budget=60)
        looks.append(found)
        if found.next_batch == 0:
            break
        run += found.next_batch
    assert found.is_met and not found.is_spent
    assert (found.table["half_width"] <= found.table["wanted"]).all()
    # The pilot is completed, then the number it asks for is run, and it does not move.
    assert [look.replications for look in looks[:2]] == [4, 10]
    assert looks[1].needed == looks[-1].needed == run and len(looks) == 3
    assert set(found.table["horizon_months"]) == {36, 0}


def test_the_budget_ends_it_and_says_so():
    found = precision(outcomes(20), {"rearrest": 0.1}, budget=20)
    assert found.next_batch == 0 and found.is_spent and not found.is_met
    assert found.needed > 1000
    assert precision(outcomes(12), {"rearrest": 0.1}, budget=20).next_batch == 8
    small = precision(outcomes(6), {"rearrest": 100.0}, budget=6)
    assert small.is_met and small.pilot == 6


def test_what_is_already_precise_needs_nothing_more():
    found = precision(outcomes(10), {"rearrest@24": 50.0}, budget=60)
    assert found.is_met and found.next_batch == 0 and found.needed == 10
    assert set(found.table["horizon_months"]) == {24}


def test_later_replications_never_change_the_prediction():
    numbers = {precision(outcomes(n), {"rearrest": 1.0}, budget=60).needed for n in (10, 17, 60)}
    assert len(numbers) == 1


def test_the_record_is_plain_json():
    record = precision(outcomes(3), {"rearrest": 1.0}, budget=60).record()
    text = json.loads(json.dumps(record, allow_nan=False))
    assert text["next_batch"] == 7 and text["is_met"] is False
    assert text["intervals"][0]["note"] == "the pilot is not complete: needed is provisional"
    assert json.dumps(precision(outcomes(1), {"rearrest": 1.0}, budget=9).record(), allow_nan=False)


def test_a_stored_run_until_precise_takes_its_spreads_from_the_pilot(tmp_path: Path):
    store = Store(write_store(tmp_path, Design(replications=6, releases_a_month=4)))
    ordinary = stored_contrasts(store)
    assert stored_pilot(tmp_path) is None and (ordinary["freedom"] == 5).all()
    write_precision(tmp_path, precision(store.outcomes, {"rearrest": 9.0}, budget=6, pilot=3))
    rows = stored_contrasts(store)
    assert stored_pilot(tmp_path) == 3 and (rows["freedom"] == 2).all()
    assert (rows["difference"] == ordinary["difference"]).all()
    (tmp_path / "precision.json").write_text("[]")
    with pytest.raises(AnalysisError, match=r"precision\.json cannot be read"):
        stored_contrasts(store)


def test_replications_without_a_value_are_made_up_for():
    table = outcomes(20)
    missing = (table["replication"] % 2 == 1) & (table["policy"] == "p0")
    table.loc[missing, "value"] = np.nan
    rows = precision(table, {"rearrest": 1.5}, budget=60).table.set_index("policy")
    assert rows.loc["p0", "replications"] == 10 and rows.loc["p1", "replications"] == 20
    pairs = (rows.loc["p0", "half_width"] / 1.5) ** 2 * 10
    assert rows.loc["p0", "needed"] == np.ceil(max(np.ceil(pairs), 10) * 2)


def test_an_outcome_without_any_value_asks_for_more_and_is_never_met():
    table = outcomes(10)
    table.loc[table["policy"] == "p0", "value"] = np.nan
    found = precision(table, {"rearrest": 50.0}, budget=60)
    assert found.next_batch == 10 and not found.is_met
    note = found.table.set_index("policy").loc["p0", "note"]
    assert note == "fewer than two paired differences: nothing can be predicted yet"


def test_a_null_policy_is_precise_after_the_pilot():
    table = outcomes(10, policies=0)
    both = pd.concat([table, table.assign(policy="same")])
    found = precision(both, {"rearrest": 0.1}, budget=60)
    assert found.is_met and "no spread" in found.table["note"].iloc[0]


@pytest.mark.parametrize(
    ("wanted", "options", "message"),
    [
        ({"rearest": 1.0}, {}, "did you mean 'rearrest'"),
        ({"rearrest@12": 1.0}, {}, "follow-ups are: 24, 36 months"),
        ({"rearrest": 0.0}, {}, "give one above 0"),
        ({}, {}, "no outcome is named"),
        ({"rearrest": 1.0}, {"pilot": 1}, "two replications or more"),
        ({"rearrest": 1.0}, {"baseline": "other"}, "'other' is not among"),
    ],
)
def test_what_cannot_be_asked_is_refused(wanted, options, message):
    with pytest.raises(AnalysisError, match=message):
        precision(outcomes(3), wanted, budget=20, **options)
