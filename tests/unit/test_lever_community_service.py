"""§36, community service: placements are the limit, hours the length, a kept job the gain."""

from functools import cache

import numpy as np
import pytest

LEVER = "community_service"


@pytest.fixture(scope="module")
def run(make_world):
    @cache
    def once(**dials):
        world = make_world(4000, seed=16, dials={LEVER: dials} if dials else {}, months=48)
        return world, {n: s[12:].mean() for n, s in world.records.finish().series.items()}

    return once


def test_placements_limit_and_are_never_exceeded(run):
    worlds = [run(uptake=0.9, placements=places) for places in (1.0, 4.0, 200.0)]
    stock = [series["service_stock"] for _, series in worlds]
    assert stock[0] < stock[1] < stock[2]
    for (world, _), places in zip(worlds[:2], (4, 16), strict=True):
        assert world.records.finish().series["service_stock"].max() <= places
    turned = [series["service_turned_away"] for _, series in worlds]
    assert turned[0] > turned[1] > turned[2] == 0


def test_longer_orders_hold_their_placement_longer(run):
    short, long = run(uptake=0.9, hours=40.0)[1], run(uptake=0.9, hours=240.0)[1]
    assert long["service_stock"] > 3 * short["service_stock"]
    assert run(uptake=0.9, hours=40.0)[0].rule(LEVER).order_months() == 2


def test_people_keep_their_job(run):
    """The Danish finding (cs_dk_andersen), which is not typed in: more work than after custody."""
    assert run(uptake=1.0, placements=200.0)[1]["employed"] > run()[1]["employed"]


def test_no_placements_no_service(run):
    none, usual = run(uptake=1.0, placements=0.0)[1], run()[1]
    assert none["service_stock"] == 0 and none["offences"] == usual["offences"]
    assert np.isclose(none["sentences_short_custody"], usual["sentences_short_custody"])
