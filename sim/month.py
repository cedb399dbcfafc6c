"""What the steps of one month hand to each other: the offences and the docket."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray


def _rows() -> NDArray[np.int64]:
    return np.empty(0, np.int64)


def _numbers() -> NDArray[np.float64]:
    return np.empty(0, np.float64)


def _answers() -> NDArray[np.bool_]:
    return np.empty(0, np.bool_)


@dataclass
class Incidents:
    """This month's offences, one entry each; all arrays shape (n,).

    ``ordinal`` tells a person's offences of the month apart, ``offence`` is the kind (index into
    OFFENCES), ``victim`` the victim's number or -1.
    """

    rows: NDArray[np.int64] = field(default_factory=_rows)
    ordinal: NDArray[np.int64] = field(default_factory=_rows)
    offence: NDArray[np.int64] = field(default_factory=_rows)
    reported: NDArray[np.bool_] = field(default_factory=_answers)
    victim: NDArray[np.int64] = field(default_factory=_rows)


@dataclass
class Docket:
    """This month's convicted people and the sentence proposed for each; all arrays shape (n,).

    ``opened`` is the month of arrest, which keys every draw about the case; ``months`` is the
    length that the sentence will take (served in custody, or in force in the community);
    ``detained`` tells who comes from remand, ``settled`` whom a lever has given a sentence that
    no other changes (`sim.ladder`).
    """

    rows: NDArray[np.int64] = field(default_factory=_rows)
    offence: NDArray[np.int64] = field(default_factory=_rows)
    sentence: NDArray[np.int64] = field(default_factory=_rows)
    months: NDArray[np.float64] = field(default_factory=_numbers)
    opened: NDArray[np.int64] = field(default_factory=_rows)
    victim: NDArray[np.int64] = field(default_factory=_rows)
    detained: NDArray[np.bool_] = field(default_factory=_answers)
    settled: NDArray[np.bool_] = field(default_factory=_answers)
