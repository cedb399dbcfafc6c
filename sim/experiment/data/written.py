"""What a user's file leaves in the folder: its account, its targets, its risk. Aggregates only."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pandas as pd

from sim.experiment.data.account import Account
from sim.experiment.data.targets import COLUMNS, Target


def write_account(account: Account, out: Path) -> None:
    """Write ``data_report.csv`` and ``data_report.md``."""
    out.mkdir(parents=True, exist_ok=True)
    (out / "data_report.csv").write_text(account.as_csv(), encoding="utf-8")
    (out / "data_report.md").write_text(account.as_markdown(), encoding="utf-8")


def write_targets(targets: tuple[Target, ...], out: Path) -> None:
    """Write ``targets.csv``, in the columns of the shipped one; ``data=`` takes it again."""
    file = io.StringIO()
    writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(targets)
    (out / "targets.csv").write_text(file.getvalue(), encoding="utf-8")


def write_estimates(risk: pd.DataFrame, shape: pd.DataFrame, out: Path) -> None:
    """Write ``risk.csv`` (Cox) and ``survival.csv`` (Weibull and Lomax), where estimated."""
    for name, table in (("risk.csv", risk), ("survival.csv", shape)):
        if not table.empty:
            table.round(6).to_csv(out / name, index=False, lineterminator="\n")
