"""Coordination: more hand-offs arrive, more people reach the service; nothing by itself."""

JOBS = {"employment_service": {"places": 50.0}}


def _run(make_world, dials):
    return make_world(6000, seed=3, dials=dials, months=30).records.finish().series


def test_better_hand_offs_bring_more_people_to_the_employment_service(make_world):
    starts = [
        _run(make_world, JOBS | {"agency_coordination": {"handoff": share}})[
            "job_support_starts"
        ].sum()
        for share in (0.1, 0.4, 0.9)
    ]
    assert starts[0] < starts[1] < starts[2]


def test_without_a_service_coordination_leaves_jobs_alone_but_houses_a_few(make_world):
    dials = {"agency_coordination": {"handoff": 1.0, "delay": 0.0}}
    with_it, without = _run(make_world, dials), _run(make_world, {})
    assert with_it["handoffs_housed"].sum() > 0
    assert with_it["homeless"].sum() < without["homeless"].sum()
    assert abs(with_it["offences"].sum() / without["offences"].sum() - 1.0) < 0.01


def test_worse_hand_offs_than_usual_house_nobody(make_world):
    s = _run(make_world, {"agency_coordination": {"handoff": 0.3}})
    assert s["handoffs_housed"].sum() == 0
