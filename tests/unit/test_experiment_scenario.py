"""Reading scenario files: strict, with file and line, the user's folder first."""

import pytest

from sim.errors import DesistError
from sim.experiment.scenario import scenarios_in
from sim.experiment.yaml_file import MOST_BYTES, read_yaml


def written(folder, text, name="a.yaml"):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_the_opening_comment_is_the_question(tmp_path):
    file = read_yaml(written(tmp_path, "# Does it\n# help?\n# More words.\na: 1e3\n"))
    assert file.question == "Does it help?"
    assert file.content == {"a": 1000.0}


def test_every_key_knows_its_line(tmp_path):
    file = read_yaml(written(tmp_path, "a: 1\nb:\n  c: {d: 2}\n"))
    assert file.where("b", "c", "d").endswith("a.yaml:3")
    assert file.where("b", "missing").endswith("a.yaml:2")
    assert file.where("missing").endswith("a.yaml")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("title: [open\nb: 1\n", "a.yaml:2"),
        ("- a\n- b\n", "expected lines of 'key: value'"),
        ("a: 1\na: 2\n", "'a' appears twice"),
        ("a: &x [1]\nb: *x\n", "anchors and aliases are not allowed"),
        ("a: !!python/name:os.system\n", "not valid YAML"),
        ("a: !thing 1\n", "the tag !thing is not allowed"),
        ("12: 1\n", "a key must be text"),
        ("no: 1\n", "a key must be text"),
        ("? [a, b]\n: 1\n", "a key must be text"),
        (b"\xff\xfe\x00", "not a text file"),
        ("a: " + "[" * 3000 + "]" * 3000, "nested too deeply"),
        ("a: " + "x" * MOST_BYTES, "file too large"),
        ("a: \x00\n", "a control character, U+0000 ("),
        ("a: 1:30\n", "is no plain number"),
        ("a: 010\n", "is no plain number"),
        ("a: .inf\n", "is no plain number"),
        ("a: 1e999\n", "too large"),
    ],
)
def test_what_is_not_a_plain_description_is_refused_in_one_line(tmp_path, text, words):
    with pytest.raises(DesistError) as caught:
        read_yaml(written(tmp_path, text))
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_date_is_text_as_it_is_to_hydra(tmp_path):
    assert read_yaml(written(tmp_path, "a: 2026-11-07\n")).content == {"a": "2026-11-07"}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1_000", 1000), ("-0.5", -0.5), (".5", 0.5), ("5.", 5.0), ("1e3", 1000.0), ("0", 0),
        ("1.5e-3", 0.0015), ("+7", 7), ("0.0", 0.0),
    ],
)  # fmt: skip
def test_numbers_are_read_as_people_write_them(text, number, tmp_path):
    value = read_yaml(written(tmp_path, f"a: {text}\n")).content["a"]
    assert value == number and type(value) is type(number)


def test_an_empty_file_is_an_empty_description(tmp_path):
    assert read_yaml(written(tmp_path, "")).content == {}


def test_the_first_folder_wins(tmp_path):
    mine, shipped = tmp_path / "mine", tmp_path / "shipped"
    written(shipped, "title: theirs\n", "policy/p.yaml")
    written(shipped, "title: other\n", "policy/q.yaml")
    written(mine, "title: mine\n", "policy/p.yaml")
    scenarios = scenarios_in([mine, shipped])
    assert scenarios.names("policy") == ("p", "q")
    assert scenarios.load("policy", "p").title == "mine"
    assert scenarios.load("policy", "q").title == "other"


def test_an_unknown_name_is_answered_with_the_nearest(tmp_path):
    written(tmp_path, "title: t\n", "policy/restorative.yaml")
    with pytest.raises(DesistError, match=r"unknown policy 'restoritive' \(policies=\).*Did you"):
        scenarios_in([tmp_path]).load("policy", "restoritive", "policies=")


def test_a_name_cannot_leave_its_folder(tmp_path):
    written(tmp_path, "title: t\n", "secret.yaml")
    written(tmp_path, "title: t\n", "policy/p.yaml")
    with pytest.raises(DesistError, match="unknown policy"):
        scenarios_in([tmp_path]).load("policy", "../secret")
