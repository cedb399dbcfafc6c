"""A limit on how long a piece of work may take, for cells that hang.

In the main thread of a process (``serial``, ``local``) a timer of the operating system interrupts
Python and sleeping alike. In other threads (dask) an exception is set in the thread, which is seen
when it next runs Python. Work that is stuck in compiled code sees neither: then, some time later,
the whole process ends, which the engine takes as the death of a worker.
"""

from __future__ import annotations

import ctypes
import faulthandler
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

PATIENCE = 5.0
"""Seconds after the limit until a worker that does not react ends itself."""


_ends_itself = False


def declare_worker() -> None:
    """Tell that this process is a worker, which may end itself when nothing else helps."""
    global _ends_itself
    _ends_itself = True


class TimeLimitError(Exception):
    """A piece of work took longer than allowed."""


@contextmanager
def time_limit(seconds: float | None) -> Iterator[None]:
    """Raise `TimeLimitError` when the body takes longer; no limit when None."""
    if seconds is None:
        yield
        return
    if _ends_itself:
        # Runs in a thread of C, so that it works even while Python cannot.
        with open(os.devnull, "w") as nowhere:
            faulthandler.dump_traceback_later(seconds + PATIENCE, exit=True, file=nowhere)
            try:
                with _interrupted_after(seconds):
                    yield
            finally:
                faulthandler.cancel_dump_traceback_later()
        return
    with _interrupted_after(seconds):
        yield


@contextmanager
def _interrupted_after(seconds: float) -> Iterator[None]:
    in_main = threading.current_thread() is threading.main_thread()
    if in_main and hasattr(signal, "setitimer"):
        with _by_signal(seconds):
            yield
    else:
        with _by_exception(seconds):
            yield


@contextmanager
def _by_signal(seconds: float) -> Iterator[None]:
    def ring(number: int, frame: Any) -> None:
        raise _told(seconds)

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def _by_exception(seconds: float) -> Iterator[None]:
    thread = ctypes.c_ulong(threading.get_ident())
    lock, over = threading.Lock(), False

    def ring() -> None:
        with lock:
            if not over:
                ctypes.pythonapi.PyThreadState_SetAsyncExc(thread, ctypes.py_object(TimeLimitError))

    timer = threading.Timer(seconds, ring)
    timer.daemon = True
    timer.start()
    try:
        yield
    except TimeLimitError:
        raise _told(seconds) from None
    finally:
        with lock:
            over = True
        timer.cancel()


def _told(seconds: float) -> TimeLimitError:
    return TimeLimitError(f"took longer than cell_seconds={seconds:g}")
