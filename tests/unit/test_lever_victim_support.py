"""Support for victims: recovery comes sooner, nobody else is touched."""

import numpy as np


def run(make_world, share):
    dials = {"victim_support": {"offered": share}}
    return make_world(8000, seed=3, dials=dials, months=36).records.finish().series


def test_support_speeds_recovery_and_touches_no_offence(make_world):
    none, some, all_ = (run(make_world, share) for share in (0.0, 0.5, 1.0))
    ill = [s["victims_with_symptoms"].sum() for s in (none, some, all_)]
    assert ill[0] > ill[1] > ill[2]
    assert np.array_equal(none["offences"], all_["offences"])
    assert some["victims_supported"].sum() < all_["victims_supported"].sum()


def test_who_would_stay_ill_stays_ill(make_world):
    dials = {"victim_support": {"offered": 1.0}}
    chronic = {"victimisation": {"chronic": 0.999999}}
    worlds = [make_world(8000, seed=3, dials=d, parameters=chronic, months=24) for d in ({}, dials)]
    ends = [np.sort(w.victims.symptoms_end) for w in worlds]
    assert worlds[1].victims.support.any() and np.array_equal(*ends)
