"""Kinds of file, told apart by their columns, and from a file to targets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from sim.errors import DesistError
from sim.experiment.data import cohort, compas, iowa, nij, table
from sim.experiment.data.account import Account
from sim.experiment.data.checks import checked
from sim.experiment.data.people import People
from sim.experiment.data.reading import read
from sim.experiment.data.targets import Target, prefix_of, targets_of

FORMATS = ("nij", "iowa", "compas", "table", "cohort")


@dataclass(frozen=True)
class Wanted:
    """How the user wants a file read.

    Attributes
    ----------
    format
        One of `FORMATS`; told by the columns when None.
    columns
        Meaning to column, for a cohort.
    outcome, index
        What is counted and from when; None for what the format says.
    covariates
        Further columns for the Cox regression.
    """

    format: str | None = None
    columns: Mapping[str, str] | None = None
    outcome: str | None = None
    index: str | None = None
    covariates: tuple[str, ...] = ()


@dataclass(frozen=True)
class OwnData:
    """A file, read and checked.

    Attributes
    ----------
    people
        The cohort; None for a table.
    """

    name: str
    targets: tuple[Target, ...]
    account: Account
    people: People | None = None

    @property
    def prefix(self) -> str:
        """Beginning of its targets' ids."""
        return prefix_of(self.name)


def own_data(path: Path, wanted: Wanted, account: Account | None = None) -> OwnData:
    """Read a file and make targets of it.

    Parameters
    ----------
    account
        Filled even when the file is refused, so that the reader sees why.

    Raises
    ------
    DesistError
        One line, for a file that cannot be used.
    """
    frame = read(path)
    columns = list(frame.columns)
    kind = wanted.format or detected(columns, wanted.columns or {}, path.name)
    account = account if account is not None else Account(path.name, kind)
    account.format, account.read = kind, len(frame)
    if kind != "cohort" and (wanted.columns or wanted.covariates):
        raise DesistError(
            f"the format '{kind}' has columns of its own", "columns=",
            mend="leave columns. and covariates= out, or say format=cohort",
        )  # fmt: skip
    if kind == "table":
        index = wanted.index or "release_from_prison"
        targets = table.load(frame, account, path.stem, wanted.outcome, index)
        return OwnData(path.stem, tuple(targets), account)
    people = _people(kind, frame, path.stem, wanted, account)
    targets = targets_of(people, f"{path.name}, {account.kept} people")
    if not targets:
        raise DesistError(
            f"'{path.name}' gives no point of a curve", "data=",
            why="too few people are followed for a month",
        )  # fmt: skip
    return OwnData(path.stem, tuple(targets), account, people)


def _people(
    kind: str, frame: pd.DataFrame, name: str, wanted: Wanted, account: Account
) -> People:  # fmt: skip
    loaders = {"nij": nij.load, "iowa": iowa.load, "compas": compas.load}
    if kind in loaders:
        raw = loaders[kind](frame, account)
        if wanted.outcome not in (None, raw.outcome):
            raise DesistError(f"'{account.file}' counts a {raw.outcome}", "outcome=")
    else:
        raw = cohort.load(frame, account, wanted.columns or {}, wanted.covariates)
    if wanted.index is not None:
        raw = replace(raw, index=wanted.index)
    return checked(raw, name, account, wanted.outcome)


def detected(columns: Sequence[str], given: Mapping[str, str], file: str) -> str:
    """Format of a file by its columns.

    Raises
    ------
    DesistError
        For columns that are none of the formats, with the nearest and what it lacks.
    """
    if given:
        return "cohort"
    have = set(columns)
    if set(nij.YEARS) <= have:
        return "nij"
    if iowa.layout(pd.Index(columns)) is not None:
        return "iowa"
    if {"compas_screening_date", "two_year_recid"} <= have:
        return "compas"
    # A table may be short of a name that a cohort has, never the other way round.
    if cohort.recognised(columns, given):
        return "cohort"
    if table.recognised(columns):
        return "table"
    nearest, lacks = _nearest(have)
    raise DesistError(
        f"cannot tell what '{file}' holds", "format=", why=f"the nearest is '{nearest}', "
        f"which also needs {', '.join(lacks)}", mend="or name the columns: columns.days=, ...",
    )  # fmt: skip


def _nearest(have: set[str]) -> tuple[str, list[str]]:
    """The format that misses the smallest share of its columns, and what it misses."""
    folded = {name.casefold() for name in have}
    needs: dict[str, Sequence[str]] = {
        "nij": nij.COLUMNS, "compas": compas.COLUMNS,
        "iowa": list(iowa.LAYOUTS[0].values()),
        "cohort": ("days", "event"), "table": ("month", "share"),
    }  # fmt: skip
    missing = {
        name: [column for column in columns if column.casefold() not in folded]
        for name, columns in needs.items()
    }
    best = min(missing, key=lambda name: len(missing[name]) / len(needs[name]))
    return best, missing[best][:4]
