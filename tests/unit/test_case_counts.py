"""Several offences in one case: counted, more surely convicted, and heavier to sentence."""

import numpy as np
import pytest

from sim.people import COMMUNITY_ORDER
from sim.processes.sentencing import PRISON, SHORT

CERTAIN = dict.fromkeys(
    ("homicide", "sexual", "robbery", "serious_assault", "burglary", "vehicle_theft", "theft",
     "fraud"), 1.0,
)  # fmt: skip


@pytest.fixture
def charged(make_world):
    """A world in which everybody commits so many offences a month, all of them cleared."""

    def make(months, persons=300, **more):
        world = make_world(
            persons, 5, victimisation__reporting=CERTAIN, detection__clearance=CERTAIN,
            detection__discovery={"drug": 1.0, "public_order": 1.0}, hearings__capacity=1000.0,
            population__prison_stock=0.0, pretrial__detained_share=0.0, **more,
        )  # fmt: skip
        for number in months:
            world.people.offences[:] = number
            world.rule("offending").tell_kinds(world)
            world.rule("victimisation").suffer(world)
            world.rule("detection").arrest(world)
            world.month += 1
        return world

    return make


def test_offences_of_a_pending_case_add_up(charged):
    assert (charged([3]).people.case_counts[:300] == 3).all()
    assert (charged([3, 0, 2]).people.case_counts[:300] == 5).all()
    assert (charged(30 * [10]).people.case_counts[:300] == 255).all()


def test_arrests_are_counted_once_a_month(charged):
    before = charged([]).people.arrests[:300].copy()
    assert (charged([3]).people.arrests[:300] == before + 1).all()
    assert (charged([3, 0, 2]).people.arrests[:300] == before + 2).all()


def test_founders_have_arrests_that_convicted_and_others(charged, band):
    """A conviction chance of 0.4 makes 2.5 arrests a conviction, and none without."""
    people = charged([], 20_000, hearings__conviction=0.4).people
    priors, arrests = people.priors.astype(float), people.arrests.astype(float)
    assert (arrests >= priors).all() and priors.mean() > 0.5
    gap = arrests - 2.5 * priors  # convictions are a thinning of the arrests
    assert abs(gap.mean()) < band * gap.std() / np.sqrt(len(gap))
    surely = charged([], 500, hearings__conviction=1.0).people
    assert (surely.arrests == surely.priors).all()


def test_a_new_case_counts_from_the_start(charged):
    world = charged([3])
    world.people.case_offence[:150] = 0
    world.people.offences[:] = 1
    world.rule("offending").tell_kinds(world)
    world.rule("victimisation").suffer(world)
    world.rule("detection").arrest(world)
    assert (world.people.case_counts[:150] == 1).all()
    assert (world.people.case_counts[150:300] == 4).all()


@pytest.mark.parametrize(("share", "chance"), [(0.0, 0.5), (0.5, 1 - 0.5**2), (1.0, 1 - 0.5**3)])
def test_each_offence_may_convict(charged, standard_errors, band, share, chance):
    people = 4000
    world = charged(
        [3], people, hearings__preparation_months=1e-6, hearings__conviction=0.5,
        parameters={"hearings": {"counts_add": share}},
    )  # fmt: skip
    world.rule("hearings").hear(world)
    assert standard_errors(world.docket.rows.shape[0], people, chance) < band
    assert standard_errors(world.docket.rows.shape[0], people, chance * 0.9) > band


def sentences(charged, number, parameters, on_order=False):
    world = charged(
        [number], 2000, hearings__preparation_months=1e-6, hearings__conviction=1.0,
        parameters={"sentencing": parameters},
    )  # fmt: skip
    world.people.order[:] = COMMUNITY_ORDER if on_order else 0
    world.rule("hearings").hear(world)
    world.rule("sentencing").propose(world)
    return world.docket.sentence


def test_more_offences_bring_more_custody_and_never_a_lesser_sentence(charged):
    one, many = (sentences(charged, n, {"counts_pull": 1.5}) for n in (1, 6))
    # The first offence of a person is of the same kind in both, but a case of many may be of a
    # worse one: offences weigh the same when the pull is none.
    plain = sentences(charged, 6, {"counts_pull": 0.0})
    assert (many >= plain).all() and np.mean(many >= SHORT) > np.mean(plain >= SHORT) + 0.1
    assert np.array_equal(one, sentences(charged, 1, {"counts_pull": 0.0}))


def test_an_order_in_force_aggravates(charged):
    free, under = (sentences(charged, 1, {"order_pull": 1.5}, on) for on in (False, True))
    assert (under >= free).all() and np.mean(under == PRISON) > np.mean(free == PRISON)
    plain = sentences(charged, 1, {"order_pull": 0.0}, True)
    assert np.array_equal(plain, free), "without a pull an order weighs nothing"
