"""Work: jobs are found against real vacancies, and lost.

Seekers apply in their community; how many are hired is limited by the vacancies of employers
willing to hire someone with a record. Having a job lowers the rate of offending relative to the
place's usual share of people in work, so that a place's fitted rates stay what they are.
Not modelled: wages, hours, and work in the informal economy.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.people import CUSTODY, FREE, SUPERVISED
from sim.rules import Column, Process, Rows, agent_step, array_step, parameter, person_step

if TYPE_CHECKING:
    from sim.institutions import Employer
    from sim.world import World


class Work(Process):
    """Finding, keeping and losing a job; employers who learn."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column("employed", "u1", "0/1", "has a job"),
        Column("skill", "u1", "0/1", "has completed education or training in custody"),
        Column("last_inside", "i2", "month", "last month in which custody was seen", -32000),
    )
    metrics: ClassVar = {
        "employed": ("persons", "people at liberty who have a job"),
        "jobs_found": ("persons", "people hired"),
        "vacancies_open": ("vacancies", "vacancies open to people with a record"),
    }

    employed_hr: float = parameter(
        0.77, unit="hazard ratio", low=0.65, high=0.95,
        source="employment_moj_lt12;employment_moj_ge12;employment_nij_assoc",
        label="offending while employed",
        note="matched comparison; the association in Georgia is the lower end",
    )  # fmt: skip
    usual_share: float = parameter(
        0.50, unit="share", low=0.3, high=0.65,
        source="us_employed_after_release_02;us_employed_after_release_01",
        label="share in work at which the place's rates are fitted",
    )  # fmt: skip
    finding: float = parameter(
        0.11, unit="per month", low=0.06, high=0.16,
        source="uk_employ_release;us_employed_after_release_02",
        label="seekers who find a job in a month where vacancies do not limit",
        note="19 % at six weeks, 31 to 45 % at six to eight months, with the losses below",
    )  # fmt: skip
    losing: float = parameter(
        0.08, unit="per month", low=0.04, high=0.14, source="assumed",
        label="jobs lost in a month",
        note="closes the published shares in work; not in the register",
    )  # fmt: skip
    skill_odds: float = parameter(
        1.07, unit="odds ratio", low=1.0, high=1.28,
        source="edu_stickle_2023;voc_employment_rand;edu_bozick_2018",
        label="odds of finding a job with a qualification gained in custody",
    )  # fmt: skip
    vacancies: float = parameter(
        150.0, unit="per 1,000 people a month", low=80.0, high=250.0, source="assumed",
        label="vacancies suited to the people of the world",
        note="with usual willingness about a third more than are filled",
    )  # fmt: skip
    willing: float = parameter(
        0.39, unit="share", low=0.37, high=0.55, source="employer_demand_us",
        label="vacancies whose employer would hire someone with a record",
    )  # fmt: skip
    experience: float = parameter(
        0.02, unit="share", low=0.0, high=0.05, source="assumed",
        label="monthly pull of an employer's willingness towards its community's acceptance",
        note="attitudes of employers follow their surroundings slowly; size not in the register",
    )  # fmt: skip

    def found(self, world: World) -> None:
        """Give employers their usual willingness."""
        for employer in world.employers:
            employer.willing = self.willing

    def enter(self, world: World, rows: Rows) -> None:
        """Start people in work at the usual share; custody takes the job away."""
        people = world.people
        u = self.draw(world, "at the start", people.id[rows], 0)
        people.employed[rows] = u < self.usual_share

    def constants(self, world: World) -> Mapping[str, float]:
        """Log hazard ratio of having a job."""
        return {"log_hr": float(np.log(self.employed_hr))}

    @staticmethod
    @person_step("livelihood", writes=["employed"])
    def keep(employed: float, status: float, u: float, losing: float) -> float:
        """A job is lost by chance, and by custody."""
        outside = 1.0 if (status == FREE) | (status == SUPERVISED) else 0.0
        return employed * outside * (1.0 if u > losing else 0.0)

    @staticmethod
    @person_step("livelihood", writes=["last_inside"])
    def see_custody(last_inside: float, status: float, month: float) -> float:
        """Remember custody, so that agencies know next month who has just come out."""
        return month if status == CUSTODY else last_inside

    @array_step("livelihood", writes=["employed"])
    def find(self, world: World) -> None:
        """Match seekers to vacancies in each community."""
        people = world.people
        seekers = np.flatnonzero(
            (people.employed == 0) & ((people.status == FREE) | (people.status == SUPERVISED))
        )
        chance = self.chance(world, seekers)
        suited = seekers[self.draw(world, "suited", people.id[seekers]) < chance]
        tie = self.draw(world, "queue", people.id[suited])
        home = people.community[suited]
        order = np.lexsort((tie, home))
        suited, home = suited[order], home[order]
        rank = np.arange(home.shape[0]) - np.searchsorted(home, home)
        open_places = self.open_vacancies(world)
        hired = suited[rank < open_places[home]]
        people.employed[hired] = 1
        world.records.count("vacancies_open", open_places.sum())
        world.records.count("jobs_found", hired.shape[0])

    def chance(self, world: World, rows: Rows) -> NDArray[np.float64]:
        """Probability that each seeker would be hired if a vacancy is left."""
        usual = self.finding / (1.0 - self.finding)
        odds = usual * np.where(world.people.skill[rows] > 0, self.skill_odds, 1.0)
        odds = odds * np.exp(world.rate("finding_work")[rows].astype(np.float64))
        chance: NDArray[np.float64] = odds / (1.0 + odds)
        return chance

    def open_vacancies(self, world: World) -> NDArray[np.int64]:
        """Vacancies open to people with a record, by community."""
        places = np.zeros(len(world.communities))
        each = self.vacancies / 1000.0 / (len(world.employers) / len(world.communities))
        for employer in world.employers:
            residents = world.communities[employer.community].residents
            places[employer.community] += each * residents * employer.open_share()
        return np.floor(places).astype(np.int64)

    @staticmethod
    @person_step("livelihood", adds_to="offending")
    def occupy(employed: float, log_hr: float, usual_share: float) -> float:
        """A job acts on offending, relative to the usual share in work."""
        return log_hr * (employed - usual_share)

    @agent_step("society", agents="employer")
    def learn(self, world: World, agent: Employer) -> None:
        """Willingness is pulled towards what the community's acceptance implies."""
        community = world.communities[agent.community]
        usual = world.rule("acceptance").in_principle
        target = min(self.willing * community.in_deeds / max(usual, 1e-6), 1.0)
        agent.willing += self.experience * (target - agent.willing)

    @array_step("accounts")
    def count(self, world: World) -> None:
        """Count people in work."""
        world.records.count("employed", np.count_nonzero(world.people.employed))
