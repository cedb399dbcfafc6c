"""Free constants: which numbers of a place are fitted, on which scale, within which bounds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sim.assembly import build_rules
from sim.errors import DesistError
from sim.parameters import UNITS, Quantity
from sim.place import Place, Sourced
from sim.rules import registry

LOGIT_UNITS = ("probability", "share", "per month")
LOG_PRIOR_SD, LOGIT_PRIOR_SD = 0.5, 0.8
"""Width of the prior on the free scale: a factor of 1.6, or odds of 2.2, either way."""


@dataclass(frozen=True)
class Constant:
    """One number to fit: ``rule.name``, or ``rule.name.key`` for an entry of a table.

    Parameters
    ----------
    start
        Value in the place's file: the centre of the prior.
    scale
        ``log``, ``logit`` or ``plain``: the free scale, on which the prior is normal.
    prior_sd
        Its standard deviation on the free scale.
    table
        The whole table, for an entry of one.
    """

    rule: str
    name: str
    key: str
    start: float
    scale: str
    prior_sd: float
    kind: str
    table: tuple[tuple[str, float], ...] = ()

    @property
    def path(self) -> str:
        """Name in files and tables."""
        return f"{self.rule}.{self.name}" + (f".{self.key}" if self.key else "")

    def free(self, value: float) -> float:
        """From the natural to the free scale."""
        if self.scale == "log":
            return float(np.log(value))
        return float(np.log(value / (1.0 - value))) if self.scale == "logit" else float(value)

    def natural(self, free: float) -> float:
        """From the free to the natural scale."""
        if self.scale == "log":
            return float(np.exp(free))
        return float(1.0 / (1.0 + np.exp(-free))) if self.scale == "logit" else float(free)

    @property
    def limits(self) -> tuple[float, float]:
        """Lowest and highest value that the unit allows, on the free scale."""
        low, high = UNITS[registry()[self.rule].quantities()[self.name].unit]
        return self.end(low), self.end(high)

    def end(self, value: float) -> float:
        """One end of a range on the free scale, kept finite."""
        if self.scale == "logit":
            value = min(max(value, 1e-6), 1.0 - 1e-6)
        return self.free(max(value, 1e-9) if self.scale == "log" else value)


def limits_of(constants: Sequence[Constant]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Lowest and highest values that units allow, on the free scale, each of shape (constants,)."""
    low, high = np.array([constant.limits for constant in constants]).T
    # A hair inside, so that rounding does not lead out.
    return low + 1e-6, high - 1e-6


def within_limits(constants: Sequence[Constant], free: NDArray[np.float64]) -> NDArray[np.float64]:
    """Points of shape (..., constants) moved to what units allow, on the free scale."""
    return np.clip(free, *limits_of(constants))


def constants_of(place: Place, names: Sequence[str] | None = None) -> tuple[Constant, ...]:
    """The constants to fit: those named, or all single numbers that the place calls ``fitted``.

    Raises
    ------
    DesistError
        An unknown name (with the nearest), or a number that cannot be fitted.
    """
    stated = place.stated()
    fitted = [
        f"{rule}.{name}"
        for (rule, name), sourced in stated.items()
        if "fitted" in sourced.source.split(";") and isinstance(sourced.value, float | int)
    ]
    rules = {rule.name: rule for rule in build_rules(place)}
    valid = [
        f"{name}.{quantity.name}"
        for name, rule in registry().items()
        for quantity in rule.quantities().values()
        if quantity.kind != "dial"
    ]
    found = []
    for path in names or fitted:
        rule, _, rest = path.partition(".")
        name, _, key = rest.partition(".")
        if f"{rule}.{name}" not in valid or rule not in rules:
            raise DesistError(f"unknown constant '{path}'", where="free=", given=path, valid=valid)
        value = getattr(rules[rule], name)
        table: tuple[tuple[str, float], ...] = ()
        quantity = type(rules[rule]).quantities()[name]
        if isinstance(value, Mapping):
            if key not in value:
                raise DesistError(
                    f"{rule}.{name} is a table, and '{key}' is no entry of it", where="free=",
                    mend=f"name one: {rule}.{name}.{next(iter(value))}", given=key, valid=value,
                )  # fmt: skip
            table, value = tuple(value.items()), value[key]
        found.append(replace(_constant(rule, name, key, value, quantity), table=table))
    if not found:
        raise DesistError(
            f"the place '{place.name}' calls no number 'fitted'", where="free=",
            mend="name the constants: free=[offending.arrests_per_year, ...]",
        )  # fmt: skip
    return tuple(found)


def _constant(rule: str, name: str, key: str, value: object, quantity: Quantity) -> Constant:
    if isinstance(value, bool) or not isinstance(value, float | int):
        raise DesistError(f"{rule}.{name} is not a number that can be fitted", where="free=")
    low, high = UNITS[quantity.unit]
    if quantity.unit in LOGIT_UNITS:
        inside = min(max(float(value), 0.001), 0.999)
        found = Constant(rule, name, key, inside, "logit", LOGIT_PRIOR_SD, quantity.kind)
    elif low >= 0.0:
        inside = max(float(value), 1e-4)
        found = Constant(rule, name, key, inside, "log", LOG_PRIOR_SD, quantity.kind)
    else:
        found = Constant(rule, name, key, float(value), "plain", (high - low) / 4.0, quantity.kind)
    # The evidence of a parameter says how far it may go; a table's range is a factor, not values.
    if quantity.kind == "parameter" and not key and quantity.low < quantity.high:
        width = (found.end(quantity.high) - found.end(quantity.low)) / 2.0
        found = replace(found, prior_sd=min(width, found.prior_sd))
    return found


def with_values(
    place: Place, constants: Sequence[Constant], free: NDArray[np.float64], note: str = ""
) -> Place:
    """The place with these constants, given on the free scale."""
    figures = {rule: dict(entries) for rule, entries in place.figures.items()}
    parameters = {rule: dict(entries) for rule, entries in place.parameters.items()}
    for constant, position in zip(constants, free, strict=True):
        entries = figures if constant.kind == "figure" else parameters
        group = entries.setdefault(constant.rule, {})
        old = group.get(constant.name)
        number = round(constant.natural(float(position)), 10)
        value: float | dict[str, float] = number
        if constant.key:
            whole = old.value if old is not None else dict(constant.table)
            assert isinstance(whole, dict)
            value = {**whole, constant.key: number}
        group[constant.name] = Sourced(
            value=value, source="fitted" if old is None else old.source,
            note=note or (old.note if old else "") or "calibrated", unit=old.unit if old else "",
        )  # fmt: skip
    return place.model_copy(update={"figures": figures, "parameters": parameters})
