"""Numbers with a home: `parameter` (evidence), `figure` (a place), `dial` (a policy's choice).

Each is a field of the rule that uses it and carries unit, range and source. Validation, the
parameter appendix, ``desist list`` and the uncertainty designs are all read off these fields.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import inf, isfinite
from typing import Any, Literal

from pydantic import Field
from pydantic.fields import FieldInfo

from sim.errors import nearest
from sim.offences import GROUPS, NAMES

ROWS = (*GROUPS, *NAMES)
"""Entries that a place's tables may have: offence groups or offences."""

Kind = Literal["parameter", "figure", "dial"]
Value = float | int | bool | str | Mapping[str, float]

UNITS: dict[str, tuple[float, float]] = {
    "probability": (0.0, 1.0),
    "share": (0.0, 1.0),
    "on or off": (0.0, 1.0),
    "hazard ratio": (0.01, 100.0),
    "rate ratio": (0.0, 100.0),
    "risk ratio": (0.0, 100.0),
    "odds ratio": (0.01, 100.0),
    "ratio": (0.0, 1000.0),
    "log hazard ratio": (-5.0, 5.0),
    "log hazard ratio per year of age": (-1.0, 1.0),
    "log hazard ratio per unit of ln(1 + priors)": (-3.0, 3.0),
    "log hazard ratio per SD": (-3.0, 3.0),
    "log odds per unit of ln(1 + priors)": (-5.0, 5.0),
    "log odds per unit of ln(offences)": (-5.0, 5.0),
    "shape": (0.05, 50.0),
    "AUC": (0.5, 0.9999),
    "months": (0.0, 1200.0),
    "years": (0.0, 120.0),
    "years of age": (10.0, 100.0),
    "per person-year": (0.0, 1000.0),
    "per year": (0.0, 1000.0),
    "per month": (0.0, 1.0),
    "count": (0.0, 1e9),
    "persons": (1.0, 1e10),
    "hours": (0.0, 1e4),
    "per 1,000 people": (0.0, 1000.0),
    "per 1,000 people a month": (0.0, 1000.0),
    "per 100 people in custody": (0.0, 1000.0),
    "per 100 people supervised": (0.0, 1000.0),
    "points of density": (0.0, 1000.0),
    "currency": (0.0, 1e12),
    "currency a person-year": (0.0, 1e12),
}
"""Every unit a number may have, with the values that make sense at all (hard bounds)."""


@dataclass(frozen=True)
class Quantity:
    """One number (or a table of numbers by offence group or type) and what is known about it.

    ``low`` and ``high`` are the evidence's range for a parameter and the range offered for a dial;
    ``bounds`` are the hard limits of the unit. ``source`` names evidence ids separated by ``;``,
    or is ``assumed``, in which case ``note`` says why.
    """

    rule: str
    name: str
    kind: Kind
    default: Value | None
    unit: str
    low: float
    high: float
    label: str
    source: str
    note: str

    @property
    def bounds(self) -> tuple[float, float]:
        """Hard limits of the unit, inclusive."""
        return UNITS[self.unit]

    @property
    def sources(self) -> tuple[str, ...]:
        """Evidence ids, in order; empty for an assumption."""
        ids = tuple(part.strip() for part in self.source.split(";") if part.strip())
        return tuple(part for part in ids if part not in ("assumed", "fitted"))

    def complaint(self, value: object) -> str | None:
        """Say why ``value`` cannot be used, or None when it can."""
        if isinstance(value, Mapping):
            if not isinstance(self.default, Mapping) and self.kind != "figure":
                return f"is a table, expected one number ({self.unit})"
            known: Iterable[str] = self.default if isinstance(self.default, Mapping) else ROWS
            for key in value:
                if key not in known:
                    near = nearest(str(key), known)
                    return f"has an unknown entry {key!r}" + (f"; is it {near!r}?" if near else "")
            missing = [] if known is ROWS else [key for key in known if key not in value]
            if missing or not value:
                return f"lacks the entry {missing[0]!r}" if missing else "is an empty table"
            for key, part in value.items():
                inner = self._number_complaint(part)
                if inner:
                    return f"entry {key!r} {inner}"
            return None
        if isinstance(self.default, Mapping):
            return f"must be a table with {', '.join(self.default)}"
        return self._number_complaint(value)

    def _number_complaint(self, value: object) -> str | None:
        if isinstance(value, bool) and self.unit != "on or off":
            return f"is true or false, expected a number ({self.unit})"
        if not isinstance(value, (int, float)) or not isfinite(value):
            return f"is {value!r}, expected a number ({self.unit})"
        low, high = self.bounds
        if self.kind == "dial":
            low, high = max(low, self.low), min(high, self.high)
        if not low <= value <= high:
            return f"is {value:g}, outside {low:g} to {high:g} ({self.unit})"
        return None


def parameter(
    default: Value,
    *,
    unit: str,
    low: float,
    high: float,
    source: str,
    label: str = "",
    note: str = "",
) -> Any:
    """Declare a number that evidence speaks about.

    Parameters
    ----------
    default
        Central value in ``unit``; a mapping for a table, in which case ``low`` and ``high`` are
        multipliers of every entry.
    low, high
        Range that the evidence leaves open; uncertainty designs draw from it.
    source
        Ids in ``sim/evidence``, separated by ``;``, or ``assumed`` (then ``note`` says why).
    """
    return _field("parameter", default, unit, low, high, label, source, note)


def figure(*, unit: str, label: str, low: float = -inf, high: float = inf) -> Any:
    """Declare a number that belongs to a place: every jurisdiction file must state it, sourced."""
    return _field("figure", None, unit, low, high, label, "", "")


def dial(
    default: Value, *, unit: str, label: str, low: float | None = None, high: float | None = None
) -> Any:
    """Declare what a policy may choose. The default is the status quo: the lever switched off."""
    bounds = UNITS.get(unit, (0.0, 0.0))  # an unknown unit is refused in `_field`
    return _field(
        "dial", default, unit,
        bounds[0] if low is None else low, bounds[1] if high is None else high,
        label, "", "",
    )  # fmt: skip


def _field(
    kind: Kind, default: Value | None, unit: str, low: float, high: float,
    label: str, source: str, note: str,
) -> Any:  # fmt: skip
    if unit not in UNITS:
        raise TypeError(f"unknown unit {unit!r}; known units: {', '.join(UNITS)}")
    if kind == "parameter" and not source:
        raise TypeError("a parameter needs a source: an evidence id, or 'assumed' with a note")
    if source == "assumed" and not note:
        raise TypeError("an assumed number needs a note that says why")
    extra: Any = {
        "kind": kind, "unit": unit, "low": low, "high": high, "label": label,
        "source": source, "note": note,
    }  # fmt: skip
    if kind == "figure":
        return Field(json_schema_extra={"quantity": extra})
    return Field(default, json_schema_extra={"quantity": extra})


def quantity_of(rule: str, name: str, field: FieldInfo) -> Quantity:
    """Read back what `parameter`, `figure` or `dial` declared."""
    extra = field.json_schema_extra
    if not isinstance(extra, dict) or "quantity" not in extra:
        raise TypeError(
            f"{rule}.{name} has no unit and source: declare it with parameter(), figure() or dial()"
        )
    stated: Any = extra["quantity"]
    default = None if field.is_required() else field.default
    return Quantity(rule=rule, name=name, default=default, **stated)
