"""``desist sweep``: a study of many cells, started or continued; the results are tables."""

from __future__ import annotations

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
from sim.experiment.yaml_file import shown

if TYPE_CHECKING:
    from sim.experiment.run import Outcome


def sweep(command: Command, arguments: Arguments) -> int:
    """Run the command; see ``desist sweep --help``."""
    return study_command(command, arguments, _sweep, one_store=True)


def _sweep(asked: Asked) -> int:
    from sim.app.precision import run_until_precise
    from sim.experiment.forecast import forecast
    from sim.experiment.way import Way

    # The jobs of a multirun share a folder and may run side by side: they wait for each other.
    way = Way(asked.engine, other_code=True, wait=asked.in_multirun, cell=asked.cell)
    out = asked.out
    if not asked.arguments.quiet or asked.arguments.dry_run:
        tell_forecast(forecast(asked.plan, out, way), out)
    if asked.arguments.dry_run:
        return OK
    tell_notes(asked)
    try:
        ended = run_until_precise(asked, way)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(how_to_go_on(out)) from None
    return _result(ended, asked)


def _result(ended: Outcome, asked: Asked) -> int:
    from sim.app.status import status_of, write_status

    if ended.remade:
        asked.say(f"Outcomes of {ended.remade} stored cells were made anew, without simulation.")
    asked.say(f"{ended.cells} cells finished: {shown(asked.out)}/outcomes.parquet")
    asked.say(f"As one table: desist export out={shown(asked.out)} to=FILE.csv")
    if asked.arguments.json is not None:
        write_status(asked.arguments.json, status_of(asked.out))
    tell_failures(ended.failures, asked.out, bool(asked.cell))
    return SOME_FAILED if ended.failures else OK
