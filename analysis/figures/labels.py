"""Places for labels that do not collide, and ticks that say what a reader expects."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence


def separate(
    wanted: Sequence[float], gap: float, low: float = -math.inf, high: float = math.inf
) -> list[float]:
    """Move labels as little as possible until each two are ``gap`` apart.

    Least squares under the constraint, by pooling neighbours that collide; then the
    whole is kept between ``low`` and ``high`` if it fits.

    Examples
    --------
    >>> separate([1.0, 1.0, 5.0], 1.0)
    [1.5, 0.5, 5.0]
    >>> separate([2.0, 1.9], 1.0)
    [2.45, 1.45]
    """
    order = sorted(range(len(wanted)), key=lambda at: (wanted[at], -at))
    # With y_i - i * gap in place of y_i, «apart» becomes «not decreasing».
    blocks: list[tuple[float, int]] = []
    for rank, at in enumerate(order):
        mean, size = wanted[at] - rank * gap, 1
        while blocks and blocks[-1][0] > mean:
            last, count = blocks.pop()
            mean, size = (last * count + mean * size) / (count + size), count + size
        blocks.append((mean, size))
    levels = [mean for mean, size in blocks for _ in range(size)]
    placed = [level + rank * gap for rank, level in enumerate(levels)]
    for rank in range(len(placed)):  # push up from the floor …
        floor = low if rank == 0 else placed[rank - 1] + gap
        placed[rank] = max(placed[rank], floor)
    for rank in reversed(range(len(placed))):  # … and down from the ceiling
        ceiling = high if rank == len(placed) - 1 else placed[rank + 1] - gap
        placed[rank] = min(placed[rank], ceiling)
    result = [0.0] * len(wanted)
    for rank, at in enumerate(order):
        result[at] = round(placed[rank], 9)
    return result


def round_above(value: float) -> float:
    """Smallest of 1, 1.5, 2, 3, 4, 5, 6, 8 × 10ⁿ that is at least the value.

    >>> round_above(2.3), round_above(0.07), round_above(100.0)
    (3.0, 0.08, 100.0)
    """
    if not math.isfinite(value) or value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    for step in (1, 1.5, 2, 3, 4, 5, 6, 8, 10):
        if step * power >= value * (1 - 1e-9):
            return float(f"{step * power:.6g}")
    return 10 * power


def ratio_reach(ratios: Sequence[float]) -> float:
    """Limit of a logarithmic scale about 1 that shows these ratios: 1.1, 1.2, 1.5, 2, 3, 5, 10 …

    A ratio of more than 20 or of 0 stays outside.

    >>> ratio_reach([0.9, 1.04]), ratio_reach([0.4]), ratio_reach([])
    (1.2, 3.0, 1.1)
    """
    seen = [max(one, 1 / one) for one in ratios if one > 0 and math.isfinite(one)]
    wanted = min(max(seen, default=1.0), 20.0)
    return next(step for step in (1.1, 1.2, 1.5, 2.0, 3.0, 5.0, 10.0, 20.0) if step >= wanted)


def year_ticks(first: float, last: float, most: int = 11) -> list[int]:
    """Whole years between two times in years, at most so many.

    >>> year_ticks(-1.5, 4.2), year_ticks(0, 30)
    ([-1, 0, 1, 2, 3, 4], [0, 5, 10, 15, 20, 25, 30])
    """
    for step in (1, 2, 5, 10, 20, 50, 100):
        start = math.ceil(first / step) * step
        ticks = list(range(start, math.floor(last) + 1, step))
        if len(ticks) <= most:
            return ticks
    return [math.ceil(first)]


def month_ticks(horizon: int) -> list[int]:
    """Months at which a follow-up is read: every half year, or every year if it is long."""
    step = 6 if horizon <= 36 else 12
    if horizon < 6:
        step = 1
    ticks = list(range(0, horizon + 1, step))
    return ticks if ticks[-1] == horizon else [*ticks, horizon]


def shortened(text: str, width: int) -> str:
    """Shorten a label in its middle, where two titles differ least.

    >>> shortened("Alternatives to custody, ambitious (§36)", 30)
    'Alternatives to…mbitious (§36)'
    """
    if len(text) <= width:
        return text
    head = width // 2
    return f"{text[:head].rstrip()}…{text[len(text) - (width - head - 1) :].lstrip()}"


def wrapped(text: str, width: int, lines: int = 2) -> str:
    r"""Break a label into so many lines at most, shortening only if it must.

    >>> wrapped("Non-custodial sentences", 14)
    'Non-custodial\nsentences'
    """
    parts = textwrap.wrap(text, width, break_long_words=False)
    if len(parts) <= lines:
        return "\n".join(parts)
    return "\n".join([*parts[: lines - 1], textwrap.shorten(" ".join(parts[lines - 1 :]),
                                                              width, placeholder="…")])  # fmt: skip
