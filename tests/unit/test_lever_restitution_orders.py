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


def test_the_published_share_of_the_orders_is_collected(run, standard_errors, band):
    # Sums differ by offence: count payers, not money. The usual orders of the place are taken off.
    series = run(on_top=1.0)[1]
    orders = series["restitution_orders"].sum()
    paid = series["victims_paid"].sum() - run()[1]["victims_paid"].sum()
    assert orders > 400
    assert standard_errors(paid, orders, 0.43) < band
    assert standard_errors(paid, orders, 0.43 * 0.75) > band, "a quarter of the payers lost"
    assert 0.5 < series["restitution_paid"].sum() / (0.43 * series["restitution_ordered"].sum()) < 2


def test_nobody_pays_twice(run, make_world):
    """Where the court orders restitution anyway, burglary brings no second order."""
    everywhere = make_world(
        8000, seed=15, dials={LEVER: {"on_top": 1.0}}, months=24,
        parameters={"restitution": {"ordered": 0.6}},
    ).records.finish().series  # fmt: skip
    seldom = make_world(
        8000, seed=15, dials={LEVER: {"on_top": 1.0}}, months=24,
        parameters={"restitution": {"ordered": 0.1}},
    ).records.finish().series  # fmt: skip
    assert everywhere["restitution_orders"].sum() < seldom["restitution_orders"].sum()


def test_ordering_it_on_top_changes_no_offence(run):
    usual, on_top = run()[1], run(on_top=0.8)[1]
    assert np.array_equal(on_top["offences"], usual["offences"])
    assert on_top["restitution_paid"].sum() > usual["restitution_paid"].sum()
    assert on_top["custody_replaced"].sum() == 0


def test_in_place_of_custody_it_frees_places(run):
    jail = [run(uptake=uptake)[1]["jail_stock"][12:].mean() for uptake in (0.0, 0.5, 1.0)]
    assert jail[0] > jail[1] > jail[2]


def test_more_orders_more_paid(run):
    paid = [run(on_top=share)[1]["restitution_paid"].sum() for share in (0.2, 0.6, 1.0)]
    assert paid[0] < paid[1] < paid[2]


def test_what_is_paid_reaches_the_victims_that_are_known(run):
    received = run(on_top=1.0)[0].victims.restitution
    usual = run()[0].victims
    more = received > usual.restitution
    assert more.any() and set(np.unique(usual.offence[more])) == {4}, "burglary, of property"
