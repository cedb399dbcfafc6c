"""§36, court capacity: it helps where cases queue, and only there."""

import pytest


def run(make_world, extra, capacity):
    dials = {"court_capacity": {"extra_hearings": extra}} if extra else {}
    world = make_world(3000, seed=4, dials=dials, months=48, hearings__capacity=capacity)
    return {name: s[12:].mean() for name, s in world.records.finish().series.items()}


def test_a_long_queue_gets_shorter_with_every_hearing_added(make_world):
    runs = [run(make_world, extra, 12.0) for extra in (0.0, 0.25, 0.5)]
    backlogs = [series["backlog"] for series in runs]
    days = [series["days_to_disposition_sum"] / series["disposals"] for series in runs]
    assert backlogs[0] > backlogs[1] > backlogs[2]
    assert days[0] > days[1] > days[2]


def test_where_even_people_on_remand_queue_they_are_detained_for_less_time(make_world):
    runs = [run(make_world, extra, 3.0) for extra in (0.0, 0.4, 0.8)]
    # Fewer old cases pending also means more new ones, and more people detained for them.
    months = [series["remand_stock"] / series["remanded"] for series in runs]
    assert months[0] > months[1] > months[2]


def test_without_a_queue_extra_hearings_only_cost(make_world):
    usual, more = run(make_world, 0.0, 60.0), run(make_world, 0.5, 60.0)
    for name in ("backlog", "remand_stock", "offences", "convictions"):
        assert more[name] == usual[name], name
    assert more["hearings_idle"] == pytest.approx(0.5 * 60.0 * 3)
    assert more["cost_courts"] > usual["cost_courts"]
