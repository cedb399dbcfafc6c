"""Draws of the parameters from their evidence: the outer loop of a study's uncertainty.

**Distribution.** Every parameter states a central value and a range. The range is read as a 95 %
interval of a two-piece normal distribution with its mode at the central value (Wallis 2014,
*Statistical Science* 29:106-112): two half-normals with their own spread, joined at the mode with
one density, so that an asymmetric range stays asymmetric. Its scale is

- logarithmic for ratios and other positive magnitudes, so that 0.5 and 2 are equally far from 1;
- logit for probabilities and shares;
- the number's own scale where it may be negative, or where the range reaches a bound of the unit
  (a logarithm of 0 says nothing about 0.1).

Draws never leave the bounds of the unit. A table gets a multiplier for each entry.

**What is less well known is drawn wider.** The spread is multiplied by `WIDER` for ranges that
somebody assumed and for figures written from memory; with several sources the weakest counts.

**What is not drawn here.** A jurisdiction's figures, and parameters that a place states as
``fitted``: they were tuned together, and moving one alone would break the fit. Calibration gives
joint draws of them (`sim.experiment.fit_draws`), by which a place's numbers move as a whole. A
table of which some entries have such draws is left to these. A parameter that a place states with a
source is drawn around that value with the range moved along. Parameters set by the study, on the
command line or by a design point stay as set, also against a draw of the fit.

**Stratified and nested.** The draws of each parameter are a nested Latin hypercube: the first
2**k draws have one in each of 2**k equally likely strata, for every k; the order in which strata
are filled is the parameter's own. More draws continue the same sequence, and a parameter's
sequence depends on the study's seed and on its name only, so that all policies, and studies that
add policies, share their draws.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from math import exp, isfinite, log

import numpy as np
from scipy.special import ndtr, ndtri

from sim import evidence
from sim.parameters import Quantity
from sim.place import Place, Sourced
from sim.rules import Rule

COVERAGE = 1.959963984540054
"""Standard deviations from the mode to the ends of a 95 % interval."""

WIDER = {"assumed": 1.5, "recalled": 1.5, "recalled_medium": 1.5, "secondary": 1.15,
         "secondary_page": 1.15}  # fmt: skip
"""Factor on the spread by how a number is known; 1 for what was read or recomputed."""

Drawn = dict[str, dict[str, float | dict[str, float]]]
"""Rule -> parameter -> value, as `sim.assembly.build_rules` takes it."""


@dataclass(frozen=True)
class TwoPiece:
    """A two-piece normal on a scale, kept within bounds.

    Attributes
    ----------
    scale
        ``log``, ``logit`` or ``plain``.
    left, right
        Standard deviations below and above the mode, on the scale.
    """

    scale: str
    mode: float
    left: float
    right: float
    bounds: tuple[float, float]

    def quantile(self, share: float) -> float:
        """Value below which a share in (0, 1) of the distribution lies."""
        mode = _to(self.scale, self.mode)
        if self.left + self.right == 0.0:
            return self.mode
        low, high = (self._share(bound, mode) for bound in self.bounds)
        share = low + share * (high - low)
        below = self.left / (self.left + self.right)
        if share < below:
            z = mode + self.left * float(ndtri(share / below / 2.0))
        else:
            above = (share - below) / (1.0 - below)
            z = mode + self.right * float(ndtri(0.5 + above / 2.0))
        return min(max(_back(self.scale, z), self.bounds[0]), self.bounds[1])

    def _share(self, bound: float, mode: float) -> float:
        """Share of the unbounded distribution below a bound."""
        below = self.left / (self.left + self.right)
        if self.scale != "plain" and bound <= 0.0:
            return 0.0
        if self.scale == "logit" and bound >= 1.0:
            return 1.0
        away = _to(self.scale, bound) - mode
        if away < 0.0:
            return 2.0 * below * float(ndtr(away / self.left)) if self.left else 0.0
        above = 2.0 * (1.0 - below) * (float(ndtr(away / self.right)) - 0.5) if self.right else 1.0
        return min(below + above, 1.0)


def distribution(
    quantity: Quantity, central: float, low: float, high: float, source: str
) -> TwoPiece:
    """What the evidence leaves open about one number.

    Parameters
    ----------
    central, low, high
        In the quantity's unit.
    """
    bounds = quantity.bounds
    scale = _scale(quantity, central, low, high)
    mode, wider = _to(scale, central), widening(source)
    left = max(mode - _to(scale, low), 0.0) * wider / COVERAGE
    right = max(_to(scale, high) - mode, 0.0) * wider / COVERAGE
    return TwoPiece(scale, central, left, right, bounds)


def widening(source: str) -> float:
    """Factor on the spread for a source: evidence ids separated by ``;``, or ``assumed``.

    >>> widening("assumed")
    1.5
    """
    known = evidence.rows()
    parts = [part.strip() for part in source.split(";") if part.strip()]
    standing = [known[part].how_known if part in known else part for part in parts]
    return max((WIDER.get(word, 1.0) for word in standing), default=1.0)


def described(quantity: Quantity) -> str:
    """How a parameter is drawn where no place states it, in words."""
    scales = {"log": "logarithmic", "logit": "logit", "plain": "its own"}
    wider = widening(quantity.source)
    more = f", spread times {wider:g} for how it is known" if wider != 1.0 else ""
    default = quantity.default
    if isinstance(default, Mapping):
        return f"each entry times {quantity.low:g} to {quantity.high:g}, two-piece normal{more}"
    assert isinstance(default, (int, float))
    shape = distribution(quantity, float(default), quantity.low, quantity.high, quantity.source)
    return (
        f"two-piece normal around {default:g}, 95 % from {quantity.low:g} to {quantity.high:g}, "
        f"{scales[shape.scale]} scale{more}"
    )


def strata(seed: int, name: str, count: int) -> list[float]:
    """Shares in (0, 1) of one parameter's draws 1 to ``count``: a nested Latin hypercube.

    >>> sorted(int(8 * share) for share in strata(1, "offending.age_slope", 8))
    [0, 1, 2, 3, 4, 5, 6, 7]
    >>> strata(1, "offending.age_slope", 3) == strata(1, "offending.age_slope", 8)[:3]
    True
    """
    key = blake2b(f"{seed}:{name}".encode(), digest_size=16, key=b"desist draw").digest()
    luck = np.random.Generator(np.random.Philox(key=int.from_bytes(key, "big")))
    shares = [float(luck.random())] if count else []
    while len(shares) < count:
        n = 2 * len(shares)
        empty = sorted(set(range(n)) - {int(share * n) for share in shares})
        shares += [float((stratum + luck.random()) / n) for stratum in luck.permutation(empty)]
    return shares[:count]


def draw_parameters(
    rules: Sequence[type[Rule]], place: Place, seed: int, draws: int, fixed: Mapping[str, object]
) -> list[Drawn]:
    """Draws 1 to ``draws`` of every parameter of some rules in a place.

    Parameters
    ----------
    fixed
        Parameters that the study sets itself, ``{rule: {name: ...}}``; they are left out.
    """
    drawn: list[Drawn] = [{} for _ in range(draws)]
    for rule in rules:
        for quantity in rule.quantities().values():
            named = fixed.get(rule.name)
            if quantity.kind != "parameter" or (
                isinstance(named, Mapping) and quantity.name in named
            ):
                continue
            stated = place.parameters.get(rule.name, {}).get(quantity.name)
            if stated is not None and "fitted" in stated.source.split(";"):
                continue
            for values, value in zip(drawn, _values(quantity, stated, seed, draws), strict=True):
                values.setdefault(rule.name, {})[quantity.name] = value
    return drawn


def _values(
    quantity: Quantity, stated: Sourced | None, seed: int, draws: int
) -> list[float | dict[str, float]]:
    central = quantity.default if stated is None else stated.value
    source = quantity.source if stated is None else stated.source
    name = f"{quantity.rule}.{quantity.name}"
    if isinstance(central, Mapping):
        columns = {
            key: _column(quantity, float(part), (quantity.low, quantity.high), source, draws,
                         strata(seed, f"{name}.{key}", draws))
            for key, part in central.items()
        }  # fmt: skip
        return [{key: column[i] for key, column in columns.items()} for i in range(draws)]
    assert isinstance(central, (int, float)) and isinstance(quantity.default, (int, float))
    low, high = _moved(quantity, float(quantity.default), float(central))
    shares = strata(seed, name, draws)
    shape = distribution(quantity, float(central), low, high, source)
    return [shape.quantile(share) for share in shares]


def _column(
    quantity: Quantity, central: float, times: tuple[float, float], source: str, draws: int,
    shares: Sequence[float],
) -> list[float]:  # fmt: skip
    """Draws of one entry of a table, whose range is given as multipliers."""
    if central == 0.0:
        return [0.0] * draws
    low, high = sorted((central * times[0], central * times[1]))
    low, high = max(low, quantity.bounds[0]), min(high, quantity.bounds[1])
    shape = distribution(quantity, central, low, high, source)
    return [shape.quantile(share) for share in shares]


def _moved(quantity: Quantity, default: float, central: float) -> tuple[float, float]:
    """The range of the evidence, moved along with a central value that a place states."""
    if central == default:
        return quantity.low, quantity.high
    scale = _scale(quantity, default, quantity.low, quantity.high)
    if scale != "plain" and _scale(quantity, central, central, central) == scale:
        by = _to(scale, central) - _to(scale, default)
        low, high = (_back(scale, _to(scale, end) + by) for end in (quantity.low, quantity.high))
    else:
        low, high = quantity.low + central - default, quantity.high + central - default
    return max(low, quantity.bounds[0]), min(high, quantity.bounds[1])


def _scale(quantity: Quantity, central: float, low: float, high: float) -> str:
    ends = (low, central, high)
    bottom, top = quantity.bounds
    if bottom < 0.0 or not all(isfinite(end) and end > 0.0 for end in ends):
        return "plain"
    if top == 1.0:
        return "logit" if all(end < 1.0 for end in ends) else "plain"
    return "log"


def _to(scale: str, value: float) -> float:
    if scale == "log":
        return log(value)
    return log(value / (1.0 - value)) if scale == "logit" else value


def _back(scale: str, value: float) -> float:
    if scale == "log":
        return exp(value)
    return 1.0 / (1.0 + exp(-value)) if scale == "logit" else value


def draw_rows(
    tables: Mapping[str, Sequence[Drawn]],
) -> list[tuple[str, int, str, str, float]]:
    """Rows (jurisdiction, draw, rule, parameter, value), tables as ``name.key``.

    The jurisdiction is empty for values that all places share.
    """
    rows: dict[tuple[str, int, str, str], float] = {}
    counts: dict[tuple[int, str, str, float], int] = {}
    for drawn in tables.values():
        for key in _flat(drawn):
            counts[key] = counts.get(key, 0) + 1
    for place, drawn in tables.items():
        for draw, rule, name, value in _flat(drawn):
            shared = counts[draw, rule, name, value] == len(tables)
            rows["" if shared else place, draw, rule, name] = value
    return [(*key, value) for key, value in sorted(rows.items())]


def _flat(drawn: Sequence[Drawn]) -> list[tuple[int, str, str, float]]:
    return [
        (draw, rule, f"{name}.{key}" if key else name, part)
        for draw, rules in enumerate(drawn, start=1)
        for rule, values in rules.items()
        for name, value in values.items()
        for key, part in (value.items() if isinstance(value, dict) else (("", value),))
    ]
