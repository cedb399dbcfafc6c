"""What ``desist show`` says of a scenario file: a policy, a place, a study or a trial."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.app.catalogue import Record, in_text, lever_record, print_records, sentence
from sim.app.folders import scenarios_of
from sim.app.options import Arguments
from sim.experiment.arms import within
from sim.experiment.scenario import Scenario
from sim.experiment.study import check_policy
from sim.experiment.yaml_file import shown
from sim.place import Place, Sourced


def policy(name: str, arguments: Arguments) -> Record:
    """Explain a policy's levers, dial by dial, and which places have another status quo."""
    from sim.experiment.plan import check_numbers
    from sim.rules import registry

    scenario = _opened("policy", name, arguments)
    checked = check_policy(scenario.content, within(scenario.file))
    rules = registry(arguments.rules)
    check_numbers("dials", checked.dials, rules, within(scenario.file))
    dials: list[Record] = []
    if checked.paragraphs:
        print(f"Kyoto Declaration, paragraph {in_text(checked.paragraphs)}")
    for lever, values in checked.dials.items():
        print(f"\n{lever}: {sentence(rules[lever])}")
        for dial in lever_record(rules[lever])["dials"]:
            value = values.get(dial["name"], dial["status_quo"])
            if dial["name"] in values:
                dials.append({"lever": lever, "dial": dial["name"], "policy": value, **dial})
            print(f"  {_dial_in_words(dial, value)}")
    if not dials:
        print("\nChanges nothing: every lever stays at the status quo.")
    elsewhere = [one for one in _status_quos(arguments) if one["lever"] in checked.dials]
    if elsewhere:
        print("\nPlaces with a status quo of their own:")
        print_records(elsewhere, ("place", "lever", "dial", "value", "source"))
    return {
        "name": name, "paragraphs": list(checked.paragraphs), "dials": dials, "places": elsewhere
    }  # fmt: skip


def _dial_in_words(dial: Mapping[str, Any], value: Any) -> str:
    """One line about a dial.

    >>> dial = {"name": "places", "label": "programme places", "unit": "count", "status_quo": 0.0}
    >>> _dial_in_words(dial, 20)
    'places: programme places, 20 instead of 0 (count)'
    >>> _dial_in_words(dial | {"unit": "on or off", "status_quo": False}, True)
    'places: programme places, on instead of off'
    """
    usual = dial["status_quo"]
    if dial["unit"] == "on or off":
        words, usual_words, unit = ("on" if value else "off"), ("on" if usual else "off"), ""
    else:
        words, usual_words, unit = in_text(float(value)), in_text(usual), f" ({dial['unit']})"
    change = (
        f"{words}, as in the status quo" if value == usual else f"{words} instead of {usual_words}"
    )
    return f"{dial['name']}: {dial['label']}, {change}{unit}"


def _status_quos(arguments: Arguments) -> list[Record]:
    """Dials that places state as their own status quo."""
    found: list[Record] = []
    for place in scenarios_of(arguments).load_all("jurisdiction"):
        found += [
            {"place": place.name, **one} for one in _stated(place_of(place).dials, "lever", "dial")
        ]
    return found


def place_of(scenario: Scenario) -> Place:
    """Check a jurisdiction file."""
    return Place.from_mapping(scenario.name, scenario.content, within(scenario.file))


def _stated(entries: Mapping[str, Mapping[str, Sourced]], group: str, one: str) -> list[Record]:
    return [
        {group: rule, one: name, "value": it.value, "source": it.source, "note": it.note}
        for rule, named in sorted(entries.items())
        for name, it in sorted(named.items())
    ]


def jurisdiction(name: str, arguments: Arguments) -> Record:
    """Show what a place states, with the sources."""
    scenario = _opened("jurisdiction", name, arguments)
    place = place_of(scenario)
    population = place.population
    print(
        f"Population {in_text(population.value)} ({population.source}), money in {place.currency}"
    )
    figures = _stated({**place.figures}, "rule", "name")
    parameters = _stated(place.parameters, "rule", "name")
    dials = _stated(place.dials, "lever", "dial")
    for title, records, columns in (
        ("Figures", figures, ("rule", "name", "value", "source")),
        ("Parameters that differ from the general ones", parameters,
         ("rule", "name", "value", "source")),
        ("Its own status quo, where it is not that of the levers", dials,
         ("lever", "dial", "value", "source")),
    ):  # fmt: skip
        if records:
            print(f"\n{title}")
            print_records(records, columns)
    return {
        "name": name, "title": place.title, "currency": place.currency,
        "figures": figures, "parameters": parameters, "dials": dials,
        "draws_of_fit": _draws_of_fit(scenario, place, arguments),
    }  # fmt: skip


def _draws_of_fit(scenario: Scenario, place: Place, arguments: Arguments) -> Record | None:
    """Say what studies with ``draws=N`` take from the draws beside the place's file."""
    from sim.experiment.fit_draws import draws_of_fit
    from sim.rules import registry

    file = scenario.file
    fit = draws_of_fit(file.path, scenario.content, place, registry(arguments.rules))
    if fit is None:
        return None
    numbers: list[Record] = []
    for name, stated in zip(fit.table.names, fit.stated(), strict=True):
        low, high = fit.interval(name)
        numbers.append({"name": name, "value": stated, "low": low, "high": high})
    print(f"\n{fit.count} draws of its fit, taken together ({shown(fit.table.path)}): 95 % from "
          "low to high")  # fmt: skip
    print_records(numbers, ("name", "value", "low", "high"))
    return {"file": shown(fit.table.path), "draws": fit.count, "numbers": numbers}


def study(name: str, arguments: Arguments) -> Record:
    """Show a study's settings."""
    scenario = _opened("study", name, arguments)
    settings = [
        {"setting": key, "value": value}
        for key, value in scenario.content.items()
        if key != "title"
    ]
    print()
    print_records(settings, ("setting", "value"))
    return {"name": name, **scenario.content}


def trial(name: str, arguments: Arguments) -> Record:
    """Say who takes part in a trial, what they get, and what was published."""
    from sim.experiment.trial import check_trial

    scenario = _opened("trial", name, arguments)
    given = check_trial(scenario.content, within(scenario.file))
    print(f"\nWho: {_conditions(given.eligible)}, in {given.jurisdiction}")
    for arm, one in given.arms.items():
        dials = [f"{lever} {in_text(values)}" for lever, values in one.dials.items()]
        print(f"Arm {arm} (n {one.n:,}): {'; '.join(dials) or 'services as usual'}")
    print(
        f"Follow-up: {given.follow_up_months} months from {given.follow_from}, "
        f"people enter during {given.accrual_months} months"
    )
    print(f"Outcome: {given.outcome}, as {given.scale}")
    published = given.published
    interval = "" if published.low is None else f" ({published.low:g} to {published.high:g})"
    value = published.sign if published.value is None else f"{published.value:g}"
    sign = " no effect" if published.value is None else ""
    print(f"Published: {value}{sign}{interval}, evidence {published.evidence}")
    print(f"Source: {given.source}")
    return {"name": name, **given.model_dump(mode="json")}


def _conditions(conditions: Mapping[str, Any]) -> str:
    words = [f"{key.replace('_', ' ')} {in_text(value)}" for key, value in conditions.items()]
    return "; ".join(words).replace("event ", "", 1)


def _opened(kind: str, name: str, arguments: Arguments) -> Scenario:
    scenario = scenarios_of(arguments).load(kind, name, f"{kind}=")
    print(f"{scenario.title} ({shown(scenario.file.path)})")
    if scenario.question:
        print(scenario.question)
    return scenario
