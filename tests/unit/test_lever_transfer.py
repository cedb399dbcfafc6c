"""Transfers: counted departures that free places, rarer with consent, limited by the authority."""

import numpy as np

EUROPE = {"population": {"foreign_share": 0.27}}


def _run(make_world, months=48, persons=8000, **dials):
    world = make_world(
        persons, seed=10, dials={"transfer": dials}, parameters=EUROPE, months=months
    )
    return world.records.finish().series


def test_people_transferred_leave_and_are_counted(make_world):
    s = _run(make_world, agreements=1.0, informed=1.0, consent_required=False, requests=5.0)
    assert s["transferred"].sum() > 0
    change = np.diff(np.concatenate(([8000], s["people"])))
    assert np.array_equal(change, s["entrants"] - s["deaths"] - s["transferred"])
    base = make_world(8000, seed=10, months=48).records.finish().series
    assert s["prison_stock"][24:].sum() < base["prison_stock"][24:].sum()


def test_transfers_are_as_rare_as_published(make_world):
    voluntary = _run(make_world, agreements=0.6, informed=0.6, requests=1.0)
    without = _run(make_world, agreements=0.6, informed=0.6, requests=1.0, consent_required=False)
    share = [
        12.0 * s["transferred"][14:].mean() / s["foreign_in_custody"][14:].mean()
        for s in (voluntary, without)
    ]
    assert share[0] < 0.012 and share[0] < share[1] and 0.004 < share[1] < 0.06


def test_more_agreements_mean_more_and_a_small_authority_is_the_limit(make_world):
    requests = [
        _run(make_world, agreements=a, informed=1.0, consent_required=False, requests=5.0)[
            "transfer_requests"
        ].sum()
        for a in (0.2, 0.6, 1.0)
    ]
    assert requests[0] < requests[1] < requests[2]
    small = _run(make_world, agreements=1.0, consent_required=False, requests=0.02)
    assert small["transfer_waiting"][-1] > 0


def test_a_transfer_competes_with_reoffending(make_world):
    dials = {"transfer": {"agreements": 1.0, "informed": 1.0, "consent_required": False,
                          "requests": 5.0, "processing": 2.0}}  # fmt: skip
    everyone = {"population": {"foreign_share": 0.6}}
    world = make_world(8000, seed=10, dials=dials, parameters=everyone, months=60)
    cohort = world.records.finish().cohort
    left = cohort["to_transfer"] > 0
    assert left.sum() > 5, "people followed from an earlier index event"
    for event in ("to_rearrest", "to_reconviction", "to_return"):
        assert (cohort[event][left] <= cohort["to_transfer"][left]).all()


def test_agreements_with_far_countries_add_little(make_world):
    """The nearest three quarters, and all: what the last quarter adds is less than its share."""
    gone = [
        _run(
            make_world, 60, 40_000, agreements=a, informed=1.0, consent_required=False, requests=5.0
        )["transferred"].sum()
        for a in (0.7, 1.0)
    ]
    assert 0 <= gone[1] - gone[0] < 0.25 * gone[1]


def test_without_agreement_or_information_nobody_goes(make_world):
    for dials in ({"agreements": 0.0, "informed": 1.0}, {"agreements": 1.0, "informed": 0.0}):
        s = _run(make_world, consent_required=False, requests=5.0, **dials)
        assert s["transfer_requests"].sum() == 0 == s["transferred"].sum()
