"""Treatment of substance use in custody: fewer people use, and nothing else is typed in."""


def using(make_world, places):
    world = make_world(2000, 4, dials={"substance_treatment": {"places": places}}, months=24)
    return world.records.finish().series


def test_more_places_fewer_people_using(make_world):
    runs = [using(make_world, places) for places in (0.0, 5.0, 20.0)]
    counts = [run["using"][12:].mean() for run in runs]
    assert counts[0] > counts[1] > counts[2]
    assert runs[2]["substance_treatment_remissions"].sum() > 0


def test_it_acts_through_use_only(make_world):
    rule = make_world(50, dials={"substance_treatment": {"places": 5.0}}).rule(
        "substance_treatment"
    )
    assert all(step.adds_to is None for step in rule.steps())
