"""How large a study may be before the user says that it is meant: a slip, or a stranger's file.

Beyond these stand the limits of `sim.experiment.study.Study`, which nothing lifts.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

from sim.errors import DesistError

if TYPE_CHECKING:
    from sim.experiment.checked import Where
    from sim.experiment.study import Study

OPTION = "--allow-large"
"""What lifts the limits."""

SERIES_BYTES, COHORT_BYTES = 250.0, 0.1
"""On disk a cell takes about so many bytes a month, and a person-month (measured; compressed)."""


@dataclass(frozen=True)
class Limits:
    """The most that is simulated unasked.

    Attributes
    ----------
    persons
        Simulated people; a world takes about 200 bytes a person, and its snapshot as much.
    months
        Recorded months, and months of warm-up.
    points, draws
        Of the design and of the parameters.
    person_months
        Of all cells together; 1e12 take about a day on one core.
    disk_bytes
        Of all cells together, roughly.
    """

    persons: float = 10_000_000
    months: float = 600
    points: float = 50_000
    draws: float = 5_000
    cells: float = 200_000
    person_months: float = 1e12
    disk_bytes: float = 5e10


STATED = Limits()
NONE = Limits(*[inf] * 7)


def in_words(limits: Limits = STATED) -> str:
    """The limits, for the help.

    >>> in_words()
    '10,000,000 persons, 600 months, 5,000 draws, 200,000 cells, 1e+12 person-months, 50 GB'
    """
    return (
        f"{limits.persons:,} persons, {limits.months} months, {limits.draws:,} draws, "
        f"{limits.cells:,} cells, {limits.person_months:.0e} person-months, "
        f"{limits.disk_bytes / 1e9:.0f} GB"
    )


def check_world(limits: Limits, where: Where, **sizes: int) -> None:
    """Refuse a world that is too large: ``persons``, and any number of months.

    Raises
    ------
    DesistError
        Names the size, its limit and the option that lifts it.
    """
    for name, size in sizes.items():
        most = limits.persons if name == "persons" else limits.months
        if size > most:
            raise _too_large(f"{name} is {size:,}", where((name,)), f"at most {most:,}")


def check_study_size(study: Study, cells: int, where: Where, limits: Limits) -> None:
    """Refuse a study of too many or too large cells; ``cells`` may be a lower bound."""
    check_world(limits, where, persons=study.persons, months=study.months,
                warmup_months=study.warmup_months)  # fmt: skip
    if study.draws > limits.draws:
        what = f"draws is {study.draws:,}"
        raise _too_large(what, where(("draws",)), f"at most {limits.draws:,}")
    months = study.months - study.start
    person_months = float(cells) * study.persons * months
    disk = cells * months * SERIES_BYTES
    if study.keep is None or "cohort" in study.keep:
        disk += person_months * COHORT_BYTES
    at = where(("replications",))
    if cells > limits.cells:
        raise _too_large(f"the study has {cells:,} cells", at, f"at most {limits.cells:,}")
    if person_months > limits.person_months:
        what = f"the study has {person_months:.1e} person-months"
        raise _too_large(what, at, f"at most {limits.person_months:.0e}")
    if disk > limits.disk_bytes:
        what = f"the study takes about {disk / 1e9:,.0f} GB of disk"
        raise _too_large(what, at, f"at most {limits.disk_bytes / 1e9:.0f} GB")


def needs_asking(study: Study, cells: int) -> bool:
    """Whether a study is larger than is simulated unasked."""
    try:
        check_study_size(study, cells, lambda keys: "", STATED)
    except DesistError:
        return True
    return False


def _too_large(what: str, where: str, most: str) -> DesistError:
    return DesistError(what, where, f"{most} unless asked for", f"make it smaller, or add {OPTION}")
