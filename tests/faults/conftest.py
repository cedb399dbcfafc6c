"""A small sweep with a policy that makes trouble on demand, and what it gives undisturbed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sim.app.main import run

ROOT = Path(__file__).resolve().parents[2]

TROUBLE = '''"""A lever that fails, hangs or dies while a file says so."""

import os
import signal
import time
from pathlib import Path

from sim.rules import Lever, array_step, dial


class Trouble(Lever):
    """Make trouble in every other replication."""

    paragraphs = (38,)
    made: float = dial(0.0, unit="share", label="trouble made")

    @array_step("society")
    def make(self, world):
        """Read what to do, if anything."""
        flag = Path(os.environ.get("DESIST_TROUBLE", "/nowhere"))
        if world.seed_key % 2 or world.month != 4 or not flag.exists():
            return
        kind = flag.read_text()
        if kind == "raise":
            raise RuntimeError("a planted fault\\nwith a second line")
        if kind == "sleep":
            time.sleep(3600)
        while kind == "spin":
            pass
        if kind == "stuck":
            sum(range(10**14))  # compiled code that looks at no signal
        if kind == "die":
            os.kill(os.getpid(), signal.SIGKILL)
'''
STUDY = """# Does anything get lost?
jurisdictions: [us_states]
policies: [status_quo, restorative, troubled]
persons: 60
months: 10
start: 2
warmup_months: 1
replications: 6
seed: 5
horizons: [3]
"""


@pytest.fixture(scope="session")
def small(tmp_path_factory):
    """Options and words of the small sweep, without its folder."""
    folder = tmp_path_factory.mktemp("small")
    for name, text in (
        ("rules/trouble.py", TROUBLE),
        ("scenarios/study/small.yaml", STUDY),
        ("scenarios/policy/troubled.yaml",
         "# What if there is trouble?\ntitle: Trouble\ndials: {trouble: {made: 1.0}}\n"),
    ):  # fmt: skip
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return [
        "study=small", "--rules", str(folder / "rules"), "--scenarios", str(folder / "scenarios"),
        "--quiet",
    ]  # fmt: skip


@pytest.fixture
def trouble(tmp_path, monkeypatch):
    """Give trouble of a kind, or none."""
    flag = tmp_path / "trouble"
    monkeypatch.setenv("DESIST_TROUBLE", str(flag))

    def make(kind=None):
        flag.unlink(missing_ok=True)
        if kind:
            flag.write_text(kind)

    return make


@pytest.fixture(scope="session")
def sweep(small):
    """Run the small sweep in this process; gives the exit code."""

    def go(out, *more):
        return run(["sweep", *small, f"out={out}", *more])

    return go


@pytest.fixture(scope="session")
def exported():
    """Bytes of a folder's export."""

    def read(out):
        to = Path(f"{out}.csv")
        assert run(["export", f"out={out}", f"to={to}", "--quiet"]) == 0
        return to.read_bytes()

    return read


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory, sweep, exported):
    """Exports of undisturbed runs, by number of replications."""
    known = {}

    def of(replications=6):
        if replications not in known:
            out = tmp_path_factory.mktemp("undisturbed") / "out"
            assert sweep(out, "engine=serial", f"replications={replications}") == 0
            known[replications] = exported(out)
        return known[replications]

    return of


@pytest.fixture
def started(small):
    """Start the small sweep as a process, in a group of its own."""
    processes = []

    def start(out, *more):
        process = subprocess.Popen(
            [sys.executable, "-m", "sim.app.main", "sweep", *small, f"out={out}", *more],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        processes.append(process)
        return process

    yield start
    for process in processes:
        if process.poll() is None:
            os.killpg(process.pid, 9)
            process.wait()
