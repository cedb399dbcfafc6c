"""What the ODD+D document says, read off the rules, the schedule, the columns and the parameters.

The protocol is Grimm et al. (2020, *JASSS* 23(2):7) with the additions for human decisions of
Müller et al. (2013, *Environmental Modelling & Software* 48:37-48).
"""

from __future__ import annotations

import ast
import inspect
import re
import sys
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import isfinite
from typing import Any

from sim import evidence, institutions, schedule
from sim.effects import Effect
from sim.month import RATES
from sim.offences import OFFENCES
from sim.parameters import Quantity
from sim.people import COLUMNS, STATUSES
from sim.records import EVENTS, INDEX_EVENTS
from sim.rules import Rule, Step, registry

LONGEST_KERNEL = 25
"""Lines of a compiled function that are shown; of a longer one only the reference."""

LONGEST_METHOD = 12
"""Lines of a method that are shown."""

DECISION = re.compile(r"(?:happens|draw|by_lot)\(\s*world,\s*\"(\w+)\"")


@dataclass(frozen=True)
class Equation:
    """Code that is the equation of a step, with where it stands."""

    reference: str
    about: str
    words: str
    code: str


def contents() -> dict[str, Any]:
    """Everything that the template of ``odd.md`` shows."""
    rules = registry()
    return {
        "columns": COLUMNS,
        "statuses": STATUSES,
        "offences": OFFENCES,
        "institutions": [_institution(name) for name in institutions.__all__],
        "rates": RATES,
        "month": schedule.MONTH,
        "steps": _steps_by_phase(rules),
        "index_events": INDEX_EVENTS,
        "events": EVENTS,
        "processes": [_rule(rule) for rule in rules.values() if rule.kind == "process"],
        "levers": [_rule(rule) for rule in rules.values() if rule.kind == "lever"],
        "sources": _sources(rules),
    }


def _institution(name: str) -> dict[str, str]:
    made = getattr(institutions, name)
    return {"name": name, "about": first_sentence(inspect.getdoc(made) or ""),
            "file": f"{made.__module__.replace('.', '/')}.py"}  # fmt: skip


def _steps_by_phase(rules: Mapping[str, type[Rule]]) -> dict[str, list[str]]:
    """Steps of every phase in their order, as ``rule.step``."""
    fixed = [name for _, names, _ in schedule.MONTH for name in names]
    rest = sorted(set(rules) - set(fixed), key=lambda name: (rules[name].kind != "process", name))
    order = [*fixed, *rest]
    return {
        phase: [
            f"{name}.{step.name}" if not _is_effect(step) else f"{name} (effect fades and acts)"
            for name in order
            for step in rules[name].steps()
            if step.phase == phase
        ]
        for phase in schedule.PHASES
    }


def _is_effect(step: Step) -> bool:
    return step.function.__module__ == Effect.__module__


def _rule(rule: type[Rule]) -> dict[str, Any]:
    module = sys.modules[rule.__module__]
    file = f"{rule.__module__.replace('.', '/')}.py"
    source = _source(rule.__module__)
    quantities = [_number(quantity) for quantity in rule.quantities().values()]
    return {
        "name": rule.name,
        "file": file,
        "paragraphs": rule.paragraphs,
        "about": _as_markdown(module.__doc__ or ""),
        "sentence": first_sentence(rule.__doc__ or ""),
        "numbers": quantities,
        "columns": rule.all_columns(),
        "effects": rule.effects,
        "metrics": rule.metrics,
        "decisions": sorted(set(DECISION.findall(source))),
        "equations": [_equation(rule, file, s) for s in rule.steps() if not _is_effect(s)],
        "kernels": [*_methods(rule, source, file), *_kernels(source, file)],
    }


def _number(quantity: Quantity) -> dict[str, str]:
    ends = (quantity.low, quantity.high)
    default = quantity.default
    return {
        "name": quantity.name,
        "kind": quantity.kind,
        "label": quantity.label,
        "value": "the place's" if default is None else _short(default),
        "unit": quantity.unit,
        "range": " to ".join(f"{end:g}" for end in ends) if all(map(isfinite, ends)) else "",
        "source": quantity.source.replace(";", ", "),
        "note": quantity.note.replace("|", "/"),
    }


