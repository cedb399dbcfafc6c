"""§36, early release: time inside, conditional release, recall, and the null of halfway houses."""

from functools import cache

import numpy as np
import pytest

from sim.people import CONDITIONAL_RELEASE, CUSTODY, PRISON_SENTENCE

LEVER = "early_release"


@pytest.fixture(scope="module")
def run(make_world):
    @cache
    def once(per_suspended_month=None, **dials):
        given = {LEVER: dials} if dials else {}
        deters = {LEVER: {"per_suspended_month": per_suspended_month}}
        world = make_world(
            4000, seed=8, dials=given, months=60,
            parameters=None if per_suspended_month is None else deters,
        )  # fmt: skip
        return world, {n: s[12:].mean() for n, s in world.records.finish().series.items()}

    return once


def test_the_smaller_the_share_the_fewer_inside_and_the_more_supervised(run):
    doses = [run()[1], run(served=0.5)[1], run(served=0.33)[1]]
    for name, sign in (("prison_stock", -1), ("supervised_stock", 1), ("recalls", 1)):
        assert (sign * np.diff([dose[name] for dose in doses]) > 0).all(), name


def test_nobody_serves_longer_than_the_share(run):
    people = run(served=0.5)[0].people
    rows = np.flatnonzero((people.status == CUSTODY) & (people.custody == PRISON_SENTENCE))
    rows = rows[people.custody_start[rows] < 59]  # received last month: not looked at yet
    whole = people.sentence_end[rows] - people.custody_start[rows].astype(int)
    served = people.custody_end[rows] - people.custody_start[rows].astype(int)
    late = people.custody_end[rows] > 60
    assert late.any() and (served[late] <= np.ceil(0.5 * whole[late])).all()
    early = np.flatnonzero(people.early_months)
    outside = early[people.status[early] != CUSTODY]
    assert (people.order[outside] == CONDITIONAL_RELEASE).any()


def test_more_conditional_release_means_more_supervision_and_recall(run):
    doses = [run()[1], run(conditional=0.5)[1], run(conditional=1.0)[1]]
    for name in ("supervised_stock", "recalls"):
        assert (np.diff([dose[name] for dose in doses]) > 0).all(), name
    assert doses[2]["early_releases"] == 0


def test_suspended_months_deter_while_they_last(run):
    weak = run(per_suspended_month=0.0, served=0.4)[1]
    strong = run(per_suspended_month=-0.013, served=0.4)[1]
    assert strong["offences"] < weak["offences"]


def test_a_halfway_house_costs_and_changes_nothing_else(run):
    without, with_it = run(served=0.5)[1], run(served=0.5, halfway=0.8)[1]
    assert with_it["offences"] == without["offences"]
    assert with_it["halfway_stock"] > 0
    assert with_it["cost_supervision"] > without["cost_supervision"]
