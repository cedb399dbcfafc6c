"""Read an output folder: the manifest and the three tables.

A table is a folder of Parquet files, one per batch, each complete (the run writes
aside and renames), so a folder can be read while the run still goes on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.dataset as ds

from analysis.errors import AnalysisError
from analysis.manifest import Manifest, read_manifest

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

        Of the study as written (design point 0); `analysis.points` reads the others.
        """
        return self._outcomes(OUTCOME_COLUMNS, self._as_written("outcomes"))

    def outcomes_of_all_points(self) -> pd.DataFrame:
        """The same for every design point, with the column ``point``."""
        return self._outcomes((*OUTCOME_COLUMNS, "point"), None)

    def _outcomes(self, columns: Sequence[str], chosen: ds.Expression | None) -> pd.DataFrame:
        frame = self._table("outcomes", columns, chosen)
        # An empty string and a missing one both mean «no definition».
        for column in ("definition", "group", "unit"):
            frame[column] = frame[column].astype(object).fillna("").astype("category")
        return frame

    def series(self, metrics: Sequence[str]) -> pd.DataFrame:
        """Keys, month and these monthly metrics; one row per cell and month."""
        return self._table("series", (*KEYS, "month", *metrics), self._as_written("series"))

    def cohort(self, columns: Sequence[str] = ()) -> pd.DataFrame:
        """Keys, what survival needs, and these columns; one row per index event."""
        # Transfer abroad competes as death does; folders of old have no such column.
        ends = tuple({"to_transfer"} & set(self.columns("cohort")))
        wanted = (*KEYS, *COHORT_COLUMNS, *ends, *columns)
        return self._table("cohort", tuple(dict.fromkeys(wanted)), self._as_written("cohort"))

    def _as_written(self, table: str) -> ds.Expression | None:
        """Select design point 0; everything in a folder that knows no points."""
        return ds.field("point") == 0 if "point" in self.columns(table) else None

    def columns(self, table: str) -> tuple[str, ...]:
        """Names of the columns of a table."""
        return tuple(self._dataset(table).schema.names)

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
        self, table: str, columns: Sequence[str], chosen: ds.Expression | None
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
            frame: pd.DataFrame = dataset.to_table(columns=list(columns), filter=chosen).to_pandas(
                strings_to_categorical=True
            )
        except (OSError, pa.ArrowException) as error:
            raise AnalysisError(
                f"the {table} cannot be read", self.out / "cells" / table, str(error)
            ) from error
        if frame.empty:
            raise AnalysisError(f"the stored {table} are empty", self.out / "cells" / table)
        return frame
