"""The order of a month, written once.

Within a phase the processes run in the order given here, then the levers, then users' own rules,
each by name. Contributions to a named rate are added up before it is used, so their order cannot
matter.
"""

from __future__ import annotations

from collections.abc import Iterable

from sim.errors import DesistError
from sim.rules import Rule, Step

MONTH: tuple[tuple[str, tuple[str, ...], str], ...] = (
    (
        "demography",
        ("death", "peers", "population", "handoff"),
        "who is there, whose peer has gone, and what agencies can do",
    ),
    (
        "needs",
        ("desistance", "substance_use", "stigma", "cognition"),
        "effects fade and needs drift before they act on behaviour",
    ),
    ("livelihood", ("housing", "work", "employers", "reentry"), "homes and work found or lost"),
    ("ties", ("family", "gangs"), "peers, gangs, family, visits, mentors"),
    ("offending", ("offending",), "all contributions are in: rates, then offences"),
    ("victims", ("victimisation",), "harm, and whether the police hear of it"),
    ("police", ("detection",), "clearance and arrest of what was reported"),
    ("pretrial", ("pretrial",), "those arrested are detained or released to await the court"),
    ("hearing", ("hearings",), "the court hears what its capacity allows; verdicts"),
    ("sentencing", ("sentencing",), "a sentence is proposed; levers may change it"),
    ("disposal", ("disposal", "restitution"), "sentences are carried out, victims are owed"),
    ("custody", ("custody", "assessment"), "places, density, assessment, regime, programmes"),
    ("release", ("release",), "those whose time is served leave, with or without supervision"),
    ("supervision", ("supervision",), "orders end, are kept or are breached"),
    ("society", ("acceptance",), "attitudes and institutions move on what the month has shown"),
    ("accounts", ("accounts",), "stocks and costs are counted when everything has happened"),
)

PHASES = tuple(phase for phase, _, _ in MONTH)


def plan(rules: Iterable[Rule]) -> list[tuple[Rule, Step]]:
    """Lay the rules' steps out in the order of the month.

    Raises
    ------
    DesistError
        When a process that the month counts on is missing.
    """
    named = {rule.name: rule for rule in rules}
    fixed = [name for _, names, _ in MONTH for name in names]
    missing = [name for name in fixed if name not in named]
    if missing:
        raise DesistError(f"the month needs the process {missing[0]!r}", where="rules")
    rest = sorted(
        (rule for name, rule in named.items() if name not in fixed),
        key=lambda rule: (rule.kind != "process", rule.name),
    )
    order = [named[name] for name in fixed] + rest
    return [
        (rule, step)
        for phase in PHASES
        for rule in order
        for step in rule.steps()
        if step.phase == phase
    ]
