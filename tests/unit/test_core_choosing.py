"""The fast ways to find, choose and draw give exactly what the plain ways give."""

import numpy as np
import pytest

from sim.choices import first_by_lot, first_by_priority
from sim.draws import Draws, _order
from sim.legal_status import CUSTODY, FREE, REMAND, SUPERVISED
from sim.lots import rank_in_group
from sim.scan import pick, rows_where
from sim.selection import Selections
from sim.victims import KEEP_MONTHS, Victims

LUCK = Draws(20261124)


def uniforms(name, n, slot=0):
    return LUCK.uniform(name, np.arange(n, dtype=np.uint32), 0, slot)


@pytest.mark.parametrize("share", [0.0, 0.001, 0.06, 0.25, 0.5, 0.97, 1.0])
@pytest.mark.parametrize("n", [0, 1, 7, 63, 64, 65, 4095, 4096, 4097, 5003, 20_000])
def test_rows_are_those_numpy_finds(n, share):
    answers = uniforms("answers", n) < share
    assert np.array_equal(rows_where(answers), np.flatnonzero(answers))
    rows, also = np.arange(n) * 3, uniforms("also", n) < 0.4
    assert np.array_equal(pick(rows, answers), rows[answers])
    assert np.array_equal(rows_where(answers, also), np.flatnonzero(answers & also))


def test_rows_of_a_clustered_column_and_of_a_slice():
    answers = np.zeros(9000, bool)
    answers[100:400] = answers[8990:] = True
    assert np.array_equal(rows_where(answers), np.flatnonzero(answers))
    assert np.array_equal(rows_where(answers[::2]), np.flatnonzero(answers[::2]))
    assert np.array_equal(rows_where(answers[3:]), np.flatnonzero(answers[3:]))


@pytest.mark.parametrize("n", [3, 200, 300, 50_000])
@pytest.mark.parametrize("share", [0.0, 0.01, 0.5, 0.999])
def test_a_lot_is_won_by_the_lowest_draws(n, share):
    ids, count = np.arange(n, dtype=np.uint32) * 7, int(n * share)
    for month, slot in ((3, 0), (np.arange(n) % 5, 2)):
        drawn = LUCK.uniform("lot", ids, month, slot)
        assert np.array_equal(LUCK.lowest("lot", ids, count, month, slot), drawn.argsort()[:count])


def test_a_lot_does_not_depend_on_the_order_of_the_line():
    ids = np.arange(30_000, dtype=np.uint32)
    mixed = ids[np.argsort(uniforms("mix", 30_000))]
    won = [line[LUCK.lowest("lot", line, 400, 1)] for line in (ids, mixed)]
    assert np.array_equal(won[0], won[1])


def test_a_lot_for_everybody_or_nobody_needs_no_draw():
    ids = np.arange(2000, dtype=np.uint32)
    assert LUCK.lowest("lot", ids, 2000, 0).tolist() == list(range(2000))
    assert LUCK.lowest("lot", ids, -3, 0).shape == (0,)


def test_equal_lots_go_to_the_lower_identity():
    ids = np.arange(3000, dtype=np.uint32)[::-1].copy()
    words = np.arange(3000, dtype=np.uint32) // 2  # every word twice
    assert np.array_equal(_order(words, ids), np.lexsort((ids, words)))
    lot = words / 3000.0
    assert np.array_equal(first_by_lot(lot, ids, 1001), np.lexsort((ids, lot))[:1001])


def test_a_decision_is_the_draw_below_the_chance():
    n = 5000
    ids, slots = np.arange(n, dtype=np.uint32), np.arange(n) % 3
    months, kind = np.arange(n) % 12, np.arange(n) % 4
    table, each = np.array([0.1, 0.5, 0.0, 1.0]), uniforms("chance", n)
    for month in (7, months):
        for slot in (0, slots):
            drawn = LUCK.uniform("yes", ids, month, slot)
            for chance in (0.0, 0.3, 1.0, each):
                assert np.array_equal(LUCK.below("yes", ids, month, chance, slot), drawn < chance)
            by_kind = LUCK.below("yes", ids, month, table, slot, kind)
            assert np.array_equal(by_kind, drawn < table[kind])


@pytest.mark.parametrize("count", [0, 1, 40, 499, 500, 900])
def test_the_first_by_priority_are_those_of_a_full_sort(count):
    ids = np.arange(500, dtype=np.uint32)
    priority, lot = np.floor(uniforms("priority", 500) * 6.0), uniforms("tie", 500)
    asked = []
    first = first_by_priority(priority, lambda at: asked.append(at) or lot[at], ids, count)
    assert np.array_equal(first, np.sort(np.lexsort((lot, -priority))[:count]))
    if asked:
        assert np.unique(priority[asked[0]]).shape == (1,), "only those at the cut draw lots"


