"""How parameters follow from rows: every conversion of a scale is computed here, never typed in.

Each `Derivation` computes one or more readings of a parameter from the words of its rows and their
base risks, and says how the parameter's default stands to them:

``equals``
    the default is the one reading, rounded to the default's decimals;
``between``
    several rows or several groups disagree, and the default lies within their readings;
``shrunk``
    the rows are selected, recalled or few, so the default lies between no effect and the
    strongest reading;
``sign``
    the rows give a direction and no size: the parameter's note says that the size is assumed.

Readings under ``equals`` and ``between`` must also lie in the parameter's range.
`sim.experiment.evidence_check` compares them with the rules.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Literal

from sim.evidence.reading import base_risk, reading
from sim.evidence.scales import odds_ratio_to_hazard_ratio

USUAL_BASE = base_risk("edu_stickle_2023")
"""Base risk where a row states none: the one at which the register converts most rows."""

EARLY_RELEASE_BASE = 0.12
"""Base of the Italian pardon: the row has none; 0.16 points are 1.3 % of it (recalled)."""

CBT_BASE = base_risk("cbt_meta_all")
"""Base risk of the pooled studies of cognitive-behavioural treatment."""

Standing = Literal["equals", "between", "shrunk", "sign"]


@dataclass(frozen=True)
class Derivation:
    """Where one parameter's default comes from.

    Attributes
    ----------
    words
        The conversion in words, with the base risk.
    compute
        Readings in the parameter's unit.
    """

    parameter: str
    rows: tuple[str, ...]
    stands: Standing
    words: str
    compute: Callable[[], Iterable[float]]

    def readings(self) -> tuple[float, ...]:
        """Values that the rows give.

        Raises
        ------
        ReadingError
            When a row no longer says what is read from it.
        """
        return tuple(self.compute())


_FOUND: dict[str, Derivation] = {}


def derivations() -> dict[str, Derivation]:
    """Every derivation by ``rule.name``: the shipped ones, and those that users' rules state."""
    _read_shipped()
    return dict(sorted(_FOUND.items()))


@cache
def _read_shipped() -> None:
    from sim.evidence import derived

    for module in pkgutil.iter_modules(derived.__path__):
        importlib.import_module(f"{derived.__name__}.{module.name}")


def derive(
    parameter: str, rows: str, stands: Standing, words: str, compute: Callable[[], Iterable[float]]
) -> None:
    """State how a parameter follows from some rows (ids separated by blanks)."""
    if parameter in _FOUND and _FOUND[parameter].words != words:
        raise ValueError(f"{parameter} has two derivations")
    _FOUND[parameter] = Derivation(parameter, tuple(rows.split()), stands, words, compute)


def hazard_ratio(row: str, pattern: str, base: float) -> float:
    """Hazard ratio of an odds ratio that a row's estimate states."""
    return odds_ratio_to_hazard_ratio(reading(row, pattern), base)


def percent(row: str, pattern: str) -> float:
    """Share that a row's estimate states in per cent."""
    return reading(row, pattern) / 100.0
