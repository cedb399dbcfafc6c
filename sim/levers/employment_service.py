"""§39: an employment service for people who come out of custody without a job.

A referral must arrive (`agency_coordination` can improve that), then a place must be free: the
service has places and a waiting list. People who are enrolled find a job more easily while the
support lasts; a vacancy must still be left, so a saturated labour market blunts the lever and
others may be displaced. It acts through the job only. What it is not: a subsidised job, training
in custody, or a direct effect on offending, which trials do not find (visher_null).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim.people import FREE, SUPERVISED
from sim.rules import Column, Lever, array_step, dial, parameter, person_step

if TYPE_CHECKING:
    from sim.world import World

NONE, REFERRED, ENROLLED = 0, 1, 2


class EmploymentService(Lever):
    """Referral, waiting list, places, and a better chance of finding a job."""

    paragraphs: ClassVar[tuple[int, ...]] = (39,)
    columns: ClassVar[tuple[Column, ...]] = (
        Column("job_support", "u1", "code", "stage of the employment service's support"),
        Column("job_support_month", "i2", "month", "referral arrives, or support ends"),
    )
    metrics: ClassVar = {
        "job_support_starts": ("persons", "people enrolled by the employment service"),
        "job_support_placed": ("persons", "people who found a job while enrolled"),
        "job_support_waiting": ("persons", "people who wait for a place"),
    }

    places: float = dial(
        0.0, unit="per 1,000 people", low=0.0, high=50.0,
        label="places of the employment service (status quo: none beyond usual services)",
    )  # fmt: skip
    placed: float = parameter(
        0.49, unit="probability", low=0.30, high=0.50, source="japan_job_support;visher_null",
        label="people who find a job during the support, where vacancies do not limit",
        note="no comparison group: at the low end, what people find anyway, nothing is gained",
    )  # fmt: skip
    support_months: float = parameter(
        3.0, unit="months", low=2.0, high=6.0, source="assumed", label="length of the support",
        note="not in the register; with 0.49 it doubles the usual monthly chance",
    )  # fmt: skip
    usual_handoff: float = parameter(
        0.5, unit="probability", low=0.2, high=0.8, source="assumed",
        label="referrals that arrive where agencies are not coordinated",
        note="not in the register",
    )  # fmt: skip
    usual_delay: float = parameter(
        2.0, unit="months", low=0.0, high=6.0, source="assumed",
        label="months until they arrive", note="not in the register",
    )  # fmt: skip
    cost_share: float = parameter(
        0.3, unit="ratio", low=0.1, high=1.0, source="assumed",
        label="cost of a place, as a share of a programme place",
        note="an adviser's large caseload",
    )  # fmt: skip

    def constants(self, world: World) -> Mapping[str, float]:
        """Log odds of finding a job that the support adds, never negative."""
        usual = world.rule("work").finding
        monthly = 1.0 - (1.0 - self.placed) ** (1.0 / self.support_months)
        odds = monthly / (1.0 - monthly) / (usual / (1.0 - usual))
        return {"gain": float(np.log(max(odds, 1.0)))}

    @array_step("needs", writes=["job_support", "job_support_month"])
    def serve(self, world: World) -> None:
        """End support, take referrals, and fill free places in the order of arrival."""
        people, service = world.people, world.employment_service
        outside = (people.status == FREE) | (people.status == SUPERVISED)
        held = np.flatnonzero(people.job_support)
        enrolled = people.job_support[held] == ENROLLED
        found = people.employed[held] > 0
        world.records.count("job_support_placed", np.count_nonzero(enrolled & found))
        over = enrolled & (people.job_support_month[held] <= world.month)
        people.job_support[held[over | found | ~outside[held]]] = NONE
        self._refer(world, outside)
        service.places = int(self.places * world.persons / 1000.0)
        service.caseload = int(np.count_nonzero(people.job_support == ENROLLED))
        ready = np.flatnonzero(people.job_support == REFERRED)
        ready = ready[people.job_support_month[ready] <= world.month]
        arrived = people.job_support_month[ready]
        tie = self.draw(world, "queue", people.id[ready], arrived)
        starting = ready[np.lexsort((tie, arrived))[: max(service.places - service.caseload, 0)]]
        people.job_support[starting] = ENROLLED
        people.job_support_month[starting] = world.month + int(self.support_months)
        service.caseload += starting.shape[0]
        service.waiting = ready.shape[0] - starting.shape[0]
        count = world.records.count
        count("job_support_starts", starting.shape[0])
        count("job_support_waiting", service.waiting)
        year = service.caseload / 12.0 * self.cost_share
        count("cost_programmes", year * world.rule("accounts").programme_place_year)

    def _refer(self, world: World, outside: np.ndarray) -> None:
        people = world.people
        new = np.flatnonzero(
            outside & (people.last_inside == world.month - 1) & (people.employed == 0)
        )
        new = world.reach(self.name, new)
        arrives, delay = self._handoff(world)
        new = new[self.draw(world, "arrives", people.id[new]) < arrives]
        people.job_support[new] = REFERRED
        people.job_support_month[new] = world.month + int(delay)

    def _handoff(self, world: World) -> tuple[float, float]:
        """Share of referrals that arrive, and after how many months."""
        coordination = world.rules.get("agency_coordination")
        if coordination is None:
            return self.usual_handoff, self.usual_delay
        numbers = coordination.model_dump()
        return float(numbers["handoff"]), float(numbers["delay"])

    @staticmethod
    @person_step("needs", adds_to="finding_work")
    def help_search(job_support: float, gain: float) -> float:
        """Support raises the odds of finding a job this month."""
        return gain if job_support == ENROLLED else 0.0
