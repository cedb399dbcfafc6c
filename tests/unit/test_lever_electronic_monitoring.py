"""§36, electronic monitoring: custody replaced, the published total, and the null on probation."""

import numpy as np
import pytest

LEVER = "electronic_monitoring"


@pytest.fixture(scope="module")
def run(make_world):
    def once(**dials):
        world = make_world(4000, seed=9, dials={LEVER: dials} if dials else {}, months=48)
        return world, {n: s[12:].mean() for n, s in world.records.finish().series.items()}

    return once


def test_more_house_arrest_means_less_custody(run):
    doses = [run()[1], run(replaced=0.4)[1], run(replaced=0.9)[1]]
    for name, sign in (("jail_stock", -1), ("prison_stock", -1), ("supervised_stock", 1)):
        assert (sign * np.diff([dose[name] for dose in doses]) > 0).all(), name
    ladder = sum(v for n, v in doses[2].items() if n.startswith("sentences_"))
    assert ladder == pytest.approx(doses[2]["convictions"])


def test_a_larger_limit_reaches_more_prison_sentences(run):
    stocks = [run(replaced=0.6, longest=limit)[1]["prison_stock"] for limit in (0.0, 12.0, 36.0)]
    assert stocks[0] > stocks[1] > stocks[2]


def test_the_effect_averages_to_the_published_one_and_counts_short_custody_once(run):
    world = run(replaced=0.9)[0]
    rule, after = world.rule(LEVER), world.rule("release").after_short_custody
    months = np.arange(0.0, 60.0, 0.01)
    mean = rule.full_effect(0.85) * np.exp(-months / rule.fading_months).mean()
    assert np.exp(mean) == pytest.approx(0.85**rule.unmixing, rel=1e-3)
    effects = world.people.monitored_log_hr
    strongest = rule.full_effect(0.85)
    weaker = strongest + np.log(after)
    assert effects.min() >= strongest and (effects[effects < 0] > weaker - 1e-6).any()


def test_monitoring_on_top_of_probation_only_costs(run):
    usual, on_top = run()[1], run(on_top=0.8)[1]
    assert on_top["offences"] == usual["offences"]
    assert on_top["monitored_stock"] > 0
    assert on_top["cost_supervision"] > usual["cost_supervision"]
