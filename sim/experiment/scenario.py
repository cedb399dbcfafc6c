"""Scenario folders: finding and reading policies, places and studies by name.

Folders are searched in order and the first one that has the name wins, so that a user's own
folder, placed first, can replace a shipped file without touching it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from sim.errors import DesistError
from sim.experiment.yaml_file import YamlFile, read_yaml

KINDS = ("policy", "jurisdiction", "study", "trial")
PLURALS = {
    "policy": "policies",
    "jurisdiction": "jurisdictions",
    "study": "studies",
    "trial": "trials",
}


@dataclass(frozen=True)
class Scenario:
    """One scenario file: what it is, what it is called, and what it says."""

    kind: str
    name: str
    file: YamlFile

    @property
    def content(self) -> dict[str, Any]:
        """The file's mapping."""
        return self.file.content

    @property
    def title(self) -> str:
        """The title given in the file, or the name made readable."""
        return str(self.content.get("title") or self.name.replace("_", " "))

    @property
    def question(self) -> str:
        """The question that the file's first line asks."""
        return self.file.question


@dataclass(frozen=True)
class Scenarios:
    """Everything that can be chosen by name.

    Parameters
    ----------
    folders
        Scenario folders, the user's own first, the shipped one last.
    """

    folders: tuple[Path, ...]

    @cached_property
    def _paths(self) -> dict[str, dict[str, Path]]:
        paths: dict[str, dict[str, Path]] = {kind: {} for kind in KINDS}
        for folder in reversed(self.folders):
            for kind in KINDS:
                for path in (folder / kind).glob("[!.]*.yaml"):
                    paths[kind][path.stem] = path
        return paths

    def names(self, kind: str) -> tuple[str, ...]:
        """Names of a kind, sorted."""
        return tuple(sorted(self._paths[kind]))

    def path(self, kind: str, name: str, where: str | None = None) -> Path:
        """The file that a name stands for.

        Raises
        ------
        DesistError
            When no folder has it; the nearest name is offered.
        """
        known = self._paths[kind]
        if name not in known:
            raise DesistError(f"unknown {kind} '{name}'", where=where, given=name, valid=known)
        return known[name]

    def load(self, kind: str, name: str, where: str | None = None) -> Scenario:
        """Read one scenario by name."""
        return Scenario(kind, name, read_yaml(self.path(kind, name, where)))

    def load_all(self, kind: str) -> tuple[Scenario, ...]:
        """Read every scenario of a kind, sorted by name."""
        return tuple(self.load(kind, name) for name in self.names(kind))


def scenarios_in(folders: Sequence[Path]) -> Scenarios:
    """Make `Scenarios` of folders, first wins."""
    return Scenarios(tuple(folders))
