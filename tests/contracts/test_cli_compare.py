"""``desist compare`` as it is used: run, go on, run again, be interrupted."""

import csv
import json
import os
import signal
import subprocess
import sys
import time

import pyarrow.parquet as pq
import pytest

from sim.app.main import run

SMALL = [
    "persons=300", "months=30", "start=6", "warmup_months=6", "horizons=[12,36]",
    "policies=[status_quo,restorative]",
]  # fmt: skip
COMMAND = [sys.executable, "-m", "sim.app.main", "compare"]


def compare(out, *more, seed=3, replications=3):
    words = [*SMALL, f"seed={seed}", f"replications={replications}", f"out={out}", *more]
    return run(["compare", *words])


def manifest(out):
    return json.loads((out / "manifest.json").read_text())


def numbers(out):
    return {name: pq.read_table(path) for name, path in parts(out).items()}


def parts(out):
    return {str(path.relative_to(out)): path for path in sorted(out.glob("cells/*/*.parquet"))}


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A small study run by the real command in a process of its own."""
    folder = tmp_path_factory.mktemp("compare")
    words = [*SMALL, "seed=3", "replications=3", "out=study", "--json", "summary.json"]
    root = os.path.dirname(os.path.dirname(os.path.dirname(__file__)))
    done = subprocess.run(
        [*COMMAND, *words], cwd=folder, capture_output=True, text=True, timeout=240, check=False,
        env={**os.environ, "PYTHONPATH": root},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return folder, done


def test_the_folder_has_all_that_was_promised_and_nothing_else_is_written(finished):
    folder, _ = finished
    assert sorted(os.listdir(folder)) == ["study", "summary.json"]
    assert {"cells", "contrasts.csv", "manifest.json", "outcomes.parquet", "report.html"} <= set(
        os.listdir(folder / "study")
    )
    assert not list(folder.rglob("*.tmp"))


def test_what_is_printed_says_where_the_report_is_and_what_was_left_out(finished):
    _, done = finished
    assert "Report: study/report.html" in done.stdout
    assert "Follow-up of 36 months is left out" in done.stdout
    assert "Traceback" not in done.stderr


def test_the_contrasts_cover_every_outcome_of_every_policy(finished):
    folder, _ = finished
    with (folder / "study" / "contrasts.csv").open() as lines:
        rows = list(csv.DictReader(lines))
    assert {row["policy"] for row in rows} == {"restorative"}
    assert {"rearrest", "reconviction", "return_to_prison", "offences_per_1000"} <= {
        row["outcome"] for row in rows
    }
    assert {row["horizon_months"] for row in rows} == {"0", "12"}
    assert all(row["replications"] == "3" and row["unit"] for row in rows)


def test_the_manifest_tells_what_was_run(finished):
    folder, _ = finished
    content = manifest(folder / "study")
    assert content["state"] == "finished"
    assert content["cells"] == {"total": 6, "done": 6, "failed": 0, "reused": 0}
    assert content["study"]["baseline"] == "status_quo"
    assert content["study"]["persons"] == 300
    assert content["places"]["us_states"]["title"]
    assert {"python", "numpy", "mesa"} <= set(content["versions"])
    assert len(content["seeds"]) == 3
    assert all(entry["unit"] and "source" in entry for entry in content["appendix"])


def test_the_summary_is_there_for_machines(finished):
    folder, _ = finished
    content = json.loads((folder / "summary.json").read_text())
    assert content["state"] == "finished" and content["contrasts"]


def test_finished_cells_are_not_run_again(finished, monkeypatch, capsys):
    folder, _ = finished
    monkeypatch.chdir(folder)
    before = {name: path.stat().st_mtime_ns for name, path in parts(folder / "study").items()}
    (folder / "study" / "report.html").unlink()
    assert compare("study") == 0
    after = {name: path.stat().st_mtime_ns for name, path in parts(folder / "study").items()}
    assert after == before
    assert (folder / "study" / "report.html").exists()
    assert manifest(folder / "study")["cells"]["reused"] == 6


def test_one_and_two_workers_give_the_same_numbers_bit_for_bit(finished, tmp_path):
    theirs = finished[0] / "study"
    ours = tmp_path / "two"
    assert compare(ours, "workers=2", "--quiet") == 0
    assert numbers(ours).keys() == numbers(theirs).keys()
    for name, table in numbers(ours).items():
        assert table.equals(numbers(theirs)[name]), name
    for name in ("outcomes.parquet", "contrasts.csv"):
        assert (ours / name).read_bytes() == (theirs / name).read_bytes(), name


def test_a_study_grows_by_replications_and_equals_one_run_at_once(finished, tmp_path):
    theirs = finished[0] / "study"
    ours = tmp_path / "grown"
    assert compare(ours, "--quiet", replications=1) == 0
    assert compare(ours, "--quiet", replications=3) == 0
    assert manifest(ours)["cells"] == {"total": 6, "done": 6, "failed": 0, "reused": 2}
    assert (ours / "outcomes.parquet").read_bytes() == (theirs / "outcomes.parquet").read_bytes()


def test_arms_are_identical_until_the_policies_start(finished):
    folder, _ = finished
    for path in (folder / "study" / "cells" / "series").glob("*.parquet"):
        frame = pq.read_table(path).to_pandas()
        past = frame[frame["month"] < 6].drop(columns=["cell"])
        arms = [
            arm.drop(columns=["policy"]).reset_index(drop=True) for _, arm in past.groupby("policy")
        ]
        assert arms[0].equals(arms[1])


def test_a_policy_equal_to_the_baseline_changes_nothing_at_all(tmp_path):
    own = tmp_path / "own" / "policy"
    own.mkdir(parents=True)
    (own / "nothing.yaml").write_text("# What if nothing changes?\ntitle: Nothing\ndials: {}\n")
    words = ["policies=[status_quo,nothing]", "--scenarios", str(tmp_path / "own"), "--quiet"]
    assert compare(tmp_path / "null", *words, replications=2) == 0
    with (tmp_path / "null" / "contrasts.csv").open() as lines:
        differences = [row["difference"] for row in csv.DictReader(lines)]
    assert differences and {float(d) for d in differences if d} == {0.0}


def test_another_study_in_the_folder_is_never_overwritten(finished, monkeypatch, capsys):
    folder, _ = finished
    monkeypatch.chdir(folder)
    before = {path: path.read_bytes() for path in (folder / "study").glob("*.*")}
    assert compare("study", seed=4) == 2
    assert "holds another study" in capsys.readouterr().err
    assert compare("study", "months=40") == 2
    assert "with months=30, not 40" in capsys.readouterr().err
    assert {path: path.read_bytes() for path in (folder / "study").glob("*.*")} == before


def test_the_same_study_of_another_model_version_is_not_mixed(finished, monkeypatch, capsys):
    folder, _ = finished
    monkeypatch.chdir(folder)
    monkeypatch.setattr("sim.experiment.plan.code_version", lambda folders: "0" * 16)
    assert compare("study") == 2
    assert "another version of the model" in capsys.readouterr().err


def test_a_dry_run_counts_and_writes_nothing(tmp_path, capsys):
    assert compare(tmp_path / "dry", "--dry-run", replications=7) == 0
    assert "14 cells" in capsys.readouterr().out
    assert os.listdir(tmp_path) == []


def test_chosen_outcomes_only(tmp_path):
    assert compare(tmp_path / "o", "outcomes=[rearrest]", "--quiet", replications=2) == 0
    table = pq.read_table(tmp_path / "o" / "outcomes.parquet")
    assert set(table["outcome"].to_pylist()) == {"rearrest"}


def test_a_failing_cell_is_isolated_recorded_and_mended_by_the_next_run(
    tmp_path, monkeypatch, capsys
):
    import sim.experiment.batches as batches

    real = batches.simulate

    def failing(batch):
        if batch.replication == 1:
            raise RuntimeError("a planted fault\nwith a second line")
        return real(batch)

    monkeypatch.setattr(batches, "simulate", failing)
    assert compare(tmp_path / "f", "engine=serial", "--quiet") == 3
    assert "a planted fault" in capsys.readouterr().err
    content = manifest(tmp_path / "f")
    assert content["state"] == "failed"
    assert content["cells"] == {"total": 6, "done": 4, "failed": 2, "reused": 0}
    assert "failing" in content["failures"][0]["trace"]
    monkeypatch.setattr(batches, "simulate", real)
    assert compare(tmp_path / "f", "--quiet") == 0
    assert manifest(tmp_path / "f")["cells"]["reused"] == 4


def test_a_multirun_gives_each_job_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    words = ["--multirun", "persons=200,250", "outcomes=[rearrest]", "--quiet"]
    given = [word for word in SMALL if not word.startswith("persons")]
    assert run(["compare", *given, "replications=2", "out=many", *words]) == 0
    jobs = [path.parent.name for path in (tmp_path / "many").glob("*/manifest.json")]
    assert len(jobs) == 2 and {"persons=200" in job for job in jobs} == {True, False}


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_an_interrupt_keeps_what_is_finished(workers, tmp_path):
    root = os.path.dirname(os.path.dirname(os.path.dirname(__file__)))
    out = tmp_path / "stopped"
    words = [*SMALL, "replications=2000", f"out={out}", f"workers={workers}"]
    process = subprocess.Popen(
        [*COMMAND, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True, env={**os.environ, "PYTHONPATH": root},
    )  # fmt: skip
    try:
        deadline = time.monotonic() + 120
        while not list(out.glob("cells/outcomes/*.parquet")) and time.monotonic() < deadline:
            time.sleep(0.1)
        # The terminal sends Ctrl-C to the whole group of processes.
        os.killpg(process.pid, signal.SIGINT)
        _, said = process.communicate(timeout=60)
    finally:
        if process.poll() is None:
            process.kill()
    assert process.returncode == 130
    assert "Traceback" not in said
    assert "the same command goes on from there" in said.splitlines()[-1]
    content = manifest(out)
    assert content["state"] == "stopped"
    tables = [pq.read_table(path) for path in out.glob("cells/outcomes/*.parquet")]
    kept = sum(len(set(table["cell"].to_pylist())) for table in tables)
    assert kept >= 2 and content["cells"]["done"] == kept
