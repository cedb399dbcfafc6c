"""Counts of people by group are those that one gets by looking at each person."""

import numpy as np

from sim.access import counts, groups
from sim.assembly import build_rules
from sim.world import World


def test_counts_are_those_of_the_people_one_by_one(make_place):
    place = make_place()
    world = World(place, build_rules(place), 3000, 5, warmup_months=0)
    people = world.people
    people.label[::7] = 1
    rows = world.selection("everybody")[5:2500:3]
    age = (world.month - people.birth_month[rows]) / 12.0
    expected = {
        "all": np.ones(rows.shape[0], bool),
        "sex=female": people.male[rows] == 0,
        "sex=male": people.male[rows] == 1,
        "age=under 25": age < 25,
        "age=25-39": (age >= 25) & (age < 40),
        "age=40 and over": age >= 40,
        "nationality=national": people.foreign[rows] == 0,
        "nationality=foreign": people.foreign[rows] == 1,
        "label=no": people.label[rows] == 0,
        "label=yes": people.label[rows] == 1,
    }
    for home in range(len(world.communities)):
        expected[f"community={home + 1}"] = people.community[rows] == home
    names = groups(len(world.communities))
    assert names == tuple(expected)
    found = counts(world, rows)
    assert found.tolist() == [int(answers.sum()) for answers in expected.values()]
    assert (found[1:10] > 0).all() and not counts(world, rows[:0]).any()
    world.month += 240  # another month, other ages
    assert counts(world, rows)[names.index("age=40 and over")] > found[5]
