"""``desist sweep`` as it is used: designs, going on, growing, looking again, many engines."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from analysis.points import design, outcomes_by_point
from analysis.store import Store
from sim.app.main import run

ROOT = Path(__file__).resolve().parents[2]
PLACES = "dials.prison_treatment.places"
STUDY = """# What does the dose do?
jurisdictions: [us_states]
policies: [status_quo, rehabilitation]
persons: 80
months: 12
start: 3
warmup_months: 2
replications: 2
seed: 5
horizons: [3, 6]
vary:
  dials.prison_treatment.places: [5, 10]
  parameters.prison_treatment.hazard_ratio: [0.8]
design: {kind: grid}
"""


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    folder = tmp_path_factory.mktemp("own")
    (folder / "study").mkdir()
    (folder / "study" / "dose.yaml").write_text(STUDY)
    return folder


@pytest.fixture(scope="module")
def sweep(own):
    def go(out, *more, study="dose"):
        given = ["--scenarios", str(own), "--quiet"]
        return run(["sweep", f"study={study}", f"out={out}", *given, *more])

    return go


def exported(out):
    assert run(["export", f"out={out}", f"to={out}.csv", "--quiet"]) == 0
    return Path(f"{out}.csv").read_bytes()


def manifest(out):
    return json.loads((Path(out) / "manifest.json").read_text())


def files(out):
    return {path: path.stat().st_mtime_ns for path in Path(out).glob("cells/*/*.parquet")}


@pytest.fixture(scope="module")
def finished(tmp_path_factory, sweep):
    out = tmp_path_factory.mktemp("sweep") / "out"
    assert sweep(out) == 0
    return out


def test_every_policy_has_outcomes_at_every_point(finished):
    rows = design(Store(finished))
    assert rows[PLACES].tolist() == [5.0, 10.0]
    outcomes = outcomes_by_point(Store(finished))
    assert set(outcomes["point"]) == {0, *rows["point"]}
    each = outcomes.groupby(["point", "policy"])["replication"].nunique()
    assert set(each) == {2} and len(each) == 6
    # The baseline has nothing to do with the lever that is varied: it is simulated once.
    assert manifest(finished)["cells"]["total"] == 2 * (2 + 2)


def test_the_export_has_a_row_for_each_cell_and_outcome_and_a_column_for_each_value(finished):
    lines = exported(finished).decode().splitlines()
    assert lines[0].split(",")[:6] == [
        '"cell"', '"jurisdiction"', '"policy"', '"draw"', '"replication"', '"point"',
    ]  # fmt: skip
    assert f'"{PLACES}"' in lines[0]
    assert len(lines) - 1 == pq.read_table(finished / "outcomes.parquet").num_rows


def test_one_file_an_outcome_can_be_exported(finished, tmp_path):
    assert run(["export", f"out={finished}", f"to={tmp_path / 'many'}", "--quiet"]) == 0
    assert (tmp_path / "many" / "rearrest.csv").exists()


def test_nothing_is_simulated_again(finished, sweep):
    before, lines = files(finished), exported(finished)
    assert sweep(finished) == 0
    assert files(finished) == before and exported(finished) == lines
    assert manifest(finished)["cells"]["reused"] == 8


def test_other_engines_and_workers_give_the_same_bytes(finished, sweep, tmp_path):
    out = tmp_path / "two"
    assert sweep(out, "workers=2", "engine=local") == 0
    assert exported(out) == exported(finished)


def test_a_widened_study_equals_one_that_was_wide_from_the_start(finished, sweep, tmp_path, own):
    wide = STUDY.replace("[5, 10]", "[5, 10, 15]").replace(
        "rehabilitation]", "rehabilitation, restorative]"
    )
    (own / "study" / "wide.yaml").write_text(wide)
    grown, at_once = tmp_path / "grown", tmp_path / "at_once"
    assert sweep(grown) == 0
    before = files(grown)
    words = ("replications=3", "draws=1")
    assert sweep(grown, *words, study="wide") == 0
    assert before.items() <= files(grown).items()
    assert sweep(at_once, *words, study="wide") == 0
    assert exported(grown) == exported(at_once)
    draws = pq.read_table(grown / "draws.parquet")
    assert set(draws["draw"].to_pylist()) == {1} and draws.num_rows > 50
    assert design(Store(grown)).equals(design(Store(at_once)))


def test_other_outcomes_and_horizons_need_no_simulation(finished, sweep, tmp_path):
    words = ("horizons=[4,8]", "outcomes=[rearrest,prison_population]", "confidence=0.9")
    again, anew = tmp_path / "again", tmp_path / "anew"
    assert sweep(again) == 0
    before = {path: at for path, at in files(again).items() if "outcomes" not in path.parts}
    assert sweep(again, *words) == 0
    assert before.items() <= files(again).items()
    assert sweep(anew, *words) == 0
    assert exported(again) == exported(anew)
    assert run(["verify", f"out={again}", "--quiet"]) == 0


def test_a_sweep_that_kept_outcomes_only_says_what_it_cannot_do(sweep, tmp_path, capsys):
    out = tmp_path / "o"
    assert sweep(out, "keep=[outcomes]", "replications=1") == 0
    assert os.listdir(out / "cells") and not (out / "cells" / "series").exists()
    assert sweep(out, "keep=[outcomes]", "replications=1", "horizons=[4]") == 2
    assert "were not kept" in capsys.readouterr().err


def test_cells_of_another_version_of_the_code_are_set_aside_and_come_back(
    sweep, tmp_path, monkeypatch
):
    out = tmp_path / "out"
    assert sweep(out) == 0
    lines = exported(out)
    with monkeypatch.context() as patched:
        patched.setattr("sim.experiment.plan.code_version", lambda folders: "0" * 16)
        patched.setattr("sim.experiment.tasks.code_version", lambda folders: "0" * 16)
        assert sweep(out, "engine=serial", "replications=1") == 0
        assert manifest(out)["cells"]["reused"] == 0
        assert len(list((out / "other_versions").iterdir())) == 1
        assert len(exported(out)) < len(lines)
    before = {path.name for path in (out / "other_versions").glob("*/outcomes/*.parquet")}
    assert sweep(out) == 0
    assert {path.name for path in (out / "cells" / "outcomes").iterdir()} == before
    assert exported(out) == lines


def test_a_dry_run_says_cells_time_and_disk_and_writes_nothing(sweep, tmp_path, capsys):
    assert sweep(tmp_path / "dry", "--dry-run", "replications=50") == 0
    said = capsys.readouterr().out
    assert "200 cells" in said and "about" in said and "on disk" in said and "a cell" in said
    assert not (tmp_path / "dry").exists()


def test_a_multirun_lands_in_one_store_as_points(sweep, tmp_path, own):
    plain = STUDY[: STUDY.index("vary:")]
    (own / "study" / "plain.yaml").write_text(plain)
    out = tmp_path / "many"
    words = ("--multirun", f"{PLACES}=5,10", "persons=60,80")
    assert sweep(out, *words, study="plain") == 0
    assert manifest(out)["cells"]["total"] == 2 * (2 + 4)
    rows = design(Store(out))
    assert sorted(zip(rows[PLACES], rows["persons"], strict=True)) == [
        (5.0, 60.0), (5.0, 80.0), (10.0, 60.0), (10.0, 80.0),
    ]  # fmt: skip
    outcomes = outcomes_by_point(Store(out))
    assert outcomes.groupby("point")["policy"].nunique().tolist() == [2] * 4
    before = files(out)
    assert sweep(out, *words, study="plain") == 0
    assert files(out) == before
    assert sweep(tmp_path / "bad", "--multirun", f"{PLACES}=5,-1", study="plain") == 2


@pytest.mark.parametrize(
    "name", ["résultats", "結果", "a b (1)", "it's", 'x"y', "a,b", "50%", "~x"]
)
def test_a_folder_may_have_any_name(name, sweep, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    name = f"{name}/out"
    assert sweep(name, "replications=1") == 0
    assert (tmp_path / name / "outcomes.parquet").is_file()
    assert exported(name)
    assert sweep(name, "--multirun", "seed=5,6", "--dry-run") == 2  # another study: found again


@pytest.mark.slow
@pytest.mark.parametrize("launcher", ["joblib", "submitit_local"])
def test_hydra_launchers_land_in_the_same_store(launcher, sweep, tmp_path, own, monkeypatch):
    """Each job in a process of its own; what fails in one comes back as a line and a code."""
    pytest.importorskip(f"hydra_plugins.hydra_{launcher.partition('_')[0]}_launcher")
    monkeypatch.chdir(tmp_path)
    (own / "study" / "plain.yaml").write_text(STUDY[: STUDY.index("vary:")])
    words = ("--multirun", f"{PLACES}=5,10")
    assert sweep("basic", *words, study="plain") == 0
    assert sweep("other", *words, f"hydra/launcher={launcher}", study="plain") == 0
    assert exported("other") == exported("basic")
    bad = ("--multirun", f"{PLACES}=5,-1", f"hydra/launcher={launcher}")
    assert sweep("bad", *bad, study="plain") == 2
    assert not list(tmp_path.glob(".desist-jobs-*"))


def test_replications_are_added_until_the_interval_is_narrow_enough(tmp_path, own, sweep):
    plain = STUDY[: STUDY.index("vary:")]
    (own / "study" / "precise.yaml").write_text(
        plain + "precision: {offences_per_1000: 100}\nbudget: 24\n"
    )
    out = tmp_path / "precise"
    assert sweep(out, study="precise") == 0
    record = json.loads((out / "precision.json").read_text())
    assert record["is_met"] or record["is_spent"]
    assert manifest(out)["study"]["replications"] == record["replications"] > 2


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["status"], "write out=DIR"),
        (["status", "out=nothing"], "no study of desist is here"),
        (["status", "outt=x"], "Did you mean 'out'?"),
        (["verify", "x"], "write out=x"),
        (["export", "out=nothing", "to=a.csv"], "no study of desist is here"),
        (["export", "out=nothing"], "write to=FILE.csv"),
        (["why", "nothing"], "no folder given"),
        (["why", "a", "b", "c"], "write REPORT ID"),
        (["sweep", "study=dos"], "unknown study 'dos'"),
        (["sweep", "engine.adress=x"], "Did you mean 'address'?"),
        (["sweep", "vary=x"], "unknown setting 'vary'"),
        (["sweep", "keep=[serie]"], "Did you mean 'series'?"),
        (["sweep", "draws=-1"], "at least 0"),
        (["sweep", "cell_seconds=0"], "more than 0"),
        pytest.param(
            ["sweep", "engine=dask", "engine.address=tcp://127.0.0.1:1", "out=bad"],
            "cannot reach",
            marks=pytest.mark.slow,  # it waits for an answer
        ),
    ],
)
def test_a_slip_is_answered_in_one_line(words, expected, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run(words) == 2
    said = capsys.readouterr().err
    last = said.splitlines()[-1]
    assert last.startswith("desist: ") and expected in last and "Traceback" not in said


def test_a_number_of_a_report_is_traced_to_cells_sources_and_command(finished, tmp_path, capsys):
    from analysis.contrasts import write_contrasts

    lines = write_contrasts(finished).read_text().splitlines()
    number = lines[1].rsplit(",", 1)[1]
    path = tmp_path / "why.json"
    words = ["why", f"out={finished}", f"id={number}", "--json", str(path)]
    assert run(words) == 0
    said = capsys.readouterr().out
    found = json.loads(path.read_text())
    assert len(found["cells"]) == 4 and found["cells"][0]["cell"] in said
    assert "desist sweep study=dose" in found["command"] and found["command"] in said
    assert {"python", "numpy", "model code"} <= set(found["versions"])
    assert any(entry["rule"] == "prison_treatment" for entry in found["parameters"])
    values = [row["value"] for row in found["cells"] if row["policy"] == "rehabilitation"]
    assert sum(values) / 2 == pytest.approx(found["numbers"]["value"])
    assert run(["why", str(finished / "report.html"), "offending.age_slope"]) == 0
    assert "offending.age_slope" in capsys.readouterr().out


@pytest.mark.slow
def test_a_dask_cluster_that_loses_a_worker_completes_the_sweep(sweep, tmp_path, own):
    """A scheduler and two workers as processes; one is killed in mid-sweep."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NUMBA_NUM_THREADS": "1"}
    python = [sys.executable, "-m"]
    address = "tcp://127.0.0.1:38786"
    processes = [
        subprocess.Popen(
            [*python, "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "38786",
             "--no-dashboard"],
            env=environment, cwd=tmp_path, stderr=subprocess.DEVNULL,
        )
    ]  # fmt: skip
    try:
        time.sleep(3)
        for name in ("one", "two"):
            processes.append(
                subprocess.Popen(
                    [*python, "distributed.cli.dask_worker", address, "--nthreads", "1",
                     "--no-nanny", "--name", name, "--no-dashboard",
                     "--local-directory", str(tmp_path / name)],
                    env=environment, cwd=tmp_path, stderr=subprocess.DEVNULL,
                )
            )  # fmt: skip
        out, reference = tmp_path / "out", tmp_path / "reference"
        words = ("replications=60",)
        assert sweep(reference, *words, "engine=serial") == 0
        command = [
            *python, "sim.app.main", "sweep", "study=dose", f"out={out}", "--scenarios", str(own),
            "--quiet", *words, "engine=dask", f"engine.address={address}",
        ]  # fmt: skip
        going = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
        deadline = time.monotonic() + 120
        while len(files(out)) < 6:
            assert going.poll() is None, going.communicate()
            assert time.monotonic() < deadline
            time.sleep(0.05)
        processes[1].kill()
        _, said = going.communicate(timeout=300)
        assert going.returncode == 0, said
        assert manifest(out)["cells"] == {"total": 240, "done": 240, "failed": 0, "reused": 0}
        assert exported(out) == exported(reference)
    finally:
        for process in processes[::-1]:
            process.kill()
            process.wait()
