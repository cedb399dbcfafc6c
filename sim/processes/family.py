"""Family ties and peers: visits in custody, and what custody does to the company one keeps.

Being visited lowers the later rate of offending relative to the usual share of people visited.
Time among people of higher propensity raises it, within the person's own kind of offence only
(contagion_dk): the company of people of the same offence group in the same prison counts.
Not modelled: who the visitors are, and ties outside.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim.offences import GROUPS
from sim.people import CUSTODY, NO_PRISON
from sim.rules import Column, Process, array_step, parameter, person_step

if TYPE_CHECKING:
    from sim.world import World


class Family(Process):
    """Visits and company in custody."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column("ties_log_hr", "f4", "log hazard ratio", "effect of visits and company in custody"),
        Column("visits_arranged", "u1", "0/1", "visits are arranged by the regime (a lever's)"),
    )
    metrics: ClassVar = {"visited": ("persons", "people in prison who are visited")}

    visits_hr: float = parameter(
        0.87, unit="hazard ratio", low=0.75, high=1.0,
        source="visits_minnesota;visits_meta;visits_quality",
        label="offending after custody with visits against without",
    )  # fmt: skip
    visited_share: float = parameter(
        0.61, unit="share", low=0.5, high=0.7, source="visits_unvisited_mn",
        label="people in prison who are visited",
    )  # fmt: skip
    contagion: float = parameter(
        0.05, unit="log hazard ratio per SD", low=0.0, high=0.15,
        source="peer_contagion_bayer;contagion_dk",
        label="company of higher propensity, own offence group, prison against prison",
        note="sign and own-group rule from the sources; size assumed",
    )  # fmt: skip
    fading_months: float = parameter(
        36.0, unit="months", low=12.0, high=60.0, source="assumed",
        label="time constant with which both fade after release", note="effects of visits decay",
    )  # fmt: skip

    def constants(self, world: World) -> Mapping[str, float]:
        """Factor by which the effects shrink in a month at liberty."""
        return {"left": float(np.exp(-1.0 / max(self.fading_months, 0.1)))}

    @staticmethod
    @person_step("ties", writes=["ties_log_hr"])
    def fade(ties_log_hr: float, status: float, left: float) -> float:
        """Effects fade at liberty."""
        return ties_log_hr * (1.0 if status == CUSTODY else left)

    @staticmethod
    @person_step("ties", adds_to="offending")
    def hold(ties_log_hr: float) -> float:
        """What is left acts on offending."""
        return ties_log_hr

    @array_step("custody", writes=["ties_log_hr"])
    def meet(self, world: World) -> None:
        """Visits and company of everyone in a prison this month."""
        people = world.people
        rows = world.selection("in_custody")
        rows = rows[people.prison[rows] != NO_PRISON]
        if rows.shape[0] == 0:
            return
        u = self.draw(world, "visited", people.id[rows], people.custody_start[rows])
        visited = (u < self.visited_share) | (people.visits_arranged[rows] > 0)
        cell = people.prison[rows].astype(np.int64) * len(GROUPS) + people.offence_group[rows]
        size = np.bincount(cell)
        # In whole thousandths, so that sums do not depend on the order of rows.
        frailty = np.round(people.log_frailty[rows].astype(np.float64) * 1000.0)
        mean = np.bincount(cell, frailty) / np.maximum(size, 1)
        n = rows.shape[0]
        variance = (frailty**2).sum() / n - (frailty.sum() / n) ** 2
        spread = max(float(np.sqrt(max(variance, 0.0))), 1.0)
        # Against the person's own group in all prisons: only worse company than usual counts.
        group = people.offence_group[rows].astype(np.int64)
        usual = np.bincount(group, frailty) / np.maximum(np.bincount(group), 1)
        company = (mean[cell] - usual[group]) / spread
        people.ties_log_hr[rows] = (
            np.log(self.visits_hr) * (visited - self.visited_share) + self.contagion * company
        )
        world.records.count("visited", np.count_nonzero(visited))
