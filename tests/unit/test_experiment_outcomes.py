"""Outcomes of tiny hand-made records, with answers worked out on paper."""

import math

import numpy as np
import pytest

from sim.errors import DesistError
from sim.experiment.outcome_table import INDEX_WORDS, OUTCOMES, check_outcomes
from sim.experiment.outcomes import COSTS, Row, outcome_rows, usable_horizons

MONTHS = 24
NOT_SEEN = (
    "to_reconviction", "to_offence", "to_return", "to_return_new_crime", "to_return_breach",
    "to_severe",
)  # fmt: skip


def series(**given):
    """A world of 1,200 people in which nothing happens, but for the given metrics."""
    names = {
        "people", "offences", "victims", "victims_with_symptoms", "prison_stock", "prison_places",
        "remand_stock", "supervised_stock", "disposals", "days_to_disposition_sum",
        "newly_supervised", "at_liberty", "employed", "homeless", "acceptance",
        "offences_violent", "prison_receptions", "recalls", "restitution_paid",
        "victims_satisfied", "transferred",
        "treatment_completions", "conferences_held", "harm_to_victims", *COSTS,
    }  # fmt: skip
    quiet = {name: np.zeros(MONTHS) for name in names}
    quiet["people"] += 1200.0
    quiet["prison_places"] += 10.0
    for name, values in given.items():
        quiet[name] = np.broadcast_to(np.asarray(values, float), (MONTHS,)).copy()
    return quiet


def cohort(months=(), events=(), index=None, **columns):
    n = len(months)
    given = {
        "index": np.zeros(n, np.uint8) if index is None else np.asarray(index, np.uint8),
        "month": np.asarray(months, np.int16),
        "to_rearrest": np.asarray(events, np.int16),
        **dict.fromkeys(NOT_SEEN, np.full(n, -1, np.int16)),
    }  # fmt: skip
    return {**given, **{name: np.asarray(v, np.int16) for name, v in columns.items()}}


def rows(start=0, horizons=(12,), index="release_from_prison", names=None, **given):
    people = given.pop("cohort", cohort())
    return outcome_rows(
        series(**given), people, start=start, horizons=horizons, index=index, currency="EUR",
        names=names,
    )  # fmt: skip


def value(outcome, **given) -> Row:
    found = [row for row in rows(names=[outcome], **given) if row.outcome == outcome]
    assert len(found) == 1
    return found[0]


def test_rearrest_counts_first_events_up_to_the_horizon():
    people = cohort(months=[0, 1, 2, 11], events=[1, 12, 13, -1])
    row = value("rearrest", cohort=people)
    assert (row.value, row.n, row.unit) == (50.0, 4.0, "%")
    assert row.definition == "first arrest after release"


def test_the_cohort_opens_at_the_start_and_leaves_room_for_the_follow_up():
    people = cohort(months=[3, 4, 11, 12], events=[1, 1, -1, 1])
    assert value("rearrest", cohort=people, start=4).n == 2.0
    assert value("rearrest", cohort=people, start=4).value == 50.0


def test_only_the_index_event_of_the_study_is_followed():
    people = cohort(months=[0, 0, 0], events=[1, -1, 1], index=[0, 4, 4])
    row = value("rearrest", cohort=people, index="restorative_conference")
    assert (row.value, row.n) == (50.0, 2.0)
    assert row.definition == "first arrest after the conference"


def test_nobody_to_follow_gives_no_number_rather_than_zero():
    row = value("rearrest")
    assert math.isnan(row.value) and row.n == 0.0


def test_return_to_prison_is_given_as_a_whole_and_by_reason():
    people = cohort(
        months=[0, 0, 0, 0], events=[-1] * 4, to_return=[2, 3, 4, -1],
        to_return_new_crime=[2, -1, 9, -1], to_return_breach=[-1, 3, 4, -1],
    )  # fmt: skip
    found = {row.definition: row.value for row in rows(cohort=people, names=["return_to_prison"])}
    assert found == {"any": 75.0, "new crime": 50.0, "breach": 50.0}


@pytest.mark.parametrize(
    ("months", "expected"), [(24, (12,)), (25, (12, 24)), (12, ()), (61, (12, 24, 36, 60))]
)
def test_horizons_without_a_month_of_index_events_are_left_out(months, expected):
    assert usable_horizons((12, 24, 36, 60), start=0, months=months) == expected


def test_flows_are_per_1000_people_a_year_from_the_start():
    offences = [100.0] * 12 + [10.0] * 12
    row = value("offences_per_1000", offences=offences, start=12)
    assert (row.value, row.n) == (100.0, 1200.0)
    assert value("offences_per_1000", offences=offences).value == 550.0


def test_stocks_are_means_of_the_last_year():
    stock = [99.0] * 12 + [6.0] * 6 + [18.0] * 6
    assert value("prison_population", prison_stock=stock).value == 10.0
    density = value("prison_density", prison_stock=stock)
    assert (density.value, density.unit) == (120.0, "%")


def test_a_short_run_takes_stocks_from_the_start_only():
    stock = [99.0] * 18 + [6.0] * 6
    assert value("prison_population", prison_stock=stock, start=18).value == 5.0


def test_time_to_disposition_weighs_months_by_their_decisions():
    days, cases = [0.0] * 24, [0.0] * 24
    days[20], cases[20], days[21], cases[21] = 300.0, 3.0, 200.0, 1.0
    row = value("days_to_disposition", days_to_disposition_sum=days, disposals=cases)
    assert (row.value, row.n) == (125.0, 4.0)
    assert math.isnan(value("days_to_disposition").value)


def test_public_cost_adds_the_agencies_and_leaves_harm_apart():
    costs = dict.fromkeys(COSTS, 100.0)
    row = value("public_cost_per_person_year", harm_to_victims=50.0, **costs)
    assert row.value == pytest.approx(len(COSTS) * 100.0 * 12 / 1200)
    assert row.unit == "EUR a person-year"
    harm = value("harm_per_person_year", harm_to_victims=50.0, **costs)
    assert harm.value == pytest.approx(0.5)


def test_every_outcome_of_the_table_is_computed_and_only_those_asked_for_are_kept():
    assert {row.outcome for row in rows()} == set(OUTCOMES)
    assert [row.outcome for row in rows(names=["rearrest"])] == ["rearrest"]


def test_every_index_event_has_words_for_its_definition():
    for index in INDEX_WORDS:
        assert all("{" not in row.definition for row in rows(index=index))


def test_an_unknown_outcome_is_answered_with_the_nearest():
    with pytest.raises(DesistError, match="Did you mean 'rearrest'"):
        check_outcomes(("rearest",))


def test_shares_at_liberty_leave_out_people_inside():
    found = value("employed", employed=300.0, at_liberty=600.0)
    assert (found.value, found.n) == (50.0, 600.0)


def test_acceptance_is_a_percentage_of_residents():
    assert value("acceptance", acceptance=0.54).value == pytest.approx(54.0)


def test_serious_reoffending_looks_for_serious_violence_alone():
    people = cohort(months=[0, 0, 0, 0], events=[3, 3, 3, 3], to_severe=[5, -1, 13, -1])
    assert value("serious_reoffending", cohort=people, horizons=(12,)).value == 25.0
