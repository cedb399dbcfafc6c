"""Back-testing on hand-made results: intervals, hits, coverage, words of targets, donors."""

import csv
import json
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import norm

from analysis.errors import AnalysisError
from analysis.validation_page import html, write_page
from sim import evidence
from sim.errors import DesistError
from sim.experiment.calibration.likelihood import MODEL_ERROR_POINTS
from sim.experiment.fit import Fit
from sim.experiment.validation import trials
from sim.experiment.validation.cohorts import SAME_MEASURE, cohort_sd, logit_sd
from sim.experiment.validation.foreign import COLUMNS, place_of, read_targets
from sim.experiment.validation.must_hold import CHECKS, Checked, differences, scored
from sim.experiment.validation.places import months_for, not_predicted, score
from sim.experiment.validation.places import scored as pooled
from sim.experiment.validation.run import Validated
from sim.experiment.validation.score import Z95, Scored, covered, simulation_sd, summarise, wilson
from sim.experiment.validation.written import write
from sim.records import Records

TITLES = {
    "us_states": "United States, state systems (2005-2019)",
    "georgia": "Georgia, United States (2013-2016)",
    "england_wales": "England and Wales (2021-2023)",
}


LIMIT = norm.ppf(0.975)


def made_up(**changes):
    row = Fit("t", "rearrest", "all", "%", 40.0, 40.0, 0.0, 10_000, "nobody", "primary_file")
    return replace(row, **changes)


def line(z, kind="held out", **changes):
    hit = None if z is None else bool(abs(z) <= LIMIT)
    base = Scored(kind, "japan", f"t{z}", 40.0, 41.0, 38.0, 44.0, hit, unit="%", error=1.0, z=z)
    return replace(base, **changes)


# Intervals and hits


def test_a_prediction_joins_chance_model_error_and_sampling_error():
    row = score("held out", "japan", made_up(simulated=43.0), chance=0.6, published_n=2400)
    sampling = 100 * np.sqrt(0.43 * 0.57 / 2400)
    sd = np.sqrt(0.6**2 + MODEL_ERROR_POINTS**2 + sampling**2)
    assert row.hi - row.lo == pytest.approx(2 * 1.96 * sd, rel=1e-3)
    assert row.z == pytest.approx(-3.0 / sd, rel=1e-3)
    assert row.error == pytest.approx(3.0)


@pytest.mark.parametrize(("observed", "hit"), [(41.9, True), (42.1, False)])
def test_a_hit_is_an_observed_value_inside_the_interval(observed, hit):
    row = score("held out", "japan", made_up(observed=observed), chance=0.0, published_n=0)
    assert row.hi == pytest.approx(40.0 + 1.96 * MODEL_ERROR_POINTS, abs=0.01)
    assert row.hit is hit and row.hit == (row.lo <= observed <= row.hi)


def test_a_recalled_figure_has_twice_the_model_error():
    sure = score("held out", "japan", made_up(), 0.0, 0.0)
    other = score("foreign", "japan", made_up(), 0.0, 0.0)
    wider = np.hypot(sure.hi - sure.predicted, Z95 * cohort_sd(sure.predicted))
    assert other.hi - other.predicted == pytest.approx(wider)
    doubtful = score("held out", "japan", made_up(how_known="recalled"), 0.0, 0.0)
    assert doubtful.hi - doubtful.lo == pytest.approx(2 * (sure.hi - sure.lo))


def test_cohorts_of_one_place_differ_as_their_published_figures_do():
    """Against the spread of the two-cohort groups by hand: half the squared difference each."""
    known = {row["target_id"]: float(row["value"]) / 100 for row in evidence.table("targets")
             if any(row["target_id"] in group for group in SAME_MEASURE)}  # fmt: skip
    assert len(known) == sum(len(group) for group in SAME_MEASURE)
    spread = [np.var([np.log(known[i] / (1 - known[i])) for i in group], ddof=1)
              for group in SAME_MEASURE]  # fmt: skip
    freedom = [len(group) - 1 for group in SAME_MEASURE]
    assert logit_sd() == pytest.approx(np.sqrt(np.average(spread, weights=freedom)))


def test_the_width_of_a_prediction_does_not_depend_on_what_was_observed():
    figure = made_up(unit="months", simulated=10.0)
    widths = {
        round(row.hi - row.lo, 9)
        for observed in (1.0, 10.0, 900.0)
        for row in [score("held out", "japan", replace(figure, observed=observed), 0.1, 0.0)]
    }
    assert len(widths) == 1


def test_an_interval_of_a_percentage_stays_within_0_and_100():
    low = score("held out", "japan", made_up(simulated=0.5, observed=0.0), 1.0, 0.0)
    high = score("held out", "japan", made_up(simulated=99.5, observed=100.0), 1.0, 0.0)
    assert low.lo == 0.0 and high.hi == 100.0


