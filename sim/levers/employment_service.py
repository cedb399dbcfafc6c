"""§39: an employment service for people who come out of custody without a job.

A referral must arrive (`handoff`; `agency_coordination` improves it), then a place must be free.
People enrolled find a job more easily while the support lasts; a vacancy must still be left, so a
saturated labour market blunts the lever, and others may be displaced. It acts through the job
only. What it is not: a subsidised job (`transitional_jobs`), training in custody, or a direct
effect on offending, which trials do not find (visher_null).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim.job_referral import OVER, SERVED, served, take_in
from sim.rules import Column, Lever, array_step, dial, parameter, person_step

if TYPE_CHECKING:
    from sim.world import World


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
    within: float = dial(
        1.0, unit="months", low=1.0, high=36.0,
        label="months since custody within which people out of work are referred",
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
    cost_share: float = parameter(
        0.3, unit="ratio", low=0.1, high=1.0, source="assumed",
        label="cost of a place, as a share of a programme place",
        note="an adviser's large caseload",
    )  # fmt: skip

    def constants(self, world: World) -> Mapping[str, float]:
        """Log odds of finding a job that the support adds, never negative."""
        usual, stigma = world.rule("work").finding, world.rule("stigma")
        # Those who come out of custody are marked more than other seekers.
        marked = stigma.hiring ** (stigma.fresh() - stigma.usual)
        monthly = 1.0 - (1.0 - self.placed) ** (1.0 / self.support_months)
        odds = monthly / (1.0 - monthly) / (usual / (1.0 - usual) * marked)
        return {"gain": float(np.log(max(odds, 1.0)))}

    @array_step("needs", writes=["job_support", "job_support_month"])
    def serve(self, world: World) -> None:
        """End support, take referrals, and fill free places in the order of arrival."""
        people, stage = world.people, world.people.job_support
        rows = served(stage)
        found = people.employed[rows] > 0
        gone = ~world.belongs("at_liberty")[rows]
        stage[rows[found | gone | (people.job_support_month[rows] <= world.month)]] = OVER
        places = int(self.places * world.persons / 1000.0)
        starting, waiting = take_in(
            self, world, stage, people.job_support_month, places, int(self.within)
        )
        people.job_support_month[starting] = world.month + int(self.support_months)
        busy = int(np.count_nonzero(stage == SERVED))
        world.employment_service.note(self.name, busy, waiting)
        self.note_access(world, "completed", rows[found])
        count = world.records.count
        count("job_support_placed", np.count_nonzero(found))
        count("job_support_starts", starting.shape[0])
        count("job_support_waiting", waiting)
        year = world.rule("accounts").programme_place_year
        count("cost_programmes", busy / 12.0 * self.cost_share * year)

    @staticmethod
    @person_step("needs", adds_to="finding_work")
    def help_search(job_support: float, gain: float) -> float:
        """Support raises the odds of finding a job this month."""
        return gain if job_support == SERVED else 0.0
