"""The one way bad input is reported: what, where, why and the mend, on one line."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

__all__ = ["DesistError", "nearest"]


def nearest(given: str, valid: Iterable[str]) -> str | None:
    """Return the valid name closest to a mistyped one, or ``None`` if none is close.

    Case, and the choice between ``-``, ``_`` and blank, are forgiven first.

    >>> nearest("restoritive", ["status_quo", "restorative"])
    'restorative'
    >>> nearest("Status-Quo", ["status_quo", "restorative"])
    'status_quo'
    >>> nearest("zebra", ["status_quo", "restorative"]) is None
    True
    """
    folded = {_fold(name): name for name in sorted(valid)}
    close = difflib.get_close_matches(_fold(given), folded, n=1, cutoff=0.55)
    return folded[close[0]] if close else None


class DesistError(Exception):
    """Input that cannot be used, told in one line to the person who can mend it.

    Parameters
    ----------
    what
        What is wrong, as a short clause: ``unknown policy 'restoritive'``.
    where
        File, file and line, option or key that holds it.
    why
        The rule that was broken.
    mend
        What to do about it.
    given, valid
        The name as typed and the names that exist; the nearest is offered.

    Examples
    --------
    >>> print(DesistError("unknown policy 'restoritive'", where="policies=",
    ...                   given="restoritive", valid=["status_quo", "restorative"]))
    unknown policy 'restoritive' (policies=). Did you mean 'restorative'?
    """

    def __init__(
        self,
        what: str,
        where: str | None = None,
        why: str | None = None,
        mend: str | None = None,
        given: str | None = None,
        valid: Iterable[str] = (),
    ) -> None:
        self.what = what
        self.where = where
        self.why = why
        self.mend = mend
        self.given = given
        self.valid = tuple(valid)
        super().__init__(self.line())

    def __reduce__(self) -> tuple[type[DesistError], tuple[object, ...]]:
        # Workers send errors through pickle, which would pass the finished line as ``what``.
        given = (self.what, self.where, self.why, self.mend, self.given, self.valid)
        return type(self), given

    @property
    def suggestion(self) -> str | None:
        """The nearest valid name, if one is close."""
        return nearest(self.given, self.valid) if self.given is not None else None

    def line(self) -> str:
        """Return the whole message on one line."""
        text = _short(self.what)
        if self.where:
            text += f" ({self.where})"
        if self.why:
            text += f": {_short(self.why)}"
        if self.mend:
            text += f"; {self.mend}"
        text = text.rstrip(".") + "."
        if self.suggestion is not None:
            text += f" Did you mean '{self.suggestion}'?"
        elif self.given is not None and self.valid:
            text += " Valid: " + _some(self.valid) + "."
        return _printable(" ".join(text.split()))


def _short(text: str, most: int = 300) -> str:
    """Text without its middle where somebody's value is too long to be told.

    >>> _short("x is " + 90 * "y" + ", expected a number", most=40)
    'x is yyyyyyyyyyyyyyy…, expected a number'
    """
    half = most // 2
    return text if len(text) <= most else f"{text[:half]}…{text[1 - half :]}"


def _printable(text: str) -> str:
    r"""Text without characters that would steer a terminal or stand in no encoding.

    >>> _printable("a\x1b[2Jb")
    'a?[2Jb'
    """
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def _fold(name: str) -> str:
    return name.casefold().replace("-", "_").replace(" ", "_")


def _some(names: tuple[str, ...], most: int = 12) -> str:
    shown = ", ".join(sorted(names)[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"
