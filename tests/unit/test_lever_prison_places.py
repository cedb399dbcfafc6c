"""§36, prison places: density, what follows from it, and what it leaves of programmes."""

import pytest


def run(make_world, extra, **place):
    dials = {"prison_places": {"extra_places": extra}} if extra else {}
    return make_world(3000, seed=6, dials=dials, months=60, **place)


def test_places_lower_density_and_the_after_effect_of_crowding(make_world):
    worlds = [run(make_world, extra, custody__places=40.0) for extra in (0.0, 0.3, 0.8)]
    density = [100 * sum(p.held for p in w.prisons) / sum(p.places for p in w.prisons)
               for w in worlds]  # fmt: skip
    marks = [w.people.custody_log_hr[w.people.status > 0].sum() for w in worlds]
    assert density[0] > density[1] > density[2] and density[0] > 120
    assert marks[0] > marks[1] > marks[2]
    assert sum(p.places for p in worlds[1].prisons) == pytest.approx(1.3 * 40.0 * 3)


def test_crowding_lowers_what_programmes_can_use(make_world):
    shares = []
    for extra in (0.0, 0.3, 0.8):
        world = run(make_world, extra, custody__places=40.0)
        shares.append(world.rule("custody").access(world))
    assert shares[0] < shares[1] < shares[2] <= 1.0
    roomy = run(make_world, 0.0, custody__places=200.0)
    assert roomy.rule("custody").access(roomy) == 1.0


def test_places_are_built_over_time_and_cost_empty_or_not(make_world):
    series = run(make_world, 0.5, custody__places=200.0).records.finish().series
    added = series["prison_places_added"]
    assert added[5] < added[20] < added[40] == pytest.approx(added[59]) == pytest.approx(300.0)
    usual = run(make_world, 0.0, custody__places=200.0).records.finish().series
    assert (series["cost_prison"] > usual["cost_prison"]).all()
    assert (series["offences"] == usual["offences"]).all()
