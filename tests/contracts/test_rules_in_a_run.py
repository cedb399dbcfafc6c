"""What must hold in any run, month by month, with every lever on."""

import itertools

import numpy as np
import pytest

from sim.people import (
    COMMUNITY_ORDER,
    CONDITIONAL_RELEASE,
    CUSTODY,
    FREE,
    GONE,
    NEVER,
    NO_CUSTODY,
    NO_ORDER,
    NO_PRISON,
    RECALL,
    REMAND,
    SHORT_CUSTODY,
    SUPERVISED,
)  # fmt: skip
from sim.programme import LEFT, OPEN

MONTHS = 48
SUSPENDED = {"violent": 0.1, "property": 0.2, "drug": 0.2, "public_order": 0.2}
SETTINGS = {
    "as shipped": {},
    "crowded, remand in prison": {
        "custody__places": 25.0, "custody__remand_in_prison": True,
        "disposal__short_custody_in_prison": True, "sentencing__suspended": SUSPENDED,
    },
    "busy courts": {
        "offending__arrests_per_year": 1.5, "hearings__capacity": 60.0,
        "sentencing__suspended": SUSPENDED, "supervision__breach_order": 1.0,
        "supervision__breach_conditional": 1.0,
    },
}  # fmt: skip


def kept(people, month):
    """Name each claim about the table at a month's end and the rows that break it."""
    alive = people.status != GONE
    custody, status = people.status == CUSTODY, people.status
    outside = alive & ~custody
    claims = {
        "one of the known statuses": status <= CUSTODY,
        "in custody for a reason, and only then": ~alive
        | (custody == (people.custody != NO_CUSTODY)),
        "a known reason": people.custody <= RECALL,
        "received by now": ~custody | (people.custody_start <= month),
        "released later": ~custody | (people.custody_end > month),
        "no custody clocks outside": ~outside
        | (
            (people.custody_start == NEVER)
            & (people.custody_end == NEVER)
            & (people.sentence_end == NEVER)
        ),
        "no prison outside": ~(alive & ~custody & (status != REMAND))
        | (people.prison == NO_PRISON),
        "supervised under an order": (status != SUPERVISED) | (people.order != NO_ORDER),
        "free of orders": (status != FREE) | (people.order == NO_ORDER),
        "a known order": people.order <= CONDITIONAL_RELEASE,
        "orders end later": ~(alive & (people.order != NO_ORDER)) | (people.order_end > month),
        "no order, no clock": ~(alive & (people.order == NO_ORDER)) | (people.order_end == NEVER),
        "on remand for a case or a recall": (status != REMAND)
        | (people.case_offence > 0)
        | (people.recall_month != NEVER),
        "recalls are decided later": ~alive
        | (people.recall_month == NEVER)
        | (((status == REMAND) | custody) & (people.recall_month > month)),
        "cases were opened by now": ~(alive & (people.case_offence > 0))
        | (people.case_month <= month),
        "no case, no victim": ~(alive & (people.case_offence == 0)) | (people.case_victim == -1),
        "log_priors is ln(1 + priors)": people.log_priors == np.log1p(people.priors),
    }
    return {claim: np.flatnonzero(~holds) for claim, holds in claims.items()}


@pytest.fixture(scope="module", params=SETTINGS, ids=str)
def history(request, make_world, ambitious):
    """Run a world and keep, for each month, broken claims and a copy of the table."""
    world = make_world(500, seed=11, dials=ambitious, **SETTINGS[request.param])
    broken, tables = {}, [world.people.copy_columns()]
    for _ in range(MONTHS):
        world.step()
        for claim, rows in kept(world.people, world.month - 1).items():
            broken.setdefault(claim, []).extend((world.month - 1, int(r)) for r in rows)
        tables.append(world.people.copy_columns())
    return world, broken, tables, world.records.finish()


CLAIMS = list(kept(type("None", (), {"__getattr__": lambda s, n: np.zeros(1, np.int64)})(), 0))


