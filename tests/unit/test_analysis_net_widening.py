"""Net-widening by identity: exact counts on a few people, in the window and under both arms."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.errors import AnalysisError
from analysis.net_widening import (
    COLUMNS,
    FLOWS,
    RECEPTION,
    STATES,
    contact_states,
    net_widening_table,
    transitions,
)

RELEASE, SHORT, COMMUNITY, SUSPENDED, CONFERENCE = range(5)


def cohort(rows: list[tuple[str, int, int, int]], replication: int = 0) -> pd.DataFrame:
    """Rows: policy, person, index event, month."""
    frame = pd.DataFrame(rows, columns=["policy", "person", "index", "month"])
    return frame.assign(jurisdiction="here", draw=0, replication=replication, supervised=0,
                        served_months=0)  # fmt: skip


def state(frame: pd.DataFrame, person: int, **options: int) -> str:
    found = contact_states(frame, 12, 35, **options).set_index("person")["state"]
    return str(found.get(person, "neither"))


@pytest.mark.parametrize(
    ("index", "month", "changes", "expected"),
    [
        (COMMUNITY, 20, {}, "supervised"), (SUSPENDED, 12, {}, "supervised"),
        (RECEPTION, 35, {}, "custody"), (RELEASE, 20, {}, "custody"),
        (SHORT, 20, {"supervised": 1}, "custody and supervised"),
        (CONFERENCE, 20, {}, "neither"),
        (COMMUNITY, 11, {}, "neither"), (COMMUNITY, 36, {}, "neither"),
        # Released after the window, but already inside during it.
        (RELEASE, 40, {"served_months": 10}, "custody"),
        (RELEASE, 40, {"served_months": 3}, "neither"),
        (RELEASE, 40, {"served_months": 10, "supervised": 1}, "custody"),
    ],
)  # fmt: skip
def test_the_state_of_a_person_is_what_falls_into_the_window(index, month, changes, expected):
    assert state(cohort([("new", 7, index, month)]).assign(**changes), 7) == expected


def test_a_look_back_sees_an_order_that_still_runs():
    frame = cohort([("new", 7, COMMUNITY, 5)])
    assert state(frame, 7) == "neither" and state(frame, 7, look_back_months=7) == "supervised"


def test_the_deepest_contact_counts_and_each_person_once():
    frame = cohort([("new", 7, COMMUNITY, 14), ("new", 7, RECEPTION, 20), ("new", 7, RELEASE, 25)])
    assert state(frame, 7) == "custody and supervised"
    assert len(contact_states(frame, 12, 35)) == 1


# Persons 1 and 2 newly supervised (2 also in custody), 3 moved from custody to supervision,
# 4 supervised under both, 5 set free, 6 in custody only under the policy, 7 supervised no more.
MOVES = [
    ("new", 1, COMMUNITY, 20), ("new", 2, SUSPENDED, 20), ("new", 2, RECEPTION, 22),
    ("status_quo", 3, RECEPTION, 20), ("new", 3, COMMUNITY, 20),
    ("status_quo", 4, COMMUNITY, 20), ("new", 4, SUSPENDED, 30),
    ("status_quo", 5, SHORT, 20), ("new", 6, RECEPTION, 20), ("status_quo", 7, COMMUNITY, 20),
]  # fmt: skip
EXPECTED = {"newly_supervised": 2, "newly_in_custody": 2, "custody_to_supervision": 1,
            "supervision_to_neither": 1, "custody_to_neither": 1,
            "supervision_balance": 2}  # fmt: skip


def test_people_are_counted_by_identity():
    table = net_widening_table(cohort(MOVES), 12, 35, "status_quo", persons=1000)
    assert list(table.columns) == list(COLUMNS)
    assert table.set_index("flow")["people"].to_dict() == EXPECTED
    assert table.set_index("flow")["per_1000"].to_dict() == EXPECTED
    assert (table["note"] == "one replication: no interval").all()


def test_a_planted_bug_comparing_numbers_in_place_of_people_is_seen():
    """Stocks alone say two more under supervision; they miss the one who was let go."""
    states = contact_states(cohort(MOVES), 12, 35)
    supervised = states[states["state"].str.contains("supervised")].groupby("policy").size()
    table = net_widening_table(cohort(MOVES), 12, 35, "status_quo").set_index("flow")["people"]
    net = supervised["new"] - supervised["status_quo"]
    assert net == table["supervision_balance"]
    assert net != table["newly_supervised"] + table["custody_to_supervision"]


def test_a_policy_equal_to_the_baseline_moves_nobody():
    same = [(policy, person, index, month) for policy in ("status_quo", "new")
            for name, person, index, month in MOVES if name == "new"]  # fmt: skip
    table = net_widening_table(cohort(same), 12, 35, "status_quo")
    assert (table["people"] == 0).all()


def test_every_pair_of_states_is_counted_and_people_are_conserved():
    moved = transitions(cohort(MOVES), 12, 35, "status_quo")
    assert len(moved) == len(STATES) ** 2 - 1
    assert moved["people"].sum() == 7  # persons 1 to 7, each in one pair
    named = {pair for pairs in FLOWS.values() for pair in pairs}
    assert all(pair[0] != pair[1] for pair in named)


def test_the_interval_is_over_replications_and_zeros_count():
    frames = [cohort(MOVES, 0), cohort([("new", 4, COMMUNITY, 20), ("status_quo", 4, COMMUNITY,
                                                                    20)], 1)]  # fmt: skip
    table = net_widening_table(pd.concat(frames), 12, 35, "status_quo", persons=500)
    row = table.set_index("flow").loc["newly_supervised"]
    low, high = stats.t.interval(0.95, 1, 1.0, stats.sem([2.0, 0.0]))
    assert row["people"] == 1.0 and row["per_1000"] == 2.0
    assert (row["lo"], row["hi"]) == (pytest.approx(low), pytest.approx(high))


def test_a_replication_in_which_nobody_is_drawn_in_still_counts_as_zero():
    quiet = cohort([("new", 4, CONFERENCE, 20), ("status_quo", 4, CONFERENCE, 20)], 1)
    table = net_widening_table(pd.concat([cohort(MOVES), quiet]), 12, 35, "status_quo")
    row = table.set_index("flow").loc["newly_supervised"]
    assert row["people"] == 1.0 and row["replications"] == 2


def test_a_replication_without_the_baseline_is_left_out():
    lonely = cohort([("new", 1, COMMUNITY, 20)], 1)
    table = net_widening_table(pd.concat([cohort(MOVES), lonely]), 12, 35, "status_quo")
    assert set(table["replications"]) == {1}
    assert table.set_index("flow").loc["newly_supervised", "people"] == 2


def test_without_a_population_there_is_no_rate_and_it_says_so():
    table = net_widening_table(cohort(MOVES), 12, 35, "status_quo")
    assert table["per_1000"].isna().all()
    assert table["note"].str.contains("no rate: the number of people was not given").all()


def test_the_baseline_must_be_there_and_not_alone():
    with pytest.raises(AnalysisError, match="no policy beside the baseline"):
        net_widening_table(cohort(MOVES).query("policy == 'new'"), 12, 35, "new")
    with pytest.raises(AnalysisError, match="nearest name: 'status_quo'"):
        net_widening_table(cohort(MOVES), 12, 35, "statusquo")


def test_a_large_cohort_takes_seconds():
    import time

    rng = np.random.default_rng(0)
    n = 300_000
    frame = pd.DataFrame({
        "jurisdiction": "here", "policy": rng.choice(["status_quo", "new"], n), "draw": 0,
        "replication": rng.integers(0, 10, n), "person": rng.integers(0, 20_000, n),
        "index": rng.integers(0, 6, n), "month": rng.integers(0, 120, n),
        "supervised": rng.integers(0, 2, n), "served_months": rng.integers(0, 20, n),
    }).astype({"jurisdiction": "category", "policy": "category"})  # fmt: skip
    begin = time.process_time()
    table = net_widening_table(frame, 12, 119, "status_quo")
    assert table["people"].notna().all() and time.process_time() - begin < 10
