"""What the steps of one month hand to each other: the offences and the docket."""

from __future__ import annotations

from dataclasses import dataclass, field

import numba as nb
import numpy as np
from numpy.typing import NDArray


def _rows() -> NDArray[np.int64]:
    return np.empty(0, np.int64)


def _identities() -> NDArray[np.uint32]:
    return np.empty(0, np.uint32)


def _numbers() -> NDArray[np.float64]:
    return np.empty(0, np.float64)


def _answers() -> NDArray[np.bool_]:
    return np.empty(0, np.bool_)


@dataclass
class Incidents:
    """This month's offences, one entry each, by row and ordinal ascending; all arrays shape (n,).

    ``ids`` are the identities of the people of ``rows``, ``ordinal`` tells a person's offences of
    the month apart, ``offence`` is the kind (index into OFFENCES), ``victim`` the victim's number
    or -1.
    """

    rows: NDArray[np.int64] = field(default_factory=_rows)
    ids: NDArray[np.uint32] = field(default_factory=_identities)
    ordinal: NDArray[np.int64] = field(default_factory=_rows)
    offence: NDArray[np.int64] = field(default_factory=_rows)
    reported: NDArray[np.bool_] = field(default_factory=_answers)
    victim: NDArray[np.int64] = field(default_factory=_rows)


def lay_out(
    people: NDArray[np.int64], number: NDArray[np.integer]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Row and ordinal of each offence, where each row given commits a number of them.

    Examples
    --------
    >>> rows, ordinal = lay_out(np.array([3, 8]), np.array([1, 2]))
    >>> rows.tolist(), ordinal.tolist()
    ([3, 8, 8], [0, 0, 1])
    """
    total = int(number.sum())
    rows, ordinal = np.empty(total, np.int64), np.empty(total, np.int64)
    _lay_out(people, number, rows, ordinal)
    return rows, ordinal


@nb.njit(cache=True)
def _lay_out(people, number, rows, ordinal):  # type: ignore[no-untyped-def]
    at = 0
    for i in range(people.shape[0]):
        for k in range(number[i]):
            rows[at] = people[i]
            ordinal[at] = k
            at += 1


@dataclass
class Docket:
    """This month's convicted people and the sentence proposed for each; all arrays shape (n,).

    ``opened`` is the month of arrest, which keys every draw about the case; ``months`` is the
    length that the sentence will take (served in custody, or in force in the community);
    ``detained`` tells who comes from remand.
    """

    rows: NDArray[np.int64] = field(default_factory=_rows)
    offence: NDArray[np.int64] = field(default_factory=_rows)
    sentence: NDArray[np.int64] = field(default_factory=_rows)
    months: NDArray[np.float64] = field(default_factory=_numbers)
    opened: NDArray[np.int64] = field(default_factory=_rows)
    victim: NDArray[np.int64] = field(default_factory=_rows)
    detained: NDArray[np.bool_] = field(default_factory=_answers)
