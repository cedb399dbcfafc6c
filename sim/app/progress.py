"""Shows how far a run is: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from contextlib import suppress
from typing import Any

from sim.experiment.estimate import in_words

LINE_EVERY = 10.0
"""Seconds between lines where no bar can be drawn."""


PREPARING = "Preparing the model; the first run on a machine compiles it"


class Silent:
    """Shows nothing."""

    def prepare(self) -> None:
        """Do nothing."""

    def begin(self, cells: int, done: int, seconds: float, workers: int) -> None:
        """Do nothing."""

    def advance(self, cells: int, failed: bool) -> None:
        """Do nothing."""

    def end(self) -> None:
        """Do nothing."""


class Lines:
    """A line at the start, one every few seconds, one at the end."""

    def prepare(self) -> None:
        """Say why nothing moves yet."""
        _say(PREPARING)

    def begin(self, cells: int, done: int, seconds: float, workers: int) -> None:
        """Say what is coming."""
        self.total, self.done, self.failed = cells, done, 0
        self.before, self.begun = done, time.monotonic()
        self.spoken = self.begun
        there = f", {done} of them already there" if done else ""
        crew = "1 process" if workers == 1 else f"{workers} processes"
        _say(f"{cells} cells{there}; {crew}, about {in_words(seconds)}")

    def advance(self, cells: int, failed: bool) -> None:
        """Count, and speak if it is time."""
        if failed:
            self.failed += cells
        self.done += cells
        now = time.monotonic()
        if now - self.spoken >= LINE_EVERY and self.done < self.total:
            self.spoken = now
            rate = (self.done - self.before) / (now - self.begun)
            left = in_words((self.total - self.done) / rate)
            _say(f"{self.done} of {self.total} cells, {rate:.1f} a second, {left} left")

    def end(self) -> None:
        """Say how it ended."""
        failed = f", {self.failed} failed" if self.failed else ""
        took = in_words(time.monotonic() - self.begun)
        _say(f"{self.done} of {self.total} cells in {took}{failed}")


class Bar:
    """A bar with rate, time left and failures."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeRemainingColumn,
        )

        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("cells"),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            TextColumn("{task.fields[failed]}"),
            console=Console(stderr=True),
            transient=False,
        )
        self._failed = 0

    def prepare(self) -> None:
        """Say why nothing moves yet."""
        _say(PREPARING)

    def begin(self, cells: int, done: int, seconds: float, workers: int) -> None:
        """Draw the bar."""
        self._begun, self._before = time.monotonic(), done
        self._task: Any = self._bar.add_task(
            "Simulating", total=cells, completed=done, rate=f"about {in_words(seconds)}", failed=""
        )
        self._bar.start()

    def advance(self, cells: int, failed: bool) -> None:
        """Move the bar."""
        self._failed += cells if failed else 0
        done = self._bar.tasks[0].completed + cells - self._before
        rate = done / max(time.monotonic() - self._begun, 1e-9)
        self._bar.update(
            self._task,
            advance=cells,
            rate=f"{rate:.1f} a second",
            failed=f"[red]{self._failed} failed" if self._failed else "",
        )

    def end(self) -> None:
        """Leave the bar as it stands."""
        self._bar.stop()


def watcher(quiet: bool) -> Silent | Lines | Bar:
    """Choose what suits the terminal; progress goes to the error stream."""
    if quiet:
        return Silent()
    return Bar() if sys.stderr.isatty() else Lines()


def _say(text: str) -> None:
    # Whoever read the progress may have gone; that is no reason to stop the run.
    with suppress(OSError):
        print(text, file=sys.stderr, flush=True)
