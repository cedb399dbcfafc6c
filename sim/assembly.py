"""From a place and a policy to the rules of a world, with every name and number checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sim.errors import DesistError
from sim.parameters import Quantity
from sim.place import Place, Sourced
from sim.rules import Lever, Rule, registry

Numbers = Mapping[str, Mapping[str, Any]]


def build_rules(
    place: Place,
    dials: Numbers | None = None,
    parameters: Numbers | None = None,
    folders: Iterable[Path | str] = (),
    *,
    all_levers: bool = False,
) -> tuple[Rule, ...]:
    """Build every process, and the levers that the policy turns on.

    Parameters
    ----------
    place
        Supplies the figures, and parameters and dials of its own with a source.
    dials
        ``{lever: {dial: value}}`` of the policy; they prevail over the place's status quo.
    parameters
        ``{rule: {parameter: value}}`` that override defaults and the place.
    folders
        Folders of further rules.
    all_levers
        Also build levers at their status quo, which must change nothing.

    Raises
    ------
    DesistError
        Unknown names (with the nearest one), missing figures, values out of range.
    """
    classes = registry(folders)
    dials, parameters = dials or {}, parameters or {}
    for given, which in ((dials, "lever"), (parameters, "rule")):
        for name in given:
            valid = [n for n, c in classes.items() if which == "rule" or c.kind == "lever"]
            if name not in valid:
                raise DesistError(f"unknown {which} {name!r}", given=name, valid=valid)
    for rule_name, _ in place.stated():
        if rule_name not in classes:
            raise DesistError(
                f"unknown rule {rule_name!r}", where=f"jurisdiction {place.name}",
                given=rule_name, valid=classes,
            )  # fmt: skip
    rules = []
    for name, rule_class in classes.items():
        rule = _build(rule_class, place, dials.get(name, {}), parameters.get(name, {}))
        if not isinstance(rule, Lever) or all_levers or rule.is_on():
            rules.append(rule)
    return tuple(rules)


def _build(
    rule_class: type[Rule],
    place: Place,
    dials: Mapping[str, Any],
    parameters: Mapping[str, Any],
) -> Rule:
    name = rule_class.name
    quantities = rule_class.quantities()
    values: dict[str, Any] = {}
    here = f"jurisdiction {place.name}"
    for kind, entries, where in (
        ("figure", _values(place.figures, name), here),
        ("parameter", _values(place.parameters, name), here),
        ("parameter", parameters, "parameters"),
        ("dial", _values(place.dials, name), here),
        ("dial", dials, "dials"),
    ):
        for key, value in entries.items():
            quantity = _quantity(quantities, name, kind, key, where)
            complaint = quantity.complaint(value)
            if complaint:
                raise DesistError(f"{name}.{key} {complaint}", where=where)
            values[key] = value
    for quantity in quantities.values():
        if quantity.kind == "figure" and quantity.name not in values:
            raise DesistError(
                f"missing figure {name}.{quantity.name} ({quantity.unit}: {quantity.label})",
                where=f"jurisdiction {place.name}",
                mend=f"add it under figures.{name} with value and source",
            )
    try:
        return rule_class(**values)
    except ValidationError as error:
        first = error.errors()[0]
        at = ".".join(str(part) for part in first["loc"])
        raise DesistError(f"{name}.{at}: {first['msg']}") from None


def _values(stated: Mapping[str, Mapping[str, Sourced]], rule: str) -> dict[str, Any]:
    return {name: sourced.value for name, sourced in stated.get(rule, {}).items()}


def _quantity(
    quantities: Mapping[str, Quantity], rule: str, kind: str, key: str, where: str
) -> Quantity:
    valid = [q.name for q in quantities.values() if q.kind == kind]
    if key in valid:
        return quantities[key]
    if key in quantities:
        other = quantities[key].kind
        raise DesistError(f"{rule}.{key} is a {other}, not a {kind}", where=where)
    raise DesistError(f"unknown {kind} {rule}.{key}", where=where, given=key, valid=valid)
