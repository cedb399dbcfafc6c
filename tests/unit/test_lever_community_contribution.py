"""Visible work raises acceptance slightly, more with more hours, and saturates."""


def _acceptance(make_world, **dials):
    dials = {"community_contribution": dials} if dials else {}
    world = make_world(3000, seed=8, dials=dials, months=48)
    return world.records.finish().series


def test_more_visible_work_means_slightly_more_acceptance(make_world):
    runs = [
        _acceptance(make_world, **d)
        for d in ({}, {"visible": 0.1}, {"visible": 0.5}, {"visible": 1.0, "hours": 40.0})
    ]
    level = [s["acceptance"][-1] for s in runs]
    assert level[0] < level[1] < level[2] < level[3] < level[0] + 0.02
    assert runs[2]["contribution_hours"].sum() > runs[1]["contribution_hours"].sum() > 0
    assert level[1] - level[0] > 0.1 * (level[3] - level[0])
