"""``desist why``: from a number of a report back to cells, settings, sources and the command."""

from __future__ import annotations

import math
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.app.commands import OK
from sim.app.options import Arguments
from sim.app.plain import folder_of, plain_settings
from sim.errors import DesistError
from sim.experiment.yaml_file import shown

if TYPE_CHECKING:
    from analysis.origin import Origin

MOST_CELLS = 20
"""Cells printed; ``--json`` has them all."""


def why(arguments: Arguments) -> int:
    """Run the command; see ``desist why --help``."""
    out, number = _asked(arguments.words)
    from analysis.errors import AnalysisError
    from analysis.origin import origin
    from analysis.store import Store

    try:
        found = origin(Store(out), number)
    except AnalysisError as error:
        raise DesistError("the number cannot be traced", why=str(error)) from None
    if arguments.json is not None:
        from sim.experiment.store import write_json

        write_json(arguments.json, as_json(found))
    if not arguments.quiet:
        print_origin(found, out)
    return OK


def _asked(words: list[str]) -> tuple[Path, str]:
    """Folder and id, given as ``REPORT ID`` or as ``out=DIR id=ID``."""
    plain = [word for word in words if "=" not in word]
    settings = plain_settings("why", [word for word in words if "=" in word], ("out", "id"))
    if len(plain) == 2 and not settings:
        report = Path(plain[0]).expanduser()
        return (report if report.is_dir() else report.parent), plain[1]
    if len(plain) == 1 and "id" not in settings:
        settings["id"] = plain.pop()
    if plain or "id" not in settings:
        raise DesistError("cannot tell what to trace", "desist why", mend="write REPORT ID")
    return folder_of("why", settings), settings["id"]


def as_json(found: Origin) -> dict[str, Any]:
    """Everything as JSON, with null for what is not a number."""
    return {
        "id": found.number,
        "about": _plain(found.about),
        "numbers": _plain(found.numbers),
        "cells": [_plain(row) for row in found.cells.to_dict("records")],
        "dials": found.dials,
        "parameters": list(found.parameters),
        "config": found.config,
        "versions": found.versions,
        "command": shlex.join(found.command),
    }


def _plain(row: dict[Any, Any]) -> dict[str, Any]:
    plain = {str(key): getattr(value, "item", lambda value=value: value)()
             for key, value in row.items()}  # fmt: skip
    return {
        key: None if isinstance(value, float) and math.isnan(value) else value
        for key, value in plain.items()
    }


def print_origin(found: Origin, out: Path) -> None:
    """Print a section for each question: what, from which cells, by which numbers, how again."""
    print(f"{found.number}: " + ", ".join(f"{key} {value}" for key, value in found.about.items()
                                      if value not in ("", 0)))  # fmt: skip
    for key, value in _plain(found.numbers).items():
        if value not in (None, ""):
            print(
                f"  {key:<18} {value:.6g}" if isinstance(value, float) else f"  {key:<18} {value}"
            )
    if len(found.cells):
        print(f"\nComputed from {len(found.cells)} cells in {shown(out)}/cells:")
        for row in found.cells.head(MOST_CELLS).to_dict("records"):
            print(f"  {row['cell']}  {row['policy']:<24} draw {row['draw']:<4} replication "
                  f"{row['replication']:<5} {row['value']:.6g} (n {row['n']:g})")  # fmt: skip
        if len(found.cells) > MOST_CELLS:
            print(f"  and {len(found.cells) - MOST_CELLS} more (--json FILE lists all)")
    for policy, dials in found.dials.items():
        turned = [
            f"{lever}.{dial} {value}"
            for lever, values in dials.items()
            for dial, value in values.items()
        ]
        words = "; ".join(turned) or "no dial differs from the status quo"
        print(f"\nPolicy {policy}: {words}")
    print("\nParameters and their sources:")
    for entry in found.parameters:
        name, value = f"{entry['rule']}.{entry['name']}", entry["value"]
        source = entry["citation"] or entry["source"]
        known = f" [{entry['how_known']}]" if entry["how_known"] not in ("", source) else ""
        print(f"  {name} = {value} ({entry['unit']}): {source}{known}")
    print("\nVersions: " + ", ".join(f"{name} {value}" for name, value in found.versions.items()))
    print(f"\nThe same again: {shlex.join(found.command)}")
