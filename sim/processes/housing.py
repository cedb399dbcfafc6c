"""Housing: some people leave custody homeless; homes are found and lost.

Being homeless raises the rate of offending relative to the place's usual share. A home is easier
to find where the community accepts people. Not modelled: quality of housing, moves between homes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim.people import CUSTODY, FREE, SUPERVISED
from sim.rules import Column, Process, array_step, parameter, person_step

if TYPE_CHECKING:
    from sim.world import World


class Housing(Process):
    """A home, or none."""

    columns: ClassVar[tuple[Column, ...]] = (Column("homeless", "u1", "0/1", "has no home"),)
    metrics: ClassVar = {"homeless": ("persons", "people at liberty who have no home")}

    housed_hr: float = parameter(
        0.87, unit="hazard ratio", low=0.65, high=1.0,
        source="housing_rhpp;housing_rho;housing_rhpp_size",
        label="offending when housed against homeless",
        note="shrunk from selected programmes",
    )  # fmt: skip
    usual_share: float = parameter(
        0.05, unit="share", low=0.02, high=0.12, source="assumed",
        label="share homeless at which the place's rates are fitted", note="no row for all people",
    )  # fmt: skip
    at_release: float = parameter(
        0.15, unit="probability", low=0.08, high=0.3, source="assumed",
        label="people without a home on the day of release", note="not in the register",
    )  # fmt: skip
    finding: float = parameter(
        0.20, unit="per month", low=0.1, high=0.35, source="assumed",
        label="homeless people who find a home in a month", note="not in the register",
    )  # fmt: skip
    losing: float = parameter(
        0.008, unit="per month", low=0.003, high=0.02, source="assumed",
        label="people at liberty who lose their home in a month", note="not in the register",
    )  # fmt: skip

    def constants(self, world: World) -> Mapping[str, float]:
        """Log hazard ratio of being homeless."""
        return {"log_hr": float(-np.log(self.housed_hr))}

    @staticmethod
    @person_step("livelihood", writes=["homeless"])
    def keep_or_find(
        homeless: float, status: float, u: float, u1: float, finding: float, losing: float,
        at_release: float,
    ) -> float:  # fmt: skip
        """Homes change hands; custody keeps ready how its end will find the person."""
        outside = (1.0 if u > finding else 0.0) if homeless > 0.5 else (1.0 if u < losing else 0.0)
        inside = 1.0 if u1 < at_release else 0.0
        at_liberty = (status == FREE) | (status == SUPERVISED)
        return outside if at_liberty else (inside if status == CUSTODY else 0.0)

    @staticmethod
    @person_step("livelihood", adds_to="offending")
    def unsettle(homeless: float, log_hr: float, usual_share: float) -> float:
        """Homelessness acts on offending, relative to the usual share."""
        return log_hr * (homeless - usual_share)

    @array_step("accounts")
    def count(self, world: World) -> None:
        """Count people at liberty without a home."""
        people = world.people
        rows = world.selection("at_liberty")
        world.records.count("homeless", np.count_nonzero(people.homeless[rows]))
