"""§36, warnings and conditional discharge: less custody and probation, and the condition."""

from functools import cache

import numpy as np
import pytest

LEVER = "conditional_discharge"


@pytest.fixture(scope="module")
def run(make_world):
    @cache
    def once(**dials):
        world = make_world(4000, seed=17, dials={LEVER: dials} if dials else {}, months=48)
        return world.records.finish().series

    return once


def test_more_discharges_mean_fewer_supervised_and_in_custody(run):
    orders = [run(), run(orders=0.4), run(orders=0.9)]
    assert (np.diff([s["supervised_stock"][12:].mean() for s in orders]) < 0).all()
    custody = [run(), run(custody=0.4), run(custody=0.9)]
    assert (np.diff([s["jail_stock"][12:].mean() for s in custody]) < 0).all()
    assert custody[2]["custody_replaced"].sum() == custody[2]["discharged"].sum() > 0


def test_only_a_condition_can_be_broken(run):
    assert run(orders=0.9, custody=0.9)["discharges_broken"].sum() > 0
    assert run(orders=0.9, custody=0.9, conditional=0.0)["discharges_broken"].sum() == 0


def test_a_longer_condition_is_broken_more_often(make_world):
    broken = [
        make_world(
            4000, seed=17, dials={LEVER: {"orders": 0.9, "custody": 0.9}}, months=48,
            parameters={LEVER: {"condition_months": months}},
        ).records.finish().series["discharges_broken"].sum()
        for months in (6.0, 12.0, 36.0)
    ]  # fmt: skip
    assert broken[0] < broken[1] < broken[2]
