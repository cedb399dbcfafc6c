"""Bad input: exit code 2, one line that says what, where and the mend, nothing left behind."""

import os
import shutil

import pytest

from sim.app.main import run
from sim.app.shipped import shipped
from sim.experiment.scenario import scenarios_in


@pytest.fixture
def in_empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def dial():
    """A dial that the shipped restorative policy uses: (lever, dial)."""
    dials = scenarios_in([shipped("scenarios")]).load("policy", "restorative").content["dials"]
    lever, values = next(iter(dials.items()))
    return lever, next(iter(values))


def refused(words, capsys, *expected):
    assert run(words) == 2
    said = capsys.readouterr()
    assert len(said.err.splitlines()) == 1, said.err
    assert said.err.startswith("desist: ")
    assert "Traceback" not in said.err and "append" not in said.err
    for text in expected:
        assert text in said.err
    return said


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("study=kyoto_cor", "Did you mean 'kyoto_core'?"),
        ("policies=[status_quo,restoritive]", "unknown policy 'restoritive' (policies=)"),
        ("policies=[status_quo,restoritive]", "Did you mean 'restorative'?"),
        ("jurisdiction=us_state", "Did you mean 'us_states'?"),
        ("jurisdictions=[us_state]", "Did you mean 'us_states'?"),
        ("outcomes=[rearest]", "Did you mean 'rearrest'?"),
        ("outcome=[rearrest]", "unknown setting 'outcome'"),
        ("index=release", "unknown index 'release'"),
        ("person=3", "Did you mean 'persons'?"),
        ("+person=3", "Did you mean 'persons'?"),
        ("+persons=3", "leave out + and ~"),
        ("~persons", "leave out + and ~"),
        ("persons=0", "it must be at least 1"),
        ("persons=-5", "it must be at least 1"),
        ("persons=many", "expected a whole number"),
        ("persons=", "expected a whole number"),
        ("persons=[", "cannot read"),
        ("persons=1e12", "at most"),
        ("months=0", "at least 1"),
        ("start=120", "after the last month 119"),
        ("start=-1", "at least 0"),
        ("replications=1.5", "expected a whole number"),
        ("seed=-1", "at least 0"),
        ("confidence=1.5", "less than 1"),
        ("confidence=-0.5", "more than 0"),
        ("horizons=[0]", "at least 1"),
        ("workers=0", "whole number"),
        ("engine=ray", "unknown engine 'ray'"),
        ("policies=status_quo,restorative", "write policies=[status_quo,restorative]"),
        ("policies=[]", "at least one"),
        ("policies=null", "'policies' is missing"),
        ("policies=[status_quo,status_quo]", "appears twice"),
        ("study.persons=3", "unknown setting 'study.persons'"),
        ("study=./mine.yaml", "--scenarios DIR"),
        ("kyoto_core", "write study=kyoto_core"),
        ("dials.restorative_justice=3", "dials.LEVER.DIAL=value"),
        ("dials.restorative_justce.x=3", "Did you mean 'restorative_justice'?"),
        ("parameters.ofending.x=3", "unknown rule 'ofending'"),
        ("hydra.searchpath=[x]", "--scenarios DIR"),
        ("out=", "write out=DIR"),
        ("--config-dir x", "--scenarios DIR"),
        ("--config-name x", "study=NAME"),
        ("--jsn x", "Did you mean '--json'?"),
        ("--json", "needs a value"),
        ("--json no/such/folder/x.json", "cannot write"),
        ("--scenarios no/such/folder", "no such folder"),
        ("--quiet=yes", "takes no value"),
        ("--cfg jobs", "Did you mean 'job'?"),
    ],
)
def test_a_slip_is_answered_in_one_line(words, expected, capsys, in_empty_folder):
    given = ["compare", *words.split(" ")]
    if not words.startswith("out="):
        given.append("out=bad")
    refused(given, capsys, expected)
    assert os.listdir(in_empty_folder) == []


@pytest.mark.parametrize("value", ["-0.1", "1e9", "high", "true", "[1]", "nan"])
def test_a_dial_out_of_range_is_refused(value, dial, capsys, in_empty_folder):
    key = f"dials.{dial[0]}.{dial[1]}"
    refused(["compare", f"{key}={value}", "out=bad"], capsys, f"{dial[0]}.{dial[1]}", f"({key}=)")
    assert os.listdir(in_empty_folder) == []


def test_an_unknown_dial_is_answered_with_the_nearest(dial, capsys, in_empty_folder):
    refused(["compare", f"dials.{dial[0]}.{dial[1]}x=0.1", "out=bad"], capsys, f"'{dial[1]}'?")


def test_a_dial_that_no_policy_uses_is_refused(dial, capsys, in_empty_folder):
    words = [f"dials.{dial[0]}.{dial[1]}=0.1", "policies=[status_quo,noncustodial]", "out=bad"]
    refused(["compare", *words], capsys, "no policy of this study", dial[0])


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["compar"], "Did you mean 'compare'?"),
        (["list", "levrs"], "Did you mean 'levers'?"),
        (["list", "levers", "more"], "one word too many"),
        (["show"], "show one thing"),
        (["show", "levers=x"], "Did you mean 'lever'?"),
        (["show", "lever=prison_treatmen"], "Did you mean 'prison_treatment'?"),
        (["show", "policy=../x"], "unknown policy"),
        (["fit", "jurisdiction=us_state"], "Did you mean 'us_states'?"),
        (["fit", "persons=0"], "at least 1"),
        (["fit", "start=3"], "unknown setting 'start'"),
    ],
)
def test_other_commands_answer_alike(words, expected, capsys, in_empty_folder):
    refused(words, capsys, expected)


