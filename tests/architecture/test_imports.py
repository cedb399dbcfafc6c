"""Who may import whom."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OUTSIDE = {"sim/app", "sim/experiment"}
"""Folders around the core: the core never looks out at them."""


def modules_imported(path):
    """Full names of everything that a file imports, wherever in the file it does so."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def files(folder):
    return sorted((ROOT / folder).rglob("*.py"))


def offenders(paths, *forbidden):
    return {
        (path.relative_to(ROOT).as_posix(), name)
        for path in paths
        for name in modules_imported(path)
        if any(name == f or name.startswith(f + ".") for f in forbidden)
    }


def core():
    return [
        path
        for path in files("sim")
        if not any(path.relative_to(ROOT).as_posix().startswith(f + "/") for f in OUTSIDE)
    ]


def test_there_is_something_to_look_at():
    assert len(core()) > 20 and len(files("analysis")) > 2


def test_analysis_never_imports_the_model():
    assert not offenders(files("analysis"), "sim")


@pytest.mark.parametrize("outer", ["hydra", "omegaconf", "pandas", "pyarrow", "matplotlib", "rich"])
def test_the_core_needs_no_package_of_the_outer_layers(outer):
    assert not offenders(core(), outer)


def test_the_core_never_looks_out():
    assert not offenders(core(), "analysis", "sim.app", "sim.experiment", "tests")


def test_experiments_know_nothing_of_the_program():
    assert not offenders(files("sim/experiment"), "sim.app")


def test_only_the_program_imports_hydra():
    others = [p for p in files("sim") + files("analysis") if (ROOT / "sim/app") not in p.parents]
    assert not offenders(others, "hydra", "omegaconf")


def test_only_the_figures_import_matplotlib():
    drawing = ("analysis/figures/", "analysis/figures.py")
    others = [
        p
        for p in files("sim") + files("analysis")
        if not p.relative_to(ROOT).as_posix().startswith(drawing)
    ]
    assert not offenders(others, "matplotlib", "seaborn", "plotly")


def test_processes_and_levers_are_reached_through_the_registry():
    # A lever may build on a process (its codes, its ladder); nothing else names a lever's file.
    assert not offenders(files("sim"), "sim.levers")


def test_no_generator_with_state_in_the_core():
    texts = {path.name: path.read_text(encoding="utf-8") for path in core()}
    assert not {n for n, text in texts.items() if "np.random" in text or "import random" in text}
