"""The folders of one call: scenarios (the user's, checked by the guard, then ours), and output."""

from __future__ import annotations

from pathlib import Path

from sim.app.guard import check_folder
from sim.app.options import Arguments
from sim.app.shipped import shipped
from sim.errors import DesistError
from sim.experiment.scenario import Scenarios, scenarios_in


def scenarios_of(arguments: Arguments) -> Scenarios:
    """Check the user's folders and put them before the shipped one."""
    for folder in arguments.scenarios:
        check_folder(folder)
    return scenarios_in([*arguments.scenarios, shipped("scenarios")])


def output_folder(value: object) -> Path:
    """Make the folder that results are written to.

    Raises
    ------
    DesistError
        When the value is no folder, or cannot be made one.
    """
    if not isinstance(value, str) or not value.strip() or "\0" in value:
        raise DesistError(f"'{value}' is not a folder", where="out=", mend="write out=DIR")
    out = Path(value).expanduser()
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        why = error.strerror or "cannot be made"
        raise DesistError(f"cannot write to '{out}'", where="out=", why=why) from None
    return out
