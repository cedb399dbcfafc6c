"""Readings come from the words of a row, and conversions are those of proportional hazards."""

from math import exp, log, sqrt

import numpy as np
import pytest
from statsmodels.stats.meta_analysis import combine_effects

from sim.evidence.conversions import Derivation, derivations
from sim.evidence.reading import ReadingError, base_risk, reading
from sim.evidence.scales import (
    d_to_odds_ratio,
    odds_ratio_to_hazard_ratio,
    percent_to_hazard_ratio,
    phi_to_risks,
    points_to_hazard_ratio,
    remission_months,
    risks_to_odds_ratio,
)
from sim.evidence.setting import countries, transport
from sim.experiment.pooling import NOT_POSSIBLE, SUMMARIES, pool, two_samples
from sim.rules import registry


def test_a_reading_follows_its_row():
    assert reading("cbt_meta_rct", r"recidivism ([.\d]+)\)") == 0.724
    assert reading("transfer_cost", r"GBP ([,\d]+)") == 1640.0, "thousands are read"
    assert base_risk("cbt_meta_all") == 0.376


def test_a_row_without_the_number_is_named():
    with pytest.raises(ReadingError, match="cbt_meta_rct: estimate has no number"):
        reading("cbt_meta_rct", r"hazard ratio ([.\d]+)")
    with pytest.raises(ReadingError, match="no_such_row"):
        reading("no_such_row", r"(\d)")


@pytest.mark.parametrize("base", [0.05, 0.3, 0.45, 0.8])
@pytest.mark.parametrize("ratio", [0.5, 0.8, 1.0, 1.7])
def test_each_scale_gives_back_the_hazard_ratio_that_made_it(base, ratio):
    treated = 1.0 - (1.0 - base) ** ratio
    odds_ratio = risks_to_odds_ratio(treated, base)
    assert points_to_hazard_ratio(100.0 * (treated - base), base) == pytest.approx(ratio)
    assert percent_to_hazard_ratio(100.0 * (treated / base - 1.0), base) == pytest.approx(ratio)
    assert odds_ratio_to_hazard_ratio(odds_ratio, base) == pytest.approx(ratio)


def test_coefficients_become_what_their_methods_say():
    assert d_to_odds_ratio(0.0) == 1.0
    assert log(d_to_odds_ratio(0.5)) == pytest.approx(0.5 * 3.14159265 / sqrt(3.0))
    treated, base = phi_to_risks(0.3)
    assert (treated, base) == (0.35, 0.65)
    assert 1.0 - exp(-3.0 / remission_months(0.4, 3.0)) == pytest.approx(0.4)


def test_pooling_is_that_of_dersimonian_and_laird():
    estimates, errors = [-0.8, 0.1, -0.3, 0.4], [0.1, 0.2, 0.15, 0.1]
    weights = [1.0 / e**2 for e in errors]
    mean = sum(w * x for w, x in zip(weights, estimates, strict=True)) / sum(weights)
    q = sum(w * (x - mean) ** 2 for w, x in zip(weights, estimates, strict=True))
    tau2 = (q - 3.0) / (sum(weights) - sum(w**2 for w in weights) / sum(weights))
    again = [1.0 / (e**2 + tau2) for e in errors]
    found = pool(estimates, errors)
    assert found.q == pytest.approx(q) and found.tau2 == pytest.approx(tau2)
    assert found.estimate == pytest.approx(
        sum(w * x for w, x in zip(again, estimates, strict=True)) / sum(again)
    )
    assert found.error == pytest.approx(1.0 / sqrt(sum(again)))


def test_agreeing_studies_have_no_variance_between_them():
    as_it_comes = combine_effects(np.array([-0.1, -0.11]), np.array([0.1, 0.1]), method_re="dl")
    assert as_it_comes.tau2 < 0.0, "statsmodels does not cut it off at nothing"
    found = pool([-0.1, -0.11], [sqrt(0.1), sqrt(0.1)])
    assert found.tau2 == 0.0 and found.estimate == pytest.approx(-0.105)


@pytest.mark.parametrize("summary", SUMMARIES, ids=lambda s: f"{s.row}, {s.what}")
def test_a_summary_follows_from_its_figures(summary):
    assert summary.again() == pytest.approx(summary.stated(), abs=summary.within + 1e-12)


def test_summaries_that_cannot_be_pooled_say_why():
    assert all(NOT_POSSIBLE.values())
    pooled_studies = {s.row for s in SUMMARIES if "nine and the largest" in s.what}
    assert not pooled_studies & NOT_POSSIBLE.keys()


def test_the_defaults_of_age_and_sex_lie_within_the_pooled_samples():
    offending = registry()["offending"].quantities()
    for row, value in (
        ("age_hazard", 10.0 * offending["age_slope"].default),
        ("sex_hazard", -log(offending["female"].default)),
    ):
        pooled = two_samples(row)
        assert abs(pooled.estimate - value) < 1.96 * pooled.error


def test_a_derivation_of_a_row_that_changed_its_words_fails_loudly():
    broken = Derivation("a.b", ("em_france",), "equals", "", lambda: [reading("em_france", "x(1)")])
    with pytest.raises(ReadingError):
        broken.readings()
    assert all(
        len(found.readings()) >= (found.stands != "sign") for found in derivations().values()
    )


def test_the_country_of_a_row_is_read_from_its_population():
    from sim.evidence import rows

    known = rows()
    assert countries(known["em_france"]) == {"France"}
    assert countries(known["jp_prison_stock_02"]) == {"Japan"}
    assert countries(known["bjs05_rearrest_m01"]) == {"United States"}
    assert countries(known["cbt_meta_all"]) >= {"United States", "England and Wales", "Canada"}
    assert countries(known["psych_prison_rct_or"]) == frozenset()
    assert len(transport()) > 50 and all(transport().values())
