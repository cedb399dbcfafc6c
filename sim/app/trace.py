"""What the TRACE page says: the claims of the tests, and the last validation if there is one.

TRACE (transparent and comprehensive model evaluation; Grimm et al. 2014, *Ecological Modelling*
280:129-139) asks what was tested, how, and with what result. Tests here are claims by name; the
page lists them from the files of a checkout.
"""

from __future__ import annotations

import ast
import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.app.odd import first_sentence
from sim.errors import DesistError

KINDS: dict[str, tuple[str, str]] = {
    "architecture": ("Code and conceptual structure", "the files themselves are read"),
    "unit": ("Implementation: parts", "worlds of a few people with exact answers"),
    "contracts": ("Implementation: every rule and command", "each file of a folder inherits them"),
    "verification": ("Verification", "closed forms, other programs' answers, limiting cases"),
    "chance": ("Randomness", "bands from theory at 1 in 10,000, each with a twin that must fail"),
    "faults": ("Robustness", "interrupted, damaged and hostile input"),
    "golden": ("Reproducibility", "one run, compared number by number"),
    "validation": ("Output corroboration", "published figures that were not used in fitting"),
    "browser": ("Reports", "pages opened in a browser"),
}
"""Folders of tests in TRACE's order: what their claims are about, and how they are tested."""


@dataclass(frozen=True)
class File:
    """One file of tests."""

    path: str
    about: str
    claims: tuple[str, ...]
    slow: int


def contents(root: Path) -> dict[str, Any]:
    """Everything that the template of ``trace.md`` shows, for a checkout.

    Raises
    ------
    DesistError
        When there are no tests, as in an installed package.
    """
    if not (root / "tests").is_dir():
        raise DesistError(
            "the tests are not here", where=str(root), why="an installed package has none",
            mend="run desist protocol in a checkout",
        )  # fmt: skip
    folders = [
        {"name": name, "about": about, "how": how, "files": files}
        for name, (about, how) in KINDS.items()
        if (files := list(_files(root, name)))
    ]
    return {"folders": folders, "validation": _validation(root)}


def _files(root: Path, folder: str) -> Iterator[File]:
    for path in sorted((root / "tests" / folder).glob("test_*.py")):
        module = ast.parse(path.read_text(encoding="utf-8"))
        tests = [n for n in module.body if isinstance(n, ast.FunctionDef) and _is_test(n)]
        everywhere = any("mark.slow" in ast.unparse(n) for n in module.body
                         if isinstance(n, ast.Assign))  # fmt: skip
        yield File(
            path.relative_to(root).as_posix(),
            first_sentence(ast.get_docstring(module) or ""),
            tuple(_claim(test, everywhere) for test in tests),
            sum(everywhere or _is_slow(test) for test in tests),
        )


def _is_test(function: ast.FunctionDef) -> bool:
    return function.name.startswith("test_")


def _is_slow(function: ast.FunctionDef) -> bool:
    return any("mark.slow" in ast.unparse(decorator) for decorator in function.decorator_list)


def _claim(test: ast.FunctionDef, everywhere: bool) -> str:
    """A test's name as a sentence."""
    words = test.name.removeprefix("test_").replace("_", " ")
    return words + (" (slow)" if everywhere or _is_slow(test) else "")


def _validation(root: Path) -> list[dict[str, Any]]:
    """Hits by kind of the validation that the documentation holds; empty when it holds none."""
    found = sorted((root / "docs").rglob("validation.csv"))
    if not found:
        return []
    with found[0].open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    kinds = dict.fromkeys(line["kind"] for line in lines)
    return [
        {
            "kind": kind,
            "count": len(judged := [x["hit"] for x in lines if x["kind"] == kind and x["hit"]]),
            "hits": sum(hit.lower() in ("1", "1.0", "true", "yes", "hit") for hit in judged),
        }
        for kind in kinds
    ]
