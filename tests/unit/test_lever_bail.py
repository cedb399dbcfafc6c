"""§36, bail: fewer detained; money keeps the poor inside, and detains some who would be free."""

from functools import cache

import numpy as np
import pytest


@pytest.fixture(scope="module")
def run(make_world):
    @cache
    def once(**dials):
        world = make_world(4000, seed=5, dials={"bail": dials} if dials else {}, months=48)
        return {n: s[12:].mean() for n, s in world.records.finish().series.items()}

    return once


def test_more_bail_means_fewer_on_remand_and_convicted(run):
    doses = [run(), run(granted=0.4), run(granted=0.9)]
    for name in ("remand_stock", "convictions", "remanded"):
        assert (np.diff([dose[name] for dose in doses]) < 0).all(), name
    assert doses[2]["hearings_missed"] > 0


def test_money_keeps_some_inside(run):
    granted = [run(granted=0.9, money=money)["bail_granted"] for money in (0.0, 0.5, 1.0)]
    assert granted[0] > granted[1] > granted[2] > 0


def test_money_bail_for_those_who_would_be_free_detains_more_than_nothing_would(run):
    usual, widened = run(), run(granted=0.6, money=1.0, replacement=0.0)
    assert widened["bail_granted"] == 0 and widened["bail_unpaid"] > 0
    for name in ("remand_stock", "convictions", "remanded"):
        assert widened[name] > usual[name], name


def test_a_promise_widens_nothing(run):
    usual, promised = run(), run(granted=0.6, money=0.0, replacement=0.0)
    assert promised["bail_unpaid"] == 0 and promised["offences"] == usual["offences"]
