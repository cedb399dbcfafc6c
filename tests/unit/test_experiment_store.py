"""Cells, their keys, and the store: whole parts only, found again by what they simulate."""

import numpy as np
import pyarrow.parquet as pq
import pytest

from sim.experiment.cells import (
    Arm,
    Batch,
    Recipe,
    cell_key,
    code_version,
    digest,
    numbers_only,
    replication_seed,
)  # fmt: skip
from sim.experiment.engine import Engine, execute
from sim.experiment.joined import joined_outcomes, write_outcomes
from sim.experiment.ledger import LEDGER, Failure, Ledger, read_ledger
from sim.experiment.outcomes import Row
from sim.experiment.shelf import cells_of, put_in_order, take_stock
from sim.experiment.store import (
    KEYS,
    ArmResult,
    leftovers,
    outcome_columns,
    series_columns,
    write_part,
)  # fmt: skip
from sim.experiment.tasks import make_tasks

RECIPE = Recipe("release_from_prison", (12,))
TABLES = ("series", "cohort", "outcomes")


def batch(replication=0, policies=("a", "b"), months=3, persons=10):
    arms = tuple(Arm(name, {}, digest([name, replication])) for name in policies)
    return Batch(
        "place", {}, {}, arms, {}, 0, replication, replication_seed(1, replication), persons,
        months, 1, 0, RECIPE, "code",
    )  # fmt: skip


def results(of):
    series = {"people": np.array([1.0, 2.0, np.nan]), "offences": np.arange(3.0)}
    rows = [
        Row("rearrest", "first arrest", 12, "all", 50.0, 2.0, "%"),
        Row("offences", "", 0, "all", float("nan"), 0.0, "x"),
    ]
    tables = {
        "series": series_columns(series),
        "cohort": {"person": np.array([7], np.uint32), "to_rearrest": np.array([-1], np.int16)},
        "outcomes": outcome_columns(rows),
    }
    return [(of, ArmResult(arm, tables)) for arm in of.arms]


def stored(out, *batches, code="code"):
    book = put_in_order(out, code)
    for each in batches:
        if not {arm.cell for arm in each.arms} & book.cells:
            Ledger(out / "cells").stored([write_part(out / "cells", results(each))])
    return read_ledger(out / "cells")


def test_replications_have_seeds_of_their_own_within_63_bits():
    seeds = {replication_seed(s, r) for s in range(20) for r in range(200)}
    assert len(seeds) == 4000
    assert all(0 <= seed < 2**63 for seed in seeds)


def test_a_place_s_numbers_change_its_mark_and_its_words_do_not():
    place = {"title": "A", "figures": {"police": {"x": {"value": 1, "source": "s", "note": "n"}}}}
    reworded = {"title": "B", "figures": {"police": {"x": {"value": 1, "source": "t"}}}}
    changed = {"title": "A", "figures": {"police": {"x": {"value": 2, "source": "s"}}}}
    marks = [digest(numbers_only(p)) for p in (place, reworded, changed)]
    assert marks[0] == marks[1] != marks[2]


def test_a_key_changes_with_content_luck_and_code():
    keys = {cell_key(*given) for given in (("a", 5, "c"), ("b", 5, "c"), ("a", 6, "c"),
                                           ("a", 5, "d"))}  # fmt: skip
    assert len(keys) == 4


def test_a_key_does_not_depend_on_the_order_of_keys():
    assert digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})


def test_the_code_version_covers_the_users_rules(tmp_path):
    (tmp_path / "rule.py").write_text("a = 1\n")
    before = code_version((tmp_path,))
    code_version.cache_clear()
    assert code_version((tmp_path,)) == before != code_version()
    (tmp_path / "rule.py").write_text("a = 2\n")
    code_version.cache_clear()
    assert code_version((tmp_path,)) != before


def test_a_part_is_one_file_a_table_with_keys(tmp_path):
    part = write_part(tmp_path, results(batch()))
    tables = {name: pq.read_table(tmp_path / name / f"{part.name}.parquet") for name in TABLES}
    assert {name: table.num_rows for name, table in tables.items()} == {
        "series": 6, "cohort": 2, "outcomes": 4,
    }  # fmt: skip
    for table in tables.values():
        assert tuple(table.column_names[: len(KEYS)]) == KEYS
        assert set(table["policy"].to_pylist()) == {"a", "b"}
    assert str(tables["series"]["people"].type) == "float"
    assert str(tables["outcomes"]["value"].type) == "double"
    assert str(tables["outcomes"]["horizon_months"].type) == "int16"


def test_a_table_more_is_stored_by_being_in_the_result(tmp_path):
    of, result = results(batch(policies=("a",)))[0]
    more = ArmResult(result.arm, {**result.tables, "access": {"count": np.array([3.0])}})
    part = write_part(tmp_path, [(of, more)])
    table = pq.read_table(tmp_path / "access" / f"{part.name}.parquet")
    assert table["count"].to_pylist() == [3.0] and "access" in part.hashes


