"""Folders of one's own: desist new, which file was chosen, and the words of list and show."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sim.app.commands import COMMANDS, OPTIONS
from sim.app.completion import candidates
from sim.app.main import run
from sim.app.overrides import KEYS
from sim.app.shipped import shipped
from sim.experiment.limits import STATED
from sim.experiment.scenario import KINDS
from sim.rules import registry

TINY = ["persons=300", "months=6", "start=2", "warmup_months=2", "replications=1", "horizons=[2]",
        "outcomes=[rearrest]"]  # fmt: skip


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DESIST_SCENARIOS", raising=False)
    return tmp_path


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("policy", ["compare", "policies=[status_quo,mine-1]", *TINY]),
        ("jurisdiction", ["compare", "jurisdiction=mine-1", *TINY]),
        ("study", ["compare", "study=mine-1", *TINY]),
        ("trial", ["trial", "trial=mine-1", "persons=30000", "worlds=1", "warmup_months=6",
                   "replications=2"]),
    ],
    ids=KINDS,
)  # fmt: skip
def test_a_new_file_runs_as_it_is_and_the_run_says_where_it_is_from(kind, words, here, capsys):
    assert run(["new", kind, "mine-1", "--scenarios", "own", "--json", "new.json"]) == 0
    file = f"own/{kind}/mine-1.yaml"
    assert file in capsys.readouterr().out
    assert json.loads(Path("new.json").read_text()) == {
        "kind": kind, "name": "mine-1", "file": file
    }  # fmt: skip
    comments = [line for line in Path(file).read_text().splitlines() if "#" in line]
    assert len(comments) >= 8
    assert run([*words, "out=out", "--scenarios", "own"]) == 0
    out = capsys.readouterr().out
    assert f"{kind.capitalize()} mine-1 is read from {file}" in out
    if kind != "trial":
        told = json.loads(Path("out/manifest.json").read_text())
        files = {told["study"]["file"], *(place["file"] for place in told["places"].values())}
        files |= {policy["file"] for policy in told["study"]["policies"]}
        assert file in files
    assert run(["show", f"{kind}=mine-1", "--scenarios", "own"]) == 0
    assert file in capsys.readouterr().out


@pytest.mark.parametrize("kind", KINDS)
def test_new_never_replaces_or_hides_a_file(kind, here, capsys):
    assert run(["new", kind, "mine"]) == 0
    path = Path(f"my_scenarios/{kind}/mine.yaml")
    path.write_text("title: changed\n")
    assert run(["new", kind, "mine"]) == 2
    assert path.read_text() == "title: changed\n"
    shipped_name = sorted((shipped("scenarios") / kind).glob("*.yaml"))[0].stem
    assert run(["new", kind, shipped_name]) == 2
    assert "choose another name" in capsys.readouterr().err
    assert sorted(path.parent.iterdir()) == [path]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "a kind and a name are needed"), (["policy"], "write desist new policy|"),
        (["polcy", "x"], "Did you mean 'policy'?"), (["policy", "../x"], "not a usable name"),
        (["policy", ""], "not a usable name"), (["policy", "a b"], "not a usable name"),
        (["policy", "x", "--scenarios", "/proc/nowhere"], "cannot write the file"),
    ],
)  # fmt: skip
def test_new_answers_slips_in_one_line(words, said, here, capsys):
    assert run(["new", *words]) == 2
    error = capsys.readouterr().err
    assert said in error and len(error.splitlines()) == 1
    assert list(here.iterdir()) == []


@pytest.mark.parametrize("name", ["2024", "on", "null", "1e5", "a-b_c", "x" * 100])
def test_a_new_file_may_have_any_usable_name(name, here):
    for kind in KINDS:
        assert run(["new", kind, name, "--quiet"]) == 0
        assert run(["show", f"{kind}={name}", "--scenarios", "my_scenarios"]) == 0


def test_every_lever_and_dial_is_in_a_new_policy_and_each_can_be_turned_on(here, capsys):
    assert run(["new", "policy", "mine"]) == 0
    path = Path("my_scenarios/policy/mine.yaml")
    head, _, dials = path.read_text().partition("dials:\n")
    names = [rule.name for rule in registry().values() if rule.kind == "lever"]
    lines = dials.splitlines()
    assert {line.strip(" #:") for line in lines if line.endswith(":")} >= set(names)
    # Every line that is no remark loses its #: all levers, at the status quo.
    path.write_text(head + "dials:\n" + "\n".join(
        line if line.startswith("  # §") else line.replace("# ", "", 1) if line.startswith("  # ")
        else line.replace("#   ", "  ", 1).replace("  # ", "  ", 1) if line.lstrip().startswith("#")
        else line for line in lines
    ))  # fmt: skip
    assert run(["show", "policy=mine", "--scenarios", "my_scenarios", "--json", "x.json"]) == 0
    shown = {(one["lever"], one["dial"]) for one in json.loads(Path("x.json").read_text())["dials"]}
    assert shown == {
        (name, quantity.name)
        for name in names
        for quantity in registry()[name].quantities().values()
        if quantity.kind == "dial"
    }


def test_the_first_folder_wins_and_the_shipped_one_is_last(here, capsys):
    for folder, title in (("first", "One"), ("second", "Two")):
        path = Path(folder) / "policy" / "restorative.yaml"
        path.parent.mkdir(parents=True)
        path.write_text(f"# Which?\ntitle: {title}\ndials: {{fines: {{uptake: 0.1}}}}\n")
    both = ["--scenarios", "first", "--scenarios", "second"]
    assert run(["show", "policy=restorative", *both]) == 0
    assert "One (first/policy/restorative.yaml)" in capsys.readouterr().out
    assert run(["show", "policy=restorative", "--scenarios", "second"]) == 0
    assert "Two" in capsys.readouterr().out
    assert run(["list", "policies", *both]) == 0
    assert "restorative is your own: first/policy/restorative.yaml" in capsys.readouterr().out


def test_list_alone_shows_every_file_with_its_question(here, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "400")
    assert run(["list"]) == 0
    out = capsys.readouterr().out
    for kind in KINDS:
        for path in (shipped("scenarios") / kind).glob("*.yaml"):
            first = path.read_text(encoding="utf-8").splitlines()[0].lstrip("# ")
            assert path.stem in out and first[:60] in out


def test_a_policy_is_explained_in_words_with_the_status_quo_beside_it(here, capsys):
    assert run(["show", "policy=restorative"]) == 0
    out = capsys.readouterr().out
    assert (
        "suitable cases referred between conviction and sentence, 0.5 instead of 0 (share)" in out
    )
    assert "as in the status quo" in out


def test_a_place_with_a_status_quo_of_its_own_is_shown_with_it(here, capsys):
    place = Path("own/jurisdiction/mine.yaml")
    place.parent.mkdir(parents=True)
    text = (shipped("scenarios") / "jurisdiction/us_states.yaml").read_text(encoding="utf-8")
    stated = "{value: 0.25, source: assumed, note: by hearsay}"
    place.write_text(f"{text}\ndials:\n  restorative_justice:\n    referral: {stated}\n")
    assert run(["show", "jurisdiction=mine", "--scenarios", "own", "--json", "x.json"]) == 0
    assert "Its own status quo" in capsys.readouterr().out
    assert json.loads(Path("x.json").read_text())["dials"] == [
        {"lever": "restorative_justice", "dial": "referral", "value": 0.25, "source": "assumed",
         "note": "by hearsay"}
    ]  # fmt: skip
    assert run(["show", "policy=restorative", "--scenarios", "own"]) == 0
    out = capsys.readouterr().out
    assert "Places with a status quo of their own" in out and "0.25" in out


def test_a_trial_and_a_parameter_can_be_shown(here, capsys):
    assert run(["show", "trial=cbt_prison"]) == 0
    out = capsys.readouterr().out
    assert "Arm treatment (n 1,500)" in out and "0.724 (0.621 to 0.843)" in out
    assert run(["show", "parameter=offending.age_slope", "--json", "x.json"]) == 0
    record = json.loads(Path("x.json").read_text())
    assert record["evidence"][0]["id"] == "age_hazard"
    assert "japan" in {place["place"] for place in record["places"]}
    assert run(["show", "parameter=offending.age_slop"]) == 2
    assert "Did you mean 'offending.age_slope'?" in capsys.readouterr().err


def test_the_limits_are_in_the_help_and_the_option_lifts_them(here, capsys):
    assert run(["compare", "--help"]) == 0
    assert f"{STATED.persons:,} persons" in capsys.readouterr().out
    words = ["compare", "months=700", "start=699", "persons=20", "warmup_months=0",
             "replications=1", "policies=[status_quo]", "--dry-run"]  # fmt: skip
    assert run(words) == 2
    assert "at most 600 unless asked for; make it smaller, or add --allow-large" in (
        capsys.readouterr().err
    )
    assert run([*words, "--allow-large"]) == 0
    assert "to simulate" in capsys.readouterr().out


# ---- tab completion


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("desist ", {"compare", "sweep", "new", "--help"}),
        ("desist com", {"compare"}),
        ("desist list ", {"policies", "studies", "levers", "parameters"}),
        ("desist new ", set(KINDS)),
        ("desist compare --", {"--scenarios", "--dry-run", "--multirun", "--allow-large"}),
        ("desist compare study=ky", {"study=kyoto_core"}),
        ("desist compare policies=", {"policies=[status_quo", "policies=[restorative"}),
        ("desist compare policies=[status_quo,resto", {"policies=[status_quo,restorative"}),
        ("desist compare jurisdiction=ja", {"jurisdiction=japan"}),
        ("desist compare dials.fin", {"dials.fines.uptake=", "dials.fines.replacement="}),
        ("desist compare parameters.offending.age", {"parameters.offending.age_slope="}),
        ("desist compare outcomes=[rear", {"outcomes=[rearrest"}),
        ("desist compare index=rel", {"index=release_from_prison"}),
        ("desist sweep engine=", {"engine=local", "engine=dask"}),
        ("desist trial trial=life", {"trial=life"}),
        ("desist show lever=fin", {"lever=fines"}),
        ("desist show parameter=offending.age", {"parameter=offending.age_slope"}),
        ("desist compare persons=300 rep", {"replications="}),
        ("desist compare study=mi --scenarios own study=mi", {"study=mine"}),
        ("desist nonsense x", set()),
        ("desist compare --json ", set()),
        ("", set(COMMANDS)),
    ],
)
def test_tab_completes_commands_settings_names_dials_and_options(line, expected, here):
    run(["new", "study", "mine", "--scenarios", "own", "--quiet"])
    found = set(candidates(line))
    assert expected <= found
    assert expected or not found


def test_every_dial_and_parameter_of_every_rule_is_completed():
    for kind, section in (("dial", "dials"), ("parameter", "parameters")):
        there = {
            f"{section}.{name}.{quantity.name}="
            for name, rule in registry().items()
            for quantity in rule.quantities().values()
            if quantity.kind == kind
        }
        assert set(candidates(f"desist compare {section}.")) == there


def test_every_setting_and_option_is_completed():
    for command in COMMANDS.values():
        assert set(command.options) <= set(candidates(f"desist {command.name} --"))
        settings = {word.rstrip("=.") for word in candidates(f"desist {command.name} ")}
        assert set(KEYS.get(command.name, ())) <= settings
    assert all(name.startswith("--") for name in OPTIONS)


def test_what_a_shell_would_expand_is_not_offered(here, capsys, monkeypatch):
    for name in ("$(touch harm).yaml", "`touch harm`.yaml", "a b.yaml", "good.yaml"):
        path = Path("own/study") / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    monkeypatch.setenv("DESIST_SCENARIOS", "own")
    for line in ("desist compare study=", "desist compare policies=[$(touch harm),"):
        monkeypatch.setenv("COMP_LINE", line)
        assert run(["-sc", "query=bash"]) == 0
        said = capsys.readouterr().out
        assert "harm" not in said
    monkeypatch.setenv("COMP_LINE", "desist compare study=g")
    run(["-sc", "query=bash"])
    assert capsys.readouterr().out == "study=good\n"


def test_completion_composes_nothing_that_is_on_the_line(here, capsys, monkeypatch):
    bad = Path("bad/study")
    bad.mkdir(parents=True)
    (bad / "own.yaml").write_text(
        "# @package _global_\nhydra: {callbacks: {x: {_target_: os.mkdir, path: harm}}}\n"
    )
    line = "desist compare --config-dir bad hydra.searchpath=[file://bad] study=own "
    monkeypatch.setenv("COMP_LINE", f"{line} --scenarios bad ")
    assert run(["-sc", "query=bash"]) == 0
    assert "persons=" in capsys.readouterr().out
    assert not Path("harm").exists()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_installs_with_one_line(shell, capfd):
    assert run(["-sc", f"install={shell}"]) == 0
    script = capfd.readouterr().out
    assert "complete" in script and "desist" in script


def test_a_real_bash_completes(here):
    """The installed function is called as bash calls it when somebody presses Tab."""
    program = here / "bin" / "desist"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m sim.app.main "$@"\n')
    program.chmod(0o755)
    script = (
        'eval "$(desist -sc install=bash)"; COMP_LINE="desist compare dials.fines"; '
        "COMP_CWORD=2; COMP_POINT=${#COMP_LINE}; hydra_bash_completion; "
        'echo "${COMPREPLY[@]}"; complete -p desist'
    )
    done = subprocess.run(
        ["bash", "-c", script], capture_output=True, text=True, check=True, timeout=60,
        env={**os.environ, "PATH": f"{program.parent}:{os.environ['PATH']}",
             "PYTHONPATH": str(Path(__file__).resolve().parents[2])},
    )  # fmt: skip
    assert done.stdout.splitlines()[0] == "dials.fines.replacement= dials.fines.uptake="
    assert "hydra_bash_completion desist" in done.stdout


@pytest.mark.parametrize("command", KEYS)
def test_a_folder_with_the_name_of_a_setting_does_not_get_in_its_way(command, here, capsys):
    """Hydra takes ``out=DIR`` for the choice of a file where it sees a folder ``out``."""
    nested = {"dials", "parameters", "columns", "report", "engine", "jurisdiction", *KINDS}
    keys = [key for key in KEYS[command] if key not in nested]
    assert len(keys) > 4
    for key in (*KEYS[command], "hydra", "place", "name"):
        (here / "own" / key).mkdir(parents=True)
    words = [command, *(f"{key}=7" for key in keys), "--cfg", "job", "--scenarios", "own"]
    assert run(words) == 0
    said = capsys.readouterr().out
    assert all(f"\n{key}: 7\n" in f"\n{said}" for key in keys)
    if "jurisdiction" in KEYS[command]:
        assert run([command, "jurisdiction=japan", "--cfg", "job", "--scenarios", "own"]) == 0