def test_the_error_of_the_simulation_is_never_below_the_binomial_one():
    # Two replications that agree by luck.
    assert simulation_sd("%", [40.0, 40.0], [1200, 1200]) == pytest.approx(1.0, rel=0.01)
    assert simulation_sd("%", [30.0, 50.0], [1200, 1200]) == pytest.approx(10.0)
    assert simulation_sd("months", [4.0], [100]) == pytest.approx(0.08)


def test_replications_are_pooled_by_their_people():
    parts = [
        [{"kind": "held out", "published_n": 0.0, **made_up(simulated=value, n=n).__dict__}]
        for value, n in ((10.0, 300), (20.0, 100))
    ]
    (row,) = pooled("japan", parts)
    assert row.predicted == pytest.approx(12.5)


def test_a_target_that_one_replication_cannot_measure_is_left_out():
    part = [{"kind": "held out", "published_n": 0.0, **made_up().__dict__}]
    assert pooled("japan", [part, []]) == []


def test_wilson_is_the_textbook_interval():
    from statsmodels.stats.proportion import proportion_confint

    low, high = proportion_confint(7, 50, method="wilson")
    assert wilson(14.0, 50) == pytest.approx((100 * low, 100 * high))


# Sums


def test_coverage_counts_what_lies_inside_each_interval():
    # 50 % reaches to 0.674 standard deviations, 80 % to 1.28, 95 % to 1.96.
    rows = [line(z) for z in (0.0, -0.67, 0.68, 1.27, -1.29, 1.95, 1.97, -8.0)] + [line(None)]
    assert [covered(rows, level)[0] for level in (0.5, 0.8, 0.95)] == [2, 4, 6]
    assert covered(rows, 0.95)[1] == 8


@pytest.mark.parametrize(("too_narrow", "is_seen"), [(1.0, False), (1.3, True)])
def test_coverage_of_well_calibrated_predictions_is_nominal(too_narrow, is_seen):
    # 3,000 draws: four standard errors are 3.7 points; errors stated 30 % too small move the
    # coverage by 8 points at least.
    z = np.random.default_rng(3).standard_normal(3_000)
    rows = [line(too_narrow * value) for value in z]
    for level in (0.5, 0.8, 0.95):
        inside, of = covered(rows, level)
        away = abs(inside / of - level)
        assert (away > 4 * np.sqrt(level * (1 - level) / of)) == is_seen


def test_the_sum_of_all_that_was_not_fitted_leaves_out_what_was():
    rows = [line(0.1), line(3.0, "foreign"), line(9.0, "calibration"),
            line(9.0, "trial, calibration"), line(None, "must hold", hit=True)]  # fmt: skip
    total = summarise(rows)[0]
    assert total["kind"] == "all that was not fitted"
    assert (total["n"], total["hits"]) == (2, 1)


def test_mean_absolute_error_is_apart_for_points_and_other_units():
    rows = [line(0.1, error=-2.0), line(0.1, error=4.0),
            line(0.1, error=-1.0, unit="months", observed=4.0)]  # fmt: skip
    found = summarise(rows)[0]
    assert found["mean_absolute_points"] == pytest.approx(3.0)
    assert found["mean_absolute_relative"] == pytest.approx(25.0)


def test_signs_and_nulls_are_counted_where_they_apply():
    rows = [line(0.1, sign_agrees=True), line(0.1, sign_agrees=False),
            line(0.1, null_respected=True), line(0.1)]  # fmt: skip
    found = summarise(rows)[0]
    assert found["signs"] == [1, 2] and found["nulls"] == [1, 1]


# Trials


def result(**changes):
    base = {
        "name": "mine", "title": "Mine", "role": "validation", "definition": "made up",
        "scale": "hazard ratio", "simulated": 0.8, "simulated_ci": [0.76, 0.8421],
        "published": 0.7, "published_ci": [0.5, 0.98], "published_sign": None, "agrees": True,
        "agreement": "a rule", "n": {"a": 100, "b": 100}, "large_n": 20_000, "source": "nobody",
    }  # fmt: skip
    return base | changes


def test_a_trial_is_judged_on_the_logarithm_with_both_errors():
    row = trials.scored(result())
    own, theirs = np.log(0.8421 / 0.76) / 3.92, np.log(0.98 / 0.5) / 3.92
    assert row.z == pytest.approx(np.log(0.7 / 0.8) / np.hypot(own, theirs), rel=1e-3)
    assert row.hit and row.sign_agrees is True and row.null_respected is None
    assert row.kind == "trial, validation"


