"""What was left out of a file or changed in it, and why: nothing happens in silence."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field

MOST_SHOWN = 6
"""Lines printed; the files hold them all."""


@dataclass(frozen=True)
class Line:
    """One reason, the number of rows it concerns, and what was done with them."""

    reason: str
    rows: int
    done: str


@dataclass
class Account:
    """Everything that was done to a file, in order.

    Attributes
    ----------
    read, kept
        Rows in the file, and rows that the targets rest on.

    Examples
    --------
    >>> account = Account("cohort.csv", "cohort", read=3, kept=2)
    >>> account.add("time is negative", 1, "dropped")
    >>> account.add("age is missing", 0, "kept, not in groups by age")
    >>> account.told()
    ['cohort.csv (cohort): 3 rows read, 2 used', '  1 dropped: time is negative']
    """

    file: str
    format: str
    read: int = 0
    kept: int = 0
    lines: list[Line] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, reason: str, rows: int, done: str) -> None:
        """Note a reason, unless it concerns nobody."""
        if rows:
            self.lines.append(Line(reason, int(rows), done))

    def note(self, text: str) -> None:
        """Note how the file was understood."""
        self.notes.append(text)

    @property
    def worst(self) -> Line | None:
        """The reason that dropped most rows."""
        dropped = [line for line in self.lines if line.done == "dropped"]
        return max(dropped, key=lambda line: line.rows, default=None)

    def told(self) -> list[str]:
        """A few lines to print."""
        lines = [f"{self.file} ({self.format}): {self.read:,} rows read, {self.kept:,} used"]
        lines += [f"  {line.rows:,} {line.done}: {line.reason}" for line in self.lines[:MOST_SHOWN]]
        if len(self.lines) > MOST_SHOWN:
            lines.append(f"  and {len(self.lines) - MOST_SHOWN} more reasons in data_report.md")
        return lines + [f"  {note}" for note in self.notes]

    def as_csv(self) -> str:
        """Columns ``reason, rows, done``, the totals first."""
        file = io.StringIO()
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("reason", "rows", "done"))
        writer.writerow(("rows in the file", self.read, "read"))
        writer.writerow(("rows that the targets rest on", self.kept, "used"))
        writer.writerows((line.reason, line.rows, line.done) for line in self.lines)
        return file.getvalue()

    def as_markdown(self) -> str:
        """A page for people."""
        lines = [
            f"# What was read from {self.file}", "",
            f"Format: {self.format}. Rows read: {self.read:,}; used: {self.kept:,}.", "",
            "| reason | rows | what was done |", "|---|---:|---|",
            *(f"| {line.reason} | {line.rows:,} | {line.done} |" for line in self.lines), "",
            *(f"- {note}" for note in self.notes),
        ]  # fmt: skip
        return "\n".join(lines) + "\n"
