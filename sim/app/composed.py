"""How every command that uses Hydra begins: words checked, settings composed, then its own work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sim.app import hydra_app
from sim.app.commands import Command
from sim.app.folders import scenarios_of
from sim.app.options import Arguments
from sim.app.overrides import given_keys, quoted_paths, swept_keys, to_hydra
from sim.experiment.scenario import Scenarios


@dataclass(frozen=True)
class Given:
    """The resolved settings of one job, and what else it is to know of the command line.

    Attributes
    ----------
    typed
        First parts of the keys that were set on the command line.
    swept
        Keys that a multirun gives several values, in order; empty for a single run.
    """

    settings: dict[str, Any]
    scenarios: Scenarios
    arguments: Arguments
    typed: frozenset[str]
    swept: tuple[str, ...]
    choice: hydra_app.Choice


def composed(
    command: Command, arguments: Arguments, act: Callable[[Given], int], *, many: bool = True
) -> int:
    """Act once, or for every job of a multirun; gives the highest exit code.

    Parameters
    ----------
    many
        Whether a multirun may give a setting several values.
    """
    scenarios = scenarios_of(arguments)
    sweeping = many and arguments.multirun
    words = quoted_paths(arguments.words)
    overrides = to_hydra(command, words, scenarios, sweeping)
    typed = given_keys(words)
    swept = swept_keys(words) if sweeping else ()

    def task(settings: dict[str, Any], choice: hydra_app.Choice) -> int:
        return act(Given(settings, scenarios, arguments, typed, swept, choice))

    return hydra_app.call(command.name, overrides, arguments.hydra, arguments.scenarios, task)
