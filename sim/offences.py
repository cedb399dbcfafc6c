"""Kinds of offence that the model tells apart, with their ICCS code (UNODC 2015, levels 1-2)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

VIOLENT, PROPERTY, DRUG, PUBLIC_ORDER = 0, 1, 2, 3
GROUPS = ("violent", "property", "drug", "public_order")
"""Groups between which a person's offending moves; the index is the value of `offence_group`."""


@dataclass(frozen=True)
class Offence:
    """One kind: ``personal`` means that an identifiable victim suffered it in person or at home."""

    name: str
    iccs: str
    group: int
    victim: bool
    personal: bool


OFFENCES = (
    Offence("homicide", "0101", VIOLENT, True, False),
    Offence("sexual", "0301", VIOLENT, True, True),
    Offence("robbery", "0401", VIOLENT, True, True),
    Offence("serious_assault", "0201", VIOLENT, True, True),
    Offence("burglary", "0501", PROPERTY, True, True),
    Offence("vehicle_theft", "0502", PROPERTY, True, False),
    Offence("theft", "0502", PROPERTY, True, False),
    Offence("fraud", "0701", PROPERTY, True, False),
    Offence("drug", "0601", DRUG, False, False),
    Offence("public_order", "0801", PUBLIC_ORDER, False, False),
)
"""In order of seriousness: the smallest index of several charges is the case's main offence."""

NAMES = tuple(offence.name for offence in OFFENCES)
GROUP_OF = np.array([offence.group for offence in OFFENCES], np.uint8)
HAS_VICTIM = np.array([offence.victim for offence in OFFENCES])
IS_PERSONAL = np.array([offence.personal for offence in OFFENCES])


def by_offence(table: dict[str, float] | object, default: float = 0.0) -> np.ndarray:
    """Lay a table keyed by offence name out as an array in the order of `OFFENCES`, read-only."""
    assert isinstance(table, dict)
    return _laid_out(tuple(table.items()), NAMES, default)


def by_group(table: dict[str, float] | object, default: float = 0.0) -> np.ndarray:
    """Lay a table keyed by offence group out as an array in the order of `GROUPS`, read-only."""
    assert isinstance(table, dict)
    return _laid_out(tuple(table.items()), GROUPS, default)


@lru_cache(maxsize=512)
def _laid_out(
    entries: tuple[tuple[str, float], ...], names: tuple[str, ...], default: float
) -> np.ndarray:
    table = dict(entries)
    laid_out = np.array([float(table.get(name, default)) for name in names])
    laid_out.flags.writeable = False
    return laid_out
