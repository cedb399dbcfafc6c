"""Any release cohort: one row a person, columns named by the user or by their usual names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from sim.errors import DesistError
from sim.experiment.data.account import Account
from sim.experiment.data.columns import mapped, time_of
from sim.experiment.data.people import Raw


def recognised(columns: Sequence[str], given: Mapping[str, str]) -> bool:
    """Whether the columns can be a cohort: some time, and some event."""
    found = mapped(columns, {k: v for k, v in given.items() if v in columns}, "")
    return bool({"days", "weeks", "months", "time"} & set(found)) and bool(
        {"event", "kind"} & set(found)
    )


def load(
    frame: pd.DataFrame, account: Account, given: Mapping[str, str], covariates: Sequence[str] = ()
) -> Raw:
    """Put a cohort under our names.

    Raises
    ------
    DesistError
        Without a column of times or of events, or with an unknown column.
    """
    found = mapped(frame.columns, given, account.file)
    time, unit = time_of(found, account.file)
    if not {"event", "kind"} & set(found):
        raise DesistError(
            f"no column of events in '{account.file}'", "columns.event=",
            mend="name the column that says whether the event happened",
        )  # fmt: skip
    if "id" not in found:
        alike = int(frame.duplicated().sum())
        reason = "the same values as a row before, and no id to tell people apart"
        account.add(reason, alike, "kept")
    for column in covariates:
        if column not in frame:
            raise DesistError(
                f"no column '{column}' in '{account.file}'", "covariates=", given=column,
                valid=frame.columns,
            )  # fmt: skip
    ours = {"time": time} | {
        meaning: column
        for meaning, column in found.items()
        if meaning not in ("days", "weeks", "months", "time")
    }
    told = ", ".join(f"{meaning} = {column}" for meaning, column in ours.items())
    account.note(f"Columns: {told}; times in {unit}.")
    renamed = pd.DataFrame({meaning: frame[column] for meaning, column in ours.items()})
    for column in covariates:
        if column in renamed:
            raise DesistError(f"rename the covariate '{column}': the word is taken", "covariates=")
        renamed[column] = frame[column]
    return Raw(renamed, unit, covariates=tuple(covariates))
