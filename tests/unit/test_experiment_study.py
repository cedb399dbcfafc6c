"""A study's settings: what is accepted, and what the answer to a slip looks like."""

import pytest

from sim.errors import DesistError, nearest
from sim.experiment.study import check_policy, check_study

GOOD = {
    "jurisdictions": ["a"], "policies": ["x", "y"], "persons": 10, "months": 24, "start": 3,
    "warmup_months": 6, "replications": 2, "seed": 1,
}  # fmt: skip


def where(keys):
    return "file:" + ".".join(map(str, keys))


def complaint(**changes):
    content = {**GOOD, **changes}
    with pytest.raises(DesistError) as caught:
        check_study({k: v for k, v in content.items() if v is not None}, where)
    line = str(caught.value)
    assert "\n" not in line
    return line


def test_the_first_policy_is_the_baseline():
    assert check_study(GOOD, where).baseline == "x"


def test_one_name_is_a_list_of_one():
    assert check_study({**GOOD, "policies": "x"}, where).policies == ("x",)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"persons": 0}, "persons is 0 (file:persons): it must be at least 1."),
        ({"persons": 10**9}, "at most 50,000,000"),
        ({"persons": True}, "expected a whole number"),
        ({"persons": "many"}, "persons is 'many' (file:persons): expected a whole number."),
        ({"months": 2.5}, "expected a whole number"),
        ({"start": 24}, "the policies start in month 24, after the last month 23"),
        ({"confidence": 1.0}, "less than 1"),
        ({"confidence": -0.1}, "more than 0"),
        ({"seed": -1}, "at least 0"),
        ({"policies": []}, "expected at least one"),
        ({"policies": ["x", "x"]}, "'x' appears twice in policies"),
        ({"policies": None}, "'policies' is missing"),
        ({"person": 3}, "unknown key 'person' (file:person). Did you mean 'persons'?"),
        ({"index": "release_from_prizon"}, "Did you mean 'release_from_prison'?"),
        ({"horizons": [12, 0]}, "horizons.1 is 0"),
        ({"dials": {"lever": 3}}, "dials.lever is 3"),
    ],
)
def test_a_slip_is_told_in_one_line(changes, words):
    assert words in complaint(**changes)


def test_a_policy_takes_dials_only():
    with pytest.raises(DesistError, match=r"unknown key 'dails'.*'dials'"):
        check_policy({"title": "t", "dails": {}}, where)


def test_the_nearest_name_forgives_case_and_dashes():
    assert nearest("Status-Quo", ["status_quo", "restorative"]) == "status_quo"
    assert nearest("zebra", ["status_quo", "restorative"]) is None


def test_an_error_survives_the_way_back_from_a_worker():
    import pickle

    error = DesistError("what", "where", "why", "mend", "nam", ("name",))
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
