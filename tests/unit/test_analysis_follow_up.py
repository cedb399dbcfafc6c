"""Follow-up, rates per person-year at liberty and time to the event: small cases by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from lifelines import AalenJohansenFitter, KaplanMeierFitter
from lifelines.datasets import load_rossi
from lifelines.utils import restricted_mean_survival_time
from scipy import stats

from analysis.aalen_johansen import cumulative_incidence
from analysis.errors import AnalysisError
from analysis.follow_up import FollowUp, episodes
from analysis.frequency import COLUMNS, frequency_and_severity
from analysis.survival import HORIZONS, incidence_at, incidence_curves, incidence_table
from analysis.time_to_event import time_to_event


def cohort(rows: list[dict[str, object]]) -> pd.DataFrame:
    start = {"jurisdiction": "here", "policy": "status_quo", "draw": 0, "replication": 0,
             "person": 0, "index": 0, "month": 12, "to_rearrest": -1, "to_death": -1,
             "to_transfer": -1, "to_return_new_crime": -1, "to_return_breach": -1,
             "observed_months": 60}  # fmt: skip
    return pd.DataFrame([start | row for row in rows])


def times(frame: pd.DataFrame, **choices: object) -> list[tuple[int, int]]:
    found = episodes(frame, FollowUp(**choices))  # type: ignore[arg-type]
    return list(zip(found["time"], found["kind"], strict=True))


def test_death_and_transfer_compete_and_what_comes_later_is_beyond_the_follow_up():
    people = cohort([
        {"to_rearrest": 5}, {"to_death": 7, "to_transfer": 9}, {"to_transfer": 3},
        {"to_rearrest": 30}, {},
    ])  # fmt: skip
    assert times(people, months=24) == [(5, 1), (7, 2), (3, 2), (24, 0), (24, 0)]
    assert times(people, months=24, competing=("death",))[2] == (24, 0)


def test_a_return_for_a_new_crime_can_compete_with_a_return_for_breach():
    people = cohort([{"to_return_new_crime": 4, "to_return_breach": 6}])
    assert times(people, definition="return_breach") == [(6, 1)]
    both = ("death", "transfer", "return_new_crime")
    assert times(people, definition="return_breach", competing=both) == [(4, 2)]


def test_only_people_followed_to_the_end_count_unless_censored_ones_are_wanted():
    people = cohort([{"observed_months": 10}, {"observed_months": 36, "to_rearrest": 36}])
    assert times(people, months=36) == [(36, 1)]
    assert times(people, months=36, is_complete=False) == [(10, 0), (36, 1)]


def test_window_and_index_event_choose_the_cohort():
    people = cohort([{"month": 5}, {"month": 12}, {"month": 20}, {"month": 12, "index": 5}])
    chosen = episodes(people, FollowUp(first_month=12, last_month=19))
    assert chosen["month"].tolist() == [12]
    assert len(episodes(people, FollowUp(index="reception_into_custody"))) == 1


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"definition": "rearest"}, "did you mean 'rearrest'"),
        ({"index": "relase"}, "unknown index event 'relase'"),
        ({"competing": ("emigration",)}, "unknown competing event 'emigration'"),
        ({"definition": "return_breach", "competing": ("return_breach",)}, "compete with itself"),
        ({"months": 0}, "a follow-up of 0 months"),
        ({"definition": "severe_violence"}, "no column 'to_severe'"),
        ({"months": 72}, "1 index events are too near the end"),
        ({"first_month": 50}, "nobody's index event falls in the window"),
    ],
)
def test_a_follow_up_that_is_none_is_refused(choices, message):
    with pytest.raises(AnalysisError, match=message):
        episodes(cohort([{}]), FollowUp(**choices))


def test_the_variance_of_the_incidence_is_that_of_lifelines():
    rng = np.random.default_rng(5)
    months = rng.permutation(np.arange(1, 301))
    kind = rng.choice([0, 1, 2], 300, p=[0.3, 0.5, 0.2])
    fitter = AalenJohansenFitter(calculate_variance=True).fit(months, kind, event_of_interest=1)
    ours = cumulative_incidence(months, kind, 290).variance[0]
    theirs = fitter.variance_
    at = np.asarray(theirs.index, int)
    at = at[at <= 290]
    np.testing.assert_allclose(ours[at], theirs.to_numpy()[: len(at)], rtol=1e-6, atol=1e-12)


def test_the_variance_is_binomial_with_everyone_followed_and_greenwoods_without_competitors():
    rng = np.random.default_rng(6)
    months = np.minimum(rng.geometric(0.05, 500), 40)
    kind = np.where(months == 40, 0, rng.choice([1, 2], 500))
    found = cumulative_incidence(months, kind, 39)
    share = found.incidence[0]
    np.testing.assert_allclose(found.variance[0], share * (1 - share) / 500, atol=1e-15)
    data = load_rossi()
    dropped = np.where(np.arange(432) % 3 == 0, np.minimum(data["week"], 20), data["week"])
    arrest = np.where(dropped < data["week"], 0, data["arrest"])
    ours = cumulative_incidence(dropped, arrest, 52)
    km = KaplanMeierFitter().fit(dropped, arrest)
    survival = km.survival_function_.iloc[:, 0].to_numpy()
    sums = (km.event_table["observed"] / (km.event_table["at_risk"] * (
        km.event_table["at_risk"] - km.event_table["observed"]))).cumsum().to_numpy()  # fmt: skip
    at = np.asarray(km.survival_function_.index, int)
    np.testing.assert_allclose(ours.variance[0][at], survival**2 * sums, rtol=1e-9)


def rossi_table() -> tuple[pd.DataFrame, object, pd.DataFrame]:
    data = load_rossi()
    frame = pd.DataFrame({
        "jurisdiction": "maryland", "policy": np.where(data["fin"] == 1, "aid", "status_quo"),
        "draw": 0, "replication": 0, "time": data["week"], "kind": data["arrest"],
    })  # fmt: skip
    names, curves = incidence_curves(frame, "time", 52)
    return names, curves, incidence_table(names, curves, 0.95, "status_quo")


def test_months_lost_are_the_follow_up_minus_the_restricted_mean_of_lifelines():
    names, curves, table = rossi_table()
    found = time_to_event(names, curves, table, 0.95, "status_quo").set_index("policy")
    data = load_rossi()
    for policy, fin in (("aid", 1), ("status_quo", 0)):
        arm = data[data["fin"] == fin]
        fitter = KaplanMeierFitter().fit(arm["week"], arm["arrest"])
        mean = restricted_mean_survival_time(fitter, 52)
        assert found.loc[policy, "months_lost"] == pytest.approx(52 - mean)
        assert found.loc[policy, "median_note"] == "fewer than half within 52 months: no median"
        assert found.loc[policy, "note"] == "one replication: no interval of the months lost"
    gap = found.loc["aid", "months_lost"] - found.loc["status_quo", "months_lost"]
    assert found.loc["aid", "difference"] == pytest.approx(gap)


def test_the_median_and_its_interval_are_where_the_curve_and_its_band_cross_half():
    rng = np.random.default_rng(8)
    months = np.minimum(rng.geometric(0.06, 4 * 300), 36)
    frame = pd.DataFrame({
        "jurisdiction": "here", "policy": "status_quo", "draw": 0,
        "replication": np.repeat(np.arange(4), 300), "time": months, "kind": months < 36,
    }).astype({"kind": int})  # fmt: skip
    names, curves = incidence_curves(frame, "time", 36)
    table = incidence_table(names, curves, 0.95, "status_quo")
    row = time_to_event(names, curves, table, 0.95, "status_quo").iloc[0]
    assert row["median_lo"] <= row["median_month"] <= row["median_hi"]
    assert row["median_month"] == pytest.approx(np.median(months), abs=1)


def test_horizons_of_the_field_keep_a_row_where_the_follow_up_is_shorter():
    rows = incidence_at(rossi_table()[2])
    assert rows["month"].tolist() == list(HORIZONS) * 2
    last = rows[rows["month"] == 60]
    assert last["incidence"].isna().all() and (last["at_risk"] == 0).all()
    assert (last["note"] == "the follow-up ends at 52 months").all()


def test_no_event_in_any_replication_has_an_exact_upper_limit_and_says_so():
    frame = pd.DataFrame({
        "jurisdiction": "here", "policy": "status_quo", "draw": 0,
        "replication": np.repeat(np.arange(3), 40), "time": 12, "kind": 0,
    })  # fmt: skip
    row = incidence_table(*incidence_curves(frame, "time", 12), 0.95, "status_quo").iloc[-1]
    exact = 100 * stats.binomtest(0, 120).proportion_ci(0.95, method="exact").high
    assert (row["incidence"], row["lo"], row["hi"]) == (0, 0, pytest.approx(exact))
    assert row["interval"] == "exact" and row["note"] == "no event yet: exact upper limit"


def at_liberty(replications: int = 3, people: int = 40, **changes: object) -> pd.DataFrame:
    rng = np.random.default_rng(9)
    rows = []
    for policy, rate in (("status_quo", 1.0), ("new", 0.8)):
        luck = np.random.default_rng(10)
        for at in range(replications):
            for person in range(people):
                liberty = int(luck.integers(12, 37))
                offences = int(rng.poisson(rate * liberty / 12))
                rows.append({"policy": policy, "replication": at, "person": person,
                             "liberty_36m": liberty, "offences_36m": offences,
                             "harm_36m": 1000.0 * offences})  # fmt: skip
    return cohort(rows).assign(**changes)


def test_the_rate_is_all_events_over_all_years_replication_by_replication():
    people = at_liberty()
    found = frequency_and_severity(people)
    assert tuple(found.columns) == COLUMNS
    sums = people.groupby(["policy", "replication"])[["offences_36m", "liberty_36m"]].sum()
    rates = 12 * sums["offences_36m"] / sums["liberty_36m"]
    row = found.set_index(["policy", "measure"]).loc[("new", "offences")]
    low, high = stats.t.interval(0.95, 2, rates["new"].mean(), stats.sem(rates["new"]))
    assert (row["value"], row["lo"], row["hi"]) == tuple(
        map(pytest.approx, (rates["new"].mean(), low, high))
    )  # fmt: skip
    pair = stats.ttest_rel(rates["new"], rates["status_quo"]).confidence_interval()
    assert (row["difference_lo"], row["difference_hi"]) == tuple(map(pytest.approx, pair))
    assert row["ratio"] == pytest.approx(rates["new"].mean() / rates["status_quo"].mean())
    assert row["interval"] == "between replications" and row["note"] == ""


def test_harm_per_offence_is_severity_apart_from_frequency():
    found = frequency_and_severity(at_liberty()).set_index(["policy", "measure"])
    row = found.loc[("status_quo", "harm_per_offence")]
    assert row["value"] == pytest.approx(1000.0) and row["hi"] - row["lo"] < 1e-6


def test_one_replication_pairs_the_people_and_says_so():
    row = frequency_and_severity(at_liberty(1)).query("policy == 'new'").iloc[0]
    assert row["interval"] == "between people"
    assert row["lo"] < row["value"] < row["hi"]
    assert row["difference_lo"] < row["difference"] < row["difference_hi"]
    assert row["note"].startswith("one replication: the interval is between its people")
    assert "no interval of the ratio" in row["note"]


def test_one_replication_of_a_null_policy_differs_by_nothing_exactly():
    base = at_liberty(1).query("policy == 'status_quo'")
    found = frequency_and_severity(pd.concat([base, base.assign(policy="same")]))
    row = found.query("policy == 'same'").iloc[0]
    assert (row["difference_lo"], row["difference"], row["difference_hi"]) == (0, 0, 0)


def test_no_event_has_the_exact_poisson_limit():
    people = at_liberty(2, offences_36m=0, harm_36m=0.0)
    found = frequency_and_severity(people).set_index(["policy", "measure"])
    row = found.loc[("status_quo", "offences")]
    assert row["value"] == 0 and row["interval"] == "exact"
    years = people.query("policy == 'status_quo'")["liberty_36m"].sum() / 12
    assert stats.poisson.cdf(0, row["hi"] * years) == pytest.approx(0.025)
    none = found.loc[("status_quo", "harm_per_offence")]
    assert np.isnan(none["value"]) and none["note"].startswith("no time at liberty, or no offence")
    assert (found["lo"].notna() | (found["note"] != "")).all()


def test_a_cohort_of_an_older_run_is_told_what_it_lacks():
    with pytest.raises(AnalysisError, match=r"no column 'liberty_36m'.*schema 2"):
        frequency_and_severity(at_liberty().drop(columns="liberty_36m"))
    with pytest.raises(AnalysisError, match="counts no offences"):
        frequency_and_severity(at_liberty().drop(columns=["offences_36m", "harm_36m"]))
