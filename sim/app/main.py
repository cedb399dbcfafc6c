"""The program ``desist``: takes the first word, and leaves the rest to that command."""

from __future__ import annotations

import importlib
import os
import signal
import sys
from collections.abc import Sequence

from sim.app.commands import (
    BAD_INPUT,
    COMMANDS,
    INTERRUPTED,
    OK,
    READER_GONE,
    Command,
)
from sim.app.help import command_help, program_help
from sim.app.options import Arguments, read_arguments
from sim.errors import DesistError


def main(argv: Sequence[str] | None = None) -> None:
    """Run the program and exit with its code."""
    code = run(list(sys.argv[1:] if argv is None else argv))
    if code == INTERRUPTED:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # nothing but the way out is left
    sys.exit(code)


def run(argv: list[str]) -> int:
    """Run one command line and return its exit code: 0, 2, 3 or 130."""
    try:
        return _dispatch(argv)
    except DesistError as error:
        print(f"desist: {error}", file=sys.stderr)
        return BAD_INPUT
    except KeyboardInterrupt as stop:
        print(f"\ndesist: interrupted. {' '.join(map(str, stop.args))}".rstrip(), file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # The reader (head, less) has gone; Python would complain again when it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return READER_GONE


def _dispatch(argv: list[str]) -> int:
    if not argv or argv[0] in ("--help", "-h", "help"):
        return _help(argv[1:])
    if argv[0] in ("--version", "-V"):
        from sim import __version__

        print(f"desist {__version__}")
        return OK
    if argv[0] in ("-sc", "--shell-completion"):
        from sim.app.completion import complete

        return complete(argv)
    command = _command(argv[0])
    arguments = read_arguments(command, argv[1:])
    if arguments.help:
        print(command_help(command))
        return OK
    from sim.experiment.engine import one_thread_per_process

    one_thread_per_process()
    return _run(command, arguments)


HOMES = {
    "calibrate": ("calibrating", "calibrate"), "validate": ("validating", "validate"),
    "fit": ("fitting", "fit"), "trial": ("trials", "trial"), "list": ("catalogue", "list_what"),
}  # fmt: skip
"""Module and function of the commands whose module has another name than they have."""


def _run(command: Command, arguments: Arguments) -> int:
    """Import what the command needs, and no more."""
    module, function = HOMES.get(command.name, (command.name, command.name))
    act = getattr(importlib.import_module(f"sim.app.{module}"), function)
    return int(act(command, arguments) if command.uses_hydra else act(arguments))


def _help(rest: list[str]) -> int:
    print(command_help(_command(rest[0])) if rest else program_help())
    return OK


def _command(name: str) -> Command:
    if name not in COMMANDS:
        raise DesistError(
            f"unknown command '{name}'", mend="see desist --help", given=name, valid=COMMANDS
        )
    return COMMANDS[name]


if __name__ == "__main__":
    main()
