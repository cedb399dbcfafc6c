"""``desist compare``: from settings to a finished folder and a summary on the terminal."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.app import hydra_app
from sim.app.commands import OK, SOME_FAILED, Command
from sim.app.folders import scenarios_of
from sim.app.options import Arguments
from sim.app.overrides import given_keys, to_hydra
from sim.app.reporting import report_language
from sim.errors import DesistError
from sim.experiment.scenario import Scenario
from sim.experiment.study import Study, Where, check_study
from sim.experiment.yaml_file import shown

if TYPE_CHECKING:
    from sim.experiment.plan import Plan
    from sim.experiment.run import Forecast


def compare(command: Command, arguments: Arguments) -> int:
    """Run the command; see ``desist compare --help``."""
    scenarios = scenarios_of(arguments)
    sweeping = any(flag in ("--multirun", "-m") for flag in arguments.hydra)
    overrides = to_hydra(command, arguments.words, scenarios, sweeping)
    typed = given_keys(arguments.words)

    def task(settings: dict[str, Any], choice: hydra_app.Choice) -> int:
        scenario = scenarios.load("study", choice.study, "study=")
        where = _where(scenario, typed)
        study = check_study(_content(settings), where)
        out = choice.out or _folder(settings["out"])
        workers = _workers(settings["workers"])
        language = report_language(settings)
        from sim.experiment.plan import make_plan

        plan = make_plan(study, scenario, scenarios, tuple(arguments.rules), where)
        return _compare(plan, arguments, out, settings["engine"]["name"], workers, language)

    return hydra_app.call("compare", overrides, arguments.hydra, arguments.scenarios, task)


def _content(settings: dict[str, Any]) -> dict[str, Any]:
    """The study's settings after those of the command line."""
    content = dict(settings["study"])
    for key in Study.model_fields:
        if key in ("dials", "parameters"):
            content[key] = _overlaid(content[key], settings[key])
        elif key != "title":
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


def _folder(value: object) -> Path:
    if not isinstance(value, str) or not value.strip() or "\0" in value:
        raise DesistError(f"'{value}' is not a folder", where="out=", mend="write out=DIR")
    return Path(value).expanduser()


def _workers(value: object) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 1024:
        raise DesistError(
            f"workers is {value}", where="workers=", why="expected a whole number from 1 to 1,024"
        )
    return value


def _compare(
    plan: Plan, arguments: Arguments, out: Path, engine: Any, workers: int | None, language: str
) -> int:  # fmt: skip
    from sim.app.progress import watcher
    from sim.experiment.folder import inspect
    from sim.experiment.run import forecast, run

    progress = inspect(out, plan)
    if arguments.dry_run:
        _tell_forecast(forecast(plan, progress, engine, workers), out)
        return OK
    say = _silent if arguments.quiet else print
    for name, own in _own_files(plan, arguments):
        say(f"{name} is read from {own}")
    for note in plan.notes:
        say(f"Note: {note}")
    try:
        ended = run(plan, progress, out, engine, workers, watcher(arguments.quiet))
        if ended.cells > plan.cells:
            say(f"Note: the folder already held more replications; all {ended.cells} cells count.")
        if ended.cells:
            _analyse(out, arguments, say, language)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(_how_to_go_on(out)) from None
    for error, count in Counter(failure.error for failure in ended.failures).items():
        batches = "1 batch" if count == 1 else f"{count} batches"
        print(f"desist: {batches} failed: {error}", file=sys.stderr)
    if ended.failures:
        print(f"desist: the errors are recorded in {shown(out)}/manifest.json; the same command "
              "runs the failed cells again.", file=sys.stderr)  # fmt: skip
        return SOME_FAILED
    return OK


def _analyse(
    out: Path, arguments: Arguments, say: Callable[[str], None], language: str
) -> None:  # fmt: skip
    """Contrasts, report and summary, all read back from the folder."""
    from analysis.contrasts import write_contrasts
    from analysis.errors import AnalysisError
    from analysis.report import write_report
    from analysis.summary import summary_rows
    from sim.app.summary import print_summary, write_summary

    try:
        write_contrasts(out)
        report = write_report(out, language=language)
        rows = summary_rows(out)
    except AnalysisError as error:
        raise DesistError("the results cannot be analysed", why=str(error)) from None
    if not arguments.quiet:
        print_summary(rows)
    if arguments.json is not None:
        write_summary(arguments.json, out, report)
    say(f"Report: {shown(report)}")


def _tell_forecast(coming: Forecast, out: Path) -> None:
    from sim.experiment.estimate import in_words

    crew = "1 process" if coming.workers == 1 else f"{coming.workers} processes"
    there = f", {coming.reused} of them already in {shown(out)}" if coming.reused else ""
    print(f"{coming.cells} cells{there}")
    if coming.batches:
        print(f"{coming.batches} batches to simulate in {crew}: about {in_words(coming.seconds)}")
    else:
        print("nothing left to simulate; the report would be written anew")


def _own_files(plan: Plan, arguments: Arguments) -> list[tuple[str, str]]:
    """Choices that come from a folder of the user's, so that nothing is replaced unnoticed."""
    chosen = [plan.scenario, *(arm.scenario for arm in plan.policies), *plan.places.values()]
    own = [
        one for one in chosen
        if any(folder in one.file.path.parents for folder in arguments.scenarios)
    ]  # fmt: skip
    return [(f"{one.kind.capitalize()} {one.name}", shown(one.file.path)) for one in own]


def _silent(text: str) -> None:
    """Say nothing."""


def _how_to_go_on(out: Path) -> str:
    if not (out / "manifest.json").exists():
        return "Nothing had been written."
    return f"Finished replications are kept in {shown(out)}; the same command goes on from there."
