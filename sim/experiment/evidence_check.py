"""Whether the numbers rest on the evidence as they claim to: one line for each that does not.

Three questions, each with a plain rule.

**A row for every number.** A parameter names rows that exist, or is assumed with a note.

**Setting.** A parameter whose rows all come from one country is used everywhere, so
``sim/evidence/transport.csv`` states what is assumed in carrying it elsewhere (and states nothing
for parameters that do not need it); a user's rule says so in its note, after ``transport:``. A
number of a place whose rows come from other countries has a note, and so has a trial that is
simulated in another country than its own. A place of a user's own belongs to no country here and
is not compared.

**Scale.** A parameter on a scale of ratios that rests on a row of the register is derived from its
rows in `sim.evidence.derived`, and its default (and range) agree with what is computed there.
A place that states such a parameter from the same rows agrees too, or says that it is fitted. A row
that gives a direction and no size needs a note on the parameter that says so. Summaries of
rows are computed again where the register's figures suffice (`sim.experiment.pooling`).

A parameter that a place is fitted to (rows of ``targets.csv``) is not a conversion.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from sim import evidence
from sim.evidence.contradictions import CONTRADICTIONS
from sim.evidence.conversions import Derivation, derivations
from sim.evidence.reading import ReadingError
from sim.evidence.setting import PLACES, countries, transport
from sim.experiment.evidence_use import parameters_of, parts
from sim.experiment.pooling import SUMMARIES
from sim.parameters import Quantity
from sim.place import Place
from sim.rules import Rule

RATIOS = (
    "hazard ratio",
    "rate ratio",
    "risk ratio",
    "odds ratio",
    "log hazard ratio",
    "log hazard ratio per year of age",
    "log hazard ratio per SD",
)
"""Units in which a published result seldom stands as it is."""

SIZE_IS_OURS = ("assumed", "judged", "sign", "fitted", "no effect")
"""Words by which a note says that the size is not the row's."""


def findings(
    rules: Mapping[str, type[Rule]],
    places: Iterable[Place],
    trials: Mapping[str, Mapping[str, Any]],
) -> list[str]:
    """Everything that is wrong, one line each; empty when nothing is.

    Parameters
    ----------
    trials
        Contents of trial files by name.
    """
    parameters = parameters_of(rules)
    return [
        *(line for quantity in parameters for line in of_parameter(quantity)),
        *(line for place in places for line in of_place(place, parameters)),
        *(line for name, content in trials.items() for line in of_trial(name, content)),
        *leftovers(parameters),
        *summaries(),
        *contradictions(rules),
    ]


def of_parameter(quantity: Quantity) -> Iterator[str]:
    """Findings about one parameter."""
    name = f"{quantity.rule}.{quantity.name}"
    known = evidence.rows()
    missing = [source for source in quantity.sources if source not in known]
    if missing:
        yield f"{name}: no row {missing[0]!r} in the evidence"
        return
    if not quantity.sources:
        if quantity.source != "assumed" or not quantity.note:
            yield f"{name}: neither a row nor assumed with a note"
        return
    home = home_of(quantity)
    if home and name not in transport() and "transport:" not in quantity.note:
        yield f"{name}: rows of {home} only, and nothing is said about other places (transport:)"
    derivation = derivations().get(name)
    tables = {known[source].table for source in quantity.sources}
    if derivation is None:
        if quantity.unit in RATIOS and "register" in tables:
            yield f"{name}: {quantity.unit} from {quantity.source}, and nothing computes it"
    else:
        yield from of_derivation(quantity, derivation)


def home_of(quantity: Quantity) -> str | None:
    """The one country that all rows of a parameter come from, or None."""
    found = [countries(evidence.rows()[source]) for source in quantity.sources]
    everywhere = frozenset().union(*found)
    return next(iter(everywhere)) if found and all(found) and len(everywhere) == 1 else None


def of_derivation(quantity: Quantity, derivation: Derivation) -> Iterator[str]:
    """Findings about how a parameter stands to the readings of its rows."""
    name = derivation.parameter
    if not set(derivation.rows) & set(quantity.sources):
        yield f"{name}: derived from {', '.join(derivation.rows)}, none of which is its source"
    if derivation.stands == "sign":
        if not any(word in quantity.note for word in SIZE_IS_OURS):
            yield f"{name}: its rows give a sign only, and its note does not say whose the size is"
        return
    try:
        readings = derivation.readings()
    except ReadingError as error:
        yield f"{name}: {error}"
        return
    default = quantity.default
    assert isinstance(default, (int, float)), "tables are not derived"
    low, high = min(readings), max(readings)
    rounding = rounding_of(float(default))
    if derivation.stands == "shrunk":
        none = 0.0 if quantity.unit.startswith("log") else 1.0
        low, high = min(low, none), max(high, none)
    if not low - rounding <= default <= high + rounding:
        given = " to ".join(f"{end:.4g}" for end in dict.fromkeys((low, high)))
        yield f"{name}: default {default:g}, but {derivation.words} gives {given}"
    if derivation.stands != "shrunk":
        outside = [
            r for r in readings if not quantity.low - rounding <= r <= quantity.high + rounding
        ]
        if outside:
            yield (
                f"{name}: {derivation.words} gives {outside[0]:.4g}, outside its range "
                f"{quantity.low:g} to {quantity.high:g}"
            )


