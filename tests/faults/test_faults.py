"""Whatever happens to a sweep, going on gives what an undisturbed run gives, byte for byte."""

import json
import os
import shlex
import signal
import sys
import time
from pathlib import Path

import pytest

from sim.app.main import run
from sim.experiment.lock import is_running, locked


def status(out, tmp_path):
    assert run(["status", f"out={out}", "--json", str(tmp_path / "s.json"), "--quiet"]) == 0
    return json.loads((tmp_path / "s.json").read_text())


def parts(out, table="outcomes"):
    return sorted((Path(out) / "cells" / table).glob("*.parquet"))


def wait_for_parts(out, process, count=1, seconds=120):
    """Wait until some results are there and the process still goes on."""
    deadline = time.monotonic() + seconds
    while len(parts(out)) < count:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_cell_that_raises_is_isolated_and_can_be_repeated_alone(
    tmp_path, sweep, trouble, undisturbed, exported, capsys
):
    out = tmp_path / "out"
    trouble("raise")
    assert sweep(out, "engine=serial") == 3
    said = capsys.readouterr().err
    assert "cells failed: RuntimeError: a planted fault" in said and "Traceback" not in said
    counted = status(out, tmp_path)
    failures = counted["failures"]
    assert 0 < counted["failed"] < 6 == counted["failed"] + counted["finished"] - 12
    assert counted["left"] == 0 and counted["state"] == "failed"
    assert {failure["policy"] for failure in failures} == {"troubled"}
    assert json.loads((out / "manifest.json").read_text())["failures"][0]["trace"]

    words = shlex.split(failures[0]["command"])
    assert words[:2] == ["desist", "sweep"]
    assert run([*words[1:], "--quiet", "engine=serial"]) == 3
    assert "in make" in capsys.readouterr().err  # the traceback, which was asked for
    trouble()
    assert run([*words[1:], "--quiet", "engine=serial"]) == 0
    counted = status(out, tmp_path)
    assert (counted["failed"], counted["left"]) == (0, len(failures) - 1)
    assert sweep(out, "engine=serial") == 0
    assert exported(out) == undisturbed()


