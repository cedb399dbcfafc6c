"""Parameter draws: the range is a 95 % interval, strata are filled, bounds are kept."""

import numpy as np
import pytest
from scipy.stats import kstest

from sim.app.shipped import shipped
from sim.experiment.scenario import scenarios_in
from sim.experiment.uncertainty import (
    TwoPiece,
    distribution,
    draw_parameters,
    draw_rows,
    strata,
    widening,
)  # fmt: skip
from sim.parameters import Quantity
from sim.place import Place
from sim.rules import registry

SCENARIOS = scenarios_in([shipped("scenarios")])
RULES = [rule for _, rule in sorted(registry().items())]


def place(name="us_states"):
    return Place.from_mapping(name, SCENARIOS.load("jurisdiction", name).content)


def quantity(default, low, high, unit):
    return Quantity("r", "q", "parameter", default, unit, low, high, "", "assumed", "x")


def shape(default, low, high, unit, source="fta_reminders"):
    return distribution(quantity(default, low, high, unit), default, low, high, source)


SHAPES = [
    (0.8, 0.6, 0.95, "hazard ratio"), (0.3, 0.1, 0.4, "probability"), (-0.045, -0.06, -0.03,
     "log hazard ratio per year of age"), (6.0, 3.0, 20.0, "months"), (0.78, 0.74, 0.84, "AUC"),
]  # fmt: skip


@pytest.mark.parametrize(("default", "low", "high", "unit"), SHAPES)
def test_95_percent_of_a_well_known_number_lie_in_its_range(default, low, high, unit):
    of = shape(default, low, high, unit)
    values = np.array([of.quantile((i + 0.5) / 4000) for i in range(4000)])
    inside = np.mean((values >= low) & (values <= high))
    assert abs(inside - 0.95) < 0.002
    assert np.all(np.diff(values) > 0.0)


def test_the_central_value_is_the_most_likely():
    of = shape(0.8, 0.6, 0.95, "hazard ratio")
    values = np.array([of.quantile((i + 0.5) / 20000) for i in range(20000)])
    counts, edges = np.histogram(np.log(values), bins=41)
    peak = np.exp(edges[counts.argmax() : counts.argmax() + 2])
    assert 0.95 * peak[0] <= 0.8 <= 1.05 * peak[1]


def test_a_ratio_is_drawn_on_the_log_scale():
    of = shape(1.0, 0.5, 2.0, "rate ratio")
    assert of.quantile(0.2) * of.quantile(0.8) == pytest.approx(1.0)


def test_a_central_value_at_the_end_of_its_range_is_an_end():
    of = shape(36.0, 12.0, 36.0, "months")
    assert of.quantile(0.999) <= 36.0 and of.quantile(0.025) < 14.0


def test_what_is_assumed_is_drawn_wider():
    known, assumed = (shape(0.8, 0.7, 0.9, "hazard ratio", s) for s in ("fta_reminders", "assumed"))
    assert assumed.left == pytest.approx(1.5 * known.left)
    assert widening("fta_reminders;assumed") == 1.5 > widening("fta_reminders") == 1.0


@pytest.mark.parametrize("share", [1e-9, 0.5, 1 - 1e-9])
def test_a_range_that_reaches_a_bound_stays_within(share):
    for default, low, high, unit in ((0.02, 0.0, 0.06, "share"), (0.9, 0.5, 1.0, "probability")):
        assert 0.0 <= shape(default, low, high, unit, "assumed").quantile(share) <= 1.0


def test_a_truncated_distribution_has_no_lump_at_its_bound():
    of = TwoPiece("plain", 0.1, 0.2, 0.2, (0.0, 1.0))
    values = [of.quantile((i + 0.5) / 2000) for i in range(2000)]
    assert sum(value < 1e-3 for value in values) < 20


def test_draws_fill_their_strata_whenever_their_number_is_a_power_of_two():
    for name in ("a.b", "c.d"):
        shares = strata(7, name, 64)
        for count in (1, 2, 4, 8, 16, 32, 64):
            assert sorted(int(count * share) for share in shares[:count]) == list(range(count))


def test_draws_of_different_parameters_are_not_tied_to_each_other():
    # 300 pairs of 64 draws; the largest of their correlations under independence is about 0.4.
    columns = np.array([strata(7, f"r.p{i}", 64) for i in range(25)])
    correlations = np.corrcoef(columns)[np.triu_indices(25, 1)]
    assert np.abs(correlations).max() < 0.55
    # Twin with a fault: were the order of filling shared, all would be alike.
    shared = np.array([np.roll(strata(7, "r.p0", 64), 0) + i * 1e-6 for i in range(25)])
    assert np.abs(np.corrcoef(shared)[0, 1]) > 0.55


def test_more_draws_continue_the_same_sequence_and_the_seed_matters():
    assert strata(7, "a.b", 100)[:10] == strata(7, "a.b", 10)
    assert strata(8, "a.b", 10) != strata(7, "a.b", 10)


def test_shares_are_uniform():
    assert kstest([s for i in range(40) for s in strata(1, f"r.p{i}", 50)], "uniform").pvalue > 1e-4


def test_every_parameter_of_every_rule_can_be_drawn_and_stays_usable():
    drawn = draw_parameters(RULES, place(), 1, 16, {})
    known = {rule.name: rule.quantities() for rule in RULES}
    count = 0
    for rules in drawn:
        for rule, values in rules.items():
            for name, value in values.items():
                assert known[rule][name].complaint(value) is None, (rule, name, value)
                count += 1
    fitted = {key for key, stated in place().stated().items() if "fitted" in stated.source}
    parameters = [
        q for rule in RULES for q in rule.quantities().values()
        if q.kind == "parameter" and (q.rule, q.name) not in fitted
    ]  # fmt: skip
    assert count == 16 * len(parameters) > 3000
    moved = [q for q in parameters if not isinstance(q.default, dict)
             and len({d[q.rule][q.name] for d in drawn}) == 1]  # fmt: skip
    assert not moved


def test_drawn_rules_can_be_built(make_place):
    from sim.assembly import build_rules

    for drawn in draw_parameters(RULES, place(), 1, 4, {}):
        assert build_rules(place(), None, drawn, all_levers=True)


def test_what_a_place_fitted_or_the_study_set_is_not_drawn():
    japan = draw_parameters(RULES, place("japan"), 1, 2, {})
    assert "age_slope" not in japan[0]["offending"]
    fixed = draw_parameters(RULES, place(), 1, 2, {"offending": {"age_slope": -0.04}})
    assert "age_slope" not in fixed[0]["offending"] and "priors_slope" in fixed[0]["offending"]


def test_what_a_place_states_is_drawn_around_its_own_value():
    one, two = (draw_parameters(RULES, place(name), 1, 64, {}) for name in ("us_states", "france"))
    shares = [np.median([d["population"]["foreign_share"] for d in drawn]) for drawn in (one, two)]
    assert shares[1] > 2 * shares[0]  # 24 % foreign nationals against 6 %


def test_rows_name_places_only_where_they_differ():
    tables = {name: draw_parameters(RULES, place(name), 1, 2, {}) for name in ("georgia", "france")}
    rows = draw_rows(tables)
    named = {(rule, name) for where, _, rule, name, _ in rows if where}
    assert ("population", "foreign_share") in named and ("death", "age_slope") not in named
    assert ("", 1, "offending", "moves.drug>drug") in {row[:4] for row in rows}
