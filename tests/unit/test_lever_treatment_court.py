"""§36, treatment courts: who gets a place, how many, and how strong the effect is."""

import numpy as np
import pytest

LEVER = "treatment_court"


@pytest.fixture(scope="module")
def run(make_world):
    def once(places, **parameters):
        world = make_world(
            4000, seed=10, dials={LEVER: {"places": places}} if places else {},
            parameters={LEVER: parameters} if parameters else None, months=72,
        )  # fmt: skip
        return world, world.records.finish().series

    return once


def test_places_limit_who_starts_until_eligible_people_do(run):
    starts = [run(places)[1]["treatment_court_starts"].sum() for places in (2.0, 5.0)]
    assert 0 < starts[0] < starts[1]
    for places in (2.0, 5.0):
        assert run(places)[1]["treatment_court_stock"].max() <= places * 4
    many, more = run(45.0)[1], run(50.0)[1]
    assert np.array_equal(many["treatment_court_starts"], more["treatment_court_starts"])


def test_more_places_mean_less_short_custody(run):
    jail = [run(places)[1]["jail_stock"][24:].mean() for places in (0.0, 4.0, 40.0)]
    assert jail[0] > jail[1] > jail[2]


def test_a_stronger_effect_means_fewer_offences(run):
    weak = run(40.0, hazard_ratio=0.95)[1]["offences"].sum()
    strong = run(40.0, hazard_ratio=0.69)[1]["offences"].sum()
    assert strong < weak


def test_the_effect_averages_to_the_published_one(run):
    rule = run(5.0)[0].rule(LEVER)
    months = np.arange(0.0, 36.0, 0.01)
    mean = rule.full_effect() * np.exp(-months / rule.fading_months).mean()
    assert np.exp(mean) == pytest.approx(0.80**rule.unmixing, rel=1e-3)
