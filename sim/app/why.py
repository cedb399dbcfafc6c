"""``desist why``: from a number of a report back to cells, settings, sources and the command."""

from __future__ import annotations

import math
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.app.commands import OK
from sim.app.options import Arguments
from sim.app.plain import folder_of, path_of, plain_settings
from sim.errors import DesistError
from sim.experiment.folder import MANIFEST
from sim.experiment.yaml_file import shown

if TYPE_CHECKING:
    import pandas as pd

    from analysis.origin import Origin

MOST_ROWS = 20
"""Rows and cells printed; ``--json`` has them all."""


def why(arguments: Arguments) -> int:
    """Run the command; see ``desist why --help``."""
    out, number, where = _asked(arguments.words)
    from analysis.errors import AnalysisError
    from analysis.origin import origin
    from analysis.store import Store

    try:
        found = origin(Store(out), number, where)
    except AnalysisError as error:
        raise DesistError("the number cannot be traced", why=str(error)) from None
    if arguments.json is not None:
        from sim.experiment.store import write_json

        write_json(arguments.json, as_json(found))
    if not arguments.quiet:
        print_origin(found, out)
    return OK


def _asked(words: list[str]) -> tuple[Path, str, dict[str, str]]:
    """Folder, id and columns, given as ``REPORT ID COLUMN=VALUE`` or with ``out=DIR id=ID``."""
    plain = [word for word in words if "=" not in word]
    where = plain_settings("why", [word for word in words if "=" in word])
    given: dict[str, str] = {key: where.pop(key) for key in ("out", "id") if key in where}
    if len(plain) == 2 and not given:
        report = path_of(plain[0])
        folder = report if report.is_dir() else report.parent
        if not report.exists() and not (folder / MANIFEST).exists():
            raise DesistError(f"no such report '{plain[0]}'", "desist why")
        return folder, plain[1], where
    if len(plain) == 1 and "id" not in given:
        given["id"] = plain.pop()
    if plain or "id" not in given:
        raise DesistError("cannot tell what to trace", "desist why", mend="write REPORT ID")
    return folder_of("why", given), given["id"], where


def as_json(found: Origin) -> dict[str, Any]:
    """Everything as JSON, with null for what is not a number."""
    return {
        "id": found.number,
        "about": _plain(found.about),
        "numbers": _plain(found.numbers),
        "rows": [_plain(row) for row in found.rows.to_dict("records")],
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
    if len(found.rows):
        _print_rows(found.rows)
    if len(found.cells):
        _print_cells(found.cells, out)
    settings = ", ".join(
        f"{key} {value}" for key, value in found.config.items()
        if isinstance(value, int | float | str) and value != ""
    )  # fmt: skip
    print(f"\nSettings: {settings}")
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


def _print_rows(rows: pd.DataFrame) -> None:
    """Print the rows that a name stands for."""
    print(f"\n{len(rows)} rows; COLUMN=VALUE picks one:")
    for row in _plain_rows(rows.head(MOST_ROWS)):
        print("  " + ", ".join(f"{key}={value}" for key, value in row.items() if value != ""))
    _print_rest(len(rows))


def _print_cells(cells: pd.DataFrame, out: Path) -> None:
    """Print the worlds behind a number, with their own values where they are stored."""
    print(f"\nComputed from {len(cells)} cells in {shown(out)}/cells:")
    for row in _plain_rows(cells.head(MOST_ROWS)):
        own = f" {row['value']:.6g} (n {row['n']:g})" if "value" in row else ""
        print(f"  {row['cell']}  {row['policy']:<24} draw {row['draw']:<4} replication "
              f"{row['replication']:<5}{own}".rstrip())  # fmt: skip
    _print_rest(len(cells))


def _print_rest(count: int) -> None:
    if count > MOST_ROWS:
        print(f"  and {count - MOST_ROWS} more (--json FILE lists all)")


def _plain_rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): one for key, one in row.items()} for row in table.to_dict("records")]
