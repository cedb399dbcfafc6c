"""Every shipped scenario loads, opens with its question, and names no machine."""

import re
from pathlib import Path

import pytest
import yaml

from sim.assembly import build_rules
from sim.place import Place

ROOT = Path(__file__).resolve().parents[2]
SCENARIOS = ROOT / "scenarios"
SHIPPED = {kind: sorted((SCENARIOS / kind).glob("*.yaml")) for kind in
           ("policy", "jurisdiction", "study", "trial")}  # fmt: skip
ALL = [path for paths in SHIPPED.values() for path in paths]


def name_of(path):
    return path.stem


def load(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def place(name):
    return Place.from_mapping(name, load(SCENARIOS / "jurisdiction" / f"{name}.yaml"))


def opening_comment(path):
    lines = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            break
        lines.append(line.lstrip("# "))
    return " ".join(lines)


def test_no_scenario_lies_outside_the_four_folders():
    assert set(SCENARIOS.rglob("*.yaml")) == set(ALL)
    assert all(SHIPPED.values())


@pytest.mark.parametrize("path", ALL, ids=name_of)
def test_a_scenario_opens_with_the_question_it_asks(path):
    assert opening_comment(path).endswith("?")


@pytest.mark.parametrize("path", SHIPPED["jurisdiction"], ids=name_of)
def test_a_jurisdiction_states_every_figure_with_its_source(path):
    rules = build_rules(place(path.stem), all_levers=True)
    assert len(rules) > 12


@pytest.mark.parametrize("path", SHIPPED["policy"], ids=name_of)
def test_a_policy_turns_real_dials_of_its_paragraphs(path):
    policy = load(path)
    assert policy.keys() == {"title", "paragraphs", "dials"}
    for shipped in SHIPPED["jurisdiction"]:
        rules = build_rules(place(shipped.stem), policy["dials"])
        levers = {r.name: r for r in rules if r.kind == "lever"}
        assert levers.keys() == policy["dials"].keys(), "a lever named is a lever turned on"
        assert {p for r in levers.values() for p in r.paragraphs} == set(policy["paragraphs"])


@pytest.mark.parametrize("path", SHIPPED["study"], ids=name_of)
def test_a_study_names_what_is_shipped_and_can_be_run(path):
    study = load(path)
    for kind in ("policy", "jurisdiction"):
        named = study["policies" if kind == "policy" else "jurisdictions"]
        assert named and set(named) <= {p.stem for p in SHIPPED[kind]}
    assert 0 <= study["start"] < study["months"]
    assert study["persons"] > 0 and study["replications"] > 0


def test_no_shipped_file_names_the_machine_it_was_written_on():
    # Spelled in pieces, so that this file does not name them itself.
    folders = re.compile("|".join((r"(?<![\w.])/" + "work/", r"/" + "root/", r"(?<!\w)/" + "tmp/",
                                   r"\bshared/" + "design", r"/" + "home/\\w")))  # fmt: skip
    kinds = {".py", ".yaml", ".yml", ".md", ".toml", ".csv", ".cff", ".lock", ".html", ".j2", ""}
    places = ("sim", "analysis", "scenarios", "configs", "tests", "docs", "benchmarks", ".ci")
    paths = [p for folder in places for p in (ROOT / folder).rglob("*") if p.is_file()]
    paths += [p for p in ROOT.glob("*") if p.is_file()]
    found = {
        path.relative_to(ROOT).as_posix()
        for path in paths
        if path.suffix in kinds and "__pycache__" not in path.parts
        and folders.search(path.read_text(encoding="utf-8", errors="ignore"))
    }  # fmt: skip
    assert not found
