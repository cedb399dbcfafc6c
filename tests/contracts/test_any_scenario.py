"""Whatever a scenario file says ends in a plan that can be simulated, or in one line (hypothesis).

Never in a traceback, a hang (five seconds at most for one file) or a growing memory.
"""

import os
import resource
import sys
import tempfile
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from sim.app.guard import check_folders
from sim.app.main import run
from sim.app.shipped import shipped
from sim.errors import DesistError
from sim.experiment.arms import within
from sim.experiment.plan import make_plan
from sim.experiment.rehearsal import rehearse
from sim.experiment.scenario import KINDS, scenarios_in
from sim.experiment.study import check_study
from sim.experiment.trial import check_trial
from sim.experiment.trial_prepare import prepare
from tests.contracts.mutated_scenarios import contents, texts

MOST_SECONDS = 5.0
QUICK = settings(
    max_examples=40, deadline=1000 * MOST_SECONDS, derandomize=True,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
LONG = settings(
    QUICK,
    max_examples=2_600,
    derandomize=False,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)  # twice for each of four kinds; a failure is shown as found
SETTINGS = yaml.safe_load((shipped("configs") / "settings.yaml").read_text("utf-8"))["study"]
SMALL = {
    **SETTINGS, "jurisdictions": ["us_states"], "policies": ["status_quo", "restorative"],
    "persons": 60, "months": 6, "start": 2, "warmup_months": 2, "replications": 1, "horizons": [2],
}  # fmt: skip
NAMED = {"policy": "restorative", "jurisdiction": "us_states", "study": "own", "trial": "own"}
"""What the file under test is called, so that a small study uses it."""


@pytest.fixture(scope="module", autouse=True)
def warm():
    attempt("study", "# Why?\n" + yaml.safe_dump(SMALL))


def attempt(kind, text):
    """Read, check and plan a file, and live through a small world; None, or what is refused."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / kind / f"{NAMED[kind]}.yaml"
        path.parent.mkdir()
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        try:
            planned(Path(folder), kind)
        except DesistError as error:
            line = str(error)
            assert line and line.isprintable() and len(line) < 1_500
            for leak in ("Traceback", "pydantic", "object at 0x", "<class"):
                assert leak not in line
            return line
    return None


def planned(folder, kind):
    check_folders([folder])
    scenarios = scenarios_in([folder, shipped("scenarios")])
    if kind == "trial":
        scenario = scenarios.load("trial", "own")
        where = within(scenario.file)
        trial = check_trial(scenario.content, where)
        prepare(trial, scenario, scenarios.load("jurisdiction", trial.jurisdiction), where)
        return
    name = "own" if kind == "study" else "kyoto_core"
    scenario = scenarios.load("study", name)
    content = {**SETTINGS, **scenario.content} if kind == "study" else SMALL
    content = {key: value for key, value in content.items() if value is not None}
    study = check_study(content, within(scenario.file))
    rehearse(make_plan(study, scenario, scenarios))


def any_file(kind):
    return st.one_of(contents(kind), contents(kind), texts(kind))


@pytest.mark.parametrize("kind", KINDS)
def test_any_file_is_planned_or_refused_in_one_line(kind):
    ends = []

    @QUICK
    @given(any_file(kind))
    def any_one(text):
        ends.append(attempt(kind, text))

    any_one()
    assert None in ends and len(set(ends)) >= 8, "some are accepted, and refusals differ"


def let_hypothesis_read_our_code():
    """It does so once, takes 200 MB for it and keeps the outcome on disk: not in this process."""
    if child := os.fork():
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        return
    try:
        settings(QUICK, max_examples=1)(given(st.integers() | st.text())(lambda _: None))()
        os._exit(0)
    finally:
        os._exit(1)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("make", [contents, texts], ids=["content", "text"])
def test_any_of_twenty_thousand_files_is_planned_or_refused_in_one_line(kind, make):
    let_hypothesis_read_our_code()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    count = []

    @LONG
    @given(make(kind))
    def any_one(text):
        count.append(attempt(kind, text) is None)

    any_one()
    print(f"{kind}, {make.__name__}: {len(count)} files, {sum(count)} of them planned")
    assert len(count) >= 2_500
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 200_000 * (1 if sys.platform != "darwin" else 1024), "at most 200 MB"


def whole_run(folder, kind, text, capsys):
    """The real command on a tiny study; whichever way it ends is checked."""
    own = folder / "own" / kind / f"{NAMED[kind]}.yaml"
    own.parent.mkdir(parents=True, exist_ok=True)
    own.write_bytes(text.encode("utf-8", "surrogatepass"))
    small = ["persons=60", "months=6", "start=2", "warmup_months=2", "replications=1", "draws=0"]
    study = "study=own" if kind == "study" else "policies=[status_quo,restorative]"
    out = folder / "out"
    words = ["compare", study, *small, f"out={out}", "--scenarios", str(folder / "own"), "--quiet"]
    code = run(words)
    told = capsys.readouterr().err
    assert code in (0, 2), told
    assert "Traceback" not in told
    if code == 2:
        assert len(told.splitlines()) == 1 and not out.exists()
    else:
        assert (out / "report.html").exists()
    return code


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["policy", "jurisdiction", "study"])
def test_a_tiny_run_of_any_file_ends_well_or_writes_nothing(kind, capsys):
    codes = []

    @settings(LONG, max_examples=40, deadline=None)
    @given(contents(kind))
    def any_one(text):
        with tempfile.TemporaryDirectory() as folder:
            codes.append(whole_run(Path(folder), kind, text, capsys))

    any_one()
    assert 0 in codes and 2 in codes


@pytest.mark.parametrize("error", [KeyError("x"), RecursionError(), MemoryError()])
def test_a_traceback_would_be_noticed(error, monkeypatch):
    """The planted twin: whatever else than a DesistError escapes fails the tests above."""

    def broken(_):
        raise error

    monkeypatch.setattr("tests.contracts.test_any_scenario.check_folders", broken)
    with pytest.raises(type(error)):
        attempt("study", "a: 1\n")
