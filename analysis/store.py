"""Read an output folder: the manifest and the three tables.

A table is a folder of Parquet files, one per batch, each complete (the run writes
aside and renames), so a folder can be read while the run still goes on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import and_
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from analysis.errors import AnalysisError
from analysis.manifest import Manifest, read_manifest

# Stands in a policy's name between a package and those of its levers that are used.
PART_OF = "~"
CENTRAL_POINT = 0
KEYS = ("cell", "jurisdiction", "policy", "draw", "replication")
OUTCOME_COLUMNS = (
    *KEYS, "outcome", "definition", "horizon_months", "group", "value", "n", "unit",
)  # fmt: skip
COHORT_COLUMNS = ("person", "index", "month", "to_death", "observed_months")


@dataclass(frozen=True)
class Store:
    """The output folder of one run.

    Raises
    ------
    AnalysisError
        On reading: the folder, a table or a column is missing, or a file is damaged.
    """

    out: Path

    @cached_property
    def manifest(self) -> Manifest:
        """The study, its words and its sources."""
        return read_manifest(self.out)

    @cached_property
    def outcomes(self) -> pd.DataFrame:
        """Long table: one row per cell, outcome, definition, horizon and group.

        Of the study as it is written: without the other points of a design, and without the
        parts of a package that were simulated to divide its effect among its levers.
        """
        frame = self.everything
        parts = [one for one in frame["policy"].cat.categories if PART_OF in one]
        rows = ~frame["policy"].isin(parts)
        if "point" in frame:
            rows &= frame["point"] == CENTRAL_POINT
        if rows.all() or not rows.any():
            return frame
        chosen = frame[rows].reset_index(drop=True)
        chosen["policy"] = chosen["policy"].cat.remove_unused_categories()
        return chosen

    @cached_property
    def points(self) -> pd.DataFrame | None:
        """Design points: row, point, name, value; None if nothing was varied."""
        return self._small("points", ("row", "point", "name", "value"))

    @cached_property
    def arms(self) -> pd.DataFrame:
        """Under which point the cells of a policy at a point are stored."""
        found = self._small("arms", ("policy", "point", "stored"))
        return pd.DataFrame(columns=["policy", "point", "stored"]) if found is None else found

    @cached_property
    def everything(self) -> pd.DataFrame:
        """The same of all points and parts, with the column ``point`` where there are any."""
        has_points = "point" in self.columns("outcomes")
        frame = self._table("outcomes", (*OUTCOME_COLUMNS, *(["point"] if has_points else [])))
        # An empty string and a missing one both mean «no definition».
        for column in ("definition", "group", "unit"):
            frame[column] = frame[column].astype(object).fillna("").astype("category")
        return frame

    def series(self, metrics: Sequence[str]) -> pd.DataFrame:
        """Keys, month and these monthly metrics; one row per cell and month."""
        return self._central("series", (*KEYS, "month", *metrics))

    def cohort(
        self, columns: Sequence[str] = (), *, index: int | None = None,
        months: tuple[int, int] | None = None,
    ) -> pd.DataFrame:  # fmt: skip
        """Keys, what survival needs, and these columns; one row per index event.

        Parameters
        ----------
        index : int, optional
            Only index events of this kind.
        months : (int, int), optional
            Only those from the first to the last of these months.
        """
        kept = [] if index is None else [ds.field("index") == index]
        if months is not None:
            kept += [ds.field("month") >= months[0], ds.field("month") <= months[1]]
        # Transfer abroad competes as death does; folders of old have no such column.
        ends = tuple({"to_transfer"} & set(self.columns("cohort")))
        wanted = (*KEYS, *COHORT_COLUMNS, *ends, *columns)
        return self._central("cohort", tuple(dict.fromkeys(wanted)), kept)

    def table(self, table: str, columns: Sequence[str]) -> pd.DataFrame:
        """Read these columns of another table, of the study as it is written."""
        read = self._central if "policy" in columns else self._table
        return read(table, columns)

    def columns(self, table: str) -> tuple[str, ...]:
        """Names of the columns of a table."""
        return tuple(self._dataset(table).schema.names)

    def _small(self, table: str, columns: Sequence[str]) -> pd.DataFrame | None:
        """Read a table of one file beside the cells; None if there is none."""
        path = self.out / f"{table}.parquet"
        return self._table(table, columns) if path.is_file() else None

    def _central(
        self, table: str, columns: Sequence[str], kept: Sequence[ds.Expression] = ()
    ) -> pd.DataFrame:
        """Read a table of the study as it is written, of the rows that are to be kept."""
        of_study = [~pc.match_substring(ds.field("policy"), PART_OF)]
        if "point" in self.columns(table):
            of_study.append(ds.field("point") == CENTRAL_POINT)
        return self._table(table, columns, reduce(and_, [*of_study, *kept]))

    def _dataset(self, table: str) -> ds.Dataset:
        folder = self.out / "cells" / table
        files = [str(folder / name) for name in self._batches(table)]
        if not files and (self.out / f"{table}.parquet").is_file():
            files = [str(self.out / f"{table}.parquet")]
        if not files:
            raise AnalysisError(
                f"no {table} stored", folder, "no replication has finished, or the run failed",
                "run again with the same out=DIR: it goes on where it stopped",
            )  # fmt: skip
        try:
            dataset: ds.Dataset = ds.dataset(files, format="parquet")
        except (OSError, pa.ArrowException) as error:
            raise AnalysisError(f"the {table} cannot be read", folder, str(error)) from error
        return dataset

    def _batches(self, table: str) -> list[str]:
        """Names of the files to read: a batch counts once its outcomes, written last, exist."""
        names = {path.name for path in (self.out / "cells" / table).glob("*.parquet")}
        whole = {path.name for path in (self.out / "cells" / "outcomes").glob("*.parquet")}
        return sorted(names & whole if whole else names)

    def _table(
        self, table: str, columns: Sequence[str], kept: ds.Expression | None = None
    ) -> pd.DataFrame:
        dataset = self._dataset(table)
        missing = [name for name in columns if name not in dataset.schema.names]
        if missing:
            raise AnalysisError(
                f"the stored {table} have no column '{missing[0]}'", self.out / "cells" / table,
                "they were written by another version of desist",
                "run the study again into a new folder",
            )  # fmt: skip
        try:
            frame: pd.DataFrame = dataset.to_table(columns=list(columns), filter=kept).to_pandas(
                strings_to_categorical=True
            )
        except (OSError, pa.ArrowException) as error:
            raise AnalysisError(
                f"the {table} cannot be read", self.out / "cells" / table, str(error)
            ) from error
        if frame.empty and kept is None:
            raise AnalysisError(f"the stored {table} are empty", self.out / "cells" / table)
        return frame
