"""``desist validate``: the folder it leaves, foreign targets and trials, and what it refuses."""

import csv
import json
import re

import pytest

from sim.app.main import run
from sim.app.shipped import shipped
from sim.experiment.validation.foreign import COLUMNS

TINY = ["persons=2000", "months=60", "replications=1", "warmup_months=12", "trial_persons=10000",
        "trial_worlds=1", "trial_replications=5", "check_persons=500", "workers=1",
        "refit_persons=2000", "refit_points=0.1"]  # fmt: skip
MINE = ["mine", "held out", "rearrest", "georgia, 2020", "sex=male", "1", "35", "%", "500",
        "nobody", "primary_page", ""]  # fmt: skip


def targets_in(folder, *rows):
    path = folder / "mine.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([COLUMNS, *rows])
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A validation of one place, with a target and a trial that did not ship."""
    folder = tmp_path_factory.mktemp("validate")
    (folder / "scenarios" / "trial").mkdir(parents=True)
    text = (shipped("scenarios") / "trial" / "rj_conferencing.yaml").read_text(encoding="utf-8")
    text = text.replace("role: calibration", "role: example")
    (folder / "scenarios" / "trial" / "their_trial.yaml").write_text(text, encoding="utf-8")
    targets = targets_in(folder, MINE, ["never", *MINE[1:4], "age>=99", *MINE[5:]])
    words = ["validate", f"targets={targets}", f"out={folder}/out", "--scenarios",
             f"{folder}/scenarios", "jurisdictions=[]", "trials=[their_trial]", *TINY,
             "--quiet"]  # fmt: skip
    assert run(words) == 0
    return folder


def rows_of(folder):
    with (folder / "out" / "validation.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_every_kind_of_line_is_there(folder):
    kinds = {row["kind"] for row in rows_of(folder)}
    assert kinds == {"calibration", "held out", "foreign", "held out by refit", "out of place",
                     "trial, validation", "must hold"}  # fmt: skip


def test_a_brought_target_is_predicted_or_said_not_to_be(folder):
    brought = {row["target"]: row for row in rows_of(folder) if row["kind"] == "foreign"}
    mine, never = brought["mine"], brought["never"]
    assert mine["place_or_trial"] == "georgia" and mine["observed"] == "35"
    assert float(mine["lo"]) < float(mine["predicted"]) < float(mine["hi"])
    inside = float(mine["lo"]) <= 35 <= float(mine["hi"])
    assert mine["hit"] == ("yes" if inside else "no")
    assert never["hit"] == never["predicted"] == "" and "more persons" in never["note"]


def test_what_a_refit_did_not_see_is_predicted_with_what_was_held_out(folder):
    rows = [row for row in rows_of(folder) if row["kind"] in ("held out by refit", "out of place")]
    notes = {row["note"] for row in rows}
    assert {"without later years", "without groups by age", "without the whole curve"} <= notes
    for row in rows:
        assert float(row["lo"]) < float(row["predicted"]) < float(row["hi"]), row
    curve = {row["target"] for row in rows if row["kind"] == "out of place"}
    assert "nij_ga_cum_y3" in curve and not any(name.startswith("ga_") for name in curve)
    content = json.loads((folder / "out" / "validation.json").read_text(encoding="utf-8"))
    records = {record["hold_out"]: record for record in content["refits"]}
    assert records["the whole curve"]["emulator_error"] >= 0.0
    assert records["groups by sex"]["kept"] > records["later years"]["kept"]


def test_a_brought_trial_is_judged(folder):
    (trial,) = [row for row in rows_of(folder) if row["kind"].startswith("trial")]
    assert trial["observed"] == "-0.155" and trial["hit"] in ("yes", "no")


def test_the_page_is_small_and_closed(folder):
    text = (folder / "out" / "validation.html").read_text(encoding="utf-8")
    assert len(text) < 300_000 and "default-src 'none'" in text and "<script" not in text
    assert "The whole curve of each place in turn" in text and "offending.age_slope" in text
    for name in ("validation.html", "validation.csv", "validation.json"):
        left = (folder / "out" / name).read_text(encoding="utf-8")
        assert str(folder) not in left, "it names the machine that it was made on"


def test_the_same_command_goes_on_and_says_the_same(folder, capsys):
    before = (folder / "out" / "validation.csv").read_bytes()
    (folder / "out" / "validation.csv").unlink()
    parts = sorted((folder / "out" / "parts").iterdir())
    parts[0].unlink()
    words = ["validate", f"targets={folder}/mine.csv", f"out={folder}/out", "--scenarios",
             f"{folder}/scenarios", "jurisdictions=[]", "trials=[their_trial]", *TINY]  # fmt: skip
    assert run([*words, "--json", str(folder / "all.json")]) == 0
    said = capsys.readouterr().out
    assert len(re.findall(r"^\d+ of \d+: ", said, re.MULTILINE)) == 1, "one part was missing"
    assert "all that was not fitted" in said
    assert (folder / "out" / "validation.csv").read_bytes() == before
    assert json.loads((folder / "all.json").read_text(encoding="utf-8"))["summary"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["jurisdictions=[japn]"], "Did you mean 'japan'?"),
        (["trials=[cbt_prisn]"], "Did you mean 'cbt_prison'?"),
        (["persons=3"], "at least 1,000"),
        (["person=3"], "Did you mean 'persons'?"),
        (["targets=nowhere.csv"], "cannot read 'nowhere.csv'"),
        (["out="], "is not a folder"),
        (["--quik"], "Did you mean '--quick'?"),
    ],
)
def test_a_mistake_is_told_in_one_line(words, expected, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run(["validate", "jurisdictions=[]", "trials=[]", *words]) == 2
    said = capsys.readouterr().err
    assert len(said.splitlines()) == 1 and said.startswith("desist: ") and expected in said


def test_a_file_that_is_no_table_is_refused_before_anything_runs(capsys, tmp_path):
    path = targets_in(tmp_path, MINE, ["second", *MINE[1:6], "many", *MINE[7:]])
    assert run(["validate", f"targets={path}", f"out={tmp_path}/out"]) == 2
    said = capsys.readouterr().err
    assert "mine.csv:3" in said and "value is 'many'" in said
    assert not (tmp_path / "out").exists()


def test_of_a_table_of_others_what_can_be_measured_is(capsys, tmp_path):
    """The shipped table, trials, other countries and all, as if somebody had brought it."""
    path = shipped("configs").parent / "sim" / "evidence" / "targets.csv"
    words = ["validate", f"targets={path}", f"out={tmp_path}", "jurisdictions=[]", "trials=[]"]
    small = ["persons=6000", "months=60", "replications=1", "warmup_months=12", "refit_points=0",
             "check_persons=500"]  # fmt: skip
    assert run([*words, *small, "workers=1"]) == 0
    said = capsys.readouterr().out
    with path.open(encoding="utf-8") as file:
        given = [row["target_id"] for row in csv.DictReader(file)]
    with (tmp_path / "validation.csv").open(encoding="utf-8") as file:
        rows = {r["target"]: r for r in csv.DictReader(file) if r["kind"] == "foreign"}
    assert sorted(rows) == sorted(given), "every row is answered"
    for row in rows.values():
        parts = [row[name] for name in ("predicted", "lo", "hi", "hit")]
        assert all(parts) or (not any(parts) and row["note"]), row
    known = ("bjs05_", "ew_", "japan_", "fbi19_", "ncvs22_", "time_served16_", "nij_ga_")
    judged = [name for name, row in rows.items() if row["hit"]]
    assert len(judged) > 280 and all(n.startswith((*known, "bjs", "density_")) for n in judged)
    assert "not measured: life_arm0_w13 and 13 more: a trial is not a target" in said
    assert "not measured: norway_2y: unknown place" in said


def test_a_claim_that_does_not_hold_ends_with_3(monkeypatch, tmp_path, capsys):
    from sim.experiment.validation.must_hold import CHECKS, Checked

    for claim in list(CHECKS):
        monkeypatch.delitem(CHECKS, claim)
    monkeypatch.setitem(CHECKS, "one is two", lambda place, persons: Checked(1, 2, 2, "counted"))
    words = ["validate", "jurisdictions=[france]", "trials=[]", f"out={tmp_path}", *TINY]
    assert run(words) == 3
    assert "MUST HOLD, BUT DOES NOT: one is two" in capsys.readouterr().out
