"""Numbers and names as a reader meets them: rounded to what is known, with a true minus."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime

from analysis.language import _, plural, written

MINUS = "\N{MINUS SIGN}"
HARD_SPACE = "\N{NO-BREAK SPACE}"
_NUMBERS = {1: "one", 2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven",
            8: "eight", 9: "nine", 10: "ten"}  # fmt: skip


def decimals_for(value: float, half_width: float) -> int:
    """Decimals worth showing: the interval decides, or the value if there is none.

    Examples
    --------
    >>> [decimals_for(2.1, hw) for hw in (12.0, 1.2, 0.5, 0.06)]
    [0, 1, 1, 2]
    >>> decimals_for(0.0, math.nan), decimals_for(54.2, math.nan), decimals_for(5420, math.nan)
    (0, 1, 0)
    """
    scale = half_width / 3 if math.isfinite(half_width) and half_width > 0 else abs(value) / 100
    if not math.isfinite(scale) or scale <= 0:
        return 0
    return min(max(-math.floor(math.log10(scale)), 0), 4)


def places_for(value: float, lo: float, hi: float, figures: int = 3) -> int:
    """Decimals for a difference and its interval: at most so many figures of the difference.

    A very narrow interval earns no more figures than a reader can use, but always enough
    to show that it has a width.

    Examples
    --------
    >>> places_for(-0.502, -0.512, -0.493), places_for(-0.502, -0.512, -0.493, figures=2)
    (3, 2)
    >>> places_for(4.54, 4.5301, 4.5499, figures=2)
    2
    >>> places_for(-4.0, -7.9, -0.3)
    1
    """
    half = (hi - lo) / 2
    places = decimals_for(value, half)
    if value == 0 or not math.isfinite(value):
        return places
    cap = max(figures - 1 - math.floor(math.log10(abs(value))), 0)
    while half > 0 and cap < places and number(lo, cap) == number(hi, cap):
        cap += 1
    places = min(places, cap)
    nearest = min(abs(lo), abs(hi)) if lo * hi > 0 else math.inf
    while places < 6 and nearest < 0.5 * 10.0**-places:  # a clear interval must not end in «0»
        places += 1
    return places


def number(value: float, decimals: int, *, sign: bool = False) -> str:
    """Write a number with thousands apart; empty if there is none.

    Examples
    --------
    >>> number(-1234.5, 0), number(0.04, 1, sign=True), number(2.0, 1, sign=True)
    ('−1,234', '0.0', '+2.0')
    """
    if not math.isfinite(value):
        return ""
    text = written(f"{abs(value):,.{decimals}f}")
    if not any(digit in "123456789" for digit in text):
        return text  # no «−0.0»
    if value < 0:
        return MINUS + text
    return "+" + text if sign else text


def plain(value: float) -> str:
    """Write a level (a baseline, a dial) with three or four figures.

    >>> plain(0.25), plain(49.672), plain(1234.5), plain(3.0), plain(0.021)
    ('0.25', '49.7', '1,234', '3', '0.021')
    """
    if not math.isfinite(value):
        return ""
    if value == int(value) and abs(value) < 1e15:
        return number(value, 0)
    size = abs(value)
    if size < 0.1:
        return written(f"{value:.3g}").replace("-", MINUS)
    return number(value, 0 if size >= 1000 else 1 if size >= 10 else 2)


def counted(value: int) -> str:
    """Small numbers in words, others in figures."""
    return _(_NUMBERS[value]) if value in _NUMBERS else number(value, 0)


def duration(months: int) -> str:
    """Write a follow-up in years where it is whole years.

    >>> duration(12), duration(36), duration(6)
    ('one year', 'three years', 'six months')
    """
    if months % 12 == 0 and months > 0:
        years = months // 12
        return plural("{n} year", "{n} years", years).format(n=counted(years))
    return plural("{n} month", "{n} months", months).format(n=counted(months))


def index_phrase(index: str) -> str:
    """Name the index event inside a sentence: 'within three years of …'."""
    phrases = {
        "release_from_prison": _("release from prison"),
        "release_from_short_custody": _("release from short custody"),
        "start_of_community_sentence": _("the start of a community sentence"),
        "start_of_suspended_sentence": _("the start of a suspended sentence"),
        "restorative_conference": _("a restorative conference"),
    }
    return phrases.get(index, index.replace("_", " "))


def joined(names: Sequence[str]) -> str:
    """Join names as a sentence does.

    >>> joined(["a"]), joined(["a", "b"]), joined(["a", "b", "c"])
    ('a', 'a and b', 'a, b and c')
    >>> joined(["Work, modest", "Work, ambitious", "both"])
    'Work, modest; Work, ambitious and both'
    """
    if len(names) < 2:
        return "".join(names)
    mark = _("; ") if any("," in name for name in names[:-1]) else ", "
    return _("{first} and {last}").format(first=mark.join(names[:-1]), last=names[-1])


def level(confidence: float) -> str:
    """Write the level of an interval.

    >>> level(0.95) == f"95{HARD_SPACE}%"
    True
    """
    return f"{written(f'{confidence * 100:.4g}')}{HARD_SPACE}%"


MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September",
          "October", "November", "December")  # fmt: skip


def date_text(stamp: object) -> str:
    """Write an ISO time stamp as a date; empty if there is none.

    >>> date_text("2026-11-24T10:00:41"), date_text(None)
    ('24 November 2026, 10:00', '')
    """
    try:
        moment = datetime.fromisoformat(str(stamp))
    except ValueError:
        return str(stamp or "")
    return _("{day} {month} {year}, {time}").format(
        day=moment.day, month=_(MONTHS[moment.month - 1]), year=moment.year,
        time=f"{moment:%H:%M}",
    )  # fmt: skip


def capital(sentence: str) -> str:
    """Begin a sentence with a capital, leaving the rest alone."""
    return sentence[:1].upper() + sentence[1:]


def difference(value: float, lo: float, hi: float, finest: int | None = None) -> str:
    """Write a signed difference with its interval: '−2.1 (−2.6 to −1.6)'.

    ``finest`` limits the decimals, where numbers in a column share one scale.
    """
    places = places_for(value, lo, hi)
    places = places if finest is None else min(places, finest)
    if value == 0 and lo == hi:
        return "0"
    text = number(value, places, sign=True)
    if not math.isfinite(hi - lo) or lo == hi:
        return text
    return _("{value} ({lo} to {hi})").format(
        value=text, lo=number(lo, places, sign=True), hi=number(hi, places, sign=True)
    )


def ratio_text(value: float, lo: float, hi: float) -> str:
    """Write a ratio with its interval: '0.94 (0.91 to 0.97)'.

    >>> ratio_text(0.94, 0.912, 0.968), ratio_text(1.0, float("nan"), float("nan"))
    ('0.940 (0.912 to 0.968)', '1.00')
    """
    places = max(2, min(places_for(value - 1, lo - 1, hi - 1), 3))
    text = number(value, places)
    if not math.isfinite(hi - lo) or lo == hi:
        return text
    return _("{value} ({lo} to {hi})").format(
        value=text, lo=number(lo, places), hi=number(hi, places)
    )


def percent_text(share: float) -> str:
    """Write a share or probability in whole percent, never as certain unless it is.

    >>> [percent_text(one).replace(HARD_SPACE, " ") for one in (0.034, 0.9991, 1.0, 0.0004)]
    ['3 %', '> 99 %', '100 %', '< 1 %']
    """
    if not math.isfinite(share):
        return ""
    shown = round(100 * share)
    if 0 < share < 1 and shown in (0, 100):
        return f"{'<' if shown == 0 else '>'} {1 if shown == 0 else 99}{HARD_SPACE}%"
    return f"{number(shown, 0)}{HARD_SPACE}%"


def p_text(p: float) -> str:
    """Write a p-value.

    >>> p_text(0.0312), p_text(0.00004), p_text(1.0)
    ('0.031', '< 0.001', '1')
    """
    if not math.isfinite(p):
        return ""
    if p < 0.001:
        return f"< {number(0.001, 3)}"
    return "1" if p > 0.9995 else number(p, 3 if p < 0.1 else 2)