@pytest.mark.parametrize(
    ("kind", "words"),
    [("raise", []), ("sleep", ["cell_seconds=1"]), (None, ["cell_seconds=0.0001"])],
    ids=["raises", "hangs", "no time even for the past"],
)
def test_a_forecast_does_not_stumble_over_what_will_fail(
    kind, words, tmp_path, small, trouble, capsys
):
    trouble(kind)
    given = [word for word in small if word != "--quiet"]
    words = ["sweep", *given, *words, "workers=1", "replications=2", f"out={tmp_path / 'out'}"]
    assert run([*words, "--dry-run"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("6 cells\n6 cells to simulate") and not (tmp_path / "out").exists()
    assert run(words) == 3
    assert "failed: " in capsys.readouterr().err


@pytest.mark.parametrize("kind", ["sleep", "spin"])
def test_a_cell_that_hangs_is_stopped_and_the_others_go_on(
    kind, tmp_path, sweep, trouble, undisturbed, exported, capsys
):
    out = tmp_path / "out"
    trouble(kind)
    words = ("engine=serial", "replications=4", "cell_seconds=1")
    assert sweep(out, *words) == 3
    assert "took longer than cell_seconds=1" in capsys.readouterr().err
    assert status(out, tmp_path)["finished"] >= 8
    trouble()
    assert sweep(out, *words) == 0
    assert exported(out) == undisturbed(4)


def test_a_truncated_file_is_found_and_its_cells_run_again(
    tmp_path, sweep, undisturbed, exported, capsys
):
    out = tmp_path / "out"
    assert sweep(out, "engine=serial") == 0
    assert run(["verify", f"out={out}"]) == 0
    path = parts(out, "cohort")[0]
    os.truncate(path, path.stat().st_size // 2)
    capsys.readouterr()
    assert run(["verify", f"out={out}"]) == 3
    assert path.name in capsys.readouterr().out
    assert (out / "damaged" / "cohort" / path.name).exists()
    assert sweep(out, "engine=serial") == 0
    assert run(["verify", f"out={out}", "--quiet"]) == 0
    os.truncate(parts(out)[-1], 10)  # this time nobody verifies
    assert sweep(out, "engine=serial") == 0
    assert exported(out) == undisturbed()


def test_a_changed_byte_is_found(tmp_path, sweep, undisturbed, exported):
    out = tmp_path / "out"
    assert sweep(out, "engine=serial") == 0
    path = parts(out, "series")[0]
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    assert run(["verify", f"out={out}", "--quiet"]) == 3
    assert sweep(out, "engine=serial") == 0
    assert run(["verify", f"out={out}", "--quiet"]) == 0
    assert exported(out) == undisturbed()


def test_a_damaged_manifest_is_named_and_what_the_error_advises_keeps_the_cells(
    tmp_path, sweep, undisturbed, exported, capsys
):
    out = tmp_path / "out"
    assert sweep(out, "engine=serial") == 0
    before = [path.stat().st_mtime_ns for path in parts(out)]
    os.truncate(out / "manifest.json", 1000)
    for words in (["status"], ["verify"], ["export", f"to={tmp_path / 'x.csv'}"]):
        assert run([*words, f"out={out}"]) == 2
        said = capsys.readouterr().err
        assert "manifest.json is damaged" in said and len(said.splitlines()) == 1
    for path in out.iterdir():
        if path.is_file():
            path.unlink()
    assert sweep(out, "engine=serial") == 0
    assert [path.stat().st_mtime_ns for path in parts(out)] == before
    assert exported(out) == undisturbed()


def test_missing_cells_are_reported(tmp_path, sweep, capsys):
    out = tmp_path / "out"
    assert sweep(out, "engine=serial", "replications=2") == 0
    parts(out)[0].unlink()
    assert run(["verify", f"out={out}"]) == 3
    assert "is missing" in capsys.readouterr().out


def test_a_second_run_in_one_folder_is_refused_in_one_line(tmp_path, sweep, capsys):
    out = tmp_path / "out"
    with locked(out):
        assert is_running(out)
        assert sweep(out, "engine=serial") == 2
    said = capsys.readouterr().err
    assert f"another run is writing to this folder (out={out}): process {os.getpid()}" in said
    assert len(said.splitlines()) == 1
    assert not is_running(out)
    assert sweep(out, "engine=serial", "replications=1") == 0


def test_a_full_disk_ends_the_run_in_one_line_and_nothing_is_lost(
    tmp_path, sweep, undisturbed, exported, capsys
):
    """Files may grow to the size of the manifest and no further, in a process of its own."""
    out = tmp_path / "out"
    assert sweep(out, "engine=serial", "replications=2") == 0
    largest = max(path.stat().st_size for path in out.rglob("*.*"))
    child = os.fork()
    if child == 0:  # the limit cannot be raised again
        import resource

        sys.stderr = open(tmp_path / "said", "w", buffering=1)  # noqa: SIM115
        ledger = (out / "cells" / "ledger.jsonl").stat().st_size
        assert ledger < largest
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest - 5_000, largest - 5_000))
        os._exit(sweep(out, "engine=serial"))
    _, code = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(code) == 2
    said = (tmp_path / "said").read_text()
    assert "cannot write to the output folder" in said and len(said.splitlines()) == 1
    assert not list(out.rglob("*.tmp"))
    assert sweep(out, "engine=serial") == 0
    assert exported(out) == undisturbed()


@pytest.mark.slow
def test_a_full_file_system_ends_the_run_and_room_lets_it_go_on(
    tmp_path, sweep, undisturbed, exported, capsys
):
    import subprocess

    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", str(place)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False).returncode:
        pytest.skip("a small file system can only be mounted by root")
    try:
        out = place / "out"
        assert sweep(out, "engine=serial", "replications=200") == 2
        said = capsys.readouterr().err
        assert "No space left" in said and len(said.splitlines()) == 1
        assert parts(out)
        subprocess.run(["mount", "-o", "remount,size=100m", str(place)], check=True)
        assert sweep(out, "engine=serial", "replications=200") == 0
        assert exported(out) == undisturbed(200)
    finally:
        subprocess.run(["umount", str(place)], check=True)


@pytest.mark.slow
def test_killed_at_20_random_moments_a_sweep_loses_nothing(tmp_path, sweep, undisturbed, exported):
    import random

    out, moments = tmp_path / "out", random.Random(20261124)
    undisturbed(400)
    begun = time.monotonic()
    assert sweep(tmp_path / "pace", "engine=serial", "replications=36") == 0
    pace = time.monotonic() - begun  # of this machine, as busy as it is
    found = []
    for _ in range(20):
        child = os.fork()
        if child == 0:
            os._exit(sweep(out, "engine=serial", "replications=400"))
        time.sleep(moments.uniform(0.1, 1.5) * pace)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        if (out / "manifest.json").exists():
            counted = status(out, tmp_path)
            assert counted["state"] in ("stopped", "finished")
            assert counted["finished"] + counted["left"] == counted["total"] == 1200
            found.append(counted["finished"])
    assert found == sorted(found) and found[-1] > 0
    assert sweep(out, "engine=serial", "replications=400") == 0
    assert run(["verify", f"out={out}", "--quiet"]) == 0
    assert exported(out) == undisturbed(400)


def children(pid):
    """Process ids of a process's children and theirs."""
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    found = [int(word) for word in text.split()]
    return found + [child for one in found for child in children(one)]


def simulating(pid):
    """Workers of a process that use the processor."""
    names = {}
    for child in children(pid):
        with open(f"/proc/{child}/cmdline", "rb") as file:
            names[child] = file.read()
    return [child for child, name in names.items() if b"popen_loky" in name]


@pytest.mark.slow
def test_a_killed_worker_is_replaced_and_the_sweep_completes(
    tmp_path, started, undisturbed, exported
):
    out = tmp_path / "out"
    process = started(out, "workers=2", "replications=400")
    wait_for_parts(out, process, 3)
    assert len(simulating(process.pid)) == 2
    os.kill(simulating(process.pid)[0], signal.SIGKILL)
    _, said = process.communicate(timeout=240)
    assert process.returncode == 0, said
    assert exported(out) == undisturbed(400)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["die", "stuck"])