def test_a_trial_without_a_published_interval_has_the_error_of_its_size():
    row = trials.scored(result(published_ci=None))
    own = np.log(0.8421 / 0.76) / 3.92
    expected = np.log(0.8) - 1.96 * np.hypot(own, own * np.sqrt(20_000 / 200))
    assert row.lo == pytest.approx(np.exp(expected), rel=1e-3)


def test_a_published_null_is_respected_when_the_prediction_lies_in_its_interval():
    null = {"published": 1.0, "published_ci": [0.85, 1.2]}
    assert trials.scored(result(**null)).null_respected is False
    near = trials.scored(result(**null, simulated=0.9, simulated_ci=[0.86, 0.94]))
    assert near.null_respected is True and near.sign_agrees is None


def test_a_published_sign_is_a_hit_when_the_simulated_interval_agrees():
    sign = {"published": None, "published_ci": None, "published_sign": "below"}
    assert trials.scored(result(**sign)).hit is True
    miss = trials.scored(result(**sign, agrees=False, simulated=1.1, simulated_ci=[0.9, 1.3]))
    assert miss.hit is False and miss.sign_agrees is False and miss.observed is None


# Targets that someone brings


def test_a_cohort_is_of_the_place_whose_name_begins_it():
    assert place_of("US 15 states, released 1994", TITLES) == "us_states"
    assert place_of("England & Wales Oct-Dec 2018 cohort", TITLES) == "england_wales"
    assert place_of("Georgia, released to parole 2013-15", TITLES) == "georgia"
    assert place_of("Usk valley", TITLES) is None


GOOD = ["a", "x", "rearrest", "georgia", "all", "1", "40", "%", "900", "nobody", "recalled", ""]


def written(folder, *rows, columns=COLUMNS):
    path = folder / "targets.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([columns, *rows])
    return path


def changed(**changes):
    return [changes.get(name, value) for name, value in zip(COLUMNS, GOOD, strict=True)]


@pytest.fixture
def places(make_place):
    """A place under each name that cohorts are recognised by."""
    return {
        name: make_place().model_copy(update={"name": name, "title": title})
        for name, title in TITLES.items()
    }


def test_targets_are_sorted_by_place(tmp_path, places):
    elsewhere = changed(target_id="b", jurisdiction_cohort="England & Wales Jan-Mar 2020 cohort")
    found = read_targets(written(tmp_path, GOOD, elsewhere), places)
    assert {name: [t["target_id"] for t in rows] for name, rows in found.targets.items()} == {
        "georgia": ["a"], "england_wales": ["b"],
    }  # fmt: skip
    assert not found.refused


def test_a_long_follow_up_lengthens_the_run(tmp_path, places):
    found = read_targets(written(tmp_path, changed(t_years="12")), places)
    assert months_for(places["georgia"], found.targets["georgia"], 132) == 24 + 144


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"definition": "rearest"}, "Did you mean 'rearrest'?"),
        ({"definition": "rearrest after fines"}, None),
        ({"definition": "rearrest after lunch"}, "unknown event 'lunch'"),
        ({"definition": "reconviction during the year"}, "only arrests"),
        ({"definition": "% without arrest"}, "people without the event"),
        ({"subgroup": "sx=male"}, "Did you mean 'sex=male'?"),
        ({"subgroup": "offence=propety"}, "Did you mean 'offence=property'?"),
        ({"subgroup": "offence=robbery"}, "not by kinds of these"),
        ({"subgroup": "education=none"}, "does not know people's education"),
        ({"subgroup": "juvenile_2018"}, "juvenile justice is not modelled"),
        ({"jurisdiction_cohort": "Gorgia, 2010"}, "Did you mean 'georgia'?"),
        ({"jurisdiction_cohort": "Broward County FL"}, "unknown place"),
        ({"unit": "per mille"}, "unknown unit 'per mille'"),
        ({"t_years": "0"}, "t_years is 0"),
        ({"t_years": "25"}, "t_years is 25"),
        ({"t_years": "stock"}, "t_years is 'stock'"),
        ({"role": "validation_trial", "value": "sign"}, "a trial is not a target"),
    ],
)
def test_a_target_that_cannot_be_measured_refuses_no_other(changes, expected, tmp_path, places):
    found = read_targets(written(tmp_path, GOOD, changed(target_id="b", **changes)), places)
    assert "a" in [t["target_id"] for t in found.targets["georgia"]]
    if expected is None:
        assert not found.refused
        return
    ((_, target, why),) = found.refused
    assert target["target_id"] == "b" and expected in why and "\n" not in why
    row = not_predicted("foreign", "georgia", target, why)
    assert row.hit is row.predicted is row.lo is row.hi is None and row.note == why


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"value": "many"}, "value is 'many'"),
        ({"value": "nan"}, "expected a number"),
        ({"value": "140"}, "0 to 100 %"),
        ({"n": "-3"}, "a number of people"),
        ({"target_id": ""}, "no target_id"),
    ],
)
def test_a_number_that_is_none_is_told_with_its_line(changes, expected, tmp_path, places):
    path = written(tmp_path, changed(target_id="first"), changed(**changes))
    with pytest.raises(DesistError) as error:
        read_targets(path, places)
    assert expected in str(error.value) and "targets.csv:3" in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("columns", "rows", "expected"),
    [
        ([c for c in COLUMNS if c != "subgroup"], [], "the column 'subgroup' is missing"),
        (COLUMNS, [], "no targets"),
        (COLUMNS, [GOOD, GOOD], "appears twice"),
        (COLUMNS, [GOOD[:5]], "has not 12 entries"),
    ],
)
def test_a_file_that_is_no_table_of_targets_is_refused(columns, rows, expected, tmp_path, places):
    with pytest.raises(DesistError, match=expected):
        read_targets(written(tmp_path, *rows, columns=columns), places)


