"""The summary on the terminal, and the same as JSON."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from analysis.summary import SummaryRow
from sim.experiment.store import write_json

COLOURS = {"better": "green", "worse": "red"}


def print_summary(rows: Sequence[SummaryRow]) -> None:
    """Print each outcome with its baseline, and under it one line a policy."""
    from rich.console import Console
    from rich.text import Text

    console = Console(soft_wrap=True)
    wide = {
        name: max((len(getattr(row, name)) for row in rows), default=0)
        for name in ("policy", "value", "difference")
    }
    for place, of_place in groupby(rows, key=lambda row: row.place):
        console.print(Text(f"\n{place}", style="bold"))
        for outcome, of_outcome in groupby(of_place, key=lambda row: (row.outcome, row.unit)):
            lines = list(of_outcome)
            name, unit = outcome
            console.print(Text(f"{name} ({unit}), baseline {lines[0].baseline}"))
            for row in lines:
                line = Text(f"  {row.policy:<{wide['policy']}}  {row.value:>{wide['value']}}  ")
                line.append(f"{row.difference:<{wide['difference']}}  ")
                line.append(row.says, style=COLOURS.get(row.judgement, ""))
                console.print(line)
    console.print()


def write_summary(path: Path, out: Path, report: Path) -> None:
    """Write the contrasts and the state of the run as one JSON file."""
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    with (out / "contrasts.csv").open(encoding="utf-8", newline="") as lines:
        contrasts = [_typed(row) for row in csv.DictReader(lines)]
    content: dict[str, Any] = {
        "out": str(out),
        "report": str(report),
        "study": manifest["study"]["name"],
        "state": manifest["state"],
        "cells": manifest["cells"],
        "notes": manifest["notes"],
        "contrasts": contrasts,
    }
    write_json(path, content)


def _typed(row: dict[str, str]) -> dict[str, Any]:
    return {key: _value(text) for key, text in row.items()}


def _value(text: str) -> Any:
    try:
        number = float(text)
    except ValueError:
        return text
    if number != number:  # JSON has no NaN
        return None
    return int(number) if number.is_integer() and "." not in text else number
