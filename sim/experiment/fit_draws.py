"""Draws of what was fitted to a place, from the file beside it (`sim.experiment.fit_table`).

Figures and parameters that were fitted together are only ever taken together: moved alone they
would break the fit. The place's own file keeps the point estimates, draw 0 of every study.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from sim.errors import DesistError
from sim.experiment.cells import digest
from sim.experiment.fit_table import FitTable, beside, read_table
from sim.experiment.uncertainty import Drawn
from sim.experiment.yaml_file import shown
from sim.place import Place
from sim.rules import Rule

ENOUGH = 32
"""Draws that all lie on one side of the point estimate by chance once in 2**31 files."""

Column = tuple[str, str, str, str]
"""Section of the place's file, rule, name, and entry of a table or ""."""


@dataclass(frozen=True)
class FitDraws:
    """Draws that fit a place.

    Attributes
    ----------
    content
        The place's file, with the point estimates.
    columns
        Section, rule, name and entry (or "") of every column of the table.
    """

    table: FitTable
    content: Mapping[str, Any]
    columns: tuple[Column, ...]

    @property
    def count(self) -> int:
        """Number of draws in the file."""
        return len(self.table.rows)

    @cached_property
    def mark(self) -> str:
        """Hash of the draws."""
        return digest([self.table.names, self.table.rows])

    @property
    def numbers(self) -> tuple[tuple[str, str], ...]:
        """Rule and name of every number that is drawn."""
        return tuple(dict.fromkeys((rule, name) for _, rule, name, _ in self.columns))

    def row(self, draw: int) -> tuple[float, ...]:
        """Values of draw 1, 2, ...; after the last the first comes again."""
        return self.table.rows[(draw - 1) % self.count]

    def place(self, draw: int) -> Mapping[str, Any]:
        """The place's file with the numbers of one draw."""
        content: Mapping[str, Any] = self.content
        for (section, rule, name, key), value in zip(self.columns, self.row(draw), strict=True):
            entry = (section, rule, name, "value", *([key] if key else ()))
            content = _with(content, entry, value)
        return content

    def values(self, draw: int) -> Drawn:
        """What a draw sets."""
        drawn: Drawn = {}
        for (_, rule, name, key), value in zip(self.columns, self.row(draw), strict=True):
            values = drawn.setdefault(rule, {})
            if key:
                entries = values.setdefault(name, {})
                assert isinstance(entries, dict)
                entries[key] = value
            else:
                values[name] = value
        return drawn

    def interval(self, path: str) -> tuple[float, float]:
        """Limits within which 95 % of the draws of a column lie."""
        at = self.table.names.index(path)
        low, high = np.quantile([row[at] for row in self.table.rows], (0.025, 0.975))
        return float(low), float(high)

    def stated(self) -> tuple[float, ...]:
        """Point estimates, in the order of the columns."""
        found = []
        for section, rule, name, key in self.columns:
            value = self.content[section][rule][name]["value"]
            found.append(float(value[key] if key else value))
        return tuple(found)


def draws_of_fit(
    file: Path, content: Mapping[str, Any], place: Place, rules: Mapping[str, type[Rule]]
) -> FitDraws | None:
    """Read and check the draws beside a place's file; None where there are none.

    Parameters
    ----------
    content
        The place's file as it was read, and ``place`` the same after its check.

    Raises
    ------
    DesistError
        One line with file and line: a damaged file, a number that the place does not state or
        that is out of range, or draws that belong to another fit of the place.
    """
    path = beside(file)
    if not path.exists():
        return None
    table = read_table(path)
    columns = _columns(table, place, file)
    draws = FitDraws(table, content, columns)
    for draw in range(1, draws.count + 1):
        drawn = draws.place(draw)
        for section, rule, name, _ in columns:
            if rule in rules and name in (known := rules[rule].quantities()):
                complaint = known[name].complaint(drawn[section][rule][name]["value"])
                if complaint:
                    raise DesistError(f"{rule}.{name} {complaint}", table.where(draw))
    _check_same_fit(draws, file)
    return draws


def _columns(table: FitTable, place: Place, file: Path) -> tuple[Column, ...]:
    known: dict[str, Column] = {}
    for section in ("figures", "parameters"):
        for rule, entries in getattr(place, section).items():
            for name, sourced in entries.items():
                if isinstance(sourced.value, dict):
                    for key in sourced.value:
                        known[f"{rule}.{name}.{key}"] = section, rule, name, key
                elif not isinstance(sourced.value, bool):
                    known[f"{rule}.{name}"] = section, rule, name, ""
    for name in table.names:
        if name not in known:
            raise DesistError(
                f"no number '{name}' in {file.name}", table.where(), given=name, valid=known
            )
    return tuple(known[name] for name in table.names)


def _check_same_fit(draws: FitDraws, file: Path) -> None:
    """Refuse draws all of which lie on one side of what the place states."""
    if draws.count < ENOUGH:
        return
    columns = zip(*draws.table.rows, strict=True)
    for name, stated, values in zip(draws.table.names, draws.stated(), columns, strict=True):
        low, high = min(values), max(values)
        rounding = 1e-5 * max(abs(low), abs(high))
        if not low - rounding <= stated <= high + rounding:
            raise DesistError(
                f"{name} is {stated:g} in {file.name}, and {low:g} to {high:g} in the draws",
                shown(draws.table.path), "the draws belong to another fit of the place",
                "calibrate again, or remove the file",
            )  # fmt: skip


def _with(content: Mapping[str, Any], keys: tuple[str, ...], value: float) -> dict[str, Any]:
    """The same content with another number at its place; nothing that stays is copied."""
    first, rest = keys[0], keys[1:]
    return {**content, first: _with(content[first], rest, value) if rest else value}
