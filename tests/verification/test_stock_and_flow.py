"""Stock = flow x mean stay, exactly: person-months counted are person-months spent."""

import numpy as np
import pytest

from sim.people import CUSTODY, REMAND, SHORT_CUSTODY

FROM, TO = 24, 120
NO_SHORT = {"violent": 0.0, "property": 0.0, "drug": 0.0, "public_order": 0.0}


class Watched:
    """A long run without deaths, with the table kept at the start and the end of the window."""

    def __init__(self, make_world, **figures):
        world = make_world(4000, 21, parameters={"death": {"hazard_at_35": 0.0}}, months=FROM,
                           warmup_months=60, **figures)  # fmt: skip
        self.start = world.people.copy_columns()
        self.stocks = {"prison": [], "jail": [], "remand": []}
        while world.month < TO:
            world.step()
            people = world.people
            short = people.custody == SHORT_CUSTODY
            inside = people.status == CUSTODY
            self.stocks["prison"].append(np.count_nonzero(inside & ~short))
            self.stocks["jail"].append(np.count_nonzero(inside & short))
            self.stocks["remand"].append(np.count_nonzero(people.status == REMAND))
        self.end = world.people.copy_columns()
        self.run = world.records.finish()
        self.series = {name: values[FROM:TO] for name, values in self.run.series.items()}

    def spent(self, completed, state, since):
        """Person-months in the window, from stays completed in it and from those at its edges."""
        at_start = (FROM - self.start[since][state(self.start)].astype(int)).sum()
        at_end = (TO - self.end[since][state(self.end)].astype(int)).sum()
        return completed.sum() - at_start + at_end


@pytest.fixture(scope="module")
def watched(make_world):
    return Watched(make_world, sentencing__short_custody=NO_SHORT,
                   supervision__breach_to_custody=0.0, offending__arrests_per_year=0.6)  # fmt: skip


def served(watched):
    cohort = watched.run.cohort
    return cohort["served_months"][(cohort["index"] == 0) & (cohort["month"] >= FROM)].astype(int)


def test_cases_pending_are_months_waited(watched):
    s = watched.series
    waited = np.round(s["days_to_disposition_sum"] / 30.4).astype(int)
    months = watched.spent(
        waited, lambda t: (t["status"] > 0) & (t["case_offence"] > 0), "case_month"
    )
    assert s["backlog"].sum() == months > 1000


def test_people_in_prison_are_months_served(watched):
    months = watched.spent(served(watched), lambda t: t["status"] == CUSTODY, "custody_start")
    assert sum(watched.stocks["prison"]) == months > 1000


def test_prison_stock_is_receptions_times_mean_stay(watched):
    # In a steady state the edges are small: 10 % of a stay would show.
    stay = served(watched).mean()
    flow = watched.series["prison_receptions"].mean()
    assert np.mean(watched.stocks["prison"]) == pytest.approx(flow * stay, rel=0.15)


@pytest.mark.parametrize("metric", ["prison", "jail", "remand"])
def test_a_stock_is_counted_at_the_end_of_the_month(metric, make_world):
    watched = Watched(make_world, offending__arrests_per_year=0.6)
    assert np.array_equal(watched.series[f"{metric}_stock"], watched.stocks[metric])


@pytest.mark.parametrize("short", [True, False])
def test_receptions_less_releases_change_the_prison_stock(short, make_world):
    # Breaches bring people with a pending case into short custody; a prison sentence may follow.
    mix = {"supervision__breach_order": 1.5} if short else {"sentencing__short_custody": NO_SHORT,
                            "supervision__breach_to_custody": 0.0}  # fmt: skip
    watched = Watched(make_world, offending__arrests_per_year=0.6, **mix)
    before = np.count_nonzero(
        (watched.start["status"] == CUSTODY) & (watched.start["custody"] != SHORT_CUSTODY)
    )
    change = np.diff(np.concatenate(([before], watched.stocks["prison"])))
    s = watched.series
    assert np.array_equal(change, s["prison_receptions"] - s["prison_releases"])