def test_only_the_tables_that_are_kept_are_written(tmp_path):
    part = write_part(tmp_path, results(batch()), ("outcomes", "cohort"))
    assert set(part.sizes) == {"outcomes", "cohort"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cohort", "outcomes"]


def test_a_missing_value_is_stored_as_not_a_number(tmp_path):
    part = write_part(tmp_path, results(batch()))
    value = pq.read_table(tmp_path / "outcomes" / f"{part.name}.parquet")["value"]
    assert value.null_count == 0 and np.isnan(value.to_pylist()[1])


def test_a_part_without_its_outcomes_is_not_finished(tmp_path):
    one, two = batch(0), batch(1)
    book = stored(tmp_path, one, two)
    name = next(n for n, part in book.parts.items() if two.arms[0].cell in part.cells)
    (tmp_path / "cells" / "outcomes" / f"{name}.parquet").unlink()
    (tmp_path / "cells" / "outcomes" / f"{name}.parquet.99.tmp").write_text("half")
    assert take_stock(tmp_path / "cells").damaged == (name,)
    assert put_in_order(tmp_path, "code").cells == {arm.cell for arm in one.arms}
    assert not list(leftovers(tmp_path))
    assert not list((tmp_path / "cells").glob(f"*/{name}.parquet"))


def test_what_the_ledger_does_not_know_is_adopted(tmp_path):
    whole = stored(tmp_path, batch(0), batch(1))
    (tmp_path / "cells" / LEDGER).unlink()
    assert put_in_order(tmp_path, "code").parts == whole.parts


def test_a_cell_that_was_stored_twice_counts_once(tmp_path):
    book = stored(tmp_path, batch(0))
    twice = [*results(batch(0)), *results(batch(1))]
    write_part(tmp_path / "cells", twice)  # by a worker that outlived its run
    assert put_in_order(tmp_path, "code").parts == book.parts
    assert len(list((tmp_path / "cells" / "outcomes").iterdir())) == 1


def test_a_line_cut_short_hides_no_other(tmp_path):
    book = stored(tmp_path, batch(0), batch(1))
    path = tmp_path / "cells" / LEDGER
    path.write_bytes(path.read_bytes()[:-40])
    third = write_part(tmp_path / "cells", results(batch(2)))
    Ledger(tmp_path / "cells").stored([third])
    assert third.name in read_ledger(tmp_path / "cells").parts
    assert stored(tmp_path).cells == book.cells | set(third.cells)


def test_another_version_of_the_code_finds_an_empty_store_and_the_old_one_comes_back(tmp_path):
    old = stored(tmp_path, batch(0))
    assert put_in_order(tmp_path, "new").cells == set()
    assert cells_of(tmp_path, "code") == tmp_path / "other_versions" / "code"
    new = stored(tmp_path, batch(5), code="new")
    assert put_in_order(tmp_path, "code").parts == old.parts
    assert put_in_order(tmp_path, "new").parts == new.parts


def test_failures_are_those_of_the_latest_run(tmp_path):
    put_in_order(tmp_path, "code")
    failure = Failure("k", "place", "a", 0, 0, 0, "broken", "trace", "desist sweep")
    Ledger(tmp_path / "cells").failed([failure])
    assert read_ledger(tmp_path / "cells").failures == {"k": failure}
    assert put_in_order(tmp_path, "code").failures == {}


def test_joined_outcomes_do_not_depend_on_the_order_of_writing(tmp_path):
    batches = [batch(r) for r in range(4)]
    for name, order in (("x", batches), ("y", batches[::-1])):
        book = stored(tmp_path / name, *order)
        write_outcomes(tmp_path / name, book.parts)
    x, y = ((tmp_path / name / "outcomes.parquet").read_bytes() for name in "xy")
    assert x == y
    table = joined_outcomes(tmp_path / "x" / "cells", stored(tmp_path / "x").parts)
    assert table["replication"].to_pylist() == sorted(table["replication"].to_pylist())


def test_tasks_hold_every_cell_once_and_are_the_same_for_any_number_of_workers(tmp_path):
    for persons, months, arms in ((100, 12, 2), (100_000, 120, 4), (1000, 60, 200)):
        todo = [batch(r, [f"p{i}" for i in range(arms)], months, persons) for r in range(30)]
        tasks = make_tasks(todo, tmp_path, None, "token")
        cells = [arm.cell for task in tasks for b in task.batches for arm in b.arms]
        assert sorted(cells) == sorted(arm.cell for b in todo for arm in b.arms)
        assert len(tasks) < 30 if (persons, months) == (100, 12) else len(tasks) >= 30


def test_the_last_tasks_are_small_so_that_workers_end_together(tmp_path):
    todo = [batch(r, ["a", "b"], 36, 2_000) for r in range(200)]
    sizes = [len(task.batches) for task in make_tasks(todo, tmp_path, None, "token")]
    assert max(sizes) == sizes[0] and sizes == sorted(sizes, reverse=True)
    assert sizes[-1] <= sizes[0] / 5 and len(sizes) < 2 * 200 / sizes[0]


def square(number):
    return number * number


@pytest.mark.parametrize(("name", "workers"), [("serial", 1), ("serial", 4), ("local", 1)])
def test_an_engine_runs_every_task_once(name, workers):
    assert sorted(execute([3, 1, 2], square, Engine(name, workers))) == [1, 4, 9]
