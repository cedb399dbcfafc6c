"""§36, prison places: density, what follows from it, and what it leaves of programmes."""

import numpy as np
import pytest

from sim import programme


def run(make_world, extra, **place):
    dials = {"prison_places": {"extra_places": extra}} if extra else {}
    return make_world(3000, seed=6, dials=dials, months=60, **place)


def test_places_lower_density_and_the_after_effect_of_crowding(make_world):
    worlds = [run(make_world, extra, custody__places=30.0) for extra in (0.0, 0.3, 0.8)]
    density = [100 * sum(p.held for p in w.prisons) / sum(p.places for p in w.prisons)
               for w in worlds]  # fmt: skip
    marks = [w.people.custody_log_hr[w.people.status > 0].sum() for w in worlds]
    assert density[0] > density[1] > density[2] and density[0] > 120
    assert marks[0] > marks[1] > marks[2]
    assert sum(p.places for p in worlds[1].prisons) == pytest.approx(1.3 * 30.0 * 3)


def test_crowding_lowers_what_programmes_can_use(make_world):
    shares = []
    for extra in (0.0, 0.3, 0.8):
        world = run(make_world, extra, custody__places=30.0)
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


def crowded_and_roomy(make_world, lever, dials, **parameters):
    """Run the same people with too few places, with more of them built, and with plenty."""
    return [
        make_world(
            3000, seed=6, months=48, dials={lever: dials}, parameters=parameters or None,
            custody__places=places,
        )
        for places in (20.0, 36.0, 200.0)
    ]  # fmt: skip


def test_crowding_lowers_programme_access(make_world):
    worlds = crowded_and_roomy(make_world, "prison_education", {"places": 20.0})
    room = [programme.room(world) for world in worlds]
    starts = [world.records.finish().series["education_starts"][12:].mean() for world in worlds]
    held = [world.records.finish().series["prison_stock"][12:].mean() for world in worlds]
    assert room[0] < room[1] < room[2] == 1.0
    each = np.array(starts) / np.array(held)
    assert each[0] < each[1] < each[2]


def test_crowding_takes_from_the_regime(make_world):
    # Without an after-effect of density, the lowest value left at release is the regime's.
    worlds = crowded_and_roomy(
        make_world, "prison_regime", {"normality": 1.0}, release={"crowding": 1.0}
    )
    gains = [world.people.custody_log_hr.min() for world in worlds]
    assert gains[0] > gains[1] > gains[2]
    assert gains[2] == pytest.approx(np.log(worlds[2].rule("prison_regime").hazard_ratio), abs=1e-6)


def test_density_at_release_acts_on_what_follows(make_world):
    crowded, harmless, roomy, spared = (
        make_world(3000, seed=6, months=60, custody__places=places,
                   parameters={"release": {"crowding": effect}})
        for places, effect in ((25.0, 1.15), (25.0, 1.0), (300.0, 1.15), (300.0, 1.0))
    )  # fmt: skip
    offences = [w.records.finish().series["offences"].sum()
                for w in (crowded, harmless, roomy, spared)]  # fmt: skip
    assert offences[0] > offences[1] and offences[2] == offences[3]
    # At most three times the effect of 20 points, as density counts up to 160.
    marks = crowded.people.custody_log_hr
    assert marks.max() == pytest.approx(3 * np.log(1.15), abs=1e-5)
