"""Release: people whose time is served leave, with or without conditional release.

After-effects of custody on offending start here: short custody against a court order, and density
above 100 (sign from natural experiments, size assumed). A prison sentence as such has none: the
best designs find little on average. Not modelled: release planning (levers of paragraph 38).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim import records
from sim.people import (
    CONDITIONAL_RELEASE,
    FREE,
    NEVER,
    NO_CUSTODY,
    NO_ORDER,
    NO_PRISON,
    PRISON_SENTENCE,
    RECALL,
    SHORT_CUSTODY,
    SUPERVISED,
)  # fmt: skip
from sim.rules import Column, Process, Rows, array_step, figure, parameter
from sim.scan import pick

if TYPE_CHECKING:
    from sim.world import World


def open_index(
    world: World, rows: Rows, event: int, served: Rows | None = None, recalled: Rows | None = None
) -> None:
    """Start following people from an index event this month."""
    people = world.people
    people.followed[rows] = 1
    if rows.shape[0] == 0 or world.month < 0:  # nothing is recorded in the warm-up
        return
    world.records.index(
        world.month,
        event,
        person=people.id[rows],
        age_years=(world.month - people.birth_month[rows]) / 12.0,
        male=people.male[rows],
        community=people.community[rows],
        offence_group=people.offence_group[rows],
        priors=people.priors[rows],
        earlier_arrests=people.arrests[rows],
        foreign=people.foreign[rows],
        label=people.label[rows],
        employed=people.employed[rows],
        homeless=people.homeless[rows],
        substance_use=people.substance_use[rows],
        gang_member=people.gang_member[rows],
        treated=people.treated[rows],
        conferenced=people.conferenced[rows],
        supervised=people.order[rows] != NO_ORDER,
        served_months=np.zeros(rows.shape[0]) if served is None else served,
        recalled=np.zeros(rows.shape[0]) if recalled is None else recalled,
    )


class Release(Process):
    """Leaving custody."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column("conditional_due", "u1", "0/1", "release is conditional, whatever the usual share"),
    )
    metrics: ClassVar = {"prison_releases": ("persons", "releases from prison")}

    conditional_share: float = figure(
        unit="share", label="share of prison releases that are conditional"
    )
    after_short_custody: float = parameter(
        1.10, unit="hazard ratio", low=1.0, high=1.2, source="custody_short_moj",
        label="short custody against a court order",
        note="4 points at one year; the conversion at a base of 60 % gives 1.11",
    )  # fmt: skip
    crowding: float = parameter(
        1.05, unit="hazard ratio", low=1.0, high=1.15,
        source="prison_harsh_drago;prison_harsh_chen",
        label="after-effect of 20 points of density above 100", note="sign only: size assumed",
    )  # fmt: skip

    @array_step(
        "release",
        writes=[
            "status", "order", "order_end", "custody", "custody_start", "custody_end",
            "sentence_end", "prison", "custody_log_hr", "followed",
        ],
    )  # fmt: skip
    def let_go(self, world: World) -> None:
        """Release everyone whose last month in custody this is."""
        people = world.people
        inside = world.selection("in_custody")
        rows = pick(inside, people.custody_end[inside] <= world.month)
        short = people.custody[rows] == SHORT_CUSTODY
        density = np.array([prison.density for prison in world.prisons] + [0.0])
        above = np.maximum(density[np.minimum(people.prison[rows], len(world.prisons))] - 100.0, 0)
        after = np.where(short, np.log(self.after_short_custody), 0.0)
        people.custody_log_hr[rows] = after + np.log(self.crowding) * np.minimum(above, 60.0) / 20.0
        u = self.draw(world, "conditional", people.id[rows], people.custody_start[rows])
        left = people.sentence_end[rows] > world.month
        sentenced = people.custody[rows] == PRISON_SENTENCE
        due = people.conditional_due[rows] > 0
        conditional = left & ~short & (~sentenced | due | (u < self.conditional_share))
        people.status[rows] = np.where(conditional, SUPERVISED, FREE)
        people.order[rows] = np.where(conditional, CONDITIONAL_RELEASE, NO_ORDER)
        people.order_end[rows] = np.where(conditional, people.sentence_end[rows], NEVER)
        local = short & (not world.rule("disposal").short_custody_in_prison)
        world.records.count("prison_releases", np.count_nonzero(~local))
        served = world.month - people.custody_start[rows].astype(np.int64)
        recalled = (people.custody[rows] == RECALL).astype(np.int64)
        people.custody[rows] = NO_CUSTODY
        people.prison[rows] = NO_PRISON
        for column in ("custody_start", "custody_end", "sentence_end"):
            people.array(column)[rows] = NEVER
        open_index(world, rows[~short], records.RELEASE_PRISON, served[~short], recalled[~short])
        open_index(world, rows[short], records.RELEASE_SHORT, served[short], recalled[short])