def test_a_cell_that_takes_its_worker_down_fails_alone(
    kind, tmp_path, started, sweep, trouble, undisturbed, exported
):
    out = tmp_path / "out"
    trouble(kind)
    words = ("workers=2", "replications=8", "cell_seconds=2")
    process = started(out, *words)
    _, said = process.communicate(timeout=500)
    assert process.returncode == 3, said
    assert "the worker process died" in said and "Traceback" not in said
    counted = status(out, tmp_path)
    assert {failure["policy"] for failure in counted["failures"]} == {"troubled"}
    assert counted["finished"] >= 16 and counted["left"] == 0
    trouble()
    assert sweep(out, *words) == 0
    assert exported(out) == undisturbed(8)


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_ctrl_c_twice_stops_at_once_and_loses_nothing(
    workers, tmp_path, started, sweep, undisturbed, exported
):
    out = tmp_path / "out"
    process = started(out, f"workers={workers}", "replications=400")
    wait_for_parts(out, process, 2)
    group = children(process.pid)
    os.killpg(process.pid, signal.SIGINT)
    time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130 and "Traceback" not in said
    deadline = time.monotonic() + 60
    while any(Path(f"/proc/{child}").exists() for child in group):
        assert time.monotonic() < deadline, "workers were left behind"
        time.sleep(0.2)
    assert status(out, tmp_path)["state"] == "stopped"
    assert sweep(out, "engine=serial", "replications=400") == 0
    assert exported(out) == undisturbed(400)


@pytest.mark.slow
def test_a_second_process_is_refused_and_the_first_goes_on(tmp_path, started, capsys, sweep):
    out = tmp_path / "out"
    process = started(out, "engine=serial", "replications=100")
    wait_for_parts(out, process)
    assert sweep(out, "engine=serial", "replications=100") == 2
    assert f"process {process.pid}" in capsys.readouterr().err
    assert status(out, tmp_path)["running"]
    process.communicate(timeout=120)
    assert process.returncode == 0


@pytest.mark.slow
def test_workers_end_when_their_parent_is_killed(tmp_path, started, sweep, undisturbed, exported):
    out = tmp_path / "out"
    process = started(out, "workers=2", "replications=400")
    wait_for_parts(out, process, 2)
    group = simulating(process.pid)
    process.kill()
    process.wait()
    assert sweep(out, "engine=serial", "replications=400") == 0  # even while they still go on
    assert run(["verify", f"out={out}", "--quiet"]) == 0
    assert exported(out) == undisturbed(400)
    deadline = time.monotonic() + 60
    while any(Path(f"/proc/{child}").exists() for child in group):
        assert time.monotonic() < deadline, "workers were left behind"
        time.sleep(0.2)
