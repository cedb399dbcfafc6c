"""Cells, their keys, and the store: whole batches only, found again by what they simulate."""

import numpy as np
import pyarrow.parquet as pq
import pytest

from sim.experiment.cells import (
    Arm,
    Batch,
    cell_key,
    code_version,
    digest,
    numbers_only,
    replication_seed,
)  # fmt: skip
from sim.experiment.engine import execute
from sim.experiment.outcomes import Row
from sim.experiment.store import (
    TABLES,
    ArmResult,
    finished,
    sweep_leftovers,
    write_batch,
    write_outcomes,
)  # fmt: skip


def batch(replication=0, policies=("a", "b")):
    arms = tuple(Arm(name, {}, digest([name, replication])) for name in policies)
    seed = replication_seed(1, replication)
    return Batch(
        "place",
        {},
        arms,
        {},
        0,
        replication,
        seed,
        10,
        3,
        1,
        0,
        "release_from_prison",
        (12,),
        "code",
    )


def results(of):
    series = {"people": np.array([1.0, 2.0, np.nan]), "offences": np.arange(3.0)}
    cohort = {"person": np.array([7], np.uint32), "to_rearrest": np.array([-1], np.int16)}
    rows = [
        Row("rearrest", "first arrest", 12, "all", 50.0, 2.0, "%"),
        Row("offences", "", 0, "all", float("nan"), 0.0, "x"),
    ]
    return [ArmResult(arm, rows, series, cohort) for arm in of.arms]


def test_replications_have_seeds_of_their_own_within_63_bits():
    seeds = {replication_seed(s, r) for s in range(20) for r in range(200)}
    assert len(seeds) == 4000
    assert all(0 <= seed < 2**63 for seed in seeds)


def test_a_key_changes_with_every_number_and_with_no_explanation():
    place = {"title": "A", "figures": {"police": {"x": {"value": 1, "source": "s", "note": "n"}}}}
    reworded = {"title": "B", "figures": {"police": {"x": {"value": 1, "source": "t"}}}}
    changed = {"title": "A", "figures": {"police": {"x": {"value": 2, "source": "s"}}}}
    keys = [cell_key(numbers_only(p), 5, "code") for p in (place, reworded, changed)]
    assert keys[0] == keys[1] != keys[2]
    assert cell_key(place, 5, "code") != cell_key(place, 6, "code")
    assert cell_key(place, 5, "code") != cell_key(place, 5, "other code")


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


def test_a_batch_is_stored_as_three_tables_with_keys(tmp_path):
    one = batch()
    write_batch(tmp_path, one, results(one))
    tables = {name: pq.read_table(tmp_path / name / f"{one.name}.parquet") for name in TABLES}
    assert {name: table.num_rows for name, table in tables.items()} == {
        "series": 6, "cohort": 2, "outcomes": 4,
    }  # fmt: skip
    for table in tables.values():
        assert table.column_names[:5] == ["cell", "jurisdiction", "policy", "draw", "replication"]
        assert set(table["policy"].to_pylist()) == {"a", "b"}
    assert str(tables["series"]["people"].type) == "float"
    assert str(tables["outcomes"]["value"].type) == "double"
    assert str(tables["outcomes"]["horizon_months"].type) == "int16"


def test_a_missing_value_is_stored_as_not_a_number(tmp_path):
    one = batch()
    write_batch(tmp_path, one, results(one))
    value = pq.read_table(tmp_path / "outcomes" / f"{one.name}.parquet")["value"]
    assert value.null_count == 0 and np.isnan(value.to_pylist()[1])


def test_a_batch_without_its_outcomes_is_not_finished(tmp_path):
    one, two = batch(0), batch(1)
    for each in (one, two):
        write_batch(tmp_path / "cells", each, results(each))
    (tmp_path / "cells" / "outcomes" / f"{two.name}.parquet").unlink()
    (tmp_path / "cells" / "outcomes" / f"{two.name}.parquet.99.tmp").write_text("half")
    assert finished(tmp_path / "cells") == {one.name}
    sweep_leftovers(tmp_path)
    assert not list(tmp_path.rglob("*.tmp"))


def test_joined_outcomes_do_not_depend_on_the_order_of_writing(tmp_path):
    batches = [batch(r) for r in range(4)]
    for name, order in (("x", batches), ("y", batches[::-1])):
        for each in order:
            write_batch(tmp_path / name / "cells", each, results(each))
        assert write_outcomes(tmp_path / name, [each.name for each in order]) == 8
    x, y = ((tmp_path / name / "outcomes.parquet").read_bytes() for name in "xy")
    assert x == y


def test_batches_of_other_cells_have_other_names():
    assert len({batch(0).name, batch(1).name, batch(0, ("a", "c")).name}) == 3


def square(number):
    return number * number


@pytest.mark.parametrize(("engine", "workers"), [("serial", 1), ("serial", 4), ("local", 1)])
def test_an_engine_runs_every_task_once(engine, workers):
    assert sorted(execute([3, 1, 2], square, engine, workers)) == [1, 4, 9]
