"""The scenario folders of one call: the user's, checked by the guard, then the shipped ones."""

from __future__ import annotations

from collections.abc import Iterable

from sim.app.guard import check_folders
from sim.app.options import Arguments
from sim.app.shipped import shipped
from sim.experiment.scenario import Scenario, Scenarios, scenarios_in
from sim.experiment.yaml_file import shown


def scenarios_of(arguments: Arguments) -> Scenarios:
    """Check the user's folders and put them before the shipped one."""
    check_folders(arguments.scenarios)
    return scenarios_in([*arguments.scenarios, shipped("scenarios")])


def is_own(scenario: Scenario, arguments: Arguments) -> bool:
    """Whether a scenario comes from a folder of the user's."""
    return any(folder in scenario.file.path.parents for folder in arguments.scenarios)


def tell_own(chosen: Iterable[Scenario], arguments: Arguments) -> None:
    """Say which of the files that a run uses are the user's own."""
    for scenario in () if arguments.quiet else chosen:
        if is_own(scenario, arguments):
            what = f"{scenario.kind.capitalize()} {scenario.name}"
            print(f"{what} is read from {shown(scenario.file.path)}")
