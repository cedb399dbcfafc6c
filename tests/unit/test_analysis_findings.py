"""Sentences say what the interval allows, in the reader's words, and no more."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pandas as pd
import pytest

from analysis.contrasts import contrast_table, stored_contrasts
from analysis.findings import cautions, findings, outcome_headlines
from analysis.leaders import Contrast, contrasts_of, leader
from analysis.manifest import Manifest, parse_manifest
from analysis.phrases import sentence
from analysis.sources import dial_text, quantities
from analysis.store import Store
from analysis.summary import summary_rows
from analysis.titles import figure_title, section_title
from tests.unit.synthetic_store import POLICIES, Design, manifest, write_store

NAN = float("nan")


@pytest.fixture(scope="module")
def study() -> Manifest:
    return parse_manifest(manifest(Design()))


def contrast(**changes: object) -> Contrast:
    row = Contrast(
        "us_states", "prison_rehabilitation", "reconviction", "first", 36, "%", 49.7, 47.6,
        -2.1, -2.6, -1.6, 20, 0.999, "lower", "",
    )  # fmt: skip
    return dataclasses.replace(row, **changes)  # type: ignore[arg-type]


def test_a_clear_difference_in_people(study: Manifest):
    assert sentence(contrast(), study) == (
        "2.1 fewer people in 100 were reconvicted within three years of release from prison under "
        "Rehabilitation in prison than under the status quo: 47.6 against 49.7 "
        "(95\N{NO-BREAK SPACE}% interval: 1.6 to 2.6 fewer)."
    )


def test_an_interval_that_holds_zero_is_no_clear_difference(study: Manifest):
    told = sentence(contrast(difference=-0.3, value=49.4, lo=-0.9, hi=0.3), study)
    assert told.startswith("No clear difference under Rehabilitation in prison in how many people")
    assert "interval: 0.9 fewer to 0.3 more" in told


def test_an_exact_zero_is_said_to_be_exact(study: Manifest):
    told = sentence(contrast(difference=0.0, value=49.7, lo=0.0, hi=0.0), study)
    assert "Exactly as many people were reconvicted" in told and "20 replications" in told


def test_one_replication_makes_no_claim(study: Manifest):
    told = sentence(contrast(lo=NAN, hi=NAN, replications=1), study)
    assert "no difference is claimed" in told and "fewer" not in told


def test_no_value_is_said_with_the_reason(study: Manifest):
    told = sentence(contrast(difference=NAN, lo=NAN, hi=NAN, note="empty cohort"), study)
    assert told.endswith("nothing can be said, empty cohort.")


def test_a_clear_but_tiny_difference_is_called_small(study: Manifest):
    told = sentence(contrast(difference=-0.06, value=49.64, lo=-0.1, hi=-0.02), study)
    assert "0.06 fewer people in 100" in told and told.endswith("clear but very small.")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"outcome": "offences_per_1000", "unit": "per 1,000 people a year", "horizon_months": 0},
         "2.1 fewer offences\N{NO-BREAK SPACE}per 1,000 people a year under"),
        ({"outcome": "public_cost_per_person_year", "unit": "USD a person-year"},
         "Public cost: 2.1\N{NO-BREAK SPACE}USD a person-year less under"),
        ({"outcome": "prison_density"},
         "Prison density: 2.1\N{NO-BREAK SPACE}points less under"),
        ({"outcome": "return_to_prison", "definition": "breach"},
         "2.1 fewer people in 100 returned to prison for a breach within three years"),
        ({"outcome": "unheard_of", "unit": "widgets"},
         "Unheard of: 2.1\N{NO-BREAK SPACE}widgets less under"),
    ],
)  # fmt: skip
def test_the_unit_decides_the_words(study: Manifest, changes, words):
    assert words in sentence(contrast(**changes), study)


def test_a_rise_is_told_as_more(study: Manifest):
    told = sentence(contrast(difference=2.1, value=51.8, lo=1.6, hi=2.6), study)
    assert told.startswith("2.1 more people in 100") and "1.6 to 2.6 more" in told


def outcomes_of(values: dict[str, list[float]]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"cell": "", "jurisdiction": "us_states", "policy": policy, "draw": 0,
             "replication": at, "outcome": "reconviction", "definition": "", "group": "all",
             "horizon_months": 36, "value": value, "n": 9.0, "unit": "%"}
            for policy, series in values.items() for at, value in enumerate(series)
        ]
    )  # fmt: skip


BASE = [50.0, 51.0, 49.0, 50.5, 49.5]
SMALL = [-1.0, -1.1, -0.9, -1.05, -0.95]


def shifted(*steps: float) -> list[float]:
    return [value + step for value, step in zip(BASE, steps, strict=True)]


CASES = {
    "one stands out": (
        [5 * step for step in SMALL], SMALL,
        "This is clearly the largest fall; Restorative justice also lowers it.",
        "Reconviction: lowered most by Rehabilitation in prison",
    ),
    "two alike": (
        [-1.2, -0.8, -1.3, -0.7, -1.1], SMALL,
        "The fall is not clearly larger than under Restorative justice.",
        "Reconviction: lowered by Rehabilitation in prison and Restorative justice",
    ),
    "an unclear rival does not take the crown from a clear one": (
        SMALL, [-9.0, 8.0, -7.0, 6.0, 0.0],
        "No other policy clearly lowers it.",
        "Reconviction: lowered by Rehabilitation in prison",
    ),
    "nothing clear": (
        [1.0, -1.0, 0.5, -0.5, 0.1], [-1.0, 1.0, 0.5, 0.2, -0.1],
        "No clear difference between any policy and the status quo.",
        "Reconviction: no clear difference under any policy",
    ),
    "null": (
        [0.0] * 5, [0.0] * 5, "No policy changes anything, in any replication.",
        "Reconviction: exactly the same under every policy",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_superlative_is_earned(study: Manifest, case: str):
    first, second, ending, title = CASES[case]
    outcomes = outcomes_of({
        "status_quo": BASE, "prison_rehabilitation": shifted(*first),
        "restorative_justice": shifted(*second),
    })  # fmt: skip
    rows = contrasts_of(contrast_table(outcomes, favourable={"reconviction": "lower"}))
    told = " ".join(outcome_headlines(rows, outcomes, study))
    assert told.endswith(ending)
    assert figure_title(rows, outcomes, study) == title


def test_a_wide_third_policy_stops_the_superlative():
    outcomes = outcomes_of({
        "status_quo": BASE, "a": shifted(*(5 * step for step in SMALL)), "b": shifted(*SMALL),
        "c": shifted(-20.0, 12.0, -15.0, 9.0, -6.0),
    })  # fmt: skip
    rows = contrasts_of(contrast_table(outcomes))
    assert leader(rows, "lower", outcomes, 0.95).rivals == ("c",)


def test_relabelling_the_arms_turns_lower_into_higher():
    outcomes = outcomes_of({"status_quo": BASE, "a": shifted(*SMALL)})
    there = contrasts_of(contrast_table(outcomes))[0]
    back = contrasts_of(contrast_table(outcomes, baseline="a"))[0]
    assert (there.verdict, back.verdict) == ("lower", "higher")
    assert there.difference == -back.difference and there.lo == -back.hi


def test_better_and_worse_follow_the_favourable_direction():
    assert contrast().judgement == "better"
    assert contrast(favourable="higher").judgement == "worse"
    assert contrast(favourable="neither").judgement == "different"
    assert contrast(lo=-5.0, hi=1.0).judgement == ""


def test_few_replications_and_many_comparisons_are_cautioned(study: Manifest):
    told = " ".join(cautions([contrast(replications=4)] * 40, study))
    assert "Only 4 paired replications" in told
    assert "40 comparisons" in told and "about 2 of the intervals" in told


def test_a_section_title_counts_what_is_clear(study: Manifest):
    rows = [
        contrast(outcome="a"), contrast(outcome="b"),
        contrast(outcome="a", policy="restorative_justice"),
        contrast(outcome="b", policy="restorative_justice", lo=-5.0, hi=5.0),
    ]  # fmt: skip
    assert section_title("Custody", rows, study) == (
        "Custody: clear differences in all 2 outcomes under Rehabilitation in prison, 1 of 2 "
        "outcomes under Restorative justice"
    )


def test_every_policy_gets_its_sentences(tmp_path: Path):
    store = Store(write_store(tmp_path, Design(replications=6)))
    found = findings(stored_contrasts(store), store.outcomes, store.manifest, "us_states")
    assert list(found.by_policy) == list(POLICIES)[1:]
    assert all(len(told) == 6 for told in found.by_policy.values())
    everything = [*(one.text for one in found.headlines), *found.cautions,
                  *(text for told in found.by_policy.values() for text in told)]  # fmt: skip
    assert all(text.endswith(".") and "nan" not in text and "{" not in text for text in everything)
    assert found.headlines[0].topic == "Reconviction"


def test_the_terminal_summary_is_text_only(tmp_path: Path):
    rows = summary_rows(write_store(tmp_path, Design(replications=3)))
    assert {row.policy for row in rows} == {POLICIES[name][0] for name in list(POLICIES)[1:]}
    assert rows[0].section == "Reoffending" and rows[-1].section == "Money"
    for row in rows:
        assert all(isinstance(value, str) for value in vars(row).values())
        assert "nan" not in " ".join(vars(row).values())
    assert rows[0].outcome == "Reoffending, detected or not, three years"


def test_dials_are_told_in_words_with_what_they_replace(study: Manifest):
    told = dial_text(study, "prison_treatment", "places_per_100", 20)
    assert told == "Treatment places per 100 people in prison: 20 (otherwise 5)"
    assert dial_text(study, "no_lever", "some_dial", 0.3) == "Some dial: 0.3"


def test_what_nobody_has_checked_is_called_unverified(study: Manifest):
    standings = {one.name: one.standing_text for one in quantities(study)}
    assert standings["Cost of supervision"] == "assumed, unverified"
    assert standings["Cost of a court case"] == "unverified"
    assert standings["Cost of a prison place"] == "source read"
    assert standings["Sentences by offence group"] == "fitted to targets"
