"""Assessment: better instruments put the same places to better use, and alone do nothing."""

import numpy as np
import pytest


@pytest.fixture(scope="module")
def run(make_world):
    def make(treatment=True, months=36, persons=6000, **dials):
        policy = {"prison_treatment": {"places": 10.0}} if treatment else {}
        policy |= {"risk_assessment": dials} if dials else {}
        return make_world(persons, 4, dials=policy, months=months)

    return make


def test_alone_it_changes_no_offence(run):
    series = [
        run(treatment=False, persons=2000, **dials).records.finish().series
        for dials in ({}, {"coverage": 1.0, "accuracy": 1.0})
    ]
    assert np.array_equal(series[0]["offences"], series[1]["offences"])
    assert series[1]["people_assessed"].sum() > series[0]["people_assessed"].sum()


def test_it_covers_the_share_that_the_dial_says(run, band, standard_errors):
    world = run(months=6, persons=12_000, coverage=0.5)
    rows = world.selection("in_custody")
    seen = np.count_nonzero(world.people.assessed[rows] == 2)
    assert standard_errors(seen, rows.shape[0], 0.95) < band
    assert standard_errors(seen, rows.shape[0], 0.90) > 3.0, "nobody more is covered"


def test_accuracy_raises_the_share_of_starters_who_match(run):
    def matched(**dials):
        people = run(**dials).people
        started = np.flatnonzero(people.treatment)
        return (people.match[started] == 2).mean()

    # Files hold whole tenths of a standard deviation, hence not quite everyone.
    assert matched() < matched(accuracy=0.5) < 0.97 < matched(accuracy=1.0)


def test_the_truth_is_noted_beside_the_score(run):
    world = run(months=0, treatment=False)
    world.step()
    people, inside = world.people, world.selection("in_custody")
    inside = inside[people.custody_start[inside] < world.month - 1]  # assessed at once, together
    need = world.rule("cognition").standing(world, inside)
    risk = world.rule("offending").relative_rate(world, inside)
    for truth in (need, risk):
        low = np.quantile(truth, 0.25)
        assert (people.match[inside[truth < low]] < 2).all()
    clearly = (need > np.quantile(need, 0.45)) & (risk > np.quantile(risk, 0.45))
    assert (people.match[inside[clearly]] == 2).all() and clearly.sum() > 50
    score = np.corrcoef(people.assessed_need[inside], need)[0, 1]
    assert 0.5 < score < 0.85, "seen with error"


def test_the_same_places_prevent_more(run):
    gain = [run(**dials).people.treatment_log_hr.sum() for dials in ({}, {"accuracy": 1.0})]
    assert gain[1] < 1.1 * gain[0] < 0
