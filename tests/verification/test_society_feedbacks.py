"""Feedbacks of society, each a chain from one end to the other (issue: feedbacks shown by a test).

Communities, employers, homes and hand-offs answer to each other; each test turns one end of a
chain and looks at every link.
"""

import numpy as np
import pytest

from sim.institutions.employer import SECTORS
from sim.people import FREE, SUPERVISED

SCARCE = {"employers": {"vacancies": 90.0}}
MONTHS = 36


def _shocked(make_world, factor, parameters=SCARCE, months=MONTHS, **more):
    """Run three years in which residents hear of ``factor`` times the crime they would hear of."""
    world = make_world(4000, seed=5, parameters=parameters, months=1, **more)
    kept = []
    for _ in range(months):
        # Twice the crime against what one is used to is what is usual halved.
        for community in world.communities:
            community.usual_offences /= factor
        world.step()
        for community in world.communities:
            community.usual_offences *= factor
        kept.append([
            np.mean([c.acceptance for c in world.communities]),
            np.mean([c.helping for c in world.communities]),
            np.mean([e.willing for e in world.employers]),
        ])  # fmt: skip
    return np.array(kept), world.records.finish().series


def test_a_shock_of_reported_crime_lowers_acceptance_willingness_and_hires(make_world):
    calm, calm_series = _shocked(make_world, 1.0)
    shock, shock_series = _shocked(make_world, 2.0)
    assert (shock[3:, 0] < calm[3:, 0]).all(), "acceptance"
    assert (shock[3:, 1] < calm[3:, 1]).all(), "readiness to help"
    assert (shock[6:, 2] < calm[6:, 2]).all(), "employers' willingness"
    # Same luck in both runs, so that a hundredth is no chance; the stock of jobs moves last.
    for link, falls_to in (("vacancies_open", 0.97), ("jobs_found", 0.97), ("employed", 0.98)):
        late = [s[link][-12:].sum() for s in (calm_series, shock_series)]
        assert late[1] < falls_to * late[0], link
    assert shock_series["homeless"][-6:].sum() > calm_series["homeless"][-6:].sum()


def test_where_nobody_minds_crime_the_chain_is_broken_at_its_first_link(make_world):
    """Planted twin: without the effect on acceptance nothing at the other end moves."""
    deaf = {**SCARCE, "acceptance": {"crime_effect": 0.0}}
    calm, calm_series = _shocked(make_world, 1.0, deaf, months=12)
    shock, shock_series = _shocked(make_world, 2.0, deaf, months=12)
    assert np.array_equal(calm, shock)
    assert np.array_equal(calm_series["jobs_found"], shock_series["jobs_found"])


def test_more_contact_raises_acceptance_and_less_lowers_it(make_world):
    """Employers who take everyone bring people among their neighbours; who take nobody do not."""
    level = {}
    for name, vacancies in (("nobody hired", 80.0), ("usual", 150.0)):
        world = make_world(
            4000, seed=5, parameters={"employers": {"vacancies": vacancies}}, months=48
        )
        s = world.records.finish().series
        level[name] = (s["contact"][-12:].mean(), s["acceptance"][-12:].mean())
    assert level["nobody hired"][0] < 0.9 * level["usual"][0]
    assert level["nobody hired"][1] < level["usual"][1]


def test_a_full_housing_stock_leaves_people_homeless(make_world):
    homeless = []
    for homes in (930.0, 880.0, 800.0):
        world = make_world(4000, seed=5, parameters={"housing": {"homes": homes}}, months=36)
        s = world.records.finish().series
        homeless.append(s["homeless"][-12:].mean())
        if homes == 800.0:
            # What is free is what has just been left: a hundredth or two of 3,200 homes.
            assert s["homes_free"][-12:].mean() < 64
            for community in world.communities:
                # A month's arrivals wait outside at most: nobody lives where there is no home.
                assert community.housed <= community.homes + 0.02 * community.residents
    assert homeless[0] < homeless[1] < homeless[2]


def test_a_full_stock_of_homes_blunts_coordination(make_world):
    gain = []
    for homes in (970.0, 800.0):
        number = [
            make_world(4000, seed=5, parameters={"housing": {"homes": homes}}, months=30,
                       dials=dials).records.finish().series["homes_by_office"].sum()
            for dials in ({}, {"agency_coordination": {"handoff": 1.0, "delay": 0.0}})
        ]  # fmt: skip
        gain.append(number[1] - number[0])
    assert gain[1] < 0.7 * gain[0]


def test_employers_learn_from_their_own_staff(make_world):
    """Staff of one sector who are arrested three times as often cost that sector willingness."""
    world = make_world(4000, seed=5)
    unlucky = SECTORS.index("transport")
    before = None
    for month in range(36):
        world.step()
        if month == 11:
            before = [e.willing for e in world.employers]
        if month > 11:
            for employer in world.employers:
                if employer.sector == SECTORS[unlucky]:
                    more = 2.0 * employer.used_to * employer.staff / 12.0
                    employer.seen_arrested += more
    change = np.array([e.willing for e in world.employers]) / before
    by_sector = change.reshape(-1, len(SECTORS)).mean(axis=0)
    others = np.delete(by_sector, unlucky)
    assert by_sector[unlucky] < others.min() - 0.02


def test_who_was_hired_where_is_known_and_vacancies_are_never_exceeded(make_world):
    world = make_world(3000, seed=5, parameters=SCARCE)
    for _ in range(12):
        world.step()
        people = world.people
        outside = (people.status == FREE) | (people.status == SUPERVISED)
        works = (people.employed > 0) & outside
        assert ((people.employer > 0) == (people.employed > 0))[outside].all()
        assert sum(e.staff for e in world.employers) == works.sum()
        s = world.records.finish().series
        assert s["jobs_found"][-1] <= s["vacancies_open"][-1]
    assert s["job_seekers_suited"].sum() > 1.1 * s["jobs_found"].sum(), "the market is saturated"


def test_transfers_free_places(make_world):
    europe = {"population": {"foreign_share": 0.6}}
    dials = {"transfer": {"agreements": 1.0, "informed": 1.0, "consent_required": False,
                          "requests": 5.0, "processing": 3.0}}  # fmt: skip
    base, moved = (
        make_world(4000, seed=5, dials=d, parameters=europe, months=48).records.finish().series
        for d in ({}, dials)
    )
    assert moved["transferred"].sum() > 10
    freed = base["prison_stock"].sum() - moved["prison_stock"].sum()
    assert freed > 0
    # Nobody is in prison twice: what is freed is at most the time that those gone had left.
    assert freed <= 1.3 * moved["transfer_months_freed"].sum()
    people = np.concatenate(([4000.0], moved["people"]))
    gone = moved["deaths"] + moved["transferred"]
    assert np.array_equal(np.diff(people), moved["entrants"] - gone), "counted, not lost"


@pytest.mark.slow
def test_the_status_quo_of_the_united_states_stays_where_it_was(make_world):
    """Shares at liberty in the second year, of 20,000 people: employed, homeless; acceptance."""
    world = make_world(20000, seed=1, warmup_months=60, months=24)
    s = world.records.finish().series
    outside = world.selection("at_liberty").shape[0]
    assert 0.55 < s["employed"].mean() / outside < 0.61
    assert 0.035 < s["homeless"].mean() / outside < 0.055
    assert s["acceptance"].mean() == pytest.approx(0.54, abs=0.015)
    assert s["willingness"].mean() == pytest.approx(0.39, abs=0.015)