def _short(value: Any) -> str:
    if isinstance(value, Mapping):
        shown = [f"{key} {part:g}" for key, part in value.items()]
        return ", ".join(shown) if len(shown) <= 6 else f"table of {len(shown)}"
    return f"{value:g}" if isinstance(value, (int, float)) else str(value)


def _equation(rule: type[Rule], file: str, step: Step) -> Equation:
    does = f"adds to `{step.adds_to}`" if step.adds_to else f"writes {_listed(step.writes)}"
    who = {"person": f"one person ({step.where or 'everybody'})", "array": "all at once",
           "agent": f"each {step.agents}"}[step.kind]  # fmt: skip
    code = _body(step) if step.kind == "person" else ""
    words = _as_markdown(inspect.getdoc(step.function) or "")
    about = f"{step.phase}: {who}; {does}"
    return Equation(f"`{rule.__name__}.{step.name}` in `{file}`", about, words, code)


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "no column"


def _body(step: Step) -> str:
    """Statements of a person step, without its docstring."""
    source = textwrap.dedent(step.function.__source__)  # type: ignore[attr-defined]
    function = next(n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.FunctionDef))
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return _lines(source, body)


def _lines(source: str, body: Sequence[ast.stmt]) -> str:
    """Text of some statements, without notes to the formatter."""
    lines = source.splitlines()[body[0].lineno - 1 : body[-1].end_lineno]
    return re.sub(r"  # (fmt|type|noqa).*$", "", textwrap.dedent("\n".join(lines)), flags=re.M)


def _methods(rule: type[Rule], source: str, file: str) -> list[Equation]:
    """Methods of a rule that its steps or other rules compute with; short ones with their code."""
    steps = {step.name for step in rule.steps()}
    declared = next(n for n in ast.parse(source).body
                    if isinstance(n, ast.ClassDef) and n.name == rule.__name__)  # fmt: skip
    found = []
    for node in declared.body:
        if not isinstance(node, ast.FunctionDef) or node.name in steps | {"found", "enter"}:
            continue
        words = first_sentence(ast.get_docstring(node) or "")
        if not words or not any(isinstance(n, ast.Return) and n.value for n in ast.walk(node)):
            continue
        code = _lines(source, node.body[1:])
        code = code if code.count("\n") < LONGEST_METHOD else ""
        reference = f"`{rule.__name__}.{node.name}` in `{file}`"
        found.append(Equation(reference, "computed for the steps", words, code))
    return found


def _kernels(source: str, file: str) -> list[Equation]:
    """Compiled functions of a rule's file: the equations of its steps on arrays."""
    found = []
    for node in ast.parse(source).body:
        if not isinstance(node, ast.FunctionDef):
            continue
        if not any("njit" in ast.unparse(decorator) for decorator in node.decorator_list):
            continue
        body = node.body[1:] if ast.get_docstring(node) else node.body
        code = _lines(source, body)
        code = code if code.count("\n") < LONGEST_KERNEL else ""
        words = first_sentence(ast.get_docstring(node) or "")
        found.append(Equation(f"`{node.name}` in `{file}`", "compiled", words, code))
    return found


@cache
def _source(module: str) -> str:
    return inspect.getsource(sys.modules[module])


def _sources(rules: Mapping[str, type[Rule]]) -> list[dict[str, str]]:
    """Rows that parameters rest on, with their citations."""
    known = evidence.rows()
    named = sorted({source for rule in rules.values() for quantity in rule.quantities().values()
                    for source in quantity.sources})  # fmt: skip
    return [
        {"id": name, "citation": known[name].source, "how_known": known[name].how_known}
        for name in named
    ]


def first_sentence(text: str) -> str:
    r"""First paragraph of a docstring, on one line.

    >>> first_sentence('One line.\n\nAnd more.')
    'One line.'
    """
    return " ".join(inspect.cleandoc(text).split("\n\n")[0].split())


def _as_markdown(text: str) -> str:
    """A docstring as Markdown: double backticks become single, sections of NumPy's are bold."""
    text = re.sub(r"``(.+?)``", r"`\1`", inspect.cleandoc(text))
    return re.sub(r"^(\w[\w ]*)\n-{3,}$", r"**\1**\n", text, flags=re.MULTILINE)
