"""The scenario folders of one call: the user's, checked by the guard, then the shipped ones."""

from __future__ import annotations

from sim.app.guard import check_folder
from sim.app.options import Arguments
from sim.app.shipped import shipped
from sim.experiment.scenario import Scenarios, scenarios_in


def scenarios_of(arguments: Arguments) -> Scenarios:
    """Check the user's folders and put them before the shipped one."""
    for folder in arguments.scenarios:
        check_folder(folder)
    return scenarios_in([*arguments.scenarios, shipped("scenarios")])
