"""§36: house arrest with electronic monitoring, in place of short or shorter custody.

Part of short custody, and of prison sentences that would be served within a limit, becomes a
community order with monitoring at home. The published effect against prison acts on the rate of
offending from the start and fades slowly; avoiding the after-effect of short custody is part of
it and is not counted twice. The order may be breached. Monitoring can also be put on top of
community sentences, where it changes nothing but cost (em_review_belur). What it is not: a
restraint that prevents offences during the arrest, or monitoring before trial or after release.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim.people import CUSTODY
from sim.processes.sentencing import COMMUNITY, PRISON, SHORT
from sim.rules import Column, Lever, Rows, array_step, dial, parameter, person_step

if TYPE_CHECKING:
    from sim.world import World

EVALUATED_MONTHS = 60.0

LONG_AGO = -32000
"""Value of a clock that has never run."""


class ElectronicMonitoring(Lever):
    """House arrest instead of prison, and monitoring on top of probation."""

    paragraphs: ClassVar[tuple[int, ...]] = (36,)
    columns: ClassVar[tuple[Column, ...]] = (
        Column("monitored_end", "i2", "month", "month in which monitoring ends", LONG_AGO),
        Column("monitored_log_hr", "f4", "log hazard ratio", "effect of house arrest, fading"),
    )
    metrics: ClassVar = {
        "monitored_instead": ("persons", "custody replaced by house arrest"),
        "monitored_on_top": ("persons", "monitoring added to a community sentence"),
        "monitored_stock": ("persons", "people monitored at the end of the month"),
    }

    replaced: float = dial(0.0, unit="share", label="share of eligible custody replaced")
    longest: float = dial(
        12.0, unit="months", low=0.0, high=36.0,
        label="longest time to be served in prison that is eligible (short custody always is)",
    )  # fmt: skip
    months: float = dial(6.0, unit="months", low=1.0, high=24.0, label="length of house arrest")
    on_top: float = dial(
        0.0, unit="share", label="share of community sentences that get monitoring on top"
    )
    against_prison: float = parameter(
        0.85, unit="hazard ratio", low=0.6, high=1.0, source="em_france;em_nsw",
        label="offending after house arrest against short prison, first five years",
    )  # fmt: skip
    on_top_hr: float = parameter(
        1.0, unit="hazard ratio", low=0.9, high=1.1, source="em_review_belur",
        label="offending with monitoring on top of a community sentence",
    )  # fmt: skip
    unmixing: float = parameter(
        1.8, unit="ratio", low=1.0, high=2.2, source="assumed",
        label="a person's log effect, relative to that between groups over the follow-up",
        note="groups of mixed risk draw together as those at high risk go first; "
        "65 to 58.5 % at the spread of risk fitted to BJS 2005",
    )  # fmt: skip
    fading_months: float = parameter(
        120.0, unit="months", low=48.0, high=240.0, source="assumed",
        label="time constant with which the effect fades", note="still there at five years",
    )  # fmt: skip
    cost: float = parameter(
        1.5, unit="ratio", low=0.5, high=4.0, source="assumed",
        label="cost of monitoring on top of supervision, relative to supervision",
        note="dearer than probation, cheaper than prison (em_review_belur); size assumed",
    )  # fmt: skip

    def constants(self, world: World) -> Mapping[str, float]:
        """Factor by which an effect shrinks in a month."""
        return {"left": float(np.exp(-1.0 / max(self.fading_months, 0.1)))}

    def full_effect(self, hazard_ratio: float) -> float:
        """Log hazard ratio of a person at the start; fading, it averages out over five years."""
        t = EVALUATED_MONTHS / self.fading_months
        return float(self.unmixing * np.log(hazard_ratio) * t / (1.0 - np.exp(-t)))

    @staticmethod
    @person_step("needs", writes=["monitored_log_hr"])
    def fade(monitored_log_hr: float, status: float, left: float) -> float:
        """The effect fades while the person is not in custody."""
        return monitored_log_hr * (1.0 if status == CUSTODY else left)

    @staticmethod
    @person_step("needs", adds_to="offending")
    def help_desist(monitored_log_hr: float) -> float:
        """What is left of the effect acts on offending."""
        return monitored_log_hr

    @array_step("sentencing", writes=["monitored_end", "monitored_log_hr"])
    def replace(self, world: World) -> None:
        """Move people on the docket to house arrest, or add monitoring to their sentence."""
        docket = world.docket
        usual = self._chosen(world, np.flatnonzero(docket.sentence == COMMUNITY), self.on_top)
        self._tag(world, usual, self.full_effect(self.on_top_hr))
        short = docket.sentence == SHORT
        brief = (docket.sentence == PRISON) & (docket.months <= self.longest)
        instead = self._chosen(world, np.flatnonzero(short | brief), self.replaced)
        already = np.log(world.rule("release").after_short_custody)
        effect = self.full_effect(self.against_prison) + np.where(short[instead], already, 0.0)
        docket.sentence[instead] = COMMUNITY
        docket.months[instead] = self.months
        self._tag(world, instead, effect)
        world.records.count("monitored_on_top", usual.shape[0])
        world.records.count("monitored_instead", instead.shape[0])

    def _chosen(self, world: World, at: Rows, share: float) -> Rows:
        docket = world.docket
        at = at[np.isin(docket.rows[at], world.reach(self.name, docket.rows[at]))]
        ids = world.people.id[docket.rows[at]]
        return at[self.draw(world, "chosen", ids, month=docket.opened[at]) < share]

    def _tag(self, world: World, at: Rows, effect: float | np.ndarray) -> None:
        people, rows = world.people, world.docket.rows[at]
        # Whoever is inside for another sentence stays there, and is not monitored.
        outside = people.status[rows] != CUSTODY
        # A second start renews the effect; it does not add to what is left of the first.
        renewed = outside & (np.asarray(effect) != 0.0)
        old = people.monitored_log_hr[rows]
        people.monitored_log_hr[rows] = np.where(renewed, effect, old)
        end = np.minimum(world.month + self.months, 32000)
        people.monitored_end[rows] = np.where(outside, end, people.monitored_end[rows])

    @array_step("accounts")
    def pay(self, world: World) -> None:
        """Count people who are monitored, and what that costs."""
        people, rows = world.people, world.selection("supervised")
        stock = np.count_nonzero(people.monitored_end[rows] > world.month)
        world.records.count("monitored_stock", stock)
        year = world.rule("accounts").supervision_year * self.cost
        world.records.count("cost_supervision", stock * year / 12.0)
