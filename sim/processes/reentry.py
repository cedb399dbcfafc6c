"""Re-entry: arrests in the first months after custody, beyond what frailty explains.

The published curve of a release cohort (bjs05_rearrest) starts with a month of many arrests, when
old warrants are served and people are out without means; then the hazard stays level for several
months, although those at high risk leave the cohort first: so each person's own rate must rise, as
the restraint of a new start and of close supervision wears off. Both are counted here, relative to
the settled rate, and end within a year. Not modelled: which of the reasons it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.rules import Process, array_step, parameter

if TYPE_CHECKING:
    from sim.world import World

SETTLED_AFTER = 12
"""Months after custody from which the rate is the settled one."""


class Reentry(Process):
    """The first months at liberty after custody."""

    metrics: ClassVar = {}

    first_month: float = parameter(
        1.0, unit="hazard ratio", low=0.7, high=2.0,
        source="bjs05_rearrest_m01;bjs05_rearrest_m02",
        label="offending in the first month after custody, to the settled rate",
        note="fitted to the published curve: 8 % are arrested in the first month, 5 in the second",
    )  # fmt: skip
    second_month: float = parameter(
        0.65, unit="hazard ratio", low=0.4, high=1.0,
        source="bjs05_rearrest_m02;bjs05_rearrest_m03;bjs05_rearrest_m05",
        label="offending in the second month after custody, to the settled rate",
        note="fitted to the level hazard of the second to the fifth month",
    )  # fmt: skip
    settling_months: float = parameter(
        3.0, unit="months", low=1.0, high=8.0,
        source="bjs05_rearrest_m05;bjs05_rearrest_m12",
        label="time constant with which the rate settles", note="fitted to the same curve",
    )  # fmt: skip

    def ratios(self) -> NDArray[np.float64]:
        """Hazard ratios by months since custody, shape (13,); index 0 is not used."""
        months = np.arange(SETTLED_AFTER + 1)
        wears_off = np.exp(-(months - 2.0) / max(self.settling_months, 0.1))
        ratios: NDArray[np.float64] = 1.0 - (1.0 - self.second_month) * wears_off
        ratios[:2] = self.first_month
        return ratios

    @array_step("livelihood", adds_to="offending")
    def settle(self, world: World) -> None:
        """Whoever came out within the year has not settled yet."""
        rows = world.rule("work").recently_released(world, SETTLED_AFTER)
        since = world.month - world.people.last_inside[rows].astype(np.int64)
        rate = world.rate("offending")
        rate[rows] += np.log(self.ratios()).astype(np.float32)[since]
