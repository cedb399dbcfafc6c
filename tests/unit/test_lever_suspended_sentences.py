"""§36, suspended and deferred sentences: custody not served, and custody after all."""

from functools import cache

import numpy as np
import pytest

LEVER = "suspended_sentences"


@pytest.fixture(scope="module")
def run(make_world):
    @cache
    def once(**dials):
        world = make_world(4000, seed=19, dials={LEVER: dials} if dials else {}, months=48)
        return {n: s[12:].mean() for n, s in world.records.finish().series.items()}

    return once


def test_more_suspension_means_less_custody_and_more_supervision(run):
    doses = [run(), run(uptake=0.4), run(uptake=0.9)]
    for name, sign in (("jail_stock", -1), ("supervised_stock", 1), ("sentences_suspended", 1)):
        assert (sign * np.diff([dose[name] for dose in doses]) > 0).all(), name


def test_a_larger_limit_reaches_more_prison_sentences(run):
    stocks = [run(uptake=0.8, longest=limit)["prison_stock"] for limit in (0.0, 12.0, 36.0)]
    assert stocks[0] > stocks[1] > stocks[2]


def test_people_on_community_orders_are_drawn_up_the_ladder_but_not_newly_supervised(run):
    wide = run(uptake=0.8, replacement=0.0)
    assert wide["net_widened"] > wide["newly_supervised"] > 0
    assert wide["sentences_community"] < run()["sentences_community"]


def test_a_deferral_ends_in_a_fine_or_in_the_custody_put_off(run):
    deferred = run(deferred=0.9)
    assert 0 < deferred["deferred_passed"] < 0.5 * deferred["deferred"]
    assert deferred["jail_stock"] < run()["jail_stock"]
    assert deferred["sentences_fine"] > run()["sentences_fine"]
