"""Campaigns: attitudes move, deeds hardly, and what was moved fades when the campaign ends."""


def _run(make_world, until=60, **dials):
    dials = {"acceptance_campaign": dials} if dials else {}
    return make_world(2000, seed=7, dials=dials, months=until).records.finish().series


def test_attitudes_move_more_with_reach_and_contact(make_world):
    level = [
        _run(make_world, 24, **d)["acceptance"][-1]
        for d in ({}, {"reached": 0.3}, {"reached": 0.6}, {"reached": 0.6, "contact": True})
    ]
    assert level[0] < level[1] < level[2] < level[3] < level[0] + 0.05


def test_deeds_hardly_follow(make_world):
    base, moved = _run(make_world, 24), _run(make_world, 24, reached=1.0, contact=True)
    words = moved["acceptance"][-1] - base["acceptance"][-1]
    deeds = moved["acceptance_in_deeds"][-1] - base["acceptance"][-1]
    assert 0 < deeds < 0.2 * words
    assert abs(moved["jobs_found"].sum() / base["jobs_found"].sum() - 1.0) < 0.01


def test_it_fades_after_the_end(make_world):
    base, short = _run(make_world), _run(make_world, reached=0.6, months=12.0)
    gain = short["acceptance"] - base["acceptance"]
    assert gain[11] > 0 and gain[59] < 0.2 * gain[11]
