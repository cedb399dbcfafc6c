"""``desist compare``: from settings to a finished folder and a summary on the terminal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sim.app.commands import OK, SOME_FAILED, Command
from sim.app.options import Arguments
from sim.app.studying import (
    Asked,
    how_to_go_on,
    study_command,
    tell_failures,
    tell_forecast,
    tell_notes,
)
from sim.errors import DesistError
from sim.experiment.yaml_file import shown

if TYPE_CHECKING:
    from sim.experiment.run import Outcome


def compare(command: Command, arguments: Arguments) -> int:
    """Run the command; see ``desist compare --help``."""
    return study_command(command, arguments, _compare, one_store=False)


REPORTED = ("series", "cohort")
"""Tables of each cell that the report is drawn from."""


def _compare(asked: Asked) -> int:
    keep = asked.plan.study.keep
    missing = [table for table in REPORTED if keep is not None and table not in keep]
    if missing:
        raise DesistError(
            f"a report cannot be made without '{missing[0]}'", where="keep",
            mend=f"use desist sweep, or keep=[outcomes,{','.join(REPORTED)}]",
        )  # fmt: skip
    from sim.app.precision import run_until_precise
    from sim.experiment.forecast import forecast
    from sim.experiment.way import Way

    out, way = asked.out, Way(asked.engine, cell=asked.cell)
    if asked.arguments.dry_run:
        tell_forecast(forecast(asked.plan, out, way), out)
        return OK
    tell_notes(asked)
    try:
        ended = run_until_precise(asked, way)
        if ended.cells:
            _analyse(out, asked)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(how_to_go_on(out)) from None
    return _result(ended, asked)


def _result(ended: Outcome, asked: Asked) -> int:
    tell_failures(ended.failures, asked.out, bool(asked.cell))
    return SOME_FAILED if ended.failures else OK


def _analyse(out: Path, asked: Asked) -> None:
    """Contrasts, report and summary, all read back from the folder."""
    from analysis.contrasts import write_contrasts
    from analysis.errors import AnalysisError
    from analysis.report import write_report
    from analysis.summary import summary_rows
    from sim.app.summary import print_summary, write_summary

    try:
        write_contrasts(out)
        report = write_report(out, language=asked.language)
        rows = summary_rows(out)
    except AnalysisError as error:
        raise DesistError("the results cannot be analysed", why=str(error)) from None
    if not asked.arguments.quiet:
        print_summary(rows)
    if asked.arguments.json is not None:
        write_summary(asked.arguments.json, out, report)
    asked.say(f"Report: {shown(report)}")
