"""Ctrl-C: the first stops a run in good order, the second at once. Nothing stored is lost."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

INTERRUPTED = 130


@contextmanager
def second_interrupt_ends() -> Iterator[None]:
    """While the body runs, and while it is being stopped, answer Ctrl-C."""
    pressed = False

    def answer(number: int, frame: Any) -> None:
        nonlocal pressed
        if pressed:
            for worker in multiprocessing.active_children():
                worker.terminate()
            os.write(2, b"\ndesist: stopped at once; what is finished is kept.\n")
            os._exit(INTERRUPTED)
        pressed = True
        raise KeyboardInterrupt

    restore = _answered_by(answer)
    try:
        yield
    finally:
        if not pressed:
            # Once pressed, it stays: what remains to be written may be interrupted, too.
            restore()


@contextmanager
def workers_ignore_interrupts() -> Iterator[None]:
    """Start workers deaf to Ctrl-C: the terminal sends it to the whole group of processes.

    The parent alone answers it, stops them and says how to go on. Ignored signals survive the
    start of a new program, so it is enough to ignore them while the workers are started.
    """
    restore = _answered_by(signal.SIG_IGN)
    try:
        yield
    finally:
        restore()


def _answered_by(handler: Any) -> Callable[[], Any]:
    """Have Ctrl-C answered by another handler; gives what puts the former one back."""
    try:
        before = signal.signal(signal.SIGINT, handler)
    except ValueError:  # not the main thread, where signals cannot be set
        return lambda: None
    return lambda: signal.signal(signal.SIGINT, before)
