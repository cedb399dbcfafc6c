"""Value of information against the linear-Gaussian case, whose answer is the unit normal loss."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.errors import AnalysisError
from analysis.value_of_information import parameter_information, perfect_information

SLOPES = np.array([2.0, 1.0, 0.5, 0.0])


def loss(mean: float, sd: float) -> float:
    """Value of learning a normal gain before choosing between it and 0."""
    return sd * stats.norm.pdf(mean / sd) + mean * stats.norm.cdf(mean / sd) - max(mean, 0.0)


def decision(
    draws: int, replications: int, mean: float, noise: float, seed: int, shape=lambda x: x @ SLOPES
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Two policies; the gain of the second is ``mean`` + shape(parameters), plus chance."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(draws, len(SLOPES)))
    gain = mean + shape(x)
    shared = rng.normal(0, 5, (1, replications))
    frames = []
    for policy, expected in (("status_quo", np.zeros(draws)), ("new", gain)):
        worth = expected[:, None] + shared + rng.normal(0, noise, (draws, replications))
        frames.append(pd.DataFrame({
            "jurisdiction": "here", "policy": policy,
            "draw": np.repeat(np.arange(1, draws + 1), replications),
            "replication": np.tile(np.arange(replications), draws), "value": worth.ravel(),
        }))  # fmt: skip
    parameters = pd.concat([
        pd.DataFrame({"draw": np.arange(1, draws + 1), "rule": "offending",
                      "parameter": f"p{at}", "value": x[:, at]})
        for at in range(len(SLOPES))
    ])  # fmt: skip
    return pd.concat(frames, ignore_index=True), parameters


def test_the_closed_form_of_the_linear_gaussian_case_is_found():
    # 20,000 draws: the error of a mean of max(0, gain) is below 0.01 (sd 1.2 / sqrt(20,000)),
    # and the limits are 4 of those, plus 4 % for the estimated mean gain (sd 2.5 / 141).
    benefit, draws = decision(20_000, 2, 0.7, 1.0, seed=4)
    found = parameter_information(benefit, draws).set_index("parameter")
    for at, slope in enumerate(SLOPES[:3]):
        assert found.loc[f"p{at}", "value"] == pytest.approx(loss(0.7, slope), abs=0.05)
    assert found.loc["p3", "value"] == 0.0
    assert found.loc["p3", "note"] == "no influence on the decision found"
    perfect = perfect_information(benefit).iloc[0]
    spread = float(np.sqrt((SLOPES**2).sum()))
    assert perfect["value"] == pytest.approx(loss(0.7, spread), abs=0.05)
    assert perfect["chosen"] == "new"
    assert perfect["share_chosen_is_best"] == pytest.approx(stats.norm.cdf(0.7 / spread), abs=0.02)


def test_chance_between_seeds_is_not_taken_for_evidence():
    """Plant a bug: the plain means of few, noisy seeds, as if they were expected values."""
    benefit, _draws = decision(2000, 2, 0.7, 6.0, seed=9)
    truth = loss(0.7, float(np.sqrt((SLOPES**2).sum())))
    wide = benefit.groupby(["draw", "policy"])["value"].mean().unstack()
    gain = wide["new"] - wide["status_quo"]
    planted = np.maximum(gain, 0).mean() - max(gain.mean(), 0)
    found = perfect_information(benefit).iloc[0]["value"]
    assert planted > 2 * truth
    assert found == pytest.approx(truth, rel=0.35)


def test_a_curved_influence_is_found_where_a_line_sees_none():
    # The gain is |p0| - 0.8: no linear trend, yet knowing p0 decides. E max(0, |Z| - 0.8).
    benefit, draws = decision(4000, 2, -0.8, 0.5, seed=3, shape=lambda x: np.abs(x[:, 0]))
    found = parameter_information(benefit, draws).set_index("parameter")
    truth = 2 * (stats.norm.pdf(0.8) - 0.8 * stats.norm.sf(0.8)) - max(
        np.sqrt(2 / np.pi) - 0.8, 0.0
    )
    assert found.loc["p0", "value"] == pytest.approx(truth, rel=0.15)
    assert found.loc["p0", "flexibility"] >= 3
    assert (found.loc[["p1", "p2", "p3"], "value"] < 0.1 * truth).all()


def test_groups_are_known_together():
    benefit, draws = decision(5000, 2, 0.7, 1.0, seed=6)
    groups = {"first two": ["offending.p0", "offending.p1"], "rest": ["offending.p3"]}
    found = parameter_information(benefit, draws, groups=groups).set_index("parameter")
    assert found.loc["first two", "value"] == pytest.approx(loss(0.7, np.sqrt(5.0)), rel=0.1)


def test_the_standard_error_is_that_of_the_regression():
    # The scatter of the estimate over 60 data sets with the same draws and other chance is
    # what the standard error claims: their ratio lies within the 1e-4 limits of chi-square 59.
    values, claimed = [], []
    _benefit, draws = decision(200, 2, 0.7, 3.0, seed=0)
    x = draws.pivot(index="draw", columns="parameter", values="value").to_numpy()
    rng = np.random.default_rng(1)
    for _ in range(60):
        gain = 0.7 + x[:, 0] * 2.0 + rng.normal(0, 3.0, 200)
        benefit = pd.DataFrame({
            "jurisdiction": "here", "policy": np.repeat(["a", "b"], 200),
            "draw": np.tile(np.arange(1, 201), 2), "replication": 0,
            "value": np.concatenate([np.zeros(200), gain]),
        })  # fmt: skip
        row = parameter_information(benefit, draws).set_index("parameter").loc["p0"]
        values.append(row["value"])
        claimed.append(row["se"])
    ratio = np.var(values, ddof=1) / np.mean(np.square(claimed))
    low, high = stats.chi2.ppf([1e-4, 1 - 1e-4], 59) / 59
    assert low <= ratio <= high


def test_parameters_are_ranked_and_their_share_is_of_perfect_information():
    benefit, draws = decision(2000, 3, 0.7, 1.0, seed=8)
    found = parameter_information(benefit, draws)
    assert found["parameter"].to_list() == ["p0", "p1", "p2", "p3"]
    assert found["rank"].to_list() == [1, 2, 3, 4]
    stated = benefit.assign(weights="cost_total × -1")
    assert (perfect_information(stated)["weights"] == "cost_total × -1").all()
    assert (parameter_information(stated, draws)["weights"] == "cost_total × -1").all()
    perfect = perfect_information(benefit)["value"].iloc[0]
    assert found["share_of_perfect"].iloc[0] == pytest.approx(found["value"].iloc[0] / perfect)


@pytest.mark.parametrize(
    ("benefit_of", "note"),
    [
        (lambda frame: frame.assign(draw=0), "no parameter draws"),
        (lambda frame: frame[frame["draw"] <= 5], "too few to regress on"),
        (lambda frame: frame[frame["policy"] == "new"], "one policy: nothing to decide"),
    ],
)
def test_what_has_no_value_says_why(benefit_of, note):
    benefit, draws = decision(40, 2, 0.7, 1.0, seed=2)
    chosen = benefit_of(benefit).drop_duplicates(["policy", "draw", "replication"])
    table = parameter_information(chosen, draws)
    assert table["note"].str.contains(note).all() and table["value"].isna().all()


def test_a_parameter_that_does_not_vary_is_worth_nothing_and_says_so():
    benefit, draws = decision(100, 2, 0.7, 1.0, seed=2)
    fixed = draws.assign(value=draws["value"].where(draws["parameter"] != "p0", 1.0))
    row = parameter_information(benefit, fixed).set_index("parameter").loc["p0"]
    assert row["value"] == 0 and row["note"] == "does not vary between the draws"


def test_a_parameter_with_few_distinct_values_is_a_line_not_an_error():
    benefit, draws = decision(400, 2, 0.7, 0.5, seed=2)
    two = draws.assign(value=np.sign(draws["value"]))
    found = parameter_information(benefit, two).set_index("parameter")
    assert found.loc["p0", "flexibility"] == 1 and found.loc["p0", "value"] > 0.1


def test_an_unknown_group_member_is_named_with_the_nearest():
    benefit, draws = decision(40, 2, 0.7, 1.0, seed=2)
    with pytest.raises(AnalysisError, match=r"no parameter 'offending\.p9'.*nearest"):
        parameter_information(benefit, draws, groups={"x": ["offending.p9"]})


def test_what_moves_together_is_known_together():
    """One by one, a parameter that does nothing is credited with what the tied one decides."""
    rng = np.random.default_rng(8)
    benefit, draws = decision(4000, 2, 0.2, 1.0, seed=6, shape=lambda x: x[:, 0] - x[:, 2])
    tied = draws["parameter"] == "p1"  # p1 follows p0 but for a little, and does nothing itself
    p0 = draws.loc[draws["parameter"] == "p0", "value"].to_numpy()
    draws.loc[tied, "value"] = p0 + 0.1 * rng.normal(size=len(p0))
    fit = ["offending.p0", "offending.p1"]
    alone = parameter_information(benefit, draws).set_index("parameter")["value"]
    groups = {"fit": fit, "offending.p2": ["offending.p2"], "offending.p3": ["offending.p3"]}
    found = parameter_information(benefit, draws, groups=groups).set_index("parameter")["value"]
    assert alone["p1"] == pytest.approx(alone["p0"], rel=0.1)  # twice the same credit
    assert found["fit"] == pytest.approx(loss(0.2, 1.0), abs=0.05)


def test_a_group_too_wide_for_its_draws_is_not_called_worthless():
    benefit, draws = decision(24, 2, 0.2, 1.0, seed=6)
    groups = {"fit": [f"offending.p{at}" for at in range(4)], "offending.p0": ["offending.p0"]}
    wide = parameter_information(benefit, draws, groups=groups).set_index("parameter")
    assert np.isfinite(wide.loc["fit", "value"]) and np.isfinite(wide.loc["p0", "value"])
    few = parameter_information(benefit[benefit["draw"] < 19 + 1], draws, groups=groups)
    assert few["value"].isna().all()
    more = pd.concat([draws.assign(parameter=draws["parameter"] + end) for end in ("", "b")])
    more["value"] += np.random.default_rng(2).normal(size=len(more))
    groups["fit"] = [f"offending.p{at}{end}" for at in range(4) for end in ("", "b")]
    found = parameter_information(benefit, more, groups=groups).set_index("parameter")
    assert np.isnan(found.loc["fit", "value"]) and "fewer than 36" in found.loc["fit", "note"]
    assert np.isfinite(found.loc["p0", "value"])


def test_a_policy_exactly_like_the_chosen_one_does_no_harm():
    benefit, draws = decision(200, 2, 0.7, 1.0, seed=4)
    twin = benefit[benefit["policy"] == "new"].assign(policy="the same again")
    alone = benefit[benefit["policy"] == "new"]
    for table in (pd.concat([benefit, twin]), pd.concat([alone, twin])):
        found = parameter_information(table, draws)
        assert np.isfinite(found["value"]).all() and np.isfinite(found["se"]).all()
