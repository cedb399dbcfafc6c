"""§36, attendance centres: for young people, short, and less custody (the rest: test_ladder)."""

import numpy as np


def run(make_world, **dials):
    dials = {"attendance_centre": dials} if dials else {}
    return make_world(4000, seed=18, dials=dials, months=48).records.finish().series


def test_more_referrals_mean_less_short_custody_of_the_young(make_world):
    doses = [run(make_world), run(make_world, uptake=0.4), run(make_world, uptake=1.0)]
    assert (np.diff([dose["jail_stock"][12:].mean() for dose in doses]) < 0).all()
    older = run(make_world, uptake=1.0, below_age=40.0)
    assert older["custody_replaced"].sum() > doses[2]["custody_replaced"].sum() > 0


def test_hours_cost(make_world):
    few, many = run(make_world, uptake=0.5, hours=8.0), run(make_world, uptake=0.5, hours=60.0)
    assert many["cost_supervision"].sum() > few["cost_supervision"].sum()
