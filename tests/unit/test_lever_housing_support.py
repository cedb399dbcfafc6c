"""Supported housing: places limit it, and it acts through having a home."""


def series(make_world, places):
    dials = {"housing_support": {"places": places}}
    # Half a year each: with stays of a year, 100 places per 1,000 fill up once.
    short = {"housing_support": {"stay_months": 6.0}}
    world = make_world(3000, 4, dials=dials, parameters=short, months=24)
    return world.records.finish().series


def test_more_places_fewer_homeless_until_nobody_waits(make_world):
    runs = [series(make_world, places) for places in (0.001, 5.0, 20.0, 100.0)]
    homeless = [run["homeless"][6:].mean() for run in runs]
    assert homeless[0] > homeless[1] > homeless[2] > homeless[3]
    for run, places in zip(runs, (0, 15, 60, 300), strict=True):
        assert run["supported_homes"].max() <= places
    # Offices do not lend places to each other, so somebody may wait in one of eight.
    assert runs[3]["supported_homes_waiting"][6:].mean() < 1.0


def test_offices_know_whom_they_house_and_who_waits(make_world):
    world = make_world(3000, 4, dials={"housing_support": {"places": 5.0}}, months=24)
    offices, last = world.welfare_offices, world.records.finish().series
    assert sum(o.capacity for o in offices) == 15
    assert all(0 <= o.caseload <= o.capacity for o in offices)
    assert sum(o.caseload for o in offices) == last["supported_homes"][-1]
    assert sum(o.waiting for o in offices) == last["supported_homes_waiting"][-1] > 0
