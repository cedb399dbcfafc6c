"""Supported housing: places limit it, and it acts through having a home."""


def series(make_world, places):
    dials = {"housing_support": {"places": places}}
    return make_world(3000, 4, dials=dials, months=24).records.finish().series


def test_more_places_fewer_homeless_until_nobody_waits(make_world):
    runs = [series(make_world, places) for places in (0.001, 5.0, 20.0, 100.0)]
    homeless = [run["homeless"][6:].mean() for run in runs]
    assert homeless[0] > homeless[1] > homeless[2] > homeless[3]
    for run, places in zip(runs, (0, 15, 60, 300), strict=True):
        assert run["supported_homes"].max() <= places
    assert runs[3]["supported_homes_waiting"][6:].max() == 0
