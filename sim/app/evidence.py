"""``desist evidence``: a row in words, who uses it, and whether all numbers rest on their rows."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sim.app.catalogue import Record, in_text, print_records
from sim.app.commands import OK, SOME_FAILED
from sim.app.folders import scenarios_of
from sim.app.options import Arguments
from sim.errors import DesistError

ASKS = ("check", "contradictions")
"""Words that are no ids."""


def evidence(arguments: Arguments) -> int:
    """Run the command; see ``desist evidence --help``."""
    if len(arguments.words) > 1:
        what = f"one word too many: '{arguments.words[1]}'"
        raise DesistError(what, where="desist evidence")
    word = arguments.words[0] if arguments.words else ""
    if word == "check":
        return _check(arguments)
    if word == "contradictions":
        content: Any = _contradictions(arguments)
    else:
        content = _row(word, arguments) if word else _overview(arguments)
    _write(arguments, content)
    return OK


def _write(arguments: Arguments, content: Any) -> None:
    if arguments.json is not None:
        from sim.experiment.store import write_json

        write_json(arguments.json, content)


def _check(arguments: Arguments) -> int:
    from sim.experiment.evidence_check import findings
    from sim.rules import registry

    lines = findings(registry(arguments.rules), _places(arguments), _trials(arguments))
    _write(arguments, lines)
    for line in lines:
        print(line)
    if lines:
        return SOME_FAILED
    if not arguments.quiet:
        print("Every number rests on its rows: sources, settings, conversions and summaries hold.")
    return OK


def _places(arguments: Arguments) -> list[Any]:
    from sim.place import Place

    scenarios = scenarios_of(arguments).load_all("jurisdiction")
    return [Place.from_mapping(found.name, found.content) for found in scenarios]


def _trials(arguments: Arguments) -> dict[str, Any]:
    return {found.name: found.content for found in scenarios_of(arguments).load_all("trial")}


def _uses(arguments: Arguments) -> dict[str, Any]:
    from sim.experiment.evidence_use import uses
    from sim.rules import registry

    trials = {
        name: str((content.get("published") or {}).get("evidence", ""))
        for name, content in _trials(arguments).items()
    }
    return uses(registry(arguments.rules), _places(arguments), trials)


def _overview(arguments: Arguments) -> Record:
    from sim.evidence import rows

    found, used = rows(), _uses(arguments)
    idle = [row for row in found if not [use for use in used[row] if use.kind != "words"]]
    tables = sorted({row.table for row in found.values()})
    known = Counter((row.how_known, row.table) for row in found.values())
    standing = [
        {"how_known": how, **{table: known[how, table] for table in tables}}
        for how in sorted({row.how_known for row in found.values()})
    ]
    kinds = Counter(kind for use in used.values() for kind in {one.kind for one in use})
    by_use = [{"use": kind, "rows": count} for kind, count in sorted(kinds.items())]
    content = {
        "rows": len(found), "how_known": standing, "uses": by_use,
        "unused": {t: [row for row in idle if found[row].table == t] for t in tables},
    }  # fmt: skip
    if not arguments.quiet:
        print(f"{len(found)} rows of evidence\n")
        print_records(standing, ("how_known", *tables))
        print()
        print_records(by_use, ("use", "rows"))
        print(f"\nNo number, place, trial or reading uses these {len(idle)} rows:")
        for table, names in content["unused"].items():  # type: ignore[attr-defined]
            print(f"{table} ({len(names)}): {', '.join(names)}")
        print("\ndesist evidence ID shows one; desist evidence check looks for faults.")
    return content


def _row(name: str, arguments: Arguments) -> Record:
    from sim.evidence import rows
    from sim.evidence.setting import countries, transport
    from sim.experiment.evidence_use import parameters_of
    from sim.rules import registry

    found = rows()
    if name not in found:
        raise DesistError(
            f"no row '{name}'", where="desist evidence", given=name, valid=[*found, *ASKS]
        )
    row = found[name]
    used = _uses(arguments)[name]
    parameters = [
        _parameter(quantity)
        for quantity in parameters_of(registry(arguments.rules))
        if name in quantity.sources
    ]
    setting = sorted(countries(row))
    content = {
        "id": row.id, "table": row.table, "what": row.what, "value": row.value,
        "unverified": row.unverified, "countries": setting, "fields": row.fields,
        "uses": [{"kind": use.kind, "where": use.where} for use in used],
        "parameters": parameters, "recomputed": _again(name),
    }  # fmt: skip
    if not arguments.quiet:
        _print_row(content, {p["name"]: transport().get(p["name"], "") for p in parameters})
    return content


def _parameter(quantity: Any) -> Record:
    """A parameter that rests on a row: its value, its distribution and its conversion."""
    from sim.evidence.conversions import derivations
    from sim.experiment.uncertainty import described

    name = f"{quantity.rule}.{quantity.name}"
    derivation = derivations().get(name)
    return {
        "name": name, "label": quantity.label, "value": quantity.default, "unit": quantity.unit,
        "range": [quantity.low, quantity.high], "drawn": described(quantity),
        "note": quantity.note,
        "conversion": derivation and {
            "words": derivation.words, "stands": derivation.stands, "rows": list(derivation.rows),
            "readings": list(derivation.readings()),
        },
    }  # fmt: skip


def _again(name: str) -> list[Record]:
    """Summaries of a row that are computed again from the register's figures."""
    from sim.experiment.pooling import NOT_POSSIBLE, SUMMARIES, TWO_SAMPLES, two_samples

    found: list[Record] = [
        {"what": summary.what, "stated": summary.stated(), "again": summary.again()}
        for summary in SUMMARIES
        if summary.row == name
    ]
    if name in TWO_SAMPLES:
        pooled = two_samples(name)
        what = f"log odds ratio of both samples, tau2 {pooled.tau2:.3g}, error {pooled.error:.3g}"
        found.append({"what": what, "again": pooled.estimate, "stated": None})
    if name in NOT_POSSIBLE:
        found.append({"what": f"not from the studies: {NOT_POSSIBLE[name]}"})
    return found


