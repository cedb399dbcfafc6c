"""What is declared, locked and shipped agree with each other and with what the code imports."""

import ast
import os
import re
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from hatchling.builders.wheel import WheelBuilder
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from sim.evidence import rows
from sim.rules import registry

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")

# Modules whose distribution has another name, or that belong to a declared dependency and come in
# its version: declaring them as well could only pull the two apart.
DISTRIBUTION_OF = {
    "yaml": "pyyaml",
    "hydra": "hydra-core",
    "omegaconf": "hydra-core",
    "llvmlite": "numba",
    "pydantic_core": "pydantic",
    "markupsafe": "jinja2",
}


def locked_extras() -> list[str]:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    return re.search(r"^LOCK_EXTRAS \?= (.+)$", makefile, re.MULTILINE)[1].split()


def declared(extras: list[str]) -> list[Requirement]:
    lines = [*PROJECT["dependencies"]]
    for extra in extras:
        lines += PROJECT["optional-dependencies"][extra]
    return [Requirement(line) for line in lines]


def locked() -> list[tuple[Requirement, list[str]]]:
    entries = re.split(r"^(?=\S)", LOCK, flags=re.MULTILINE)
    return [
        (Requirement(entry.split("\\")[0].strip()), re.findall(r"--hash=(\S+)", entry))
        for entry in entries
        if entry.strip() and not entry.startswith("#")
    ]


def wheel_paths() -> dict[str, str]:
    files = WheelBuilder(str(ROOT)).recurse_included_files()
    return {
        Path(file.relative_path).as_posix(): Path(file.distribution_path).as_posix()
        for file in files
    }


def files_under(folder: str, pattern: str = "*") -> set[str]:
    return {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / folder).rglob(pattern)
        if path.is_file() and not path.name.startswith(".") and "__pycache__" not in path.parts
    }


def imports_of(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names.add(node.module.partition(".")[0])
    return names - set(sys.stdlib_module_names) - {"sim", "analysis"}


def test_every_locked_package_has_one_version_and_hashes():
    for requirement, hashes in locked():
        assert re.fullmatch(r"==[^*,]+", str(requirement.specifier)), requirement
        assert hashes, f"{requirement} has no hash"
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", digest) for digest in hashes), requirement


def test_the_lock_names_no_host_and_no_folder():
    assert not re.search(r"://|^\s*-(?!-hash=)|@ ", LOCK, re.MULTILINE)


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
def test_the_lock_meets_what_is_declared(python):
    environment = {"python_version": python, "python_full_version": f"{python}.0"}

    def applies(requirement):
        return requirement.marker is None or requirement.marker.evaluate(environment)

    versions = {}
    for requirement, _ in locked():
        if applies(requirement):
            name = canonicalize_name(requirement.name)
            assert name not in versions, f"two versions of {name} for Python {python}"
            versions[name] = str(requirement.specifier)[2:]
    for requirement in filter(applies, declared(locked_extras())):
        version = versions.get(canonicalize_name(requirement.name))
        assert version is not None, f"{requirement} is not locked: run `make lock`"
        assert requirement.specifier.contains(version), f"{requirement}, locked {version}"


def test_the_build_back_end_is_locked():
    names = {canonicalize_name(requirement.name) for requirement, _ in locked()}
    assert {"hatchling", "setuptools"} <= names


def test_the_code_imports_only_what_is_declared():
    names = {
        canonicalize_name(requirement.name) for requirement in declared(["ui", "cluster", "search"])
    }
    undeclared = {
        (path.relative_to(ROOT).as_posix(), module)
        for folder in ("sim", "analysis")
        for path in sorted((ROOT / folder).rglob("*.py"))
        for module in imports_of(path)
        if canonicalize_name(DISTRIBUTION_OF.get(module, module)) not in names
    }
    assert not undeclared


@pytest.mark.parametrize(
    ("folder", "target"), [("configs", "_configs"), ("scenarios", "_scenarios")]
)
def test_every_shipped_yaml_is_in_the_wheel(folder, target):
    shipped = wheel_paths()
    found = files_under(folder, "*.yaml")
    assert found
    for path in found:
        assert shipped.get(path) == f"sim/{target}/{path.removeprefix(folder + '/')}"


def test_no_scenario_hides_behind_another_ending():
    assert not files_under("configs", "*.yml") | files_under("scenarios", "*.yml")


@pytest.mark.parametrize("package", ["sim", "analysis"])
def test_code_and_data_are_in_the_wheel(package):
    shipped = wheel_paths()
    missing = {path for path in files_under(package) if shipped.get(path) != path}
    assert not missing


def test_nothing_but_the_packages_is_in_the_wheel():
    assert {target.partition("/")[0] for target in wheel_paths().values()} == {"sim", "analysis"}


def test_one_version_everywhere():
    version = PROJECT["version"]
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert citation["version"] == version
    assert re.findall(r"^## \[(\d[^\]]*)\]", changelog, re.MULTILINE)[0] == version
    assert citation["license"] == PROJECT["license"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no executable bit")
def test_the_checks_can_be_run():
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


def test_the_example_in_contributing_is_a_rule(tmp_path):
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    (tmp_path / "mentors.py").write_text(
        re.search(r"```python\n(.+?)```", text, re.DOTALL)[1], encoding="utf-8"
    )
    rule = registry([tmp_path])["mentors"]
    assert not rule().is_on()
    assert rule(share=0.5).is_on()
    assert rule.support(0.49, 0.5, 0.93) < 0 == rule.support(0.51, 0.5, 0.93)
    assert {source for q in rule.quantities().values() for source in q.sources} <= rows().keys()
