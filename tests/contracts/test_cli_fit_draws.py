"""Studies with draws of a place's fit: they reach the worlds, policies stay paired, runs go on."""

import json
from functools import partial
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from sim.app.main import run
from sim.app.shipped import shipped
from sim.experiment.calibration.written import set_scalars

PLACE = (shipped("scenarios") / "jurisdiction/us_states.yaml").read_text(encoding="utf-8")
HEAD = "draw,offending.arrests_per_year,reentry.first_month\n"
DRAWS = HEAD + "1,0.05,0.9\n2,3.0,0.8\n3,0.6,0.7\n"
STUDY = """# What does the fit do?
jurisdictions: [us_states]
policies: [status_quo, nothing, rehabilitation]
persons: 300
months: 20
start: 6
warmup_months: 6
replications: 2
seed: 5
horizons: [6]
weights: {cost_total: -1.0}
"""


@pytest.fixture
def own(tmp_path):
    for path, text in (
        ("jurisdiction/us_states.yaml", PLACE),
        ("jurisdiction/us_states.posterior.csv", DRAWS),
        ("policy/nothing.yaml", "# What if nothing changed?\ntitle: Nothing\ndials: {}\n"),
        ("study/fit.yaml", STUDY),
    ):
        file = tmp_path / "own" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return tmp_path / "own"


@pytest.fixture
def compare(own):
    def go(out, *words, command="compare"):
        given = ["study=fit", f"out={out}", "--scenarios", str(own), "--quiet", "engine=serial"]
        return run([command, *given, *words])

    return go


@pytest.fixture
def sweep(compare):
    """The same without a report."""
    return partial(compare, command="sweep")


def outcomes(out):
    table = pq.read_table(out / "outcomes.parquet").to_pandas()
    keys = ["policy", "draw", "replication", "outcome", "definition", "horizon_months", "group"]
    columns = table[keys].astype(str)
    return table.assign(**columns).set_index(keys)["value"].sort_index()


def series(out):
    parts = [pq.read_table(path).to_pandas() for path in (out / "cells/series").glob("*.parquet")]
    return {
        (str(part["policy"].iloc[0]), int(part["draw"].iloc[0]), int(part["replication"].iloc[0])):
        part.sort_values("month").reset_index(drop=True)
        for whole in parts for _, part in whole.groupby("cell", observed=True)
    }  # fmt: skip


def files(out):
    return {path: path.stat().st_mtime_ns for path in Path(out).glob("cells/*/*.parquet")}


def test_draws_reach_the_worlds_and_arms_stay_paired(compare, tmp_path):
    out = tmp_path / "out"
    assert compare(out, "draws=3") == 0
    rows = outcomes(out)
    # Draw 1 has a tenth of the usual rate of arrests, draw 2 five times it.
    offences = rows.xs("offences_per_1000", level="outcome").xs("all", level="group")
    mean = offences.xs("status_quo", level="policy").groupby("draw").mean()
    assert mean["1"] < 0.6 * mean["0"] and mean["2"] > 1.5 * mean["0"]
    for draw in "0123":
        quo, nothing = (
            rows.xs(draw, level="draw").xs(policy, level="policy")
            for policy in ("status_quo", "nothing")
        )
        assert quo.equals(nothing) and len(quo) > 50
    worlds = series(out)
    numbers = [name for name in worlds["status_quo", 0, 0].select_dtypes("number")
               if name not in ("draw", "replication", "point")]  # fmt: skip
    differ = 0
    for (policy, draw, replication), world in worlds.items():
        quo = worlds["status_quo", draw, replication]
        assert world.loc[world["month"] < 6, numbers].equals(quo.loc[quo["month"] < 6, numbers])
        differ += policy == "rehabilitation" and not world[numbers].equals(quo[numbers])
    assert len(worlds) == 3 * 4 * 2 and differ > 0
    place = json.loads((out / "manifest.json").read_text())["places"]["us_states"]
    assert place["fit"]["drawn"] == ["offending.arrests_per_year", "reentry.first_month"]
    report = (out / "report.md").read_text()
    assert "2 numbers fitted to the place were drawn together" in report
    assert "fitted numbers were not drawn" in report


def test_a_draw_is_the_place_with_its_numbers(sweep, own, tmp_path):
    """The draw's numbers written into the place's file, without draws of a fit, give its worlds."""
    assert sweep(tmp_path / "drawn", "draws=1") == 0
    (own / "jurisdiction/us_states.posterior.csv").unlink()
    assert sweep(tmp_path / "plain", "draws=1") == 0
    written = set_scalars(PLACE, {
        ("figures", "offending", "arrests_per_year", "value"): "0.05",
        ("parameters", "reentry", "first_month", "value"): "0.9",
    })  # fmt: skip
    assert written != PLACE
    (own / "jurisdiction/us_states.yaml").write_text(written)
    assert sweep(tmp_path / "written", "draws=1") == 0
    drawn, plain, stated = (
        outcomes(tmp_path / name).xs("1", level="draw") for name in ("drawn", "plain", "written")
    )
    assert drawn.equals(stated)
    assert not drawn.equals(plain)  # what a draw that is not applied would give


def test_more_draws_go_on_and_other_draws_of_the_fit_are_another_study(
    sweep, own, tmp_path, capsys
):
    grown, at_once = tmp_path / "grown", tmp_path / "at_once"
    assert sweep(grown, "draws=1") == 0
    before = files(grown)
    assert sweep(grown, "draws=3") == 0 == sweep(at_once, "draws=3")
    assert before.items() <= files(grown).items() and len(files(grown)) > len(before)
    assert outcomes(grown).equals(outcomes(at_once))
    assert sweep(grown) == 0  # without draws, the place's fit is still told
    content = json.loads((grown / "manifest.json").read_text())
    assert content["places"]["us_states"]["fit"]["draws"] == 3
    file = own / "jurisdiction/us_states.posterior.csv"
    capsys.readouterr()
    for change in (lambda: file.write_text(DRAWS.replace("0.05", "0.06")), file.unlink):
        change()
        assert sweep(grown, "draws=3") == 2
        said = capsys.readouterr().err
        assert "with another 'us_states.posterior.csv'" in said and said.count("\n") == 1


def test_draws_that_the_place_does_not_know_are_refused_in_one_line(compare, own, tmp_path, capsys):
    file = own / "jurisdiction/us_states.posterior.csv"
    file.write_text(DRAWS.replace("first_month", "frist_month"))
    assert compare(tmp_path / "out", "draws=1") == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and "Did you mean 'reentry.first_month'?" in said
    assert not (tmp_path / "out").exists()


def test_places_with_and_without_draws_of_their_fit_are_told_apart(compare, tmp_path):
    out = tmp_path / "out"
    assert compare(out, "draws=3", "jurisdictions=[us_states,japan]", "persons=80") == 0
    report = (out / "report.md").read_text()
    assert "jointly where the place has draws of its fit, and not in the other places" in report
    assert report.count("2 numbers fitted to the place were drawn together") == 1
    assert report.count("What was fitted to the place counts as one.") <= 1


def test_show_tells_the_draws(own, capsys, tmp_path):
    words = ["show", "jurisdiction=us_states", "--scenarios", str(own)]
    assert run([*words, "--json", str(tmp_path / "shown.json")]) == 0
    assert "3 draws of its fit, taken together" in capsys.readouterr().out
    content = json.loads((tmp_path / "shown.json").read_text())["draws_of_fit"]
    assert content["draws"] == 3 and content["numbers"][0]["low"] < content["numbers"][0]["high"]
