"""``desist show``: one policy, place, study, lever or outcome in words."""

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
from sim.errors import DesistError
from sim.experiment.scenario import Scenario
from sim.experiment.study import check_policy
from sim.experiment.yaml_file import shown


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


def _policy(name: str, arguments: Arguments) -> Record:
    from sim.experiment.plan import check_numbers
    from sim.rules import registry

    scenario = _opened("policy", name, arguments)
    policy = check_policy(scenario.content, lambda keys: scenario.file.where(*keys))
    rules = registry(arguments.rules)
    check_numbers("dials", policy.dials, rules, lambda keys: scenario.file.where(*keys))
    dials: list[Record] = []
    for lever, values in policy.dials.items():
        known = {d["name"]: d for d in lever_record(rules[lever])["dials"]}
        for dial, value in values.items():
            dials.append({"lever": lever, "dial": dial, "policy": value, **known[dial]})
    if policy.paragraphs:
        print(f"Kyoto Declaration, paragraph {in_text(policy.paragraphs)}")
    print()
    if dials:
        print_records(dials, ("lever", "dial", "policy", "status_quo", "unit", "label"))
    else:
        print("Changes nothing: every lever stays at the status quo.")
    return {"name": name, "paragraphs": list(policy.paragraphs), "dials": dials}


def _jurisdiction(name: str, arguments: Arguments) -> Record:
    from sim.place import Place

    scenario = _opened("jurisdiction", name, arguments)
    place = Place.from_mapping(name, scenario.content, within(scenario.file))
    population = place.population
    print(
        f"Population {in_text(population.value)} ({population.source}), money in {place.currency}"
    )
    print()
    figures = [
        {
            "rule": rule, "name": key, "value": stated.value, "source": stated.source,
            "note": stated.note,
        }
        for (rule, key), stated in sorted(place.stated().items())
    ]  # fmt: skip
    print_records(figures, ("rule", "name", "value", "source"))
    return {"name": name, "title": place.title, "currency": place.currency, "figures": figures}


def _study(name: str, arguments: Arguments) -> Record:
    scenario = _opened("study", name, arguments)
    settings = [
        {"setting": key, "value": value}
        for key, value in scenario.content.items()
        if key != "title"
    ]
    print()
    print_records(settings, ("setting", "value"))
    return {"name": name, **scenario.content}


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


def _opened(kind: str, name: str, arguments: Arguments) -> Scenario:
    scenario = scenarios_of(arguments).load(kind, name, f"{kind}=")
    print(f"{scenario.title} ({shown(scenario.file.path)})")
    if scenario.question:
        print(scenario.question)
    return scenario


SHOWN: dict[str, Callable[[str, Arguments], dict[str, Any]]] = {
    "policy": _policy,
    "jurisdiction": _jurisdiction,
    "study": _study,
    "lever": _lever,
    "outcome": _outcome,
}
"""What can be shown."""
