"""Who uses a row of evidence: rules, places, trials, conversions and readings."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sim import evidence
from sim.evidence.contradictions import CONTRADICTIONS
from sim.evidence.conversions import derivations
from sim.parameters import Quantity
from sim.place import Place
from sim.rules import Rule


@dataclass(frozen=True)
class Use:
    """One use of a row.

    Attributes
    ----------
    kind
        ``parameter``, ``place``, ``fit``, ``trial``, ``conversion``, ``contradiction`` or
        ``words`` (named in a docstring or a note, where no number rests on it).
    where
        Name of what uses it.
    """

    kind: str
    where: str


def uses(
    rules: Mapping[str, type[Rule]], places: Iterable[Place], trials: Mapping[str, str]
) -> dict[str, list[Use]]:
    """Every use by id of evidence; rows that nothing uses have none.

    Parameters
    ----------
    trials
        Evidence id of each trial file's published result.
    """
    found: dict[str, list[Use]] = {row: [] for row in evidence.rows()}

    def note(row: str, kind: str, where: str) -> None:
        use = Use(kind, where)
        if row in found and use not in found[row]:
            found[row].append(use)

    for quantity in parameters_of(rules):
        for source in quantity.sources:
            note(source, "parameter", f"{quantity.rule}.{quantity.name}")
    for place in places:
        for (rule, name), stated in place.stated().items():
            for source in parts(stated.source):
                note(source, "place", f"{place.name}: {rule}.{name}")
        for source in parts(place.population.source):
            note(source, "place", f"{place.name}: population")
        for row in found:
            if any(row.startswith(beginning) for beginning in place.fit):
                note(row, "fit", place.name)
    for trial, row in trials.items():
        note(row, "trial", trial)
    for parameter, derivation in derivations().items():
        for row in derivation.rows:
            note(row, "conversion", parameter)
    for contradiction in CONTRADICTIONS:
        for side in contradiction.readings:
            for row in side.rows:
                note(row, "contradiction", contradiction.name)
    for rule_name, kind in rules.items():
        words = [sys.modules[kind.__module__].__doc__ or "", kind.__doc__ or ""]
        words += [quantity.note for quantity in kind.quantities().values()]
        for word in re.findall(r"\w+", " ".join(words)):
            note(word, "words", rule_name)
    return found


def parameters_of(rules: Mapping[str, type[Rule]]) -> list[Quantity]:
    """Every parameter of some rules, by name."""
    return [
        quantity
        for name in sorted(rules)
        for quantity in rules[name].quantities().values()
        if quantity.kind == "parameter"
    ]


def parts(source: str) -> list[str]:
    """Parts of a source: evidence ids, ``assumed``, ``fitted`` or words."""
    return [part.strip() for part in source.split(";") if part.strip()]
