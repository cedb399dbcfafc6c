"""``desist why``: whatever number a reader sees, the way back to its cells and its command."""

import json
import re
import shlex
from pathlib import Path

import pandas as pd
import pytest

from analysis.store import Store
from sim.app.main import run


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    folder = tmp_path_factory.mktemp("why") / "out"
    words = [
        "policies=[status_quo,rehabilitation,restorative]", "persons=700", "months=30", "start=3",
        "warmup_months=12", "replications=2", "horizons=[6,12]", "confidence=0.9",
        "parameters.work.losing=0.09", "workers=1", f"out={folder}",
    ]  # fmt: skip
    assert run(["compare", *words, "--quiet"]) == 0
    return folder


def traced(out, tmp_path, *words):
    path = tmp_path / "why.json"
    assert run(["why", str(out / "report.html"), *words, "--json", str(path), "--quiet"]) == 0
    return json.loads(path.read_text())


def test_every_figure_and_table_of_a_report_is_traced_by_the_name_beneath_it(out, tmp_path):
    text = (out / "report.md").read_text().replace("\\", "")
    names = re.findall(r"Data: (?:figures|tables)/(\S+)\.csv", text)
    page = (out / "report.html").read_text()
    outcomes = 2  # tables of outcomes, whose numbers have ids instead
    shown = page.count("<figure>") + page.count('<table class="stacks') - outcomes
    assert len(names) == len(set(names)) == shown > 12
    stored = set(Store(out).outcomes["cell"])
    for name in names:
        found = traced(out, tmp_path, name)
        cells = [row["cell"] for row in found["cells"]]
        assert cells and set(cells) <= stored and len(set(cells)) == len(cells), name
        assert found["command"].startswith("desist compare study=kyoto_core "), name


def test_every_number_of_the_tables_of_outcomes_has_an_id_that_is_known(out, tmp_path):
    page = (out / "report.html").read_text()
    ids = set(re.findall(r'<td class="num[^>]* title="([0-9a-f]{8})"', page))
    shown = len(re.findall(r'<td class="num[^>]* data-column="[^"]+"><span[^>]*>[^<]', page))
    assert len(ids) > 40 and shown >= len(ids)
    known = set(pd.read_csv(out / "contrasts.csv")["id"])
    levels = ids - known  # of the baseline, which contrasts.csv has in a column
    assert levels and traced(out, tmp_path, min(levels))["about"]["policy"] == "status_quo"
    assert len(ids & known) > len(levels)


def test_every_number_used_is_traced_by_the_name_beside_it(out, tmp_path):
    page = (out / "report.html").read_text()
    used = page[page.index('id="appendix"') :]
    names = re.findall(r'<span class="unit">([a-z_0-9]+\.[a-z_0-9]+)</span>', used)
    manifest = json.loads((out / "manifest.json").read_text())
    assert set(names) == {f"{one['rule']}.{one['name']}" for one in manifest["appendix"]}
    assert traced(out, tmp_path, "work.losing")["numbers"]["value"] == 0.09


def test_a_point_of_a_curve_is_one_row_with_the_cells_of_its_policy(out, tmp_path, capsys):
    words = ["us_states-incidence-rearrest", "policy=restorative", "month=6"]
    found = traced(out, tmp_path, *words)
    curve = pd.read_csv(out / "figures" / "us_states-incidence-rearrest.csv")
    row = curve[(curve["policy"] == "restorative") & (curve["month"] == 6)].iloc[0]
    assert float(found["numbers"]["incidence"]) == row["incidence"]
    assert {one["policy"] for one in found["cells"]} == {"status_quo", "restorative"}
    assert len(found["cells"]) == 4
    assert run(["why", str(out), *words]) == 0
    said = capsys.readouterr().out
    assert found["cells"][0]["cell"] in said and "confidence 0.9" in said


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["us_states-incidence-rearest"], "nearest name: 'us_states-incidence-rearrest'"),
        (["us_states-hazards", "polcy=restorative"], "nearest name: 'policy'"),
        (["us_states-hazards", "policy=restorativ"], "nearest name: 'restorative'"),
        (["../manifest"], "cannot be traced"),
    ],
)
def test_a_slip_is_answered_with_the_nearest_name(out, words, expected, capsys):
    assert run(["why", str(out / "report.html"), *words]) == 2
    said = capsys.readouterr().err
    assert said.startswith("desist: ") and said.count("\n") == 1 and expected in said


def test_the_command_that_why_prints_gives_the_same_numbers(out, tmp_path):
    """Settings of the command line that differ from the study's file are in it."""
    words = shlex.split(traced(out, tmp_path, "us_states-hazards")["command"])
    assert {"horizons=[6,12]", "confidence=0.9", "parameters.work.losing=0.09"} <= set(words)
    assert not any(word.startswith(("index=", "keep=", "outcomes=")) for word in words)
    again = tmp_path / "again"
    words = [word.replace("out=DIR", f"out={again}") for word in words[1:]]
    assert run([*words, "workers=1", "--quiet"]) == 0
    for name in ("contrasts.csv", "report.md"):
        assert _timeless(again / name) == _timeless(out / name)


def _timeless(path: Path) -> str:
    return re.sub(r"(Finished|Simulation took): .*", "", path.read_text())
