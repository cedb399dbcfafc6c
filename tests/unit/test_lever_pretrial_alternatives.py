"""§36, pretrial alternatives: who awaits the court at liberty, and what that brings about."""

import numpy as np
import pytest

LEVER = "pretrial_alternatives"


@pytest.fixture(scope="module")
def run(make_world):
    def once(**dials):
        world = make_world(4000, seed=3, dials={LEVER: dials} if dials else {}, months=48)
        return {name: s[12:].mean() for name, s in world.records.finish().series.items()}

    return once


def test_more_release_means_fewer_on_remand_and_convicted_and_more_offences(run):
    doses = [run(supervised_release=dose) if dose else run() for dose in (0.0, 0.4, 0.8)]
    for name, sign in (("remand_stock", -1), ("convictions", -1), ("offences", 1), ("employed", 1)):
        steps = np.diff([dose[name] for dose in doses])
        assert (sign * steps > 0).all(), name
    assert doses[1]["remanded"] == pytest.approx(0.6 * doses[0]["remanded"], rel=0.15)


def test_reminders_lower_missed_hearings_by_the_published_share(run):
    bare = run(supervised_release=0.9)
    reminded = run(supervised_release=0.9, reminders=1.0)
    ratio = (reminded["hearings_missed"] / reminded["bailed"]) / (
        bare["hearings_missed"] / bare["bailed"]
    )
    assert 0.70 < ratio < 0.90


def test_a_limit_ends_long_remand(make_world):
    for limit in (6, 3):
        world = make_world(4000, seed=3, dials={LEVER: {"remand_limit": limit}}, months=40)
        people, remanded = world.people, world.selection("remanded")
        due = remanded[(people.case_offence[remanded] > 0) & (people.bailed[remanded] == 0)]
        due = due[people.recall_month[due] > 32000]
        assert due.size and (39 - people.case_month[due] < limit).all()


def test_limits_shorten_remand_in_order(run):
    stocks = [
        run(**dials)["remand_stock"] for dials in ({}, {"remand_limit": 8}, {"remand_limit": 2})
    ]
    assert stocks[0] > stocks[1] > stocks[2]
