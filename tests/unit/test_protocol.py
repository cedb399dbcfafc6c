"""The protocol's pages are read from tests, results and rules as they stand."""

import pytest

from sim.app import model_card, odd, trace
from sim.app.shipped import shipped
from sim.errors import DesistError
from sim.rules import registry

TESTS = '''"""What this file is about."""

import pytest


def helper():
    pass


def test_a_claim_that_holds():
    pass


@pytest.mark.slow
def test_a_slow_one():
    pass
'''
RESULTS = """kind,place or trial,target,observed,predicted,lo,hi,hit
target,japan,a,1,1,0,2,True
target,japan,b,9,1,0,2,False
target,japan,c,,1,0,2,
trial,life,d,1,1,0,2,1
"""


def test_claims_are_the_names_of_the_tests(tmp_path):
    (tmp_path / "tests" / "unit").mkdir(parents=True)
    (tmp_path / "tests" / "unit" / "test_x.py").write_text(TESTS)
    found = trace.contents(tmp_path)
    (folder,) = found["folders"]
    (file,) = folder["files"]
    assert file.claims == ("a claim that holds", "a slow one (slow)") and file.slow == 1
    assert file.about == "What this file is about." and file.path == "tests/unit/test_x.py"
    assert found["validation"] == []


def test_the_last_validation_is_counted_by_kind_and_misses_stay(tmp_path):
    (tmp_path / "tests").mkdir()
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "validation.csv").write_text(RESULTS)
    assert trace.contents(tmp_path)["validation"] == [
        {"kind": "target", "count": 2, "hits": 1},
        {"kind": "trial", "count": 1, "hits": 1},
    ]


def test_without_a_checkout_the_protocol_says_so(tmp_path):
    with pytest.raises(DesistError, match="the tests are not here"):
        trace.contents(tmp_path)


def test_a_person_step_is_shown_as_its_statements():
    found = {rule["name"]: rule for rule in odd.contents()["levers"]}
    weigh = next(e for e in found["early_release"]["equations"] if ".weigh`" in e.reference)
    assert weigh.reference == "`EarlyRelease.weigh` in `sim/levers/early_release.py`"
    assert weigh.code.splitlines()[0].startswith("suspended = per_suspended_month")
    assert '"""' not in weigh.code and "fmt:" not in weigh.code


def test_every_person_step_has_its_code_and_every_step_is_in_the_schedule():
    found = odd.contents()
    rules = {rule["name"]: rule for rule in (*found["processes"], *found["levers"])}
    assert rules.keys() == registry().keys()
    for rule in rules.values():
        for equation in rule["equations"]:
            assert equation.code or "one person" not in equation.about
    listed = [step for steps in found["steps"].values() for step in steps]
    assert len(listed) == sum(len(rule.steps()) for rule in registry().values())


def test_the_model_card_counts_every_parameter_once():
    found = model_card.contents(shipped("scenarios"))
    assert sum(count for _, count in found["weakest"]) == found["parameters"]
    assert dict(found["weakest"])["assumed"] > 100 and len(found["places"]) >= 5
