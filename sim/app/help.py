"""The texts of ``desist --help`` and ``desist COMMAND --help``."""

from __future__ import annotations

from sim.app.commands import COMMANDS, OPTIONS, Command

HYDRA_HELP = """Hydra's own:
  --multirun, -m        run once for every combination of values: persons=2000,8000
  --cfg job             print the settings and stop (add --resolve to fill in references)
  --info                print how the settings were put together"""

INTRODUCTION = """desist compares crime prevention and criminal justice policies by simulation.

Usage: desist COMMAND [key=value ...] [--option ...]
"""

CLOSING = """Settings (key=value) say what is simulated; options (--name) how the program behaves.
  desist COMMAND --help    settings, options and examples of a command
  desist --version         version
  eval "$(desist -sc install=bash)"    tab completion for this shell"""


def program_help() -> str:
    """Text of ``desist --help``."""
    lines = [INTRODUCTION, "Commands:"]
    for command in COMMANDS.values():
        lines.append(f"  {command.name:<9} {command.summary}")
        lines.append(f"  {'':<9} e.g. {command.example}")
    return "\n".join([*lines, "", CLOSING])


def command_help(command: Command) -> str:
    """Text of ``desist COMMAND --help``."""
    plain = {
        "list": " WHAT",
        "why": " REPORT ID [COLUMN=VALUE ...]",
        "new": " KIND NAME",
        "evidence": " [ID]",
    }
    what = plain.get(command.name, " [key=value ...]")
    lines = [f"desist {command.name}: {command.summary}.", ""]
    lines.append(f"Usage: desist {command.name}{what} [--option ...]")
    if command.keys:
        lines += ["", "Settings:"] + [f"  {key:<23} {text}" for key, text in command.keys]
    lines += ["", "Options:"]
    for name in command.options:
        takes, text = OPTIONS[name]
        lines.append(f"  {f'{name} {takes}':<23} {text}")
    lines.append(f"  {'--help, -h':<23} this text")
    if command.uses_hydra:
        lines += ["", HYDRA_HELP]
    return "\n".join([*lines, "", command.more])
