"""§38: protection of victims when someone leaves prison.

Part of the conditional releases after a violent offence carry conditions of no contact, and part
of the victims are told. Conditions keep some violence against people known to the person from
happening; they also cost some people their home or job, which raises offending through `housing`
and `work`. Sizes are assumed: the register has none. What it is not: monitoring by ankle tag,
orders before trial, or help for the victim's recovery.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim.offences import GROUP_OF, VIOLENT
from sim.people import CONDITIONAL_RELEASE
from sim.rules import Column, Lever, array_step, dial, parameter
from sim.scan import pick

if TYPE_CHECKING:
    from sim.world import World

WITHOUT, CONDITIONS = 1, 2


class VictimProtection(Lever):
    """No-contact conditions, their cost to reintegration, and notification."""

    paragraphs: ClassVar[tuple[int, ...]] = (38,)
    columns: ClassVar[tuple[Column, ...]] = (
        Column("no_contact", "u1", "code", "0 not decided, 1 no conditions, 2 no contact"),
    )
    metrics: ClassVar = {
        "no_contact_stock": ("persons", "people under conditions of no contact"),
        "victims_notified": ("persons", "victims told of a conditional release"),
    }

    conditions: float = dial(
        0.0, unit="share", label="share of conditional releases after violence with no contact"
    )
    notified: float = dial(0.0, unit="share", label="share of these releases told to the victim")
    known: float = parameter(
        0.3, unit="share", low=0.1, high=0.5, source="assumed",
        label="violence after release that hits a victim known from before",
        note="the model does not tell repeat victims apart; not in the register",
    )  # fmt: skip
    kept_away: float = parameter(
        0.2, unit="share", low=0.0, high=0.5, source="assumed",
        label="part of it that conditions prevent", note="not in the register",
    )  # fmt: skip
    home_lost: float = parameter(
        0.01, unit="per month", low=0.0, high=0.03, source="assumed",
        label="people under conditions who lose their home by them", note="not in the register",
    )  # fmt: skip
    job_lost: float = parameter(
        0.01, unit="per month", low=0.0, high=0.03, source="assumed",
        label="people under conditions who lose their job by them", note="not in the register",
    )  # fmt: skip

    case_cost: float = parameter(
        0.1, unit="ratio", low=0.02, high=0.3, source="assumed",
        label="cost of a notification, and of conditions for a year, in years of supervision",
        note="a contact and checks; no source",
    )  # fmt: skip

    @array_step("ties", adds_to="offending")
    def keep_away(self, world: World) -> None:
        """Conditions act on the violence that would hit known victims."""
        people = world.people
        rows = world.selection("supervised", people.no_contact == CONDITIONS)
        ratio = world.rule("offending").log_ratio_of_part
        after = ratio(world, GROUP_OF == VIOLENT, 1.0 - self.known * self.kept_away)
        world.rate("offending")[rows] += after.astype(np.float32)[people.offence_group[rows]]

    @array_step("release", writes=["no_contact", "homeless", "employed"])
    def decide(self, world: World) -> None:
        """Decide on conditions for new conditional releases, and let running ones cost."""
        people, count = world.people, world.records.count
        people.no_contact *= people.order == CONDITIONAL_RELEASE
        rows = world.selection("supervised")
        rows = pick(rows, people.order[rows] == CONDITIONAL_RELEASE)
        decided = people.no_contact[rows]
        bound = pick(rows, decided == CONDITIONS)
        ids = people.id[bound]
        people.homeless[bound[self.happens(world, "home lost", ids, self.home_lost)]] = 1
        people.employed[bound[self.happens(world, "job lost", ids, self.job_lost)]] = 0
        new = pick(rows, (decided == 0) & (people.offence_group[rows] == VIOLENT))
        new = world.reach(self.name, new)
        ids, until = people.id[new], people.order_end[new]
        chosen = self.happens(world, "conditions", ids, self.conditions, until)
        people.no_contact[new] = np.where(chosen, CONDITIONS, WITHOUT)
        told = self.happens(world, "notified", ids, self.notified, until)
        self.note_access(world, "eligible", new)
        self.note_access(world, "started", new[chosen])
        bound_now, notices = bound.shape[0] + np.count_nonzero(chosen), np.count_nonzero(told)
        count("no_contact_stock", bound_now)
        count("victims_notified", notices)
        each = self.case_cost * world.rule("accounts").supervision_year
        count("cost_supervision", (bound_now / 12.0 + notices) * each)
