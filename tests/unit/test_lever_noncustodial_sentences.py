"""§36, court orders: custody freed, and a net that widens as far as the dial says."""

from functools import cache

import numpy as np
import pytest


@pytest.fixture(scope="module")
def run(make_world):
    @cache
    def once(**dials):
        dials = {"noncustodial_sentences": dials} if dials else {}
        # Short custody is served in prison here, so that replacing it frees places.
        world = make_world(
            4000, seed=9, dials=dials, months=48, disposal__short_custody_in_prison=True,
            custody__places=40.0,
        )  # fmt: skip
        density = 100.0 * sum(p.held for p in world.prisons) / sum(p.places for p in world.prisons)
        means = {n: s[12:].mean() for n, s in world.records.finish().series.items()}
        return means | {"density": density, "access": world.rule("custody").access(world)}

    return once


def test_replaced_custody_frees_places(run):
    doses = [run(), run(uptake=0.4), run(uptake=1.0)]
    for name, sign in (("prison_stock", -1), ("density", -1), ("access", 1), ("cost_prison", -1),
                       ("supervised_stock", 1)):  # fmt: skip
        assert (sign * np.diff([dose[name] for dose in doses]) > 0).all(), name
    assert doses[2]["sentences_short_custody"] < 0.1 * doses[0]["sentences_short_custody"]


def test_net_widening_raises_the_number_supervised(run):
    doses = [run(uptake=0.5, replacement=part) for part in (1.0, 0.6, 0.0)]
    for name, sign in (("newly_supervised", 1), ("custody_replaced", -1), ("prison_stock", 1)):
        assert (sign * np.diff([dose[name] for dose in doses]) > 0).all(), name
    assert doses[2]["supervised_stock"] > run()["supervised_stock"]
    assert doses[0]["newly_supervised"] == 0 and doses[2]["custody_replaced"] == 0


def test_the_net_costs_places_through_breach(run):
    """People who would have been fined are supervised, breach, and some go to custody."""
    assert run(uptake=1.0, replacement=0.0)["breaches"] > run()["breaches"]


def test_dials_of_zero_change_nothing(run):
    assert run(uptake=0.0, replacement=0.5) == run() | {
        "custody_replaced": 0.0, "newly_supervised": 0.0, "net_widened": 0.0,
    }  # fmt: skip
