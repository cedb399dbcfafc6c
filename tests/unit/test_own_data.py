"""A user's file becomes the targets that its rows mean, and nothing is left out in silence."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from sim.errors import DesistError
from sim.experiment.calibration.likelihood import likelihood_of
from sim.experiment.data.formats import Wanted, own_data
from sim.experiment.data.people import People
from sim.experiment.data.starting import informed, start_from, text_of
from sim.experiment.data.survival import curve, risk, shape
from sim.experiment.data.table import is_subgroup
from sim.experiment.data.targets import LEAST_PEOPLE
from sim.experiment.fit import Fit
from sim.experiment.targets.cohort import Run
from sim.experiment.targets.reading import read as read_target
from sim.place import Place
from sim.records import COHORT, RELEASE_PRISON, EventLog, Recorded
from tests.unit import made_up_files as made_up


@pytest.fixture
def read(tmp_path):
    def reader(frame, name="file.csv", **wanted):
        path = tmp_path / name
        if name.endswith("parquet"):
            frame.to_parquet(path)
        else:
            frame.to_csv(path, index=False)
        return own_data(path, Wanted(**wanted))

    return reader


@pytest.fixture(scope="module")
def rossi_frame():
    from lifelines.datasets import load_rossi

    return load_rossi()


ROSSI = {"time": "week", "event": "arrest", "priors": "prio"}


def shares(data, subgroup="all"):
    return {round(12 * float(t["t_years"])): float(t["value"]) for t in data.targets
            if t["subgroup"] == subgroup}  # fmt: skip


def dropped(data):
    return {line.reason: line.rows for line in data.account.lines if line.done == "dropped"}


def test_the_curve_of_rossi_is_that_of_lifelines(read, rossi_frame):
    from lifelines import KaplanMeierFitter

    data = read(rossi_frame, columns=ROSSI)
    fitter = KaplanMeierFitter().fit(rossi_frame["week"], rossi_frame["arrest"])
    weeks = np.arange(1, 13) * 365.25 / 12 / 7
    expected = 100 * (1 - fitter.predict(weeks).to_numpy())
    found = shares(data)
    assert list(found) == list(range(1, 13))
    assert np.array(list(found.values())) == pytest.approx(expected, abs=1e-4)
    assert found[12] == pytest.approx(100 * rossi_frame["arrest"].mean(), abs=1e-4)


def test_csv_and_parquet_give_the_same_targets(read):
    as_text, as_parquet = read(made_up.cohort()), read(made_up.cohort(), "file.parquet")
    assert [t["value"] for t in as_text.targets] == [t["value"] for t in as_parquet.targets]


def test_a_point_is_worth_fewer_people_when_some_are_lost():
    whole = pd.DataFrame({"days": [40.0] * 50 + [800.0] * 50, "code": [1] * 50 + [0] * 50})
    assert curve(whole)[0].n == 100 and curve(whole)[12].n == 100
    # Half of those without the event are lost before the second half of the events.
    days = [40.0] * 25 + [300.0] * 25 + [100.0] * 25 + [800.0] * 25
    lost = curve(pd.DataFrame({"days": days, "code": [1] * 50 + [0] * 50}))
    assert lost[1].n == 100 and 60 < lost[12].n < 100
    # By hand: 75 at risk after month 1; 50 when 25 more have the event.
    survival = 0.75 * 0.5
    variance = survival**2 * (25 / (100 * 75) + 25 / (50 * 25))
    assert lost[12].share == pytest.approx(1 - survival)
    assert lost[12].n == round(survival * (1 - survival) / variance)


def test_the_dead_count_among_those_who_do_not_reoffend():
    days = [20.0] * 30 + [50.0] * 30 + [800.0] * 40
    with_deaths = pd.DataFrame({"days": days, "code": [2] * 30 + [1] * 30 + [0] * 40})
    assert curve(with_deaths)[11].share == pytest.approx(0.30)
    as_censored = with_deaths.assign(code=with_deaths["code"].replace(2, 0))
    assert curve(as_censored)[11].share == pytest.approx(30 / 70)


def people(**columns):
    return People("made_up", pd.DataFrame(columns), "rearrest", "release_from_prison", 1)


def test_planted_risk_is_found_again():
    # 200 quantiles of time for each of 4 ages, both sexes and 3 records: no luck is involved.
    # What is left of the bound is for their finite number; a wrong unit or sign misses by 10 times.
    quantiles = (np.arange(200) + 0.5) / 200
    age, male, priors, u = (
        a.ravel() for a in np.meshgrid(np.arange(20, 60, 10), [0.0, 1.0], [0, 1, 7], quantiles)
    )
    log_rate = -0.05 * age + np.log(0.6) * (1 - male) + 0.4 * np.log1p(priors)
    days = -np.log(u) * 300 / np.exp(log_rate + 1.5)
    found = risk(people(days=days, code=np.ones(len(u), int), age_years=age, male=male,
                        priors=priors, age_band=None))  # fmt: skip
    assert list(found["covariate"]) == ["age_years", "female", "ln(1 + priors)"]
    assert list(found["coefficient"]) == pytest.approx([-0.05, np.log(0.6), 0.4], rel=0.01)


def test_planted_frailty_is_found_again_and_none_is_claimed_without_it():
    u = (np.arange(2000) + 0.5) / 2000
    lomax = 500.0 * (u ** (-1 / 1.5) - 1)  # frailty of shape 1.5
    table = shape(people(days=lomax, code=np.ones(2000, int)))
    line = table[(table["model"] == "Lomax") & (table["parameter"] == "shape")].iloc[0]
    assert line["value"] == pytest.approx(1.5, rel=0.05)
    assert table.groupby("model")["aic"].first().idxmin() == "Lomax"
    alike = 300.0 * (-np.log(u)) ** 0.7  # a hazard that rises
    table = shape(people(days=alike, code=np.ones(2000, int)))
    assert set(table["model"]) == {"Weibull"}
    by_parameter = table.set_index("parameter")["value"]
    assert by_parameter["shape"] == pytest.approx(1 / 0.7, rel=0.02)


def test_years_of_the_nij_file_give_three_points_and_no_more(read):
    data = read(made_up.nij())
    assert data.account.format == "nij"
    assert shares(data) == pytest.approx({12: 25.0, 24: 37.5, 36: 50.0})
    groups = {t["subgroup"] for t in data.targets}
    assert {"sex=male", "sex=female", "age18-22", "age48+", "offence=violent"} <= groups
    assert all(is_subgroup(group) for group in groups)


@pytest.mark.parametrize("layout", [0, 1])
def test_both_layouts_of_the_iowa_file_follow_everybody_for_three_years(read, layout):
    data = read(made_up.iowa(layout))
    assert data.account.format == "iowa"
    found = shares(data)
    assert max(found) == 36 and found[36] == pytest.approx(100 / 3, abs=1e-4)
    assert found[4] == pytest.approx(100 * 14 / 120, abs=1e-3) and found[3] == 0.0
    assert "returned to prison" in data.targets[0]["definition"]


def test_the_bias_of_the_two_year_compas_file_is_taken_out(read):
    frame = made_up.compas()
    assert frame["two_year_recid"].mean() == pytest.approx(0.448, abs=0.001)
    data = read(frame)
    assert data.account.format == "compas"
    assert shares(data)[24] == pytest.approx(36.0, abs=1e-3)
    assert sum(dropped(data).values()) == 40
    assert "44.8 % in the file, 36.0 %" in " ".join(data.account.notes)


def test_a_compas_file_without_the_bias_is_left_as_it_is(read):
    data = read(made_up.compas(late=0))
    assert not dropped(data) and shares(data)[24] == pytest.approx(36.0, abs=1e-3)


def test_a_table_is_read_in_percentages_fractions_or_the_layout_of_the_shipped_targets(read):
    percent = pd.DataFrame({"month": [6, 12], "share": [20, 30], "n": [500, 500]})
    fraction = percent.assign(share=percent["share"] / 100)
    layout = pd.DataFrame(read(percent).targets)
    for frame in (percent, fraction, layout):
        data = read(frame)
        assert data.account.format == "table" and shares(data) == {6: 20.0, 12: 30.0}
        assert [t["n"] for t in data.targets] == ["500", "500"]


def test_a_column_without_values_gives_no_groups(read):
    data = read(made_up.cohort().assign(priors="", sex="NA"))
    assert {t["subgroup"] for t in data.targets} == {"all", "age<25", "age25-34", "age45+"} | {
        "age35-44"
    }
    assert list(risk(data.people)["covariate"]) == ["age_years"]


def test_a_common_follow_up_of_one_and_of_seven_years_is_no_mixture_of_units(read):
    frame = pd.DataFrame({"months": [3, 12, 84] * 40, "event": [1, 0, 0] * 40})
    assert read(frame).account.kept == 120


def test_small_groups_are_left_out(read):
    data = read(made_up.cohort(60))
    counts = {t["subgroup"]: int(t["n"]) for t in data.targets}
    assert "sex=female" not in counts and min(counts.values()) >= LEAST_PEOPLE


def run_of(**columns):
    n = len(columns["to_rearrest"])
    cohort = {name: np.zeros(n, dtype) for name, (dtype, _) in COHORT.items()}
    cohort |= {"index": np.full(n, RELEASE_PRISON), "observed_months": np.full(n, 60)}
    series = {"prison_stock": np.full(36, 40.0), "people": np.full(36, 1000.0)}
    cohort |= {k: np.array(v) for k, v in columns.items()}
    return Run(Recorded(series, cohort, {}, {}), EventLog([]), 1000)


def target(**changes):
    return {
        "target_id": "x",
        "role": "calibration",
        "jurisdiction_cohort": "",
        "definition": "cumulative % with first arrest",
        "subgroup": "all",
        "t_years": "1.0",
        "value": "50",
        "unit": "%",
        "n": "10",
        "notes": "",
    } | changes


def test_a_target_is_measured_as_its_row_says(make_place):
    run = run_of(to_rearrest=[3, 20, -1, 12], to_return=[-1, 5, -1, -1], male=[1, 1, 0, 0],
                 age_years=[20, 30, 40, 50], priors=[9, 1, 1, 1])  # fmt: skip
    place = make_place()

    def simulated(**changes):
        found = read_target(target(**changes), place).measure([run])
        return None if found is None else found.simulated

    assert simulated() == 50.0 and simulated(t_years="2.0") == 75.0
    assert simulated(subgroup="sex=male", t_years="0.25") == 50.0
    assert simulated(subgroup="age45+") == 100.0
    assert simulated(definition="cumulative % returned to prison") == 25.0
    assert simulated(subgroup="priors rank 0.7500-1.0000") == 100.0
    assert simulated(subgroup="priors rank 0.0000-0.7500") == pytest.approx(100 / 3)
    assert simulated(t_years="10") is None
    assert simulated(definition="cumulative % with first arrest, after start of community "
                     "sentence") is None  # fmt: skip


def test_a_stock_is_set_against_the_people_that_the_place_stands_for(make_place):
    place = make_place()
    count = 0.03 * float(place.population.value)
    row = target(definition="prison_stock", value=str(count), unit="prisoners", t_years="")
    found = read_target(row, place).measure([run_of(to_rearrest=[1])])
    assert found.observed == pytest.approx(30.0) and found.simulated == pytest.approx(40.0)
    assert found.unit == "per 1,000 people"


def test_a_small_cohort_of_the_user_weighs_less_than_a_published_one():
    def points(n):
        values = [(10.0, 12.0, n), (30.0, 36.0, n and n // 2), (40.0, 47.0, n and n // 5)]
        return [Fit(str(i), "curve", "all", "%", o, s, s - o, 100_000, "", "user_file", "", m)
                for i, (o, s, m) in enumerate(values)]  # fmt: skip

    simulated = np.array([12.0, 36.0, 47.0])
    published, own = (likelihood_of(points(n), [0.5, 1.0, 2.0]) for n in (0, 200))
    assert own.misfit(simulated) < 0.5 * published.misfit(simulated)
    # 1 point of model error, and 10 % of 200 people: 100 sqrt(0.1 x 0.9 / 200) = 2.12 points.
    assert own.covariance[0, 0] == pytest.approx(1 + 2.1213**2, rel=0.01)
    assert np.linalg.eigvalsh(own.covariance).min() > 0.0


def test_the_file_of_the_place_says_what_it_was_fitted_to(read, rossi_frame, make_place):
    text = Path(__file__).resolve().parents[2].joinpath(
        "scenarios/jurisdiction/us_states.yaml").read_text(encoding="utf-8")  # fmt: skip
    place = Place.from_mapping("us_states", yaml.safe_load(text))
    data = read(rossi_frame, "rossi.csv", columns=ROSSI)
    start = start_from(place, data, risk(data.people), ["time_served16_"])
    assert informed(data) == ["offending.age_slope", "offending.priors_slope"]
    assert set(informed(data)) < set(start.free)
    assert start.starts == {"age_slope": pytest.approx(-0.069, abs=0.001)}
    written = text_of(text, start, "rossi.csv", ["offending.age_slope"])
    again = Place.from_mapping("own", yaml.safe_load(written))
    assert again.fit == ["data_rossi_", "time_served16_"]
    assert again.title.endswith("fitted to rossi.csv")
    assert again.parameters["offending"]["age_slope"].source == "fitted"
    assert "priors_slope" not in start.starts  # a gradient to be met, not a number typed in
    # What is not fitted is not written either, so it must keep its value in the runs too.
    kept = start_from(place, data, risk(data.people), [], ("offending.arrests_per_year",))
    assert kept.place.parameters == place.parameters and not kept.starts
    assert text_of("title: x\n", start, "f", []).endswith("\nfit: [data_rossi_, time_served16_]\n")


def test_every_row_left_out_is_accounted_for(read):
    frame = made_up.cohort().astype(object)
    frame.loc[0, "days"], frame.loc[1, "days"] = -4, "soon"
    frame.loc[2, "age"], frame.loc[3, "age"], frame.loc[4, "event"] = 200, "", "perhaps"
    frame.loc[5, "sex"], frame.loc[6, "priors"], frame.loc[7, "id"] = "x", -1, 8
    frame.loc[9, "days"], frame.loc[11, "days"] = 0, ""
    frame["follow_up"] = 730
    frame.loc[13, "follow_up"] = 10
    data = read(frame)
    assert dropped(data) == {
        "event is not yes or no (1 or 0)": 1, "time is negative": 1, "time is not a number": 1,
        "time is missing": 1, "age is outside 10 to 100": 1, "priors is outside 0 to 500": 1,
        "sex is neither male nor female": 1,
        "the id appeared before: one row a person, the first is kept": 1,
    }  # fmt: skip
    assert data.account.read == 200 and data.account.kept == 192
    other = {line.reason: line.rows for line in data.account.lines if line.done != "dropped"}
    assert other == {"event after the end of follow-up": 1, "time is 0": 1, "age is missing": 1}
    assert "| time is negative | 1 | dropped |" in data.account.as_markdown()


def test_an_event_after_the_end_of_follow_up_is_not_counted(read):
    frame = pd.DataFrame({"days": [100, 500, ""] * 40, "event": [1, 1, 0] * 40, "follow_up": 395})
    data = read(frame)
    assert shares(data)[13] == pytest.approx(100 / 3, abs=1e-3) and max(shares(data)) == 13
    assert not dropped(data) and data.account.kept == 120


def test_kinds_of_event_are_told_apart(read):
    frame = pd.DataFrame({"months": [3, 6, 9, 24] * 40, "kind": ["arrest", "death", "", ""] * 40})
    data = read(frame)
    assert shares(data)[24] == pytest.approx(25.0)
    both = frame.replace("death", "return")
    with pytest.raises(DesistError, match="several kinds of event: rearrest, return"):
        read(both)
    assert "returned to prison" in read(both, outcome="return").targets[0]["definition"]
