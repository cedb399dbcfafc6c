"""Scenario files are data from strangers: whatever they hold, one line refuses it, exit code 2."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from sim.app import folders
from sim.app.guard import MOST_FILES, check_folders
from sim.app.main import run
from sim.errors import DesistError
from sim.experiment.yaml_file import MOST_BYTES
from tests.contracts.hostile_files import CALLBACK, FILES, HEAD, PLACE, POLICY, STUDY, Hostile

TRIAL_WORDS = ["trial", "trial=own", "out=bad"]
STUDY_WORDS = ["compare", "study=own", "out=bad"]


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DESIST_SCENARIOS", raising=False)
    put("study/own.yaml", STUDY)
    return tmp_path


def put(path, content, folder="own"):
    file = Path(folder) / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file


def tree():
    return sorted(str(path) for path in Path().rglob("*"))


def refused(words, capsys, *said):
    before = tree()
    assert run(words) == 2
    shown = capsys.readouterr()
    assert len(shown.err.splitlines()) == 1, shown.err
    assert shown.err.startswith("desist: ") and len(shown.err) < 700, shown.err
    assert shown.err.rstrip("\n").isprintable()
    for text in ("Traceback", "hydra.errors", "append", "pydantic"):
        assert text not in shown.err
    for text in said:
        assert text in shown.err
    assert tree() == before, "something was written"


def test_the_corpus_is_large_and_has_no_doubles():
    names = [file.what for file in FILES]
    assert len(names) == len(set(names)) >= 150


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.what)
def test_a_hostile_or_broken_file_is_refused_in_one_line(file: Hostile, here, capsys):
    put(file.path, file.raw)
    if file.has_place:
        put("jurisdiction/us_states.yaml", PLACE)
    words = TRIAL_WORDS if file.path.startswith("trial/own") else STUDY_WORDS
    refused([*words, "--scenarios", "own"], capsys, file.said)


def test_the_harmless_study_that_they_are_made_of_is_accepted(here, capsys):
    put("policy/restorative.yaml", POLICY + "    referral: 0.5\n")
    put("jurisdiction/us_states.yaml", PLACE)
    put("jurisdiction/us_states.posterior.csv", HEAD + "1,0.6,0.03\n")
    put("jurisdiction/fit.csv", "what calibration leaves beside them")
    put("notes/README.md", "anything else is left alone")
    put("study/.own.yaml.swp", b"\0")
    put("study/._own.yaml", b"\0")
    check_folders([here / "own"])
    assert run(["show", "study=own", "--scenarios", "own"]) == 0


HYDRA_BLOCK = "# @package _global_\n" + CALLBACK
LEAK = STUDY + "title: ${oc.env:A_SECRET}\n"


@pytest.mark.parametrize("command", ["compare", "sweep"])
def test_no_way_leads_past_the_guard(command, here, capsys, monkeypatch):
    bad = put("study/own.yaml", HYDRA_BLOCK, "bad place").parents[1].absolute()
    Path("link").symlink_to(bad)
    for words in (
        ["--scenarios", str(bad)], ["--scenarios", "own", "--scenarios", "bad place"],
        ["--scenarios=bad place"], ["--scenarios", "link"], ["--scenarios", "own/../bad place"],
    ):  # fmt: skip
        refused([command, "study=own", *words], capsys, "@package")
    for words in (
        [f"hydra.searchpath=[file://{bad}]"], [f"+hydra.searchpath=[file://{bad}]"],
        [f"++hydra.searchpath=[file://{bad}]"], [f"hydra.searchpath=['file://{bad}']"],
        [f"+hydra={{searchpath:['file://{bad}']}}"],
    ):  # fmt: skip
        refused([command, *words], capsys, "the search path is closed", "use --scenarios DIR")
    for words in (
        ["--config-dir", str(bad)], [f"--config-dir={bad}"], ["-cd", str(bad)],
        ["--config-path", str(bad)], [f"-cp={bad}"],
    ):  # fmt: skip
        refused([command, "study=own", *words], capsys, "use --scenarios DIR")
    for words in (
        ["--config-di", str(bad)], ["--conf", str(bad)], ["--config-name", "x"],
        ["--package", f"--config-dir={bad}"], ["--experimental-rerun", "x"],
        [f"hydra/launcher={bad}/study/own"], ["hydra/launcher=../../own", "--multirun"],
        ["hydra.callbacks.x._target_=os.mkdir"], ["+hydra.callbacks.x.path=harm"],
        ["hydra.launcher._target_=os.mkdir"], ["hydra.job.config.x=1"], ["hydra/callbacks=own"],
        ["hydra.sweep={_target_:os.mkdir}"], ["study=../own/study/own"], [f"study={bad}/study/own"],
        ["engine=../../own/study/own"], ["+study@hydra=own"], ["study@_global_=own"],
        ["~hydra.job"], ["+policy=own"],
    ):  # fmt: skip
        refused([command, *words], capsys)
    monkeypatch.setenv("DESIST_SCENARIOS", f"own{os.pathsep}bad place")
    refused([command, "study=own"], capsys, "@package")
    monkeypatch.setenv("DESIST_SCENARIOS", "nowhere")
    refused([command, "study=own"], capsys, "no such folder 'nowhere' (DESIST_SCENARIOS)")


@pytest.mark.parametrize(
    "words",
    [
        ["list"], ["list", "policies"], ["show", "policy=status_quo"], ["fit"], ["trial"],
        ["compare", "--cfg", "job"], ["compare", "--info"], ["sweep", "--dry-run"],
        ["new", "policy", "x"], ["compare", "--multirun", "seed=1,2"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_every_command_that_reads_scenarios_has_the_guard(words, here, capsys):
    put("study/own.yaml", HYDRA_BLOCK)
    refused([*words, "--scenarios", "own"], capsys, "@package")


def test_the_environment_names_folders_too(here, monkeypatch, capsys):
    monkeypatch.setenv("DESIST_SCENARIOS", "own")
    assert run(["show", "study=own"]) == 0
    assert "own/study/own.yaml" in capsys.readouterr().out


def test_without_the_guard_a_file_would_run_code_and_read_secrets(here, capsys, monkeypatch):
    """The planted twin of the tests above: the attacks are real."""
    monkeypatch.setattr(folders, "check_folders", lambda _: None)
    monkeypatch.setenv("A_SECRET", "tell-nobody")
    put("study/own.yaml", LEAK)
    assert run(["compare", "study=own", "--cfg", "job", "--resolve", "--scenarios", "own"]) == 0
    assert "tell-nobody" in capsys.readouterr().out
    put("study/own.yaml", HYDRA_BLOCK)
    with_harm = ["compare", "study=own", "--scenarios", "own"]
    assert run(with_harm) == 2
    assert Path("harm").is_dir(), "the hydra block has run os.mkdir"


def test_secrets_stay_out_of_what_is_shown(here, capsys, monkeypatch):
    monkeypatch.setenv("A_SECRET", "tell-nobody")
    put("study/own.yaml", LEAK)
    for words in (["compare", "study=own", "--cfg", "job", "--resolve"], ["show", "study=own"]):
        assert run([*words, "--scenarios", "own"]) == 2
        shown = capsys.readouterr()
        assert "tell-nobody" not in shown.out + shown.err


def test_circles_are_found_across_folders(here, capsys):
    put("study/a.yaml", "defaults: [b]\n" + STUDY)
    put("study/b.yaml", "defaults: [c]\n" + STUDY, "other")
    put("study/c.yaml", "defaults: [a]\n" + STUDY, "other")
    refused(["compare", "study=a", "--scenarios", "own", "--scenarios", "other"], capsys,
            "a -> b -> c -> a")  # fmt: skip
    put("study/c.yaml", STUDY, "other")
    put("study/kyoto_core.yaml", "defaults: [kyoto_core]\n" + STUDY, "other")
    refused(["compare", "--scenarios", "other"], capsys, "'kyoto_core' builds on itself")


def test_files_that_double_at_every_step_are_refused(here, capsys):
    for step in range(12):
        put(f"study/s{step}.yaml", f"defaults: [s{step + 1}, s{step + 1}]\n" + STUDY)
    refused(["compare", "study=s0", "--scenarios", "own"], capsys, "builds on too many others")


def test_a_study_may_build_on_another(here, capsys):
    put("study/own.yaml", "# Why?\ndefaults: [kyoto_core, _self_]\npersons: 345\n")
    assert run(["compare", "study=own", "--cfg", "job", "--resolve", "--scenarios", "own"]) == 0
    out = capsys.readouterr().out
    assert "persons: 345" in out and "noncustodial" in out


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda path: path.symlink_to("/etc/passwd"), "a link that leaves the scenario folder"),
        (lambda path: path.symlink_to("../../secret.yaml"), "a link that leaves"),
        (lambda path: path.symlink_to("nowhere.yaml"), "not a regular file"),
        (lambda path: path.symlink_to(path.name), "leads nowhere"),
        (lambda path: path.mkdir(), "a folder named like a scenario file"),
        (lambda path: os.mkfifo(path), "not a regular file"),
        (lambda path: socket.socket(socket.AF_UNIX).bind(str(path)), "not a regular file"),
    ],
    ids=["out", "up", "dangling", "loop", "folder", "pipe", "socket"],
)
def test_only_regular_files_inside_are_read(make, said, here, capsys):
    Path("secret.yaml").write_text(STUDY)
    make(Path("own/study/more.yaml"))
    refused([*STUDY_WORDS, "--scenarios", "own"], capsys, said)


def test_draws_by_a_link_are_refused(here, capsys):
    put("jurisdiction/us_states.yaml", PLACE)
    Path("secret.csv").write_text(HEAD + "1,0.6,0.03\n")
    Path("own/jurisdiction/us_states.posterior.csv").symlink_to("../../secret.csv")
    refused([*STUDY_WORDS, "--scenarios", "own"], capsys, "a link that leaves")


def test_linked_folders_are_refused(here, capsys):
    put("policy/x.yaml", POLICY, "elsewhere")
    Path("own/policy").symlink_to(Path("elsewhere/policy").absolute())
    refused([*STUDY_WORDS, "--scenarios", "own"], capsys, "a linked folder")


def test_a_folder_without_end_is_not_read(here, capsys):
    for number in range(MOST_FILES + 1):
        Path(f"own/{number}").touch()
    refused([*STUDY_WORDS, "--scenarios", "own"], capsys, "not a scenario folder")


def test_many_large_files_are_refused_together(here, capsys):
    for number in range(20):
        put(f"policy/p{number}.yaml", "# " + "x" * (MOST_BYTES - 10) + "\n")
    refused([*STUDY_WORDS, "--scenarios", "own"], capsys, "a scenario folder too large")


@pytest.mark.skipif(not hasattr(os, "seteuid"), reason="no file permissions to test")
@pytest.mark.parametrize(
    ("path", "said"),
    [("own/study", "cannot read the folder"), ("own/study/own.yaml", "cannot read file")],
)
def test_what_may_not_be_read_is_said(path, said, here):
    before, root = Path(path).stat().st_mode, os.geteuid() == 0
    for folder in here.parents[:3]:  # pytest's own, with one more level for each of its workers
        if folder.name.startswith(("pytest-", "popen-", "test_")):
            folder.chmod(0o755)
    here.chmod(0o755)
    Path(path).chmod(0)
    try:
        if root:
            os.seteuid(65534)  # permissions do not bind the superuser
        with pytest.raises(DesistError, match=said):
            check_folders([here / "own"])
    finally:
        if root:
            os.seteuid(0)
        Path(path).chmod(before)


def test_a_refusal_is_the_same_for_the_real_program(here):
    put("study/own.yaml", STUDY + CALLBACK)
    done = subprocess.run(
        [sys.executable, "-m", "sim.app.main", *STUDY_WORDS, "--scenarios", "own"],
        capture_output=True, text=True, check=False, timeout=60,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])},
    )  # fmt: skip
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr == (
        "desist: the key 'hydra' is not allowed (own/study/own.yaml:10): "
        "scenarios cannot set up the program.\n"
    )
    assert not Path("bad").exists()
