"""``desist new``: writes a commented file to start from, which runs as it is."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from sim.app.folders import scenarios_of
from sim.app.guard_content import NAME
from sim.app.options import Arguments
from sim.app.shipped import shipped
from sim.errors import DesistError
from sim.experiment.scenario import KINDS, PLURALS, Scenario, Scenarios, scenarios_in
from sim.experiment.yaml_file import shown

DEFAULT_FOLDER = "my_scenarios"
MODEL_PLACE, MODEL_POLICY = "us_states", "rehabilitation"
"""The shipped files from which a place and a policy start."""

_STARTING = Path(__file__).parent / "starting"


def new(arguments: Arguments) -> int:
    """Run the command; see ``desist new --help``."""
    kind, name = _asked(arguments.words)
    folder = arguments.scenarios[0] if arguments.scenarios else Path(DEFAULT_FOLDER).absolute()
    path = folder / kind / f"{name}.yaml"
    if path.exists():
        raise DesistError("there is such a file already", shown(path), mend="choose another name")
    arguments.scenarios[:] = [one for one in arguments.scenarios if one.is_dir()]
    if name in scenarios_of(arguments).names(kind):
        raise DesistError(
            f"there is a {kind} '{name}' already", where=f"desist list {PLURALS[kind]}",
            why="yours would hide it", mend="choose another name",
        )  # fmt: skip
    text = STARTS[kind](name.replace("_", " ").replace("-", " "))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        why = error.strerror or "unknown reason"
        raise DesistError("cannot write the file", shown(path), why=why) from None
    if arguments.json is not None:
        from sim.experiment.store import write_json

        write_json(arguments.json, {"kind": kind, "name": name, "file": shown(path)})
    if not arguments.quiet:
        print(f"Written: {shown(path)}. It runs as it is; edit it, then try")
        print(f"  {_TRY[kind].format(name=name)} --scenarios {shown(folder)}")
    return 0


_SMALL = "persons=2000 replications=2 out=results/{name}"
_TRY = {
    "policy": f"desist compare policies=[status_quo,{{name}}] {_SMALL}",
    "jurisdiction": "desist fit jurisdiction={name}",
    "study": f"desist compare study={{name}} {_SMALL}",
    "trial": "desist trial trial={name} --quick out=results/{name}",
}


def _asked(words: list[str]) -> tuple[str, str]:
    if len(words) != 2:
        mend = f"write desist new {'|'.join(KINDS)} NAME"
        raise DesistError("a kind and a name are needed", where="desist new", mend=mend)
    kind, name = words
    if kind not in KINDS:
        raise DesistError(f"cannot start a '{kind}'", "desist new", given=kind, valid=KINDS)
    if not NAME.match(name):
        mend = "use letters, digits, - and _"
        raise DesistError(f"not a usable name '{name}'", where="desist new", mend=mend)
    return kind, name


def _template(kind: str) -> Callable[[str], str]:
    def text(title: str) -> str:
        return (_STARTING / f"{kind}.yaml").read_text(encoding="utf-8").replace("NAME", title, 2)

    return text


def _policy(title: str) -> str:
    """All levers with their dials at the status quo, commented out but one."""
    from sim.app.catalogue import lever_record
    from sim.rules import registry

    active = _model("policy", MODEL_POLICY).content
    lines = [
        f"# What would {title} change? (Write the question that this policy asks.)",
        f"title: '{title}'",
        f"paragraphs: {json.dumps(active['paragraphs'])}   # of the Kyoto Declaration",
        "",
        "# A policy is the dials that differ from the status quo. Every lever is below: take the #",
        "# away from its name and from the dials that you turn (desist show lever=NAME explains).",
        "dials:",
    ]
    levers = [rule for rule in registry().values() if rule.kind == "lever"]
    for rule in sorted(levers, key=lambda rule: (rule.paragraphs, rule.name)):
        record = lever_record(rule)
        turned: Mapping[str, Any] = active["dials"].get(rule.name, {})
        lines += ["", f"  # §{record['paragraph']}. {record['sentence']}"]
        lines.append(f"  {'' if turned else '# '}{rule.name}:")
        for dial in record["dials"]:
            value = turned.get(dial["name"], dial["status_quo"])
            low, high = dial["range"]
            unit = "" if dial["unit"] == "on or off" else f", {dial['unit']}, {low:g} to {high:g}"
            mark = "" if dial["name"] in turned else "# "
            told = f"{dial['label']}{unit}; status quo {json.dumps(dial['status_quo'])}"
            lines.append(f"  {mark}  {dial['name']}: {json.dumps(value)}   # {told}")
    return "\n".join(lines) + "\n"


def _jurisdiction(title: str) -> str:
    """A shipped place with what each figure means, for its figures to be replaced one by one."""
    from sim.rules import registry

    model = _model("jurisdiction", MODEL_PLACE)
    rules = registry()
    meant = {
        model.file.lines[f"figures.{rule}.{name}"]: rules[rule].quantities()[name]
        for rule, entries in model.content["figures"].items()
        for name in entries
    }
    lines = [
        f"# How do people move through the system of {title}? (Write the question that you ask.)",
        f"# The figures are still those of {model.title}.",
        "# Replace them one by one: each needs a value and a source, which is an id of the",
        "# evidence register, or 'assumed' or 'fitted' with a note that says why. Then hold the",
        "# place against its targets: desist fit jurisdiction=NAME.",
        f"title: '{title}'",
    ]
    for number, line in enumerate(model.file.text.splitlines(), start=1):
        if line.startswith(("#", "title:")):
            continue
        if number in meant:
            lines.append(f"    # {meant[number].label} ({meant[number].unit})")
        lines.append(line)
    return "\n".join(lines) + "\n"


def _model(kind: str, name: str) -> Scenario:
    scenarios: Scenarios = scenarios_in([shipped("scenarios")])
    return scenarios.load(kind, name)


STARTS: dict[str, Callable[[str], str]] = {
    "policy": _policy,
    "jurisdiction": _jurisdiction,
    "study": _template("study"),
    "trial": _template("trial"),
}
"""How the text of each kind is made, given a title."""
