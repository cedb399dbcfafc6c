"""Coordination: more hand-offs arrive, sooner, for everyone who refers; nothing by itself."""

import numpy as np
import pytest

JOBS = {"employment_service": {"places": 50.0}}


def _run(make_world, dials, parameters=None):
    world = make_world(6000, seed=3, dials=dials, parameters=parameters, months=30)
    return world.records.finish().series


def test_better_hand_offs_bring_more_people_to_the_employment_service(make_world):
    starts = [
        _run(make_world, JOBS | {"agency_coordination": {"handoff": share}})[
            "job_support_starts"
        ].sum()
        for share in (0.1, 0.4, 0.9)
    ]
    assert starts[0] < starts[1] < starts[2]


def test_where_no_hand_off_arrives_nobody_arrives(make_world):
    s = _run(make_world, JOBS | {"agency_coordination": {"handoff": 0.0}})
    assert s["handoffs_tried"].sum() > 100 and s["handoffs_arrived"].sum() == 0
    assert s["job_support_starts"].sum() == 0 and s["homes_by_office"].sum() == 0


def test_without_a_service_coordination_leaves_jobs_alone_but_houses_a_few(make_world):
    with_it = _run(make_world, {"agency_coordination": {"handoff": 1.0, "delay": 0.0}})
    without = _run(make_world, {})
    assert with_it["homes_by_office"].sum() > 1.5 * without["homes_by_office"].sum() > 0
    assert with_it["homeless"].sum() < without["homeless"].sum()
    assert abs(with_it["offences"].sum() / without["offences"].sum() - 1.0) < 0.01


@pytest.mark.parametrize(
    ("dials", "share", "months"),
    [
        ({"handoff": 0.8}, 0.8, 3.0),          # the place's own delay stays
        ({"delay": 1.0}, 0.4, 1.0),            # and its own share
        ({"one_stop": 0.5}, 0.65, 1.5),        # half of the way to 0.9, at once
        ({"handoff": 0.9, "delay": 0.0, "one_stop": 1.0}, 0.9, 0.0),
    ],
)  # fmt: skip
def test_a_dial_changes_what_it_names_and_leaves_the_rest_to_the_place(
    dials, share, months, make_world
):
    place = {"handoff": {"arrives": 0.4, "delay_months": 3.0}}
    world = make_world(50, dials={"agency_coordination": dials}, parameters=place, months=1)
    for government in world.local_governments:
        assert government.handoff == pytest.approx(share)
        assert government.delay == pytest.approx(months)


def test_shorter_ways_bring_people_sooner(make_world):
    first = []
    for delay in (0.0, 6.0):
        dials = JOBS | {"agency_coordination": {"handoff": 1.0, "delay": delay}}
        first.append(np.flatnonzero(_run(make_world, dials)["job_support_starts"])[0])
    assert first[1] - first[0] == 6
