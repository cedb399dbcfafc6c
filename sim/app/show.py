"""``desist show``: one policy, place, study, trial, lever, outcome or parameter in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sim.app.catalogue import (
    LISTS,
    Record,
    in_text,
    lever_record,
    parameter_record,
    print_records,
    sentence,
)
from sim.app.folders import scenarios_of
from sim.app.options import Arguments
from sim.app.show_scenarios import jurisdiction, place_of, policy, study, trial
from sim.errors import DesistError


def show(arguments: Arguments) -> int:
    """Run the command; see ``desist show --help``."""
    if len(arguments.words) != 1 or "=" not in arguments.words[0]:
        raise DesistError(
            "show one thing", where="desist show", mend="for example: desist show policy=NAME"
        )
    kind, _, name = arguments.words[0].partition("=")
    if kind not in SHOWN:
        raise DesistError(f"cannot show '{kind}'", where="desist show", given=kind, valid=SHOWN)
    record = SHOWN[kind](name, arguments)
    if arguments.json is not None:
        from sim.experiment.store import write_json

        write_json(arguments.json, record)
    return 0


def _lever(name: str, arguments: Arguments) -> Record:
    from sim.rules import registry

    rules = registry(arguments.rules)
    levers = {key: rule for key, rule in rules.items() if rule.kind == "lever"}
    if name not in levers:
        raise DesistError(f"unknown lever '{name}'", where="lever=", given=name, valid=levers)
    lever = levers[name]
    record = lever_record(lever)
    print(f"{name}: {sentence(lever)}")
    if record["paragraph"]:
        print(f"Kyoto Declaration, paragraph {record['paragraph']}")
    print("\nDials")
    print_records(record["dials"], ("name", "status_quo", "range", "unit", "label"))
    quantities = lever.quantities().values()
    record["parameters"] = [parameter_record(q) for q in quantities if q.kind == "parameter"]
    print("\nParameters")
    print_records(record["parameters"], ("name", "value", "range", "unit", "source"))
    return record


def _outcome(name: str, arguments: Arguments) -> Record:
    records = {record["name"]: record for record in LISTS["outcomes"][0](arguments)}
    if name not in records:
        raise DesistError(f"unknown outcome '{name}'", where="outcome=", given=name, valid=records)
    record = records[name]
    print(f"{record['title']} ({record['unit']}), favourable: {record['favourable']}")
    print(record["meaning"])
    for definition in record["definitions"]:
        print(f"  {definition}")
    return record


def _parameter(name: str, arguments: Arguments) -> Record:
    from sim import evidence
    from sim.rules import registry

    rules = registry(arguments.rules)
    known = {
        f"{rule}.{key}": quantity
        for rule, one in rules.items()
        for key, quantity in one.quantities().items()
        if quantity.kind == "parameter"
    }
    if name not in known:
        raise DesistError(
            f"unknown parameter '{name}'", where="parameter=", given=name, valid=known
        )
    record = parameter_record(known[name])
    low, high = record["range"]
    print(f"{name}: {record['label']}")
    print(f"Value {in_text(record['value'])} ({record['unit']}), {low:g} to {high:g}")
    if record["note"]:
        print(f"Note: {record['note']}")
    record["evidence"] = [
        {
            key: getattr(evidence.rows()[source], key)
            for key in ("id", "what", "value", "source", "how_known")
        }
        for source in known[name].sources
        if source in evidence.rows()
    ]
    print(f"Source: {record['source']}")
    for row in record["evidence"]:
        print(f"  {row['id']}: {row['what']}, {row['value']} ({row['source']}; {row['how_known']})")
    rule, _, key = name.partition(".")
    record["places"] = [
        {"place": scenario.name, "value": stated.value, "source": stated.source}
        for scenario in scenarios_of(arguments).load_all("jurisdiction")
        for stated in [place_of(scenario).parameters.get(rule, {}).get(key)]
        if stated is not None
    ]
    if record["places"]:
        print("\nPlaces that differ:")
        print_records(record["places"], ("place", "value", "source"))
    return record


SHOWN: dict[str, Callable[[str, Arguments], dict[str, Any]]] = {
    "policy": policy,
    "jurisdiction": jurisdiction,
    "study": study,
    "trial": trial,
    "lever": _lever,
    "outcome": _outcome,
    "parameter": _parameter,
}
"""What can be shown."""