@pytest.mark.parametrize("n", [50, (1 << 15) + 13])
def test_a_selection_is_kept_until_somebodys_status_changes(n):
    status = np.full(n, FREE, np.uint8)
    status[[3, 9, n - 1]] = CUSTODY
    selections = Selections()
    held = selections.rows(status, "in_custody")
    assert held.tolist() == [3, 9, n - 1] and selections.rows(status, "in_custody") is held
    with pytest.raises(ValueError, match="read-only"):
        held[0] = 0
    for row, code in ((n - 1, REMAND), (0, CUSTODY), (n // 2, SUPERVISED)):
        status[row] = code  # nobody announces it
        for group, codes in (
            ("in_custody", [CUSTODY]), ("remanded", [REMAND]), ("supervised", [SUPERVISED]),
            ("at_liberty", [FREE, SUPERVISED]),
        ):  # fmt: skip
            expected = np.isin(status, codes)
            assert np.array_equal(selections.rows(status, group), np.flatnonzero(expected))
            assert np.array_equal(selections.answers(status, group), expected)
    assert held.tolist() == [3, 9, n - 1], "what was handed out stays as it was"


def test_a_condition_narrows_a_selection(make_world):
    world = make_world(400, seed=2, months=3)
    people = world.people
    young = people.birth_month > -300
    for name in ("everybody", "at_liberty", "supervised", "in_custody", "awaiting_court"):
        rows = world.selection(name)
        assert np.array_equal(world.selection(name, young), rows[young[rows]]), name


def test_a_lever_reaches_everybody_or_the_arms_it_is_reserved_for(make_world):
    world = make_world(20)
    rows = np.arange(10)
    assert world.reach("fines", rows) is rows and world.reaches("fines", rows).all()
    world.people.trial_arm[[2, 5, 7]] = [1, 2, 1]
    world.reserved = {"fines": (1,)}
    assert world.reach("fines", rows).tolist() == [2, 7]
    assert np.flatnonzero(world.reaches("fines", rows)).tolist() == [2, 7]


def test_victims_are_a_window_that_moves():
    victims, kept = Victims(), []
    for month in range(3 * KEEP_MONTHS):
        n = int(uniforms("victims", month + 1)[-1] * 20)
        person = np.arange(n, dtype=np.uint32) + 100 * month
        numbers = victims.add(month, person=person, month=np.full(n, month))
        kept += [(month, int(p)) for p in person]
        shown = [(m, p) for m, p in kept if m >= month - KEEP_MONTHS]
        assert list(zip(victims.month.tolist(), victims.person.tolist(), strict=True)) == shown
        assert victims.person[victims.rows(numbers)].tolist() == person.tolist()
        victims.satisfied[victims.rows(numbers)] = 1
    assert victims.satisfied.all() and not victims.conferenced.any()
    again = Victims()
    again.restore(victims.state())
    again.add(month + 1, person=np.array([1], np.uint32), month=np.array([month + 1]))
    assert again.person[-1] == 1 and len(victims) == victims.person.shape[0]


def test_a_rule_draws_lots_and_decides_by_its_own_streams(make_world):
    world = make_world(900, seed=5)
    rule = world.rule("hearings")
    rows = world.selection("everybody")
    drawn = rule.draw(world, "a lot", world.people.id[rows])
    won = rule.by_lot(world, "a lot", rows, 30)
    assert np.array_equal(won, rows[np.argsort(drawn)[:30]])
    assert rule.by_lot(world, "a lot", rows, 0).shape == (0,)
    yes = rule.happens(world, "a lot", world.people.id[rows], 0.25)
    assert np.array_equal(yes, drawn < 0.25)


@pytest.mark.parametrize("changes", [1, 7, 400, 20_000])
def test_rows_mended_after_any_changes_are_those_found_anew(changes):
    n = (1 << 15) + 77
    status = (1 + 4 * uniforms("status", n)).astype(np.uint8)
    selections = Selections()
    for turn in range(6):
        for again in range(2):  # the second time some change once more, unseen in between
            rows = (n * uniforms("who", changes, 2 * turn + again)).astype(int)
            status[rows] = (1 + 4 * uniforms("what", changes, 2 * turn + again)).astype(np.uint8)
            selections.answers(status, "in_custody")
        for group, code in (("in_custody", CUSTODY), ("remanded", REMAND)):
            if turn % 2 == 0 or group == "in_custody":  # one is asked for less often
                found = selections.rows(status, group)
                assert np.array_equal(found, np.flatnonzero(status == code))


@pytest.mark.parametrize("n", [50, (1 << 15) + 13])
def test_groups_are_taken_as_known_only_while_nobody_can_move(n):
    status, selections = np.full(n, FREE, np.uint8), Selections()
    selections.steady = True
    assert selections.rows(status, "in_custody").shape == (0,)
    status[4] = CUSTODY
    assert selections.rows(status, "in_custody").shape == (0,), "no look while steady"
    selections.look_again()
    assert selections.rows(status, "in_custody").tolist() == [4]
    selections.steady, status[4] = False, FREE
    assert selections.rows(status, "in_custody").shape == (0,), "always a look when not"


@pytest.mark.parametrize("n", [0, 1, 2, 30, 20_000])
def test_ranks_are_those_of_a_sort_by_group_and_lot(n):
    group, lot = (8 * uniforms("group", n) ** 3).astype(np.uint8), uniforms("rank", n)
    for shift in (0.0, np.floor(3.0 * uniforms("shift", n)) - 1.0):  # some come sooner or later
        rank = rank_in_group(group, lot + shift)
        for each in np.unique(group):
            of_group = (lot + shift)[group == each]
            assert np.array_equal(rank[group == each], of_group.argsort().argsort())