# What must hold, and what is written


@pytest.mark.parametrize("claim", CHECKS)
def test_what_must_hold_is_looked_at_on_any_place(claim, make_place):
    assert scored(claim, make_place(), 300).hit


def test_a_claim_that_does_not_hold_is_a_miss(monkeypatch, make_place):
    monkeypatch.setitem(CHECKS, "two is three", lambda place, persons: Checked(2, 3, 3, "counted"))
    row = scored("two is three", make_place(), 300)
    assert row.hit is False and "counted" in row.note


def test_one_number_that_differs_between_two_runs_is_counted(make_world):
    one = make_world(300, months=12).records.finish()
    other = make_world(300, months=12).records.finish()
    assert differences(one, other) == 0 and one.cohort["month"].shape[0] > 0
    other.series["offences"][7] += 1.0
    assert (differences(one, other), differences(one, other, before=7)) == (1, 0)
    other.cohort["age_years"][0] += 1.0
    assert differences(one, other) == 2


def test_a_stay_that_is_a_month_off_is_seen(monkeypatch, make_place):
    # Stays recorded a month too short, as when the month of release is not counted.
    finish = Records.finish

    def short(records):
        found = finish(records)
        found.cohort["served_months"][found.cohort["index"] == 0] -= 1
        return found

    monkeypatch.setattr(Records, "finish", short)
    assert not scored("stock = flow × stay in prison", make_place(), 1000).hit


def test_survival_that_is_a_tenth_off_is_seen(monkeypatch, make_place):
    # 40,000 people: a rate 10 % higher is about 6 standard errors.
    from sim.experiment.validation import must_hold

    whole = must_hold.make_world

    def faster(place, persons, **more):
        more["offending__arrests_per_year"] *= 1.1
        return whole(place, persons, **more)

    claim = "with all effects off, survival is the gamma frailty's"
    monkeypatch.setattr(must_hold, "make_world", faster)
    assert not scored(claim, make_place(), 4000).hit


@pytest.fixture
def folder(tmp_path):
    rows = [line(0.3), line(-4.0, target="<script>alert(1)</script>"), line(2.5), line(None)]
    content = write(Validated(rows, [], []), tmp_path, {"japan": "Japan"},
                    {"persons": 1000, "replications": 1, "trial_persons": 1, "trial_worlds": 1},
                    "desist validate")  # fmt: skip
    return tmp_path, content


def test_misses_come_first_the_furthest_off_at_the_top(folder):
    out, _ = folder
    with (out / "validation.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0])[:8] == ["kind", "place_or_trial", "target", "observed", "predicted", "lo",
                                 "hi", "hit"]  # fmt: skip
    assert [row["hit"] for row in rows] == ["no", "no", "yes", ""]
    assert [row["z"] for row in rows[:2]] == ["-4", "2.5"]


def test_the_page_shows_misses_before_hits_and_runs_nothing(folder):
    out, content = folder
    write_page(out / "validation.json", out / "validation.html")
    text = (out / "validation.html").read_text(encoding="utf-8")
    assert text.index('id="misses"') < text.index('id="hits"')
    assert "<script" not in text and "&lt;script&gt;" in text
    assert "default-src 'none'" in text and "http" not in text.replace("http-equiv", "")
    assert text == html(json.loads((out / "validation.json").read_text(encoding="utf-8")))
    assert content["summary"][0]["hits"] == 1


def test_a_record_of_something_else_makes_no_page(tmp_path):
    (tmp_path / "validation.json").write_text("{}")
    with pytest.raises(AnalysisError, match="no 'rows'"):
        write_page(tmp_path / "validation.json", tmp_path / "validation.html")
