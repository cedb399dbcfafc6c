"""Which column of a file holds what: by the user's word (``columns.age=AGE``), else by its name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sim.errors import DesistError

NAMES: dict[str, tuple[str, ...]] = {
    "days": ("days", "time_days", "days_to_event"),
    "weeks": ("weeks", "week", "time_weeks"),
    "months": ("months", "time_months", "months_to_event"),
    "time": ("time", "duration", "survival_time"),
    "follow_up": ("follow_up", "followup", "censored_at", "observed_until"),
    "event": ("event", "arrest", "rearrest", "rearrested", "reoffended", "recidivism", "recid",
              "reconvicted", "returned"),
    "kind": ("kind", "event_kind", "event_type"),
    "age": ("age", "age_years", "age_at_release"),
    "sex": ("sex", "gender"),
    "priors": ("priors", "prio", "prior_convictions", "prior_arrests", "priors_count"),
    "offence": ("offence", "offense", "offence_type", "offense_type"),
    "id": ("id", "person", "person_id"),
}  # fmt: skip
"""What a cohort may hold, and the column names that are taken for it unasked."""

UNITS = {"days": 1.0, "weeks": 7.0, "months": 365.25 / 12.0, "years": 365.25}
"""Days in each unit of time."""


def mapped(columns: Iterable[str], given: Mapping[str, str], file: str) -> dict[str, str]:
    """Find the column of each meaning.

    Parameters
    ----------
    columns
        Names in the file.
    given
        Meaning to column, as the user says.

    Returns
    -------
    dict
        Meaning to column; the user's word goes first, and a column is used once.

    Raises
    ------
    DesistError
        An unknown meaning or column, with the nearest.

    Examples
    --------
    >>> mapped(["week", "arrest", "AGE"], {"time": "week"}, "rossi.csv")
    {'time': 'week', 'event': 'arrest', 'age': 'AGE'}
    """
    columns = list(columns)
    for meaning, wanted in given.items():
        if meaning not in NAMES:
            raise DesistError(
                f"unknown setting 'columns.{meaning}'", given=meaning, valid=NAMES
            )  # fmt: skip
        if wanted not in columns:
            raise DesistError(
                f"no column '{wanted}' in '{file}'", where=f"columns.{meaning}=", given=wanted,
                valid=columns,
            )  # fmt: skip
    found = dict(given)
    folded = {_fold(name): name for name in columns}
    times = {"days", "weeks", "months", "time"}
    for meaning, aliases in NAMES.items():
        if meaning in found or (meaning in times and times & set(found)):
            continue
        free = (folded[alias] for alias in aliases if alias in folded)
        column = next((name for name in free if name not in found.values()), "")
        if column:
            found[meaning] = column
    return found


def time_of(found: Mapping[str, str], file: str) -> tuple[str, str]:
    """Column and unit of the time to event or censoring.

    Raises
    ------
    DesistError
        Without one, with two, or when its unit cannot be told.
    """
    given = [meaning for meaning in ("days", "weeks", "months", "time") if meaning in found]
    if not given:
        raise DesistError(
            f"no column of times in '{file}'", "columns.days=",
            mend="name it: columns.days=, columns.weeks= or columns.months=",
        )  # fmt: skip
    if len(given) > 1:
        raise DesistError(f"two columns of times: {given[0]} and {given[1]}", "columns=")
    if given[0] != "time":
        return found[given[0]], given[0]
    name = _fold(found["time"])
    unit = next((unit for unit in UNITS if unit[:-1] in name), None)
    if unit is None:
        raise DesistError(
            f"the unit of '{found['time']}' is not known", "columns.time=",
            mend=f"say columns.days={found['time']}, columns.weeks= or columns.months=",
        )  # fmt: skip
    return found["time"], unit


def require(columns: Iterable[str], needed: Iterable[str], file: str, what: str) -> None:
    """Refuse a file that lacks a column its format needs, with the nearest name."""
    columns = list(columns)
    for column in needed:
        if column not in columns:
            raise DesistError(
                f"'{file}' lacks the column '{column}' of {what}", "format=", given=column,
                valid=columns,
            )  # fmt: skip


def _fold(name: str) -> str:
    return name.casefold().strip().replace(" ", "_").replace("-", "_")
