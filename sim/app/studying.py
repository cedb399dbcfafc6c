"""What ``compare`` and ``sweep`` share: from the words of the command line to a plan and a way."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.app.commands import Command
from sim.app.composed import Given, composed
from sim.app.folders import tell_own
from sim.app.options import Arguments, limits_of
from sim.app.output_folder import folder_named
from sim.app.reporting import report_language
from sim.errors import DesistError
from sim.experiment.checked import Where
from sim.experiment.scenario import Scenario
from sim.experiment.study import Study, check_study
from sim.experiment.yaml_file import shown

if TYPE_CHECKING:
    from sim.experiment.engine import Engine
    from sim.experiment.forecast import Forecast
    from sim.experiment.ledger import Failure
    from sim.experiment.plan import Plan

Say = Callable[[str], None]

NESTED = ("dials", "parameters")
FOLDED = ("vary", "design", "precision", "margin", "weights")
"""Settings that only a study file can give."""


@dataclass(frozen=True)
class Asked:
    """What was asked for: the plan, the folder, and how to run."""

    plan: Plan
    out: Path
    engine: Engine
    cell: str
    arguments: Arguments
    in_multirun: bool
    language: str

    @property
    def say(self) -> Say:
        """Print, unless the program is to be quiet."""
        return _silent if self.arguments.quiet else print


def study_command(
    command: Command, arguments: Arguments, act: Callable[[Asked], int], *, one_store: bool
) -> int:
    """Compose the settings and act on them, once or for every job of a multirun.

    Parameters
    ----------
    one_store
        Whether the jobs of a multirun go to one folder, as design points of their own.
    """

    def of_job(given: Given) -> int:
        settings = given.settings
        folder = None if one_store else given.choice.out
        return act(
            Asked(
                _plan(given, command.name, given.swept if one_store else ()),
                folder or folder_named(settings["out"]), _engine(settings), _cell(settings),
                arguments, arguments.multirun, report_language(settings),
            )
        )  # fmt: skip

    return composed(command, arguments, of_job)


def _plan(given: Given, command: str, swept: tuple[str, ...]) -> Plan:
    from sim.experiment.plan import SIZE, make_plan

    scenario = given.scenarios.load("study", given.choice.study, "study=")
    where = _where(scenario, given.typed)
    content = _content(given.settings)
    point = {}
    for name in swept:
        section, _, rest = name.partition(".")
        if section in NESTED:
            rule, _, key = rest.partition(".")
            point[name] = content[section][rule].pop(key)
            if not content[section][rule]:
                del content[section][rule]
        elif name in SIZE:
            point[name] = content[name]
    return make_plan(
        check_study(content, where), scenario, given.scenarios, tuple(given.arguments.rules),
        where, point, command, limits_of(given.arguments),
    )  # fmt: skip


def _content(settings: dict[str, Any]) -> dict[str, Any]:
    """The study's settings after those of the command line."""
    content = dict(settings["study"])
    for key in Study.model_fields:
        if key in NESTED:
            content[key] = _overlaid(content[key], settings[key])
        elif key in settings:
            content[key] = settings[key]
    # A study file that does not name its places or policies is told so, not given a null.
    return {key: part for key, part in content.items() if part is not None}


def _where(scenario: Scenario, typed: frozenset[str]) -> Where:
    def where(keys: tuple[object, ...]) -> str:
        first = str(keys[0])
        if first in typed or (first == "jurisdictions" and "jurisdiction" in typed):
            return ".".join(map(str, keys)) + "="
        return scenario.file.where(*keys)

    return where


def _overlaid(ground: Any, top: Any) -> Any:
    if not isinstance(ground, dict):
        return ground
    merged = dict(ground)
    for rule, values in top.items():
        inner = merged.get(rule)
        merged[rule] = {**(inner if isinstance(inner, dict) else {}), **values}
    return merged


def _cell(settings: dict[str, Any]) -> str:
    value = settings["cell"]
    # Hydra reads a key of digits only as a number.
    return "" if value is None else str(value)


def _engine(settings: dict[str, Any]) -> Engine:
    from sim.experiment.engine import Engine

    given = dict(settings["engine"])
    name, address, system = (given.pop(key, None) for key in ("name", "address", "system"))
    jobs = {key: value for key, value in given.items() if value is not None}
    return Engine(name, _workers(settings["workers"]), address, system, jobs)


def _workers(value: object) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 1024:
        raise DesistError(
            f"workers is {value}", where="workers=", why="expected a whole number from 1 to 1,024"
        )
    return value


def tell_forecast(coming: Forecast, out: Path) -> None:
    """Print how large a run is."""
    from sim.experiment.estimate import bytes_in_words, in_words

    crew = "1 process" if coming.workers == 1 else f"{coming.workers} processes"
    there = f", {coming.reused} of them already in {shown(out)}" if coming.reused else ""
    print(f"{coming.cells} cells{there}")
    if coming.todo:
        print(
            f"{coming.todo} cells to simulate in {crew}: about {in_words(coming.seconds)}, "
            f"about {bytes_in_words(coming.bytes)} on disk "
            f"({bytes_in_words(coming.bytes / coming.todo)} a cell)"
        )
    else:
        print("nothing left to simulate")


def tell_notes(asked: Asked) -> None:
    """Say what the user may not expect: own files, and what is left out."""
    plan = asked.plan
    chosen = [plan.scenario, *(arm.scenario for arm in plan.policies), *plan.places.values()]
    tell_own(chosen, asked.arguments)
    for note in plan.notes:
        asked.say(f"Note: {note}")


def tell_failures(failures: tuple[Failure, ...], out: Path, traces: bool) -> None:
    """Say which cells failed, and how to try one alone."""
    for error, count in Counter(failure.error for failure in failures).items():
        cells = "1 cell" if count == 1 else f"{count} cells"
        print(f"desist: {cells} failed: {error}", file=sys.stderr)
    if traces:
        print("\n".join(failure.trace for failure in failures), file=sys.stderr)
    elif failures:
        print(f"desist: the errors are recorded in {shown(out)}/manifest.json; the same command "
              f"runs the failed cells again, this one the first of them alone:\n"
              f"  {failures[0].command}", file=sys.stderr)  # fmt: skip


def _silent(text: str) -> None:
    """Say nothing."""


def how_to_go_on(out: Path) -> str:
    """What to tell whoever interrupted a run."""
    if not (out / "manifest.json").exists():
        return "Nothing had been written."
    return f"Finished cells are kept in {shown(out)}; the same command goes on from there."
