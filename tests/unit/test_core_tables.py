"""People, victims, records and institutions of a handful, with exact answers."""

import numpy as np
import pytest

from sim.errors import DesistError
from sim.institutions import Court
from sim.people import COLUMNS, GONE, People, columns_of
from sim.records import CONFERENCE, RELEASE_PRISON, Records
from sim.rules import Process
from sim.victims import KEEP_MONTHS, Victims


def ids(*numbers):
    return np.array(numbers, np.uint32)


def test_rows_of_the_dead_are_given_to_newcomers_first():
    people = People(COLUMNS, 4)
    assert people.take_rows(3).tolist() == [0, 1, 2]
    people.status[:3], people.priors[1] = 1, 7
    people.status[1] = GONE
    assert people.take_rows(1).tolist() == [1] and people.priors[1] == 0


def test_a_short_table_grows_and_keeps_its_rows():
    people = People(COLUMNS, 2)
    people.status[:] = 1
    people.id[:] = [5, 6]
    rows = people.take_rows(3)
    assert rows.tolist() == [2, 3, 4] and people.id[:2].tolist() == [5, 6]
    assert len({people.array(c.name).shape[0] for c in COLUMNS}) == 1 and people.alive() == 2


def test_a_person_takes_few_bytes():
    assert People(COLUMNS, 1).bytes_per_row() <= 120


def test_a_column_cannot_be_claimed_twice():
    class Greedy(Process):
        columns = (COLUMNS[0],)

    with pytest.raises(DesistError, match="declared twice"):
        columns_of([Greedy()])


def test_a_person_is_a_view_of_a_row(make_world):
    world = make_world(5)
    person = world.person(2)
    person.priors = 9
    assert world.people.priors[2] == 9 == person.priors
    assert person.unique_id == int(world.people.id[2])
    assert person.legal_status in ("free", "custody")
    assert person.age_years == -world.people.birth_month[2] / 12.0
    with pytest.raises(AttributeError, match="no 'height'"):
        _ = person.height
    with pytest.raises(AttributeError):
        person.height = 1
    assert len(world.agents) == len(world.institutions), "views are not registered"


def test_victims_keep_their_number_when_old_rows_go():
    victims = Victims()
    first = victims.add(0, person=ids(1, 2), month=np.array([0, 0]))
    later = victims.add(KEEP_MONTHS + 1, person=ids(3), month=np.array([KEEP_MONTHS + 1]))
    assert (first.tolist(), later.tolist()) == ([0, 1], [2])
    assert victims.rows(np.array([0, 2, -1])).tolist() == [-1, 0, -1]
    assert victims.person[victims.rows(later)].tolist() == [3]


def test_a_court_carries_fractions_over_but_no_idle_time(make_world):
    court = Court(make_world(5), 99)
    court.capacity = 2.5
    assert [court.can_take() for _ in range(4)] == [2, 3, 2, 3]


@pytest.fixture
def records():
    class Counted(Process):
        metrics = {"seen": ("count", "for the test")}  # noqa: RUF012

    return Records([Counted()])


def close(records, months):
    for month in range(months):
        records.close_month(month)


def test_only_declared_metrics_are_counted_and_the_warm_up_is_dropped(records):
    with pytest.raises(KeyError, match="unseen"):
        records.count("unseen", 1)
    for month in (-1, 0, 1):
        records.count("seen", month + 5)
        records.close_month(month)
    assert records.finish().series["seen"].tolist() == [5.0, 6.0]


def test_first_events_after_an_index_event(records):
    records.index(2, RELEASE_PRISON, person=ids(10, 11, 12), age_years=np.array([20.0, 30, 40]))
    records.event("arrest", ids(10, 11), 2)  # in the month itself: before or at release
    records.event("arrest", ids(10), 5)
    records.event("arrest", ids(10), 7)
    records.event("arrest", ids(12), 15)
    records.event("conviction", ids(10), np.array([7]))
    records.event("return_new_crime", ids(10), 9)
    records.event("return_breach", ids(10, 11), np.array([8, 3]))
    records.event("death", ids(11), 4)
    close(records, 20)
    cohort = records.finish().cohort
    assert cohort["person"].tolist() == [10, 11, 12]
    assert cohort["to_rearrest"].tolist() == [3, -1, 13]
    assert cohort["to_reconviction"].tolist() == [5, -1, -1]
    assert cohort["to_return"].tolist() == [6, 1, -1]
    assert cohort["to_return_new_crime"].tolist() == [7, -1, -1]
    assert cohort["to_return_breach"].tolist() == [6, 1, -1]
    assert cohort["to_death"].tolist() == [-1, 2, -1]
    assert cohort["arrests_12m"].tolist() == [2, 0, 0]
    assert cohort["arrests_36m"].tolist() == [2, 0, 1]
    assert cohort["observed_months"].tolist() == [17, 17, 17]


def test_counts_weigh_several_offences_of_a_month(records):
    records.index(0, CONFERENCE, person=ids(4))
    records.event("offence", ids(4), 12, np.array([3]))
    records.event("offence", ids(4), 13, np.array([2]))
    close(records, 40)
    cohort = records.finish().cohort
    assert cohort["offences_12m"].tolist() == [3] and cohort["offences_36m"].tolist() == [5]
    assert cohort["to_offence"].tolist() == [12]


def test_neighbouring_identities_are_not_confused(records):
    records.index(0, RELEASE_PRISON, person=ids(7, 2**31 + 7))
    records.event("arrest", ids(8, 2**31 + 8), 1)
    close(records, 5)
    assert records.finish().cohort["to_rearrest"].tolist() == [-1, -1]


def test_index_events_of_the_warm_up_open_no_row(records):
    records.index(-3, RELEASE_PRISON, person=ids(1))
    close(records, 2)
    cohort = records.finish().cohort
    assert all(column.shape == (0,) for column in cohort.values())


def test_a_world_needs_its_processes(make_place):
    from sim.assembly import build_rules
    from sim.world import World

    rules = [r for r in build_rules(make_place()) if r.name != "hearings"]
    with pytest.raises(DesistError, match="the month needs the process 'hearings'"):
        World(make_place(), rules, 5, 1)


@pytest.mark.parametrize("persons", [1, 2, 5])
def test_a_handful_of_people_is_a_world(make_world, persons):
    world = make_world(persons, months=24)
    assert world.month == 24
