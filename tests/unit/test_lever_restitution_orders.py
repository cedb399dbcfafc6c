"""§36, restitution: victims are paid the published share, and nothing else changes on top."""

from functools import cache

import numpy as np
import pytest

LEVER = "restitution_orders"


@pytest.fixture(scope="module")
def run(make_world):
    @cache
    def once(**dials):
        world = make_world(8000, seed=15, dials={LEVER: dials} if dials else {}, months=60)
        return world, world.records.finish().series

    return once


def test_the_published_share_of_the_money_is_collected(run, band):
    world, series = run(on_top=1.0)
    share = series["restitution_paid"].sum() / series["restitution_ordered"].sum()
    # Sums differ by offence, which costs precision: an effective number of orders.
    harm = world.rule("victimisation").harm
    sums = np.array([harm[name] for name in ("burglary", "vehicle_theft", "theft", "fraud")])
    orders = series["restitution_ordered"].sum() / (0.5 * sums.mean())
    assert orders > 300
    assert abs(share - 0.43) < band * np.sqrt(0.43 * 0.57 / orders) * (sums.max() / sums.mean())


def test_ordering_it_on_top_changes_no_offence(run):
    usual, on_top = run()[1], run(on_top=0.8)[1]
    assert np.array_equal(on_top["offences"], usual["offences"])
    assert on_top["restitution_paid"].sum() > 0 == on_top["custody_replaced"].sum()


def test_in_place_of_custody_it_frees_places(run):
    jail = [run(uptake=uptake)[1]["jail_stock"][12:].mean() for uptake in (0.0, 0.5, 1.0)]
    assert jail[0] > jail[1] > jail[2]


def test_more_orders_more_paid(run):
    paid = [run(on_top=share)[1]["restitution_paid"].sum() for share in (0.2, 0.6, 1.0)]
    assert paid[0] < paid[1] < paid[2]


def test_what_is_paid_reaches_the_victims_that_are_known(run):
    world, _ = run(on_top=1.0, uptake=1.0)
    if hasattr(world.victims, "restitution"):
        received = world.victims.restitution
        assert (received > 0).any()
        assert set(np.unique(world.victims.offence[received > 0])) == {4}, "burglary"