def _print_row(content: Record, carried: dict[str, str]) -> None:
    print(f"{content['id']} ({content['table']}.csv): {content['what']}")
    for field, text in content["fields"].items():
        if text and field not in ("id", "target_id"):
            print(f"  {field.replace('_', ' ')}: {text}")
    print(f"  setting: {in_text(content['countries']) or 'several countries, or not said'}")
    if content["unverified"]:
        print("  written from memory: unverified, and drawn wider")
    for again in content["recomputed"]:
        if "again" in again:
            stated = "no" if again["stated"] is None else f"{again['stated']:g}"
            figures = f"{again['again']:.4g}, stated {stated}"
            print(f"  computed again: {again['what']}: {figures}")
        else:
            print(f"  {again['what']}")
    for parameter in content["parameters"]:
        print(f"\n{parameter['name']}: {parameter['label']}")
        print(f"  value: {in_text(parameter['value'])} ({parameter['unit']})")
        print(f"  drawn: {parameter['drawn']}")
        conversion = parameter["conversion"]
        if conversion:
            given = ", ".join(f"{value:.4g}" for value in conversion["readings"]) or "no size"
            print(f"  conversion: {conversion['words']}: {given} ({conversion['stands']})")
        if parameter["note"]:
            print(f"  note: {parameter['note']}")
        if carried.get(parameter["name"]):
            print(f"  elsewhere: {carried[parameter['name']]}")
    others = [use for use in content["uses"] if use["kind"] not in ("parameter", "conversion")]
    if others:
        print("\nalso used by")
        for use in others:
            print(f"  {use['kind']}: {use['where']}")
    if not content["uses"]:
        print("\nNothing uses this row.")


def _contradictions(arguments: Arguments) -> list[Record]:
    from sim.evidence.contradictions import CONTRADICTIONS

    content = [
        {
            "name": one.name, "question": one.question, "number": one.number, "more": one.more,
            "readings": [{"says": side.says, "value": side.value, "rows": list(side.rows)}
                         for side in one.readings],
        }
        for one in CONTRADICTIONS
    ]  # fmt: skip
    if not arguments.quiet:
        for one in CONTRADICTIONS:
            print(f"{one.name}: {one.question} Held by {one.number}.")
            for side in one.readings:
                print(f"  {side.value:g}: {side.says} ({', '.join(side.rows)})")
            if one.more:
                print(f"  {one.more}")
            print()
        print("Choose a reading: desist compare ... parameters.RULE.NAME=VALUE")
    return content
