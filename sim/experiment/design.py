"""Design points: which combinations of dials and parameters a study simulates.

A point is a set of values by name (``dials.LEVER.DIAL``, ``parameters.RULE.NAME``). Its id is a
hash of these values: the same point has the same id in every design and every folder, so a design
can grow, or be replaced by another, without simulating a point twice. Point 0 is the study as it
is written and belongs to every design.

Space-filling designs come from ``scipy.stats.qmc``, those that an analysis of sensitivity asks for
(Morris' trajectories, Saltelli's sample for Sobol indices) from SALib.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc

from sim.errors import DesistError
from sim.experiment.cells import digest
from sim.experiment.checked import Where
from sim.experiment.limits import OPTION
from sim.experiment.study import Design, Study, Varied
from sim.parameters import Quantity
from sim.rules import Rule

Level = float | bool
Values = Mapping[str, Level]

MOST_POINTS = 1_000_000
"""Points of one design; a slip in a grid can ask for more than any machine has."""


@dataclass(frozen=True)
class Point:
    """One combination; ``id`` 0 is the study as it is written."""

    id: int
    values: Values


CENTRAL = Point(0, {})


@dataclass(frozen=True)
class Axis:
    """One thing that is varied: its name and the values or the range it takes."""

    name: str
    values: tuple[Level, ...] | None
    low: float
    high: float

    def at(self, share: float) -> Level:
        """The value at a share in [0, 1] of the way.

        >>> Axis("x", None, 2.0, 4.0).at(0.5), Axis("x", (1.0, 9.0), 0, 0).at(0.7)
        (3.0, 9.0)
        """
        if self.values is not None:
            return self.values[min(int(share * len(self.values)), len(self.values) - 1)]
        # Rounded, so that a point's id does not hang on the last bit of an addition.
        return float(f"{self.low + share * (self.high - self.low):.12g}")

    def levels(self, count: int) -> list[Level]:
        """All values, or so many evenly spaced ones of the range, ends included."""
        if self.values is not None:
            return list(self.values)
        return [self.at(step / (count - 1)) for step in range(count)]


def point_of(values: Values) -> Point:
    """Name a combination: 52 bits of a hash, exact in JSON and in a float."""
    if not values:
        return CENTRAL
    plain = {
        name: bool(value) if isinstance(value, bool) else float(value)
        for name, value in sorted(values.items())
    }
    return Point(int(digest(plain)[:13], 16) or 1, plain)


def axes(study: Study, rules: Mapping[str, type[Rule]], where: Where) -> list[Axis]:
    """Check what a study varies.

    Raises
    ------
    DesistError
        For the first name that is no dial or parameter, or value that cannot be used.
    """
    return [_axis(name, varied, rules, where) for name, varied in study.vary.items()]


def design_points(
    study: Study, rules: Mapping[str, type[Rule]], where: Where, most: float = MOST_POINTS
) -> list[Point]:
    """Rows of a study's design, in the order that an analysis of it expects; doubles are kept.

    Empty when nothing is varied; refused, before they are made, when there are more than ``most``.
    """
    design = study.design
    at = where(("design",))
    if design.kind == "list":
        if study.vary:
            raise DesistError("a list of points needs no 'vary'", where(("vary",)))
        if not design.points:
            raise DesistError("the design has no points", at, mend="add design.points")
        for values in design.points:
            check_point(values, rules, where)
        return [point_of(values) for values in design.points]
    if not study.vary:
        return []
    varied = axes(study, rules, where)
    count, most = _count(design, varied), min(most, MOST_POINTS)
    if count > most:
        mend = "vary less" if most == MOST_POINTS else f"vary less, or add {OPTION}"
        raise DesistError(f"the design has {count:,} points", at, f"at most {most:,}", mend)
    return [point_of(values) for values in _rows(design, varied, study.seed)]


def _count(design: Design, varied: Sequence[Axis]) -> int:
    levels = [len(axis.values) if axis.values else design.levels for axis in varied]
    if design.kind == "grid":
        return int(np.prod(levels, dtype=float))
    if design.kind == "one_at_a_time":
        return sum(levels)
    width = {"morris": len(varied) + 1, "saltelli": len(varied) + 2}.get(design.kind, 1)
    return design.size * width


def _rows(design: Design, varied: Sequence[Axis], seed: int) -> list[Values]:
    names = [axis.name for axis in varied]
    if design.kind == "grid":
        levels = (axis.levels(design.levels) for axis in varied)
        return [dict(zip(names, row, strict=True)) for row in product(*levels)]
    if design.kind == "one_at_a_time":
        return [{axis.name: value} for axis in varied for value in axis.levels(design.levels)]
    return [
        {axis.name: axis.at(float(share)) for axis, share in zip(varied, row, strict=True)}
        for row in _unit_sample(design, len(varied), seed)
    ]


def _unit_sample(design: Design, width: int, seed: int) -> NDArray[np.float64]:
    """Sample of the unit cube, shape (rows, width)."""
    with warnings.catch_warnings():
        # Sizes that are no power of two are less even, which the user may want all the same.
        warnings.simplefilter("ignore", UserWarning)
        if design.kind == "latin_hypercube":
            sample = qmc.LatinHypercube(width, rng=seed).random(design.size)
        elif design.kind == "sobol":
            sample = qmc.Sobol(width, rng=seed).random(design.size)
        else:
            sample = _salib_sample(design, width, seed % 2**32)
    return np.asarray(sample, dtype=np.float64)


def _salib_sample(design: Design, width: int, seed: int) -> Any:
    from SALib.sample import morris, sobol

    problem = {
        "num_vars": width, "names": [str(i) for i in range(width)], "bounds": [[0.0, 1.0]] * width,
    }  # fmt: skip
    if design.kind == "morris":
        return morris.sample(problem, design.size, num_levels=design.levels, seed=seed)
    return sobol.sample(problem, design.size, calc_second_order=False, seed=seed)


def _axis(name: str, varied: Varied, rules: Mapping[str, type[Rule]], where: Where) -> Axis:
    at = where(("vary", name))
    quantity = named_quantity(name, rules, at)
    if isinstance(quantity.default, Mapping):
        raise DesistError(f"{name} is a table and cannot be varied as one number", at)
    if varied.values is not None:
        if varied.low is not None or varied.high is not None:
            raise DesistError(f"{name} has both values and a range", at)
        for value in varied.values:
            _check_value(quantity, name, value, at)
        return Axis(name, varied.values, 0.0, 0.0)
    if quantity.unit == "on or off":
        return Axis(name, (False, True), 0.0, 0.0)
    low = quantity.low if varied.low is None else varied.low
    high = quantity.high if varied.high is None else varied.high
    for value in (low, high):
        _check_value(quantity, name, value, at)
    if not low < high:
        raise DesistError(f"{name} goes from {low:g} to {high:g}", at, "low must be below high")
    return Axis(name, None, low, high)


def check_point(values: Values, rules: Mapping[str, type[Rule]], where: Where) -> None:
    """Refuse a point whose names or values cannot be used."""
    at = where(("design", "points"))
    for name, value in values.items():
        _check_value(named_quantity(name, rules, at), name, value, at)


def _check_value(quantity: Quantity, name: str, value: object, at: str) -> None:
    complaint = quantity.complaint(value)
    if complaint:
        raise DesistError(f"{name} {complaint}", at)


def named_quantity(name: str, rules: Mapping[str, type[Rule]], at: str) -> Quantity:
    """The quantity that ``dials.LEVER.DIAL`` or ``parameters.RULE.NAME`` names."""
    section, _, rest = name.partition(".")
    rule, _, key = rest.partition(".")
    if section not in ("dials", "parameters") or not key:
        raise DesistError(
            f"cannot vary '{name}'", at, mend="write dials.LEVER.DIAL or parameters.RULE.NAME"
        )
    kind = section.removesuffix("s")
    valid = [n for n, r in rules.items() if kind == "parameter" or r.kind == "lever"]
    if rule not in valid:
        one = "lever" if kind == "dial" else "rule"
        raise DesistError(f"unknown {one} '{rule}'", at, given=rule, valid=valid)
    quantities = rules[rule].quantities()
    known = [n for n, q in quantities.items() if q.kind == kind]
    if key not in known:
        raise DesistError(f"unknown {kind} '{key}' of {rule}", at, given=key, valid=known)
    return quantities[key]