def rounding_of(value: float) -> float:
    """How far a reading may be from the default typed in: half its last digit, or half a per cent.

    >>> round(rounding_of(0.81), 4), round(rounding_of(1640.0), 2)
    (0.005, 8.2)
    """
    digits = f"{value:.10f}".rstrip("0").partition(".")[2]
    smallest = 10.0 ** -len(digits) if digits else 0.0
    return max(0.5 * smallest, 0.005 * abs(value)) * (1.0 + 1e-9)


def of_place(place: Place, parameters: Iterable[Quantity]) -> Iterator[str]:
    """Findings about numbers of a place: from other countries, or unlike the rows they name."""
    home = PLACES.get(place.name)
    known = evidence.rows()
    for (rule, name), stated in place.stated().items():
        rows = [known[part] for part in parts(stated.source) if part in known]
        foreign = [row.id for row in rows if countries(row) and home not in countries(row)]
        if home and foreign and not stated.note:
            yield f"{place.name}, {rule}.{name}: {foreign[0]} is of another country, without a note"
    yield from _restated(place, parameters)


def _restated(place: Place, parameters: Iterable[Quantity]) -> Iterator[str]:
    """Findings about derived parameters that a place states again from the same rows."""
    for quantity in parameters:
        stated = place.parameters.get(quantity.rule, {}).get(quantity.name)
        derivation = derivations().get(f"{quantity.rule}.{quantity.name}")
        if stated is None or derivation is None or isinstance(stated.value, dict):
            continue
        moved = any(word in f"{stated.source} {stated.note}" for word in ("fitted", "calibrated"))
        if set(derivation.rows) & set(parts(stated.source)) and not moved:
            for line in of_derivation(replace(quantity, default=stated.value), derivation):
                yield f"{place.name}, {line}"


def of_trial(name: str, content: Mapping[str, Any]) -> Iterator[str]:
    """Findings about a trial that is simulated in another country than its own."""
    row = evidence.rows().get(str((content.get("published") or {}).get("evidence", "")))
    home = PLACES.get(str(content.get("jurisdiction")))
    found = countries(row) if row else frozenset()
    if home and found and home not in found and not content.get("note"):
        yield f"trial {name}: from {', '.join(sorted(found))}, simulated in {home} without a note"


def leftovers(parameters: Iterable[Quantity]) -> Iterator[str]:
    """Findings about statements that no parameter needs any more."""
    named = {f"{q.rule}.{q.name}": q for q in parameters}
    for name in transport():
        if name not in named:
            yield f"transport.csv: no parameter {name}"
        elif not home_of(named[name]):
            yield f"transport.csv: {name} does not rest on one country alone"
    for name in derivations():
        if name not in named:
            yield f"sim/evidence/derived: no parameter {name}"


def summaries() -> Iterator[str]:
    """Findings about summaries that do not follow from their figures."""
    for summary in SUMMARIES:
        try:
            stated, again = summary.stated(), summary.again()
        except ReadingError as error:
            yield str(error)
            continue
        if abs(stated - again) > summary.within + 1e-12:
            yield f"{summary.row}: {summary.what} is {stated:g}, computed again {again:.4g}"


def contradictions(rules: Mapping[str, type[Rule]]) -> Iterator[str]:
    """Findings about contradictions whose number or rows are gone."""
    for contradiction in CONTRADICTIONS:
        rule, _, name = contradiction.number.partition(".")
        if name and (rule not in rules or name not in rules[rule].quantities()):
            yield f"contradiction {contradiction.name}: no number {contradiction.number}"
            continue
        for side in contradiction.readings:
            missing = [row for row in side.rows if row not in evidence.rows()]
            if missing:
                yield f"contradiction {contradiction.name}: no row {missing[0]!r}"
            try:
                value = side.value
            except ReadingError as error:
                yield f"contradiction {contradiction.name}: {error}"
                continue
            complaint = rules[rule].quantities()[name].complaint(value) if name else None
            if complaint:
                yield f"contradiction {contradiction.name}: '{side.says}' {complaint}"
