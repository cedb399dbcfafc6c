"""§36, fines in place of short custody: less custody, and some of it back through default."""

import numpy as np
import pytest


@pytest.fixture(scope="module")
def run(make_world):
    def once(share, **parameters):
        world = make_world(
            8000, seed=14, dials={"fines": {"replaced": share}} if share else {},
            parameters={"fines": parameters} if share and parameters else None, months=72,
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
    fined = series["fined_instead"][:60].sum()
    taken = series["fine_defaults"].sum()
    # Some due for default are inside already, or due after the end.
    assert 0.03 * fined < taken
    assert taken < 0.065 * series["fined_instead"].sum() + band * np.sqrt(0.065 * fined)


def test_default_brings_custody_back(run):
    low, high = run(0.9, default_share=0.04), run(0.9, default_share=0.11)
    assert high["fine_defaults"].sum() > low["fine_defaults"].sum()
    assert high["jail_stock"].sum() > low["jail_stock"].sum()
