"""Tab completion: Hydra's, with our first word taken off the line it is asked about."""

from __future__ import annotations

import os
import re

from sim.app import hydra_app
from sim.app.commands import COMMANDS


def complete(argv: list[str]) -> int:
    """Answer ``-sc install=bash``, ``-sc query=bash`` and the like."""
    line = os.environ.get("COMP_LINE", "")
    match = re.match(r"\s*(\S+)\s+(\w+)\s+(.*)", line)
    name = match.group(2) if match else ""
    asks = any("query=" in word for word in argv)
    if asks and name not in COMMANDS:
        print(" ".join(COMMANDS))
        return 0
    if asks and match:
        if not COMMANDS[name].uses_hydra:
            return 0
        os.environ["COMP_LINE"] = f"{match.group(1)} {match.group(3)}"
    flags = [word for word in argv if word.startswith("-")]
    settings = [word for word in argv if not word.startswith("-")]
    chosen = name if asks else "compare"
    return hydra_app.call(chosen, settings, flags, (), lambda settings, choice: 0)
