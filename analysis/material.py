"""What the chapters of a report share: the store, its contrasts, and each table read once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from analysis.contrasts import full_contrasts
from analysis.costs import HARM, agencies
from analysis.figures.prison import METRICS
from analysis.findings import headline_rows
from analysis.language import _
from analysis.leaders import Contrast, contrasts_of
from analysis.manifest import Manifest, Study
from analysis.measures import index_code, main_horizon, main_rows, sections_of
from analysis.store import Store
from analysis.summary import definition_order
from analysis.survival import cohort_window
from analysis.words import difference

# Columns of the cohort that some chapter asks for, where they are stored.
COHORT = (
    "to_offence", "to_rearrest", "to_reconviction", "to_return", "to_return_new_crime",
    "to_return_breach", "to_severe", "age_years", "male", "community", "offence_group", "priors",
    "foreign", "label", "treated", "conferenced", "offences_36m",
    "arrests_36m", "harm_36m", "liberty_36m",
)  # fmt: skip


@dataclass(frozen=True)
class Material:
    """One store, read as the chapters need it."""

    store: Store

    @property
    def manifest(self) -> Manifest:
        """The study, its words and its sources."""
        return self.store.manifest

    @property
    def study(self) -> Study:
        """The design."""
        return self.store.manifest.study

    @cached_property
    def contrasts(self) -> pd.DataFrame:
        """Every contrast, with corrected p-values and the probability of being best."""
        return full_contrasts(self.store)

    @cached_property
    def horizon(self) -> int:
        """Follow-up of the headlines, months."""
        return main_horizon(self.contrasts)

    @cached_property
    def places(self) -> list[str]:
        """Places with results, in the order of the study."""
        stored = [str(name) for name in self.store.outcomes["jurisdiction"].unique()]
        in_order = [name for name in self.study.jurisdictions if name in stored]
        return [*in_order, *sorted(set(stored) - set(in_order))]

    def rows(self, place: str) -> list[Contrast]:
        """Contrasts at the main horizon of one place, in the order of reading."""
        rows = contrasts_of(main_rows(self.contrasts[self.contrasts["jurisdiction"] == place]))
        parts = sections_of(row.outcome for row in rows)
        names = [name for part in parts for name in part.outcomes]
        return sorted(rows, key=lambda row: (
            names.index(row.outcome), definition_order(row.definition), row.horizon_months,
            self.study.order(row.policy),
        ))  # fmt: skip

    def headlines(self, place: str) -> list[Contrast]:
        """Contrasts of the outcomes that are told first."""
        return headline_rows(self.rows(place))

    @cached_property
    def cohort(self) -> pd.DataFrame | None:
        """Index events of the study, followed to the main horizon; None if there are none."""
        if self.horizon <= 0 or not self.stored("cohort"):
            return None
        study, stored = self.study, set(self.store.columns("cohort"))
        code, last = index_code(study.index), study.months - self.horizon - 1
        columns = tuple(name for name in COHORT if name in stored)
        found = self.store.cohort(columns, index=code, months=(study.start, last))
        if found.empty:
            return None
        return cohort_window(found, code, study.start, study.months, self.horizon)

    def cohort_of(self, place: str) -> pd.DataFrame | None:
        """Those of one place; None if there are none."""
        if self.cohort is None:
            return None
        here = self.cohort[self.cohort["jurisdiction"] == place]
        return None if here.empty else here

    @cached_property
    def series(self) -> pd.DataFrame:
        """Monthly people, prison and money, as far as they are stored; empty if nothing is."""
        if not self.stored("series"):
            return pd.DataFrame(columns=["jurisdiction"])
        stored = self.store.columns("series")
        money = [*agencies(stored), *([HARM] if HARM in stored else [])]
        prison = [name for name in METRICS if name in stored]
        return self.store.series(tuple(dict.fromkeys([*prison, "people", *money])))

    def series_of(self, place: str) -> pd.DataFrame:
        """Those of one place."""
        return self.series[self.series["jurisdiction"] == place]

    def outcome(self, name: str, place: str | None = None) -> pd.DataFrame:
        """One number a world of an outcome without a follow-up, for everyone."""
        table = self.store.outcomes
        chosen = (table["outcome"] == name) & table["group"].isin(["all", ""])
        if place is not None:
            chosen &= table["jurisdiction"] == place
        return table.loc[chosen]

    def stored(self, table: str) -> bool:
        """Whether the folder has this table."""
        return any((self.store.out / "cells" / table).glob("*.parquet")) or (
            (self.store.out / f"{table}.parquet").is_file()
        )

    def read(self, table: str, columns: Sequence[str]) -> pd.DataFrame | None:
        """Columns of another table of the store; None if it has none."""
        return self.store.table(table, columns) if self.stored(table) else None


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of a table as mappings by column name."""
    return [{str(name): one for name, one in row.items()} for row in table.to_dict("records")]


def statement(row: Mapping[str, Any], value: str, lo: str, hi: str) -> str:
    """Write an estimate of a row with its interval, or that there is none."""
    text = difference(float(row[value]), float(row[lo]), float(row[hi]))
    return text or _("no value")


def is_clear(row: Mapping[str, Any], lo: str, hi: str) -> bool:
    """Whether an interval of a row excludes 0."""
    return float(row[lo]) > 0 or float(row[hi]) < 0
