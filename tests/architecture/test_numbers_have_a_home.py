"""Every number of a rule has a unit, a label and a source that exists."""

import pytest

from sim import evidence, schedule
from sim.institutions import __all__ as institutions
from sim.month import RATES
from sim.parameters import UNITS
from sim.people import COLUMNS
from sim.rules import SHIPPED, registry

QUANTITIES = [q for rule in registry().values() for q in rule.quantities().values()]
BY_NAME = [pytest.param(q, id=f"{q.rule}.{q.name}") for q in QUANTITIES]
RULES = [pytest.param(rule, id=name) for name, rule in registry().items()]


@pytest.mark.parametrize("quantity", BY_NAME)
def test_a_number_says_what_it_is(quantity):
    assert quantity.unit in UNITS
    assert len(quantity.label) > 2, "a label for the reader"
    assert quantity.low <= quantity.high


@pytest.mark.parametrize("quantity", [p for p in BY_NAME if p.values[0].kind == "parameter"])
def test_a_parameter_has_a_source_and_a_default_within_its_range(quantity):
    assert set(quantity.sources) <= evidence.rows().keys()
    assert quantity.sources or (quantity.source == "assumed" and quantity.note)
    assert quantity.complaint(quantity.default) is None
    if isinstance(quantity.default, dict):
        assert quantity.low <= 1.0 <= quantity.high, "the range of a table multiplies it"
    else:
        assert quantity.low <= quantity.default <= quantity.high


@pytest.mark.parametrize("quantity", [p for p in BY_NAME if p.values[0].kind == "dial"])
def test_a_dial_starts_where_it_may_stand(quantity):
    assert quantity.complaint(quantity.default) is None


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_says_in_one_line_what_it_does(rule):
    first = (rule.__doc__ or "").strip().splitlines()
    assert first and first[0].endswith("."), "the class docstring begins with a sentence"
    assert all(len(about) == 2 and all(about) for about in rule.metrics.values())


@pytest.mark.parametrize("rule", RULES)
def test_steps_name_columns_rates_and_institutions_that_exist(rule):
    everywhere = {c.name for c in COLUMNS} | {
        c.name for r in registry().values() for c in r.all_columns()
    }
    for step in rule.steps():
        assert set(step.writes) <= everywhere | {"*"}
        assert step.adds_to is None or step.adds_to in RATES
        assert step.agents is None or step.agents in {name.lower() for name in institutions}


def test_every_process_of_the_month_has_its_file_and_every_file_its_month():
    in_month = [name for _, names, _ in schedule.MONTH for name in names]
    files = {path.stem for path in SHIPPED[0].glob("*.py") if not path.stem.startswith("_")}
    assert len(in_month) == len(set(in_month))
    assert set(in_month) == files
    assert all(registry()[name].kind == "process" for name in in_month)


def test_every_phase_of_the_month_says_why():
    assert all(reason for _, _, reason in schedule.MONTH)
    assert len(set(schedule.PHASES)) == len(schedule.PHASES)


def test_a_lever_names_its_paragraph_and_a_process_has_none():
    for name, rule in registry().items():
        folder = "levers" if rule.kind == "lever" else "processes"
        assert (SHIPPED[0].parent / folder / f"{name}.py").is_file()
        if rule.kind == "lever":
            assert rule.paragraphs and set(rule.paragraphs) <= set(range(1, 97)), name


def test_every_column_has_a_unit_and_a_meaning():
    columns = [*COLUMNS, *(c for rule in registry().values() for c in rule.all_columns())]
    assert len({c.name for c in columns}) == len(columns)
    assert all(c.unit and c.meaning for c in columns)


def test_evidence_ids_are_unique():
    tables = {"register": "id", "targets": "target_id", "jurisdictions": "id"}
    ids = [line[key] for name, key in tables.items() for line in evidence.table(name)]
    assert len(ids) == len(set(ids)) == len(evidence.rows())
