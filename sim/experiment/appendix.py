"""The parameter appendix: every number a study uses, with its source and how well it is known."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any

from sim import evidence
from sim.experiment.plan import Plan
from sim.parameters import Quantity


def appendix(plan: Plan) -> list[dict[str, Any]]:
    """One entry per parameter and figure of every rule in every place, sorted by rule and name."""
    entries = []
    for jurisdiction, place in plan.places.items():
        rules = {rule.name: rule for arm in plan.policies for rule in plan.rules(jurisdiction, arm)}
        for rule in sorted(rules.values(), key=lambda rule: rule.name):
            for quantity in rule.quantities().values():
                if quantity.kind != "dial":
                    value = getattr(rule, quantity.name)
                    entries.append(_entry(jurisdiction, place.content, quantity, value, plan))
    return entries


def _entry(
    jurisdiction: str, place: Mapping[str, Any], quantity: Quantity, value: Any, plan: Plan
) -> dict[str, Any]:
    section = "figures" if quantity.kind == "figure" else "parameters"
    stated = ((place.get(section) or {}).get(quantity.rule) or {}).get(quantity.name)
    stated = stated if isinstance(stated, Mapping) else {}
    source = str(stated.get("source") or quantity.source)
    note = str(stated.get("note") or quantity.note)
    if quantity.name in plan.study.parameters.get(quantity.rule, {}):
        source, note = "command line or study file", "set for this study"
    citation, how_known = cited(source)
    low, high = _range(plan, jurisdiction, quantity)
    return {
        "jurisdiction": jurisdiction,
        "rule": quantity.rule,
        "name": quantity.name,
        "kind": quantity.kind,
        "label": quantity.label,
        "value": dict(value) if isinstance(value, Mapping) else value,
        "unit": quantity.unit,
        "low": low if isfinite(low) else None,
        "high": high if isfinite(high) else None,
        "source": source,
        "citation": citation,
        "how_known": how_known,
        "note": note,
    }


def _range(plan: Plan, jurisdiction: str, quantity: Quantity) -> tuple[float, float]:
    """The evidence's range, or 95 % of the draws of the fit where these are what is drawn."""
    place, path = plan.draws[jurisdiction], f"{quantity.rule}.{quantity.name}"
    if place.fit is None or path not in place.fitted:
        return quantity.low, quantity.high
    return place.fit.interval(path)


def cited(source: str) -> tuple[str, str]:
    """Citation and standing of a source: evidence ids separated by ``;``, or free text.

    >>> cited("assumed")
    ('', 'assumed')
    """
    known = evidence.rows()
    parts = [part.strip() for part in source.split(";") if part.strip()]
    rows = [known[part] for part in parts if part in known]
    free = [part for part in parts if part not in known and part not in ("assumed", "fitted")]
    citations = dict.fromkeys([*(row.source for row in rows), *free])
    standing = [*(row.how_known for row in rows), *(p for p in parts if p in ("assumed", "fitted"))]
    return "; ".join(citations), "; ".join(dict.fromkeys(standing))


def unverified(entry: Mapping[str, Any]) -> bool:
    """Whether an entry rests on a source written from memory."""
    return any(word in entry["how_known"].split("; ") for word in evidence.UNVERIFIED)
