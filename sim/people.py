"""The people: one row a person, one column a property, and `Person`, the view of a row.

A row whose status is GONE is spare and is given to the next entrant, so tables stay compact; a
person is known by ``id``, never by row. Levers add columns of their own in their files.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import mesa
import numpy as np
from numpy.typing import NDArray

from sim.errors import DesistError
from sim.legal_status import (
    COMMUNITY_ORDER,
    CONDITIONAL_RELEASE,
    CUSTODY,
    FREE,
    GONE,
    NEVER,
    NO_CUSTODY,
    NO_ORDER,
    NO_PRISON,
    PRISON_SENTENCE,
    RECALL,
    REMAND,
    SHORT_CUSTODY,
    STATUSES,
    SUPERVISED,
    SUSPENDED_ORDER,
)
from sim.rules import Column, Rule
from sim.scan import rows_where

if TYPE_CHECKING:
    from sim.world import World

__all__ = [
    "COLUMNS", "COMMUNITY_ORDER", "CONDITIONAL_RELEASE", "CUSTODY", "FREE", "GONE", "NEVER",
    "NO_CUSTODY", "NO_ORDER", "NO_PRISON", "PRISON_SENTENCE", "RECALL", "REMAND", "SHORT_CUSTODY",
    "STATUSES", "SUPERVISED", "SUSPENDED_ORDER", "People", "Person", "columns_of",
]  # fmt: skip

COLUMNS = (
    Column("id", "u4", "key", "identity; keys all of the person's draws"),
    Column("status", "u1", "code", "legal status, index into STATUSES", GONE),
    Column("birth_month", "i2", "month", "month of birth on the run's clock (negative)"),
    Column("male", "u1", "0/1", "recorded as male"),
    Column("community", "u1", "index", "home community"),
    Column("foreign", "u1", "0/1", "national of another country"),
    Column("label", "u1", "0/1", "carries the optional group label that a user defines"),
    Column("log_frailty", "f4", "log hazard ratio", "unobserved propensity to offend"),
    Column("priors", "u2", "convictions", "earlier convictions"),
    Column("log_priors", "f4", "ln", "ln(1 + priors), kept because every month reads it"),
    Column("offence_group", "u1", "index", "offence group of the latest arrest"),
    Column("offences", "u1", "count", "offences this month (scratch)"),
    Column("flag", "u1", "0/1", "decision of the step before (scratch)"),
    Column("followed", "u1", "0/1", "has had an index event: the records follow this person"),
    Column("case_offence", "u1", "index + 1", "main offence of the pending case; 0 when none"),
    Column("case_month", "i2", "month", "arrest that opened the pending case", NEVER),
    Column("case_victim", "i4", "victim number", "victim of the case's main offence; -1", -1),
    Column("order", "u1", "code", "order in force in the community"),
    Column("order_end", "i2", "month", "month in which the order ends", NEVER),
    Column("custody", "u1", "code", "why in custody after conviction"),
    Column("custody_start", "i2", "month", "month of reception", NEVER),
    Column("custody_end", "i2", "month", "month of release", NEVER),
    Column("sentence_end", "i2", "month", "month in which the custodial sentence ends", NEVER),
    Column("recall_month", "i2", "month", "month of return to prison if recalled", NEVER),
    Column("prison", "u1", "index", "prison held in; 255 when none", NO_PRISON),
    Column("trial_arm", "u1", "arm + 1", "arm of a virtual trial; 0 when not enrolled"),
    Column("treated", "u1", "0/1", "has completed a treatment programme in prison"),
    Column("conferenced", "u1", "0/1", "has met a victim in a restorative conference"),
    Column("custody_log_hr", "f4", "log hazard ratio", "lasting after-effect of the last custody"),
)  # fmt: skip


def columns_of(rules: Iterable[Rule]) -> tuple[Column, ...]:
    """Return all columns of a world: the shared ones, then each rule's own.

    Raises
    ------
    DesistError
        When two rules, or a rule and the shared table, claim one name.
    """
    columns = {column.name: column for column in COLUMNS}
    for rule in rules:
        for column in rule.all_columns():
            if column.name in columns:
                raise DesistError(
                    f"column {column.name!r} is declared twice", where=f"rule {rule.name}"
                )
            columns[column.name] = column
    return tuple(columns.values())


class People:
    """Columns of equal length, reached as attributes (``people.status``)."""

    def __init__(self, columns: Sequence[Column], rows: int) -> None:
        self.columns = {column.name: column for column in columns}
        for column in columns:
            self.__dict__[column.name] = np.full(rows, column.initial, column.dtype)

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> NDArray[Any]: ...

        def __setattr__(self, name: str, value: Any) -> None: ...

    def __len__(self) -> int:
        """Rows, spare ones included."""
        return int(self.status.shape[0])

    def array(self, name: str) -> NDArray[Any]:
        """One column by name."""
        array: NDArray[Any] = self.__dict__[name]
        return array

    def alive(self) -> int:
        """Persons, spare rows excluded."""
        return int(np.count_nonzero(self.status))

    def take_rows(self, wanted: int) -> NDArray[np.int64]:
        """Give ``wanted`` spare rows, reset to initial values, growing the table when short."""
        spare = rows_where(self.status == GONE)
        if spare.shape[0] < wanted:
            more = wanted - spare.shape[0] + len(self) // 20 + 8
            for column in self.columns.values():
                old = self.array(column.name)
                new = np.full(more, column.initial, column.dtype)
                self.__dict__[column.name] = np.concatenate((old, new))
            spare = rows_where(self.status == GONE)
        rows = spare[:wanted]
        for column in self.columns.values():
            self.array(column.name)[rows] = column.initial
        return rows

    def bytes_per_row(self) -> int:
        """Bytes that one person takes in all columns together."""
        return sum(np.dtype(column.dtype).itemsize for column in self.columns.values())

    def copy_columns(self) -> dict[str, NDArray[Any]]:
        """Copies of all columns, for a snapshot."""
        return {name: self.array(name).copy() for name in self.columns}

    def set_columns(self, arrays: dict[str, NDArray[Any]]) -> None:
        """Take over copies of the columns of a snapshot; columns it lacks start at initial."""
        rows = arrays["status"].shape[0]
        for column in self.columns.values():
            stored = arrays.get(column.name)
            self.__dict__[column.name] = (
                np.full(rows, column.initial, column.dtype) if stored is None else stored.copy()
            )


class Person(mesa.Agent):  # type: ignore[misc]
    """One person as a Mesa agent: attributes read and write the row's columns.

    A view costs a microsecond, so it is made when looked at and never registered with the model:
    uncompiled rules, agent rules, tests and notebooks use it.
    """

    def __init__(self, world: World, row: int) -> None:
        # Not mesa.Agent.__init__: that would register ten million agents.
        object.__setattr__(self, "model", world)
        object.__setattr__(self, "row", int(row))

    @property
    def unique_id(self) -> int:
        """The person's identity."""
        return int(self.model.people.id[self.row])

    @property
    def age_years(self) -> float:
        """Age in years this month."""
        return float(self.model.month - self.model.people.birth_month[self.row]) / 12.0

    @property
    def legal_status(self) -> str:
        """Legal status in words."""
        return STATUSES[self.model.people.status[self.row]]

    def __getattr__(self, name: str) -> Any:
        people = object.__getattribute__(self, "model").people
        if name in people.columns:
            return people.array(name)[object.__getattribute__(self, "row")].item()
        raise AttributeError(f"a person has no {name!r}; columns: {', '.join(people.columns)}")

    def __setattr__(self, name: str, value: Any) -> None:
        people = self.model.people
        if name not in people.columns:
            raise AttributeError(f"a person has no column {name!r}")
        people.array(name)[self.row] = value

    def __repr__(self) -> str:
        return f"Person(id={self.unique_id}, {self.legal_status}, {self.age_years:.0f} years)"
