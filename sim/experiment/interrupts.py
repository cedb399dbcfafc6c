"""Ctrl-C: the first stops a run in good order, the second at once. Nothing stored is lost."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator
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

    try:
        before = signal.signal(signal.SIGINT, answer)
    except ValueError:  # not the main thread, where signals cannot be set
        yield
        return
    try:
        yield
    finally:
        if not pressed:
            # Once pressed, it stays: what remains to be written may be interrupted, too.
            signal.signal(signal.SIGINT, before)
