"""What the model card says that is counted or read, beside its prose."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from sim.evidence import rows
from sim.evidence.contradictions import CONTRADICTIONS
from sim.evidence.conversions import derivations
from sim.evidence.setting import transport
from sim.experiment.appendix import cited
from sim.experiment.evidence_use import parameters_of
from sim.experiment.scenario import Scenarios, scenarios_in
from sim.rules import registry


def contents(scenarios: Path) -> dict[str, Any]:
    """Everything that the template of ``model_card.md`` shows."""
    rules = registry()
    parameters = parameters_of(rules)
    shipped: Scenarios = scenarios_in([scenarios])
    weakest = Counter(_weakest(quantity.source) for quantity in parameters)
    return {
        "levers": sum(rule.kind == "lever" for rule in rules.values()),
        "processes": sum(rule.kind == "process" for rule in rules.values()),
        "parameters": len(parameters),
        "weakest": sorted(weakest.items()),
        "rows": len(rows()),
        "derived": len(derivations()),
        "carried": len(transport()),
        "places": [found.title for found in shipped.load_all("jurisdiction")],
        "trials": len(shipped.load_all("trial")),
        "contradictions": CONTRADICTIONS,
        "sign_only": sorted(
            name for name, found in derivations().items() if found.stands == "sign"
        ),
    }


STANDINGS = ("assumed", "recalled", "recalled_medium", "secondary", "secondary_page")
"""How a number is known, weakest first; anything else was read or recomputed."""


def _weakest(source: str) -> str:
    words = cited(source)[1].split("; ")
    for standing in STANDINGS:
        if standing in words:
            return standing
    return "read or recomputed"
