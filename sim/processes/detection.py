"""Detection: what the police know of, whom they clear, and the case that opens.

An offence with a victim is detected when it is reported and cleared; one without (drugs, public
order) when the police come upon it. Several arrests of a person in a month are one arrest, and
join a case that is already pending; the most serious offence is the case's main one.
Not modelled: wrongful arrest, and diversion before charge.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numba as nb
import numpy as np
from numpy.typing import NDArray

from sim.offences import GROUP_OF, HAS_VICTIM, NAMES, by_offence
from sim.rules import Column, Process, array_step, figure
from sim.scan import rows_where

if TYPE_CHECKING:
    from sim.world import World


NO_VICTIM = ~HAS_VICTIM


@nb.njit(cache=True)
def _most_serious(kind, first):  # type: ignore[no-untyped-def]
    """Position of the smallest kind, and of the earliest among equals, of each person."""
    most = first.copy()
    for i in range(first.shape[0]):
        end = first[i + 1] if i + 1 < first.shape[0] else kind.shape[0]
        for at in range(first[i] + 1, end):
            if kind[at] < kind[most[i]]:
                most[i] = at
    return most


class Detection(Process):
    """Clearance and arrest."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column("arrests", "u2", "arrests", "earlier arrests, one a month at most"),
        Column("case_counts", "u1", "offences", "cleared offences in the latest case, at most 255"),
    )
    metrics: ClassVar = {
        "arrests": ("persons", "people arrested (once a month at most)"),
        "offences_recorded": ("offences", "offences known to the police"),
        "offences_cleared": ("offences", "of these, cleared by arrest"),
    }

    clearance: dict[str, float] = figure(
        unit="probability", label="share of recorded offences cleared by arrest"
    )
    discovery: dict[str, float] = figure(
        unit="probability", label="share of offences without a victim that the police discover"
    )

    def probability(self, world: World) -> NDArray[np.float64]:
        """Probability that one offence of each kind leads to arrest, shape (kinds,)."""
        reporting = by_offence(world.rule("victimisation").reporting)
        discovery, clearance = by_offence(self.discovery), by_offence(self.clearance)
        return np.where(HAS_VICTIM, reporting * clearance, discovery)

    @array_step(
        "police",
        writes=[
            "arrests",
            "case_offence",
            "case_month",
            "case_victim",
            "case_counts",
            "offence_group",
        ],
    )
    def arrest(self, world: World) -> None:
        """Clear offences and open or extend cases."""
        incidents, people = world.incidents, world.people
        kind = incidents.offence
        chance = np.where(HAS_VICTIM, by_offence(self.clearance), by_offence(self.discovery))
        solved = self.happens(
            world, "clearance", incidents.ids, chance, slot=incidents.ordinal, kind=kind
        )
        at = rows_where(solved & (incidents.reported | NO_VICTIM[kind]))
        discovered = np.count_nonzero(NO_VICTIM[kind[at]])
        world.police.recorded = int(np.count_nonzero(incidents.reported)) + discovered
        world.police.cleared = at.shape[0]
        world.records.count("offences_recorded", world.police.recorded)
        world.records.count("offences_cleared", world.police.cleared)
        world.records.tally("cleared", world.month, np.bincount(kind[at], minlength=len(NAMES)))
        # A person's offences stand together; the most serious is the case's main one.
        rows = incidents.rows[at]
        first = rows_where(np.diff(rows, prepend=-1) > 0)
        counts = np.diff(first, append=rows.shape[0])
        at = at[_most_serious(kind[at], first)]
        rows = rows[first]
        new_case = people.case_offence[rows] == 0
        worse = kind[at] + 1 < people.case_offence[rows]
        main = new_case | worse
        people.case_offence[rows[main]] = kind[at[main]] + 1
        people.case_victim[rows[main]] = incidents.victim[at[main]]
        people.case_month[rows[new_case]] = world.month
        before = np.where(new_case, 0, people.case_counts[rows])
        people.case_counts[rows] = np.minimum(before + counts, 255)
        people.offence_group[rows] = GROUP_OF[kind[at]]
        people.arrests[rows] += 1
        world.records.count("arrests", rows.shape[0])
        followed = rows[people.followed[rows] > 0]
        world.records.event("arrest", people.id[followed], world.month)