def test_a_folder_that_cannot_be_written_is_refused(capsys, in_empty_folder):
    refused(["compare", "out=/proc/desist"], capsys, "cannot write the folder (out=/proc/desist)")
    (in_empty_folder / "file").write_text("x")
    refused(["compare", "out=file"], capsys, "not a folder (out=file)")
    refused(["compare", "out=file/below"], capsys, "cannot write the folder")


def test_a_folder_with_other_things_is_not_touched(capsys, in_empty_folder):
    (in_empty_folder / "theirs").mkdir()
    (in_empty_folder / "theirs" / "manifest.json").write_text('{"name": "some web page"}')
    refused(["compare", "out=theirs"], capsys, "holds no study of desist")
    assert os.listdir(in_empty_folder / "theirs") == ["manifest.json"]


def own_study(folder, text, name="study/own.yaml"):
    path = folder / "own" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return ["compare", "study=own", "out=bad", "--scenarios", "own"]


STUDY = "# Why?\njurisdictions: [us_states]\npolicies: [status_quo, restorative]\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("title: [open\npersons: 3\n", "not valid YAML (own/study/own.yaml:2)"),
        (b"\x80\x81\x82", "not a text file"),
        ("just words\n", "expected lines of 'key: value'"),
        ("", "'jurisdictions' is missing"),
        (STUDY + "person: 5\n", "unknown key 'person' (own/study/own.yaml:4). Did you mean"),
        (STUDY + "persons: -5\n", "persons is -5 (own/study/own.yaml:4)"),
        (STUDY + "persons: true\n", "expected a whole number"),
        (STUDY + "months: 24\nstart: 24\n", "after the last month 23 (own/study/own.yaml:5)"),
        (STUDY + "dials: {restorative_justce: {x: 1}}\n", "Did you mean 'restorative_justice'?"),
        (STUDY + "hydra: {run: {dir: x}}\n", "the key 'hydra' is not allowed"),
        (STUDY + "hydra.run.dir: x\n", "the key 'hydra.run.dir' is not allowed"),
        (STUDY + "x: {_target_: os.system}\n", "the key '_target_' is not allowed"),
        (STUDY + "title: ${oc.env:HOME}\n", "the expression '${oc.env:HOME' is not allowed"),
        (STUDY + "title: ${hydra:runtime.cwd}\n", "is not allowed"),
        (STUDY + "title: ${oc.select:${oc.env:HOME},1}\n", "is not allowed"),
        (STUDY + "persons: ${study.nothing}\n", "is not allowed"),
        ("# @package _global_\n" + STUDY, "remove the line with @package"),
        ("defaults:\n- /hydra/launcher: joblib\n" + STUDY, "not the plain name"),
        ("defaults:\n- override /engine: serial\n" + STUDY, "not the plain name"),
        ("defaults: [../../x]\n" + STUDY, "not the plain name"),
        (STUDY + "title: &a x\nb: *a\n", "anchors and aliases are not allowed"),
    ],
)
def test_a_study_file_is_data_and_nothing_else(text, expected, capsys, in_empty_folder):
    refused(own_study(in_empty_folder, text), capsys, expected)
    assert os.listdir(in_empty_folder) == ["own"]


@pytest.mark.parametrize(
    "name", ["compare.yaml", "hydra/launcher/joblib.yaml", "engine/local.yaml", "study/a b.yaml"]
)
def test_a_scenario_folder_holds_scenarios_only(name, capsys, in_empty_folder):
    own_study(in_empty_folder, STUDY)
    refused(own_study(in_empty_folder, "a: 1\n", name), capsys, name.rpartition("/")[2][:3])


def test_links_do_not_lead_out_of_a_scenario_folder(capsys, in_empty_folder):
    words = own_study(in_empty_folder, STUDY)
    (in_empty_folder / "secret.yaml").write_text("title: secret\n")
    (in_empty_folder / "own/study/link.yaml").symlink_to(in_empty_folder / "secret.yaml")
    refused(words, capsys, "a link that leaves the scenario folder")
    (in_empty_folder / "own/study/link.yaml").unlink()
    (in_empty_folder / "own/hydra").symlink_to(in_empty_folder)
    refused(words, capsys, "a linked folder")


def test_a_policy_file_is_blamed_by_file_and_line(dial, capsys, in_empty_folder):
    words = own_study(in_empty_folder, STUDY)
    text = f"# Q?\ntitle: t\nparagraphs: [42]\ndials:\n  {dial[0]}:\n    {dial[1]}: -1\n"
    own_study(in_empty_folder, text, "policy/restorative.yaml")
    refused(words, capsys, "(own/policy/restorative.yaml:6)")


def test_a_place_without_a_source_is_refused(capsys, in_empty_folder):
    words = own_study(in_empty_folder, STUDY)
    theirs = shipped("scenarios") / "jurisdiction" / "us_states.yaml"
    mine = in_empty_folder / "own/jurisdiction/us_states.yaml"
    mine.parent.mkdir()
    shutil.copy(theirs, mine)
    mine.write_text(mine.read_text() + "colour: blue\n")
    refused(words, capsys, "colour")


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("report.language=de", "unknown language 'de' (report.language=)"),
        ("report.tongue=fr", "unknown setting 'report.tongue'"),
        ("report=fr", "unknown setting 'report'"),
    ],
)
def test_a_report_is_only_written_in_a_language_there_is(in_empty_folder, capsys, word, expected):
    refused(["compare", "study=kyoto_core", "--dry-run", word], capsys, expected)
