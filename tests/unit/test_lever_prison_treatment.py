"""Treatment in prison: who is admitted, who gains, and when nothing can be gained."""

import numpy as np
import pytest

from sim.people import CUSTODY
from sim.programme import OPEN, taking_part


@pytest.fixture(scope="module")
def run(make_world):
    def make(months=30, persons=4000, parameters=None, **dials):
        return make_world(persons, 4, months=months, dials={"prison_treatment": dials},
                          parameters=parameters)  # fmt: skip

    return make


def series(world, name):
    return world.records.finish().series[name]


def test_more_places_less_offending(run):
    offences = [series(run(places=p), "offences").sum() for p in (0.0, 5.0, 40.0)]
    assert offences[0] > offences[1] > offences[2]


def test_places_beyond_the_waiting_list_change_nothing(run):
    enough, more = run(places=60.0), run(places=100.0)
    assert (
        not series(enough, "treatment_waiting").any() and series(enough, "treatment_starts").any()
    )
    for name in ("treatment_starts", "offences", "arrests", "prison_stock"):
        assert np.array_equal(series(enough, name), series(more, name)), name


def test_only_people_found_in_need_are_admitted_and_the_highest_risk_first(run):
    world = run(months=20, places=2.0)
    people, assessment = world.people, world.rule("assessment")
    inside = world.selection("in_custody")
    busy = taking_part(people.treatment, inside)
    assert busy.shape[0] >= 3 and assessment.finds_in_need(world, busy).all()
    found = assessment.finds_in_need(world, inside)
    waiting = inside[found & (people.treatment[inside] == OPEN)]
    assert people.assessed_risk[busy].mean() > people.assessed_risk[waiting].mean() + 2


def test_treatment_by_lot_reaches_fewer_who_gain(run):
    def gained(targeting):
        world = run(places=100.0, targeting=targeting)
        effect = world.people.treatment_log_hr
        return np.count_nonzero(effect < 0), series(world, "treatment_completions").sum()

    by_need, by_lot = gained(1.0), gained(0.0)
    assert by_need[0] / by_need[1] > 1.25 * by_lot[0] / by_lot[1]


def test_treatment_of_people_at_low_risk_and_need_helps_none_of_them(run):
    world = run(months=1, places=100.0, targeting=0.0)
    people, helped = world.people, 0
    for _ in range(30):
        before = people.treatment_log_hr.copy()
        match, ids = people.match.copy(), people.id.copy()
        world.step()
        same = (people.id == ids) & (people.status == CUSTODY)
        moved = same & (before == 0) & (people.treatment_log_hr != 0)
        assert (people.treatment_log_hr[moved & (match == 0)] > 0).all()
        assert not (moved & (match == 1)).any()
        assert (people.treatment_log_hr[moved & (match == 2)] < 0).all()
        helped += np.count_nonzero(moved & (match == 2))
    assert helped > 20


def test_treatment_of_no_quality_changes_nobody(run):
    none, hollow = run(places=0.0), run(places=40.0, quality=0.0)
    assert series(hollow, "treatment_completions").sum() > 20
    assert np.array_equal(series(none, "offences"), series(hollow, "offences"))


def test_who_drops_out_differs_from_who_completes(run):
    """Selection, without any effect of dropping out: a naive comparison of the two misleads."""
    world = run(months=60, persons=12000, places=100.0, targeting=0.0, quality=0.0)
    people, standing = world.people, world.rule("cognition").standing
    inside = world.selection("in_custody")
    left, done = (inside[people.treatment[inside] == code] for code in (254, 255))
    gap = standing(world, left).mean() - standing(world, done).mean()
    error = np.sqrt(1.0 / left.shape[0] + 1.0 / done.shape[0])
    # Leaving rises by 0.25 a standard deviation: a gap of about 0.25 is expected.
    assert gap > 1.5 * error and 0.0 < gap < 0.6


def test_crowding_closes_places_of_every_programme_inside(make_world):
    names = {
        "prison_treatment": "treatment",
        "prison_education": "education",
        "vocational_training": "training",
        "substance_treatment": "substance_treatment",
    }
    dials = {name: {"places": 20.0} for name in names}
    runs = [
        make_world(2000, 4, dials=dials, months=12, **figures).records.finish().series
        for figures in ({}, {"custody__places": 25.0})
    ]
    for prefix in names.values():
        places = [run[f"{prefix}_places"] / run["prison_stock"] for run in runs]
        assert places[1].mean() < 0.7 * places[0].mean(), prefix
        # Seats are taken all the same, as long as anybody waits.
        assert runs[1][f"{prefix}_starts"].sum() < runs[0][f"{prefix}_starts"].sum(), prefix
