"""Treatment of substance use outside: places limit it, and fewer people use."""

from sim.programme import taking_part


def world_with(make_world, places):
    dials = {"community_substance_treatment": {"places": places}}
    return make_world(2000, 4, dials=dials, months=24)


def test_more_places_fewer_people_using(make_world):
    worlds = [world_with(make_world, places) for places in (0.0, 10.0, 60.0)]
    using = [w.records.finish().series["using"][12:].mean() for w in worlds]
    assert using[0] > using[1] > using[2]


def test_places_are_full_and_never_exceeded(make_world):
    world = world_with(make_world, 10.0)
    busy = taking_part(world.people.drug_treatment_outside, world.selection("everybody"))
    assert busy.shape[0] == 20


def test_places_beyond_those_who_seek_change_nothing(make_world):
    enough, more = (
        world_with(make_world, places).records.finish().series for places in (150.0, 200.0)
    )
    assert not enough["outside_treatment_waiting"].any()
    assert (enough["using"] == more["using"]).all() and (
        enough["offences"] == more["offences"]
    ).all()
