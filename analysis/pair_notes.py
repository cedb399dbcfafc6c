"""Why a cell of a comparison is empty, or an interval has no width: one phrase each."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis.intervals import Floats
from analysis.language import _


def pair_note(
    difference: float,
    sd: float,
    n: int,
    constant: bool,
    unpaired: int,
    no_baseline: bool,
    no_value: bool,
) -> str:
    """Say why a row has empty cells, or an interval of no width."""
    parts = []
    if n == 0:
        if no_baseline and no_value:
            parts.append(_("no value in any replication, in either arm"))
        elif no_baseline:
            parts.append(_("no value in any replication of the baseline"))
        elif no_value:
            parts.append(_("no value in any replication of the policy"))
        else:
            parts.append(_("no replication has a value in both arms"))
    elif n == 1:
        parts.append(_("one replication: no interval"))
    elif sd == 0 and difference == 0:
        parts.append(_("every paired difference is exactly 0"))
    elif sd == 0:
        parts.append(_("every paired difference is the same: interval of no width"))
    elif constant:
        parts.append(_("one arm is the same in every replication: no correlation"))
    if unpaired and n > 0:
        parts.append(_("{n} replications left out: no pair").format(n=unpaired))
    return "; ".join(parts)


def ratio_notes(count: NDArray[np.int64], ratio: Floats, lo: Floats) -> list[str]:
    """Say why a ratio or its interval is empty; "" where neither is."""
    notes = np.full(len(ratio), "", dtype=object)
    notes[np.isnan(lo)] = _("the baseline is not clearly above 0: the ratio's interval is open")
    notes[count == 1] = _("one replication: no interval")
    notes[np.isnan(ratio)] = _("the baseline is 0, or a mean is negative: no ratio")
    notes[count == 0] = _("no pair: no ratio")
    return list(notes)
