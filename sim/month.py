"""What the steps of one month hand to each other: the offences and the docket."""

from __future__ import annotations

from dataclasses import dataclass, field

import numba as nb
import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint32]

RATES = {
    "offending": "log hazard ratio of arrest-weighted offending, while at liberty",
    "breach": "log hazard ratio of breaching the conditions of an order",
    "finding_work": "log odds that a seeker finds a job where a vacancy is left",
}
"""Named rates that steps may add to; each starts every month at 0."""


def _rows() -> NDArray[np.int64]:
    return np.empty(0, np.int64)


def _words() -> Words:
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
    ids: Words = field(default_factory=_words)
    ordinal: Words = field(default_factory=_words)
    offence: NDArray[np.int64] = field(default_factory=_rows)
    reported: NDArray[np.bool_] = field(default_factory=_answers)
    victim: NDArray[np.int64] = field(default_factory=_rows)


def lay_out(people: NDArray[np.int64], number: NDArray[np.integer], ids: Words) -> Incidents:
    """Lay the offences out one by one, where each row given commits a number of them.

    Parameters
    ----------
    people, number
        Rows in ascending order, and how many offences each commits, shape (n,).
    ids
        Identities of everybody, shape (rows of the table,).

    Examples
    --------
    >>> found = lay_out(np.array([0, 2]), np.array([1, 2], "u1"), np.array([7, 8, 9], "u4"))
    >>> found.rows.tolist(), found.ids.tolist(), found.ordinal.tolist()
    ([0, 2, 2], [7, 9, 9], [0, 0, 1])
    """
    total = int(number.sum())
    found = Incidents(np.empty(total, np.int64), np.empty(total, "u4"), np.empty(total, "u4"))
    _lay_out(people, number, ids, found.rows, found.ids, found.ordinal)
    return found


@nb.njit(cache=True)
def _lay_out(people, number, everybody, rows, ids, ordinal):  # type: ignore[no-untyped-def]
    at = 0
    for i in range(people.shape[0]):
        row = people[i]
        identity = everybody[row]
        for k in range(number[i]):
            rows[at] = row
            ids[at] = identity
            ordinal[at] = k
            at += 1


@dataclass
class Docket:
    """This month's convicted people and the sentence proposed for each; all arrays shape (n,).

    ``opened`` is the month of arrest, which keys every draw about the case; ``months`` is the
    length that the sentence will take (served in custody, or in force in the community);
    ``counts`` is the number of cleared offences in the case; ``detained`` tells who comes from
    remand, ``settled`` whom a lever has given a sentence that no other changes (`sim.ladder`).
    """

    rows: NDArray[np.int64] = field(default_factory=_rows)
    offence: NDArray[np.int64] = field(default_factory=_rows)
    sentence: NDArray[np.int64] = field(default_factory=_rows)
    months: NDArray[np.float64] = field(default_factory=_numbers)
    opened: NDArray[np.int64] = field(default_factory=_rows)
    victim: NDArray[np.int64] = field(default_factory=_rows)
    counts: NDArray[np.int64] = field(default_factory=_rows)
    detained: NDArray[np.bool_] = field(default_factory=_answers)
    settled: NDArray[np.bool_] = field(default_factory=_answers)