@pytest.mark.parametrize("claim", CLAIMS)
def test_status_and_clocks_agree(claim, history):
    _, broken, _, _ = history
    assert not broken[claim][:5]


def test_a_sentence_never_ends_before_its_custody(history):
    _, _, tables, _ = history
    for table in tables[1:]:
        inside = table["status"] == CUSTODY
        assert (table["sentence_end"] >= table["custody_end"])[inside].all()


def test_nobody_is_lost(history):
    world, _, tables, run = history
    people, s = run.series["people"], run.series
    before = np.concatenate(([world.persons], people[:-1]))
    assert np.array_equal(people, before + s["entrants"] - s["deaths"] - s["transferred"])
    for table in tables:
        ids = table["id"][table["status"] != GONE]
        assert np.unique(ids).shape == ids.shape


def test_people_keep_their_identity_and_their_record_only_grows(history):
    _, _, tables, _ = history
    for then, now in itertools.pairwise(tables):
        n = then["status"].shape[0]
        same = (then["status"] != GONE) & (now["status"][:n] != GONE)
        same &= then["id"] == now["id"][:n]
        for fixed in ("birth_month", "male", "community"):
            assert np.array_equal(then[fixed][same], now[fixed][:n][same]), fixed
        assert (now["log_frailty"][:n][same] <= then["log_frailty"][same]).all()
        for grows in ("priors", "followed", "treated", "conferenced"):
            assert (now[grows][:n][same] >= then[grows][same]).all(), grows


def test_every_sentence_follows_one_conviction(history):
    s = history[3].series
    ladder = sum(s[name] for name in s if name.startswith("sentences_"))
    assert np.array_equal(ladder, s["convictions"])
    assert (s["convictions"] <= s["disposals"]).all()
    assert s["convictions"].sum() > 20


def test_a_record_grows_by_one_for_each_conviction(history):
    _, _, tables, run = history
    for month, (then, now) in enumerate(itertools.pairwise(tables)):
        n = then["status"].shape[0]
        same = (then["status"] != GONE) & (then["id"] == now["id"][:n])
        grown = now["priors"][:n][same].astype(int) - then["priors"][same]
        assert set(np.unique(grown)) <= {0, 1}
        newcomers = run.series["entrants"][month]
        assert 0 <= run.series["convictions"][month] - grown.sum() <= newcomers


def test_offences_add_up_by_group(history):
    s = history[3].series
    groups = ("violent", "property", "drug", "public_order")
    assert np.array_equal(s["offences"], sum(s[f"offences_{g}"] for g in groups))
    assert (s["victims_reported"] <= s["victims"]).all() and (s["victims"] <= s["offences"]).all()
    assert (s["arrests"] <= s["offences"]).all()


def test_programme_places_are_never_exceeded(history):
    _world, _, tables, run = history
    s, before = run.series, 0
    assert s["treatment_starts"].sum() > 0
    for month, table in enumerate(tables[1:]):
        going = (table["treatment"] > OPEN) & (table["treatment"] < LEFT)
        busy = np.count_nonzero(going & (table["status"] == CUSTODY))
        # Places follow the prison population down at once, programmes that run are finished.
        assert busy <= max(s["treatment_places"][month], before)
        before = busy
    assert (s["conferences_held"] <= s["conferences_agreed"]).all()
    assert (s["conferences_agreed"] <= s["conferences_referred"]).all()


def test_only_people_at_liberty_offend(history):
    _, _, tables, _ = history
    for then, now in itertools.pairwise(tables):
        n = then["status"].shape[0]
        locked = ((then["status"] == CUSTODY) | (then["status"] == REMAND)) & (
            then["id"] == now["id"][:n]
        )
        assert not now["offences"][:n][locked].any()


def test_orders_named_here_exist(history):
    orders = {int(o) for table in history[2] for o in np.unique(table["order"])}
    assert {NO_ORDER, COMMUNITY_ORDER, CONDITIONAL_RELEASE} <= orders
    reasons = {int(c) for table in history[2] for c in np.unique(table["custody"])}
    assert {NO_CUSTODY, SHORT_CUSTODY, RECALL} <= reasons
