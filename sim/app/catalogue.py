"""``desist list``: what can be chosen, each with the question it asks or the sentence it says."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sim.app.folders import is_own, scenarios_of
from sim.app.options import Arguments
from sim.errors import DesistError
from sim.experiment.scenario import PLURALS, Scenarios
from sim.experiment.yaml_file import shown

Record = dict[str, Any]


def list_what(arguments: Arguments) -> int:
    """Run the command; see ``desist list --help``."""
    words = arguments.words
    if len(words) > 1:
        raise DesistError(f"one word too many: '{words[1]}'", where="desist list")
    if not words:
        return _overview(arguments)
    what = words[0]
    if what not in LISTS:
        raise DesistError(f"cannot list '{what}'", where="desist list", given=what, valid=LISTS)
    make, columns = LISTS[what]
    records = make(arguments)
    _write(arguments, records)
    if not arguments.quiet:
        print_records(records, columns)
        for record in records:
            if record.get("own"):
                print(f"{record['name']} is your own: {record['file']}")
    return 0


def _overview(arguments: Arguments) -> int:
    content = {what: make(arguments) for what, (make, _) in LISTS.items() if what != "parameters"}
    _write(arguments, content)
    if arguments.quiet:
        return 0
    for what, records in content.items():
        print(f"{what} ({len(records)})")
        if what in PLURALS.values():
            print_records(records, ("name", "question"), heads=False)
        else:
            print("  " + ", ".join(str(record["name"]) for record in records))
        print()
    print("More of each: desist list WHAT, desist show KIND=NAME; also desist list parameters")
    return 0


def _write(arguments: Arguments, content: Any) -> None:
    if arguments.json is not None:
        from sim.experiment.store import write_json

        write_json(arguments.json, content)


def print_records(
    records: Sequence[Mapping[str, Any]], columns: Sequence[str], *, heads: bool = True
) -> None:
    """Print some columns of records as a plain table."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=not heads, show_header=heads)
    for column in columns:
        table.add_column(column.replace("_", " "), overflow="fold")
    for record in records:
        table.add_row(*(Text(_cell(column, record[column])) for column in columns))
    Console().print(table)


def _cell(column: str, value: Any) -> str:
    return " to ".join(in_text(end) for end in value) if column == "range" else in_text(value)


def in_text(value: Any) -> str:
    """A value of a record as text for a table.

    >>> in_text([37, 38]), in_text(0.25), in_text(None)
    ('37, 38', '0.25', '')
    """
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:,.6g}"
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {in_text(part)}" for key, part in value.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(in_text(part) for part in value)
    return str(value)


def _files(kind: str) -> Callable[[Arguments], list[Record]]:
    def make(arguments: Arguments) -> list[Record]:
        scenarios: Scenarios = scenarios_of(arguments)
        return [
            {
                "name": scenario.name,
                "title": scenario.title,
                "question": scenario.question,
                "file": shown(scenario.file.path),
                "own": is_own(scenario, arguments),
            }
            for scenario in scenarios.load_all(kind)
        ]

    return make


def _levers(arguments: Arguments) -> list[Record]:
    from sim.rules import registry

    rules = registry(arguments.rules)
    return [lever_record(rules[name]) for name in sorted(rules) if rules[name].kind == "lever"]


def lever_record(rule: Any) -> Record:
    """What a lever is: its paragraph, its dials with the status quo, its evidence."""
    quantities = rule.quantities().values()
    sources = dict.fromkeys(source for q in quantities for source in q.sources)
    return {
        "name": rule.name,
        "paragraph": ", ".join(str(number) for number in rule.paragraphs),
        "paragraphs": list(rule.paragraphs),
        "sentence": sentence(rule),
        "dials": [
            {
                "name": q.name,
                "label": q.label,
                "unit": q.unit,
                "range": [max(q.low, q.bounds[0]), min(q.high, q.bounds[1])],
                "status_quo": q.default,
            }
            for q in quantities
            if q.kind == "dial"
        ],
        "evidence_ids": list(sources | dict.fromkeys(_named_evidence(rule))),
    }


def _named_evidence(rule: Any) -> list[str]:
    """Ids of evidence named in the words of the rule's file.

    A lever that acts through a process (a sentence replaced, say) has its effect's number there
    and names the row in its docstring.
    """
    from sim import evidence

    words = re.findall(r"\w+", f"{sys.modules[rule.__module__].__doc__} {rule.__doc__}")
    known = evidence.rows()
    return [word for word in words if word in known]


def sentence(rule: Any) -> str:
    """First sentence of a rule's docstring, or of its file's."""
    own = vars(rule).get("__doc__") or sys.modules[rule.__module__].__doc__ or ""
    return " ".join(own.strip().split("\n\n")[0].split())


def _outcomes(arguments: Arguments) -> list[Record]:
    from sim.experiment.outcome_table import OUTCOMES

    return [
        {
            "name": name,
            "title": outcome.title,
            "unit": outcome.unit.format(currency="currency"),
            "favourable": outcome.favourable,
            "meaning": outcome.meaning,
            "definitions": [words.format(index="release") for words, _ in outcome.definitions],
        }
        for name, outcome in OUTCOMES.items()
    ]


def _parameters(arguments: Arguments) -> list[Record]:
    from sim.rules import registry

    rules = registry(arguments.rules)
    return [
        parameter_record(quantity)
        for name in sorted(rules)
        for quantity in rules[name].quantities().values()
        if quantity.kind == "parameter"
    ]


def parameter_record(quantity: Any) -> Record:
    """What a number is, with its source."""
    return {
        "name": f"{quantity.rule}.{quantity.name}",
        "label": quantity.label,
        "value": quantity.default,
        "unit": quantity.unit,
        "range": [quantity.low, quantity.high],
        "source": quantity.source,
        "note": quantity.note,
    }


LISTS: dict[str, tuple[Callable[[Arguments], list[Record]], tuple[str, ...]]] = {
    "policies": (_files("policy"), ("name", "question")),
    "jurisdictions": (_files("jurisdiction"), ("name", "question")),
    "studies": (_files("study"), ("name", "question")),
    "trials": (_files("trial"), ("name", "question")),
    "levers": (_levers, ("name", "paragraph", "sentence")),
    "outcomes": (_outcomes, ("name", "unit", "favourable", "title")),
    "parameters": (_parameters, ("name", "value", "unit", "range", "source")),
}
"""What can be listed: how its records are made, and the columns that are printed."""
