"""``desist trial``: the folder it leaves, what it prints, and what it refuses."""

import json
import time

import pytest

from sim.app.main import run
from sim.app.shipped import shipped

SMALL = ["persons=30000", "worlds=1", "replications=20", "warmup_months=24"]
KEYS = {
    "name", "scale", "simulated", "simulated_ci", "published", "published_ci", "agrees", "power",
    "n", "replications", "definition", "notes",
}  # fmt: skip


def test_a_trial_leaves_its_result_and_prints_it(tmp_path, capsys):
    words = ["trial", "trial=rj_conferencing", f"out={tmp_path}/new", *SMALL]
    assert run(words) == 0
    said = capsys.readouterr().out
    for text in ("published: -0.155 (-0.246 to -0.064)", "agrees:", "power", "simulated, n ="):
        assert text in said
    result = json.loads((tmp_path / "new" / "trial.json").read_text())
    assert set(result) >= KEYS
    assert result["name"] == "rj_conferencing" and result["scale"] == "standardised difference"
    low, high = result["simulated_ci"]
    assert low < result["simulated"] < high and 0 <= result["power"] <= 1
    assert isinstance(result["agrees"], bool)


def test_the_same_trial_gives_the_same_numbers(tmp_path):
    for name in ("one", "two"):
        words = ["trial", "trial=london_conferences", f"out={tmp_path}/{name}", *SMALL, "--quiet"]
        assert run(words) == 0
    texts = [(tmp_path / name / "trial.json").read_text() for name in ("one", "two")]
    assert texts[0] == texts[1]


def test_a_folder_keeps_the_trial_that_it_holds(tmp_path, capsys):
    kept = tmp_path / "trial.json"
    kept.write_text(json.dumps({"name": "norway"}))
    words = ["trial", "trial=london_conferences", f"out={tmp_path}", *SMALL]
    assert run(words) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and "holds the trial 'norway'" in said
    assert json.loads(kept.read_text()) == {"name": "norway"}
    # The mend that it names works.
    words[2] = f"out={tmp_path}/trial_${{name}}"
    assert run([*words, "--quiet"]) == 0
    assert (tmp_path / "trial_london_conferences" / "trial.json").exists()


@pytest.mark.slow
def test_quick_ends_in_time(tmp_path):
    begun = time.perf_counter()
    assert run(["trial", "trial=norway", f"out={tmp_path}", "--quick", "--quiet"]) == 0
    assert time.perf_counter() - begun < 40


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["trial=cbt_prisn"], "Did you mean 'cbt_prison'?"),
        (["trial=cbt_prison", "person=3"], "Did you mean 'persons'?"),
        (["trial=cbt_prison", "persons=3"], "expected a whole number from 1,000"),
        (["trial=cbt_prison", "--quik"], "Did you mean '--quick'?"),
        (["trial=trial/cbt_prison.yaml"], "chosen by name"),
        (["cbt_prison"], "cannot read 'cbt_prison'"),
        (["trial=cbt_prison", "out="], "is not a folder"),
    ],
)
def test_a_mistake_is_told_in_one_line(words, expected, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run(["trial", *words]) == 2
    said = capsys.readouterr().err
    assert len(said.splitlines()) == 1 and said.startswith("desist: ") and expected in said


def test_a_shipped_trial_can_be_replaced_by_a_file_of_ones_own(tmp_path, capsys):
    text = (shipped("scenarios") / "trial" / "rj_conferencing.yaml").read_text(encoding="utf-8")
    (tmp_path / "trial").mkdir()
    mine = tmp_path / "trial" / "rj_conferencing.yaml"
    mine.write_text(text.replace("  has_victim: true", "  has_victm: true"), encoding="utf-8")
    words = ["trial", "trial=rj_conferencing", f"out={tmp_path}/out", "--scenarios", str(tmp_path)]
    assert run(words) == 2
    said = capsys.readouterr().err
    assert "rj_conferencing.yaml:" in said and "Did you mean 'has_victim'?" in said


def test_trials_are_listed_with_their_questions(tmp_path):
    path = tmp_path / "trials.json"
    assert run(["list", "trials", "--json", str(path), "--quiet"]) == 0
    assert all(record["question"].endswith("?") for record in json.loads(path.read_text()))
