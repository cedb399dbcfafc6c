"""The command line's words: help, version, list, show, completion."""

import json
import subprocess
import sys
import time

import pytest

from sim.app.commands import COMMANDS
from sim.app.main import run


def test_help_is_there_before_the_reader_looks_up():
    begun = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "sim.app.main", "--help"], capture_output=True, text=True, check=True
    )
    assert time.perf_counter() - begun < 1.0
    for name, command in COMMANDS.items():
        assert name in done.stdout and command.example in done.stdout


def test_help_imports_nothing_heavy():
    code = (
        "import sys; from sim.app.main import run; run(['--help']); "
        "heavy = {'numpy', 'numba', 'mesa', 'hydra', 'pandas', 'rich', 'pydantic'}; "
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.rstrip().endswith("[]")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_its_settings_and_options(name, capsys):
    assert run([name, "--help"]) == 0
    text = capsys.readouterr().out
    assert "Usage" in text and "--json FILE" in text and "desist " + name in text


def test_version(capsys):
    from sim import __version__

    assert run(["--version"]) == 0
    assert capsys.readouterr().out == f"desist {__version__}\n"


def test_list_levers_gives_paragraph_dials_and_evidence(tmp_path, capsys):
    path = tmp_path / "levers.json"
    assert run(["list", "levers", "--json", str(path)]) == 0
    levers = json.loads(path.read_text())
    assert {"prison_treatment", "restorative_justice", "noncustodial_sentences"} <= {
        lever["name"] for lever in levers
    }
    for lever in levers:
        assert lever["paragraph"] and lever["dials"], lever["name"]
        assert isinstance(lever["evidence_ids"], list)
        for dial in lever["dials"]:
            assert {"name", "unit", "range", "status_quo"} <= set(dial)
            low, high = dial["range"]
            assert low <= high
    assert any(lever["evidence_ids"] for lever in levers)
    assert "prison_treatment" in capsys.readouterr().out


@pytest.mark.parametrize("what", ["policies", "jurisdictions", "studies", "outcomes", "parameters"])
def test_everything_else_can_be_listed(what, tmp_path):
    path = tmp_path / "list.json"
    assert run(["list", what, "--json", str(path), "--quiet"]) == 0
    records = json.loads(path.read_text())
    assert records and all(record["name"] for record in records)
    if what in ("policies", "jurisdictions", "studies"):
        assert all(record["question"].endswith("?") for record in records)


def test_list_alone_gives_an_overview(capsys):
    assert run(["list"]) == 0
    assert "kyoto_core" in capsys.readouterr().out


@pytest.mark.parametrize(
    "thing",
    [
        "policy=restorative", "policy=status_quo", "jurisdiction=us_states", "study=kyoto_core",
        "lever=prison_treatment", "outcome=rearrest",
    ],
)  # fmt: skip
def test_one_thing_can_be_shown(thing, capsys, tmp_path):
    path = tmp_path / "shown.json"
    assert run(["show", thing, "--json", str(path)]) == 0
    assert capsys.readouterr().out.strip()
    assert json.loads(path.read_text())["name"] == thing.partition("=")[2]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("desist com", "compare"), ("desist compare study=ky", "study=kyoto_core"),
        ("desist compare repl", "replications="), ("desist show x", ""),
    ],
)  # fmt: skip
def test_completion_knows_commands_and_settings(line, expected, capsys, monkeypatch):
    monkeypatch.setenv("COMP_LINE", line)
    assert run(["-sc", "query=bash"]) == 0
    assert expected in capsys.readouterr().out.split() or not expected


def test_the_settings_can_be_looked_at(capsys):
    assert run(["compare", "--cfg", "job", "--resolve", "persons=123", "--package", "persons"]) == 0
    assert "123" in capsys.readouterr().out
