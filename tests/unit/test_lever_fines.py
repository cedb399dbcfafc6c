"""§36, fines in place of short custody: less custody, and some of it back through default."""

from functools import cache

import numpy as np
import pytest


@pytest.fixture(scope="module")
def run(make_world):
    @cache
    def once(uptake, replacement=1.0, **parameters):
        dials = {"fines": {"uptake": uptake, "replacement": replacement}} if uptake else {}
        world = make_world(
            8000, seed=14, dials=dials,
            parameters={"fines": parameters} if uptake and parameters else None, months=72,
        )  # fmt: skip
        return world.records.finish().series

    return once


def test_more_fines_mean_less_short_custody(run):
    doses = [run(0.0), run(0.4), run(0.8)]
    jail = [dose["jail_stock"][24:].mean() for dose in doses]
    fines = [dose["sentences_fine"].sum() for dose in doses]
    assert jail[0] > jail[1] > jail[2] and fines[0] < fines[1] < fines[2]


def test_the_published_share_ends_in_custody(run, band):
    series = run(0.9)
    fined = series["day_fines"][:60].sum()
    taken = series["fine_defaults"].sum()
    # Some due for default are inside already, or due after the end.
    assert 0.03 * fined < taken
    assert taken < 0.065 * series["day_fines"].sum() + band * np.sqrt(0.065 * fined)


def test_default_brings_custody_back(run):
    low, high = run(0.9, default_share=0.04), run(0.9, default_share=0.11)
    assert high["fine_defaults"].sum() > low["fine_defaults"].sum()
    assert high["jail_stock"].sum() > low["jail_stock"].sum()


def test_a_wide_net_of_fines_brings_new_people_into_custody(run):
    wide = run(1.0, replacement=0.0)
    assert wide["custody_replaced"].sum() == 0 < wide["fine_defaults"].sum()
    assert wide["jail_stock"].sum() > run(0.0)["jail_stock"].sum()
    assert not wide["newly_supervised"].any() and wide["net_widened"].sum() > 0
