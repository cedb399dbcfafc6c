"""Subgroups of a target, in words: ``sex=male``, ``age<=24``, ``priors>=5 & offence=property``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.errors import DesistError
from sim.offences import GROUPS

Cohort = Mapping[str, NDArray[Any]]

WORDS = (
    "all", "sex=male", "sex=female", "age<=24", "age25-39", "age>=40", "priors=0", "priors1-2",
    "priors>=3", "served_years<1", "served_years1-2", "supervised=yes", "supervised=no",
    *(f"offence={group}" for group in GROUPS),
)  # fmt: skip
"""Examples of every form, offered when a subgroup is not understood."""

NUMBERS: dict[str, tuple[Callable[[Cohort], NDArray[np.float64]], bool]] = {
    "age": (lambda c: c["age_years"].astype(np.float64), True),
    # The record holds the conviction that led to the index event; priors are those before it.
    "priors": (lambda c: np.maximum(c["priors"].astype(np.float64) - 1.0, 0.0), True),
    "served_years": (lambda c: c["served_months"] / 12.0, False),
}
"""Name to the numbers of people, and whether it is counted in whole units (completed years)."""

_LIMIT = re.compile(
    r"(<=|>=|<|>|=)?(\d+(?:\.\d+)?)(?:(?:-|to)(\d+(?:\.\d+)?))?(\+|orolder|ormore)?"
)


def select(cohort: Cohort, subgroup: str, where: str) -> NDArray[np.bool_]:
    """Select a subgroup; shape (index events,).

    Raises
    ------
    DesistError
        For a word that is not understood; the nearest is offered.

    Examples
    --------
    >>> import numpy as np
    >>> cohort = {"age_years": np.array([24.9, 25.0]), "male": np.array([1, 1])}
    >>> select(cohort, "age<=24 & sex=male", "here").tolist()
    [True, False]
    """
    chosen = np.ones(next(iter(cohort.values())).shape[0], np.bool_)
    for part in re.split(r"[&;]", subgroup):
        chosen &= _condition(cohort, part.strip(), where)
    return chosen


def check(subgroup: str, where: str) -> None:
    """Refuse a subgroup that `select` would not understand."""
    nobody = {
        name: np.zeros(0)
        for name in ("age_years", "priors", "served_months", "male", "offence_group", "supervised")
    }
    select(nobody, subgroup, where)


def _condition(cohort: Cohort, text: str, where: str) -> NDArray[np.bool_]:
    words = re.sub(r"\s+", "", text.lower().replace("served years", "served_years"))
    if words in ("all", "everyone", "total"):
        return np.ones(next(iter(cohort.values())).shape[0], np.bool_)
    name, _, value = words.partition("=")
    if name == "sex" and value in ("male", "m", "female", "f"):
        return np.asarray((cohort["male"] == 1) == (value[0] == "m"))
    group = value.replace("-", "_").replace("publicorder", "public_order")
    if name == "offence" and group in GROUPS:
        return np.asarray(cohort["offence_group"] == GROUPS.index(group))
    if name == "supervised" and value in ("yes", "no"):
        return np.asarray((cohort["supervised"] == 1) == (value == "yes"))
    for number, (values, is_whole) in NUMBERS.items():
        limit = _LIMIT.fullmatch(words.removeprefix(number)) if words.startswith(number) else None
        if limit is not None:
            return _between(values(cohort), limit, is_whole)
    raise DesistError(f"unknown subgroup '{text}'", where, given=text, valid=WORDS)


def _between(
    values: NDArray[np.float64], limit: re.Match[str], is_whole: bool
) -> NDArray[np.bool_]:
    sign, low, high, above = limit.groups()
    start = float(low)
    # Someone of 24 is anywhere from 24.0 up to 25: whole units reach to the next one.
    one = 1.0 if is_whole else 0.0
    if high is not None:
        return np.asarray((values >= start) & (values < float(high) + one))
    if above or sign == ">=":
        return np.asarray(values >= start)
    if sign == ">":
        return np.asarray(values >= start + one if is_whole else values > start)
    if sign == "<":
        return np.asarray(values < start)
    if sign == "<=":
        return np.asarray(values < start + one if is_whole else values <= start)
    return np.asarray((values >= start) & (values < start + (one or 1e-9)))
