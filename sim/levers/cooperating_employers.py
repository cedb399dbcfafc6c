"""§39: employers who register as cooperating, with subsidy and bonding.

Registering is not hiring: in a year, a few per cent of registered employers take anyone on because
they registered. These few open all their vacancies; how their hires spread over them is an
occupancy of single employers. Insurance against loss (bonding) and wage subsidies move the
decision of all registered employers by what randomised choices showed. It acts through vacancies
open to people with a record, and so through jobs only: where vacancies do not limit, nothing
follows. What it is not: the creation of jobs, or help for people who search.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim.rules import Lever, agent_step, array_step, dial, parameter

if TYPE_CHECKING:
    from sim.institutions import Employer
    from sim.world import World


class CooperatingEmployers(Lever):
    """Registration, subsidy, insurance; a share of vacancies that opens."""

    paragraphs: ClassVar[tuple[int, ...]] = (39,)
    metrics: ClassVar = {
        "employers_cooperating": ("share", "employers registered, mean over employers"),
        "employers_open": ("share", "vacancies open to people with a record, mean over employers"),
        "employers_registered": ("employers", "single employers registered"),
        "employers_hiring": (
            "employers", "of these, who in twelve months hired because they registered"
        ),
    }  # fmt: skip

    registered: float = dial(0.0, unit="share", label="employers registered as cooperating")
    subsidy: float = dial(0.0, unit="share", label="part of the wage paid, to registered employers")
    bonding: bool = dial(
        False, unit="on or off", label="insurance against loss, for registered employers"
    )
    activation: float = parameter(
        0.05, unit="share", low=0.04, high=0.11,
        source="coop_employers_2017;coop_employers_2006;coop_employers_2022;japan_coop_series",
        label="registered employers who would hire because they registered",
    )  # fmt: skip
    single: float = parameter(
        6.0, unit="per year", low=2.0, high=20.0, source="assumed",
        label="suited vacancies of a single employer", note="most employers are small",
    )  # fmt: skip
    insured: float = parameter(
        1.28, unit="ratio", low=1.0, high=1.45, source="employer_demand_us",
        label="willingness with insurance, to without", note="39 to over 50 %, in one experiment",
    )  # fmt: skip
    elasticity: float = parameter(
        0.24, unit="ratio", low=0.0, high=0.5, source="employer_subsidy_us",
        label="rise of willingness for a full wage subsidy",
        note="2.4 % for 10 %; the source may mean points",
    )  # fmt: skip
    recruiting_months: float = parameter(
        12.0, unit="months", low=3.0, high=36.0, source="assumed",
        label="time constant of registration",
        note="japan_coop_growth took years; a funded drive is taken to be faster",
    )  # fmt: skip
    wage: float = parameter(
        2000.0, unit="currency", low=1000.0, high=3500.0, source="assumed",
        label="monthly wage that is subsidised, for six months", note="entry-level pay",
    )  # fmt: skip
    claimed: float = parameter(
        0.1, unit="share", low=0.02, high=0.5, source="assumed",
        label="hires at registered employers for which the subsidy is claimed",
        note="schemes cover people released within the year, and few claim (wotc_terms)",
    )  # fmt: skip

    @agent_step("society", agents="employer")
    def register(self, world: World, agent: Employer) -> None:
        """Some register; what they are offered decides how many vacancies open."""
        agent.cooperating += (self.registered - agent.cooperating) / self.recruiting_months
        offered = (1.0 + self.elasticity * self.subsidy) * (self.insured if self.bonding else 1.0)
        supported = min(agent.willing * offered, 1.0)
        active = self.activation * (1.0 - supported)
        # Who is active is judged by last month's openings, which this month's hires came from.
        owed = agent.registered_hires * active / max(supported - agent.willing + active, 1e-9)
        agent.registered_opens = agent.cooperating * (supported - agent.willing + active)
        number = agent.vacancies * 12.0 / self.single * agent.cooperating
        able = max(number * self.activation, 1e-9)
        count, employers = world.records.count, len(world.employers)
        count("employers_registered", number)
        count("employers_hiring", able * -np.expm1(-owed / able))
        count("employers_cooperating", agent.cooperating / employers)
        count("employers_open", agent.open_share() / employers)

    @array_step("society")
    def pay(self, world: World) -> None:
        """Subsidies for this month's hires at registered employers, six months each."""
        hired = world.records.so_far("jobs_found") * world.records.so_far("employers_cooperating")
        world.records.count(
            "cost_programmes", hired * self.claimed * self.subsidy * self.wage * 6.0
        )
