"""§36, graduated answers to breach: fewer recalls, up to the last rung."""

from functools import cache

import numpy as np
import pytest


@pytest.fixture(scope="module")
def run(make_world):
    @cache
    def once(share, steps=3.0):
        lever = "graduated_breach"
        dials = {lever: {"in_community": share}} if share else {}
        parameters = {lever: {"steps_allowed": steps}} if share else None
        world = make_world(
            4000, seed=12, dials=dials, parameters=parameters, months=60,
            supervision__breach_conditional=0.6,
        )  # fmt: skip
        return {n: s[6:].mean() for n, s in world.records.finish().series.items()}

    return once


def test_the_more_is_answered_outside_the_fewer_return(run):
    doses = [run(0.0), run(0.4), run(0.8)]
    for name, sign in (("recalls", -1), ("prison_stock", -1), ("supervised_stock", 1),
                       ("offences", 1)):  # fmt: skip
        assert (sign * np.diff([dose[name] for dose in doses]) > 0).all(), name


def test_after_the_last_rung_the_usual_answer_follows(run):
    one, many = run(1.0, steps=1.0), run(1.0, steps=6.0)
    assert one["breaches"] > many["breaches"]
    assert run(0.0)["recalls"] > one["recalls"] > many["recalls"]
