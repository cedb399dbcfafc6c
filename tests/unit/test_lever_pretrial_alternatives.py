"""§36, pretrial alternatives: who awaits the court at liberty, and what that brings about."""

from functools import cache

import numpy as np
import pytest

from sim.levers.pretrial_alternatives import WAITING
from sim.people import REMAND

LEVER = "pretrial_alternatives"


@pytest.fixture(scope="module")
def run(make_world):
    @cache
    def once(missing=None, **dials):
        world = make_world(
            3000, seed=3, dials={LEVER: dials} if dials else {}, months=40,
            parameters={LEVER: {"missing": missing}} if missing else None,
        )  # fmt: skip
        return world, {n: s[12:].mean() for n, s in world.records.finish().series.items()}

    return once


def test_more_release_means_fewer_on_remand_and_convicted_and_more_offences(run):
    doses = [run(supervised_release=dose)[1] if dose else run()[1] for dose in (0.0, 0.4, 0.8)]
    for name, sign in (("remand_stock", -1), ("convictions", -1), ("offences", 1), ("employed", 1)):
        steps = np.diff([dose[name] for dose in doses])
        assert (sign * steps > 0).all(), name
    assert doses[1]["remanded"] == pytest.approx(0.6 * doses[0]["remanded"], rel=0.15)


def test_reminders_lower_missed_hearings_by_the_published_share(run):
    bare = run(supervised_release=0.9)[1]
    reminded = run(supervised_release=0.9, reminders=1.0)[1]
    ratio = (reminded["hearings_missed"] / reminded["bailed"]) / (
        bare["hearings_missed"] / bare["bailed"]
    )
    assert 0.70 < ratio < 0.90


def test_who_misses_a_hearing_waits_for_the_next_in_detention(run):
    world, series = run(missing=0.38, supervised_release=0.9)
    assert series["hearings_missed"] > 0
    absent = np.flatnonzero(world.people.absence == 255)
    assert absent.size and (world.people.status[absent] == REMAND).all()
    assert (world.people.pretrial_code[absent] == 0).all()


def test_a_full_service_keeps_people_waiting_and_says_so(run):
    worlds = [run(supervised_release=0.8, places=places) for places in (2.0, 6.0, 50.0)]
    stocks = [series["bailed_stock"] for _, series in worlds]
    assert stocks[0] < stocks[1] < stocks[2]
    # Places that fall free in a month are filled in the next, so they are never exceeded.
    full, series = worlds[0]
    assert series["bailed_stock"] <= 2.0 * 3 and full.pretrial_service.caseload <= 6
    waiting = np.count_nonzero(full.people.pretrial_code == WAITING)
    assert series["pretrial_waiting"] > 0 and waiting == full.pretrial_service.waiting
    assert worlds[2][0].pretrial_service.waiting == 0


def test_monitoring_before_trial_costs_and_changes_nothing_else(run):
    bare, tagged = run(supervised_release=0.6)[1], run(supervised_release=0.6, monitored=1.0)[1]
    assert tagged["offences"] == bare["offences"]
    assert tagged["cost_supervision"] > bare["cost_supervision"]


def test_the_less_replaces_detention_the_more_the_net_widens(run):
    doses = [run(supervised_release=0.5, replacement=part)[1] for part in (1.0, 0.5, 0.0)]
    assert (np.diff([dose["pretrial_widened"] for dose in doses]) > 0).all()
    assert (np.diff([dose["bailed"] for dose in doses]) < 0).all()
    assert doses[0]["pretrial_widened"] == doses[2]["bailed"] == 0
    assert doses[2]["offences"] == run()[1]["offences"], "who is free anyway is only watched"


def test_detention_before_trial_takes_the_job_and_adds_to_conviction(make_world):
    """The two published effects of detention that release avoids: a job lost, a verdict."""
    world = make_world(6000, seed=3, hearings__capacity=60.0, months=3)
    verdicts = {True: [], False: []}
    for _ in range(30):
        before = np.flatnonzero(world.people.status == REMAND)
        pending = world.people.case_offence > 0
        held = world.people.status == REMAND
        world.step()
        stayed = before[world.people.status[before] == REMAND]
        assert stayed.size and not world.people.employed[stayed].any()
        done = np.flatnonzero(pending & (world.people.case_offence[: pending.size] == 0))
        convicted = np.isin(done, world.docket.rows)
        for detained in (True, False):
            verdicts[detained].extend(convicted[held[done] == detained])
    share = {detained: np.mean(seen) for detained, seen in verdicts.items()}
    n = {detained: len(seen) for detained, seen in verdicts.items()}
    se = np.sqrt(sum(share[d] * (1 - share[d]) / n[d] for d in (True, False)))
    assert min(n.values()) > 200
    assert abs(share[True] - share[False] - 0.13) < 3.9 * se
