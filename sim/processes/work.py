"""Work: jobs are found against real vacancies, and lost.

Those who look for work and would suit an employer compete, by lot, for the vacancies that
employers of their community open to people with a record (`employers`). How long a job lasts is
drawn when it begins; custody and remand end it. Having a job lowers the rate of offending relative
to the place's usual share of people in work, so that a place's fitted rates stay what they are.
Not modelled: wages, hours, which jobs matter more (job_quality_schnepel), and informal work.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.census import take_census
from sim.institutions.employer import SECTORS
from sim.lots import rank_in_group
from sim.people import NEVER
from sim.rules import Column, Process, Rows, array_step, parameter, person_step
from sim.scan import pick, rows_where

if TYPE_CHECKING:
    from sim.world import World

NO_EMPLOYER = 0
SUBSIDISED = len(SECTORS) + 1
"""Codes of the column ``employer``: none, 1 and up for the sectors, and a job made by policy."""


class Work(Process):
    """Finding, keeping and losing a job."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column("employed", "u1", "0/1", "has a job"),
        Column("employer", "u1", "code", "sector of the employer + 1; 0 when none"),
        Column("job_end", "i2", "month", "month in which the job ends", NEVER),
        Column("skill", "u1", "0/1", "has completed education or training in custody"),
        Column("last_inside", "i2", "month", "last month in which custody was seen", -32000),
    )
    metrics: ClassVar = {
        "employed": ("persons", "people at liberty who have a job"),
        "jobs_found": ("persons", "people hired"),
        "job_seekers_suited": ("persons", "people who would be hired if vacancies sufficed"),
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

    def enter(self, world: World, rows: Rows) -> None:
        """Start people in work at the usual share."""
        ids = world.people.id[rows]
        works = rows[self.draw(world, "at the start", ids, 0) < self.usual_share]
        edges = np.cumsum(world.rule("employers").sector_shares())[:-1]
        sector = np.searchsorted(edges, self.draw(world, "first employer", world.people.id[works]))
        self.hire(world, works, sector + 1)

    def hire(
        self, world: World, rows: Rows, employer: NDArray[np.integer] | int,
        months: int | None = None,
    ) -> None:  # fmt: skip
        """Give people a job that lasts some months; by chance when not stated."""
        people = world.people
        people.employed[rows] = 1
        people.employer[rows] = employer
        if months is None:
            u = self.draw(world, "job lasts", people.id[rows])
            lasts = 1.0 + np.floor(np.log(u) / np.log1p(-max(self.losing, 1e-9)))
            people.job_end[rows] = np.minimum(world.month + lasts, NEVER - 1)
        else:
            people.job_end[rows] = world.month + months

    def constants(self, world: World) -> Mapping[str, float]:
        """Log hazard ratio of having a job."""
        return {"log_hr": float(np.log(self.employed_hr))}

    def recently_released(self, world: World, within_months: int) -> Rows:
        """People at liberty who have left custody within so many months."""
        people = world.people
        return world.selection("at_liberty", people.last_inside >= world.month - within_months)

    @array_step("livelihood", writes=["employed", "employer", "job_end", "last_inside"])
    def lose(self, world: World) -> None:
        """Jobs end when their time is over, and by custody, which agencies take note of."""
        people = world.people
        inside = world.selection("in_custody")
        people.last_inside[inside] = world.month
        for rows in (
            rows_where(people.job_end <= world.month), inside, world.selection("remanded")
        ):  # fmt: skip
            people.employed[rows] = 0
            people.employer[rows] = NO_EMPLOYER
            people.job_end[rows] = NEVER

    @array_step("livelihood", writes=["employed", "employer", "job_end"])
    def find(self, world: World) -> None:
        """Match those who suit to the vacancies of their community, by lot."""
        people, employers = world.people, world.rule("employers")
        suited = self._suited(world)
        home = people.community[suited].astype(np.int64)
        rank = rank_in_group(home, self.draw(world, "queue", people.id[suited]))
        openings = employers.openings(world)
        total = openings.sum(axis=1)
        taken = rank < total[home]
        hired, home, rank = pick(suited, taken), pick(home, taken), pick(rank, taken)
        # Hires spread evenly over a community's openings, so that sectors fill in proportion.
        each = np.minimum(np.bincount(people.community[suited], minlength=total.shape[0]), total)
        slot = (rank * total[home] // np.maximum(each[home], 1) + world.month) % total[home]
        start = np.cumsum(total) - total
        chosen = np.repeat(np.arange(openings.size), openings.ravel())[start[home] + slot]
        self.hire(world, hired, chosen % len(SECTORS) + 1)
        employers.note_hires(world, np.bincount(chosen, minlength=openings.size))
        world.records.count("jobs_found", hired.shape[0])
        world.records.count("job_seekers_suited", suited.shape[0])

    def _suited(self, world: World) -> Rows:
        """People looking for work who would be hired this month if a vacancy is left."""
        people = world.people
        seekers = world.selection("at_liberty", people.employed == 0)
        # Nobody's chance is better than this, so most need no further look.
        best = self._best_chance(world)
        seekers = pick(seekers, self.happens(world, "suited", people.id[seekers], best))
        suited = self.draw(world, "suited", people.id[seekers]) < self.chance(world, seekers)
        return pick(seekers, suited)

    def chance(self, world: World, rows: Rows) -> NDArray[np.float64]:
        """Probability that each seeker would be hired if a vacancy is left."""
        stigma = world.rule("stigma")
        odds = self._odds() * np.where(world.people.skill[rows] > 0, self.skill_odds, 1.0)
        log_odds = world.rate("finding_work")[rows].astype(np.float64)
        odds = odds * np.exp(log_odds + stigma.log_odds(world, rows, stigma.hiring))
        chance: NDArray[np.float64] = odds / (1.0 + odds)
        return chance

    def _odds(self) -> float:
        return self.finding / max(1.0 - self.finding, 1e-9)

    def _best_chance(self, world: World) -> float:
        stigma, rate = world.rule("stigma"), world.rate("finding_work")
        most = float(rate.max(initial=0.0)) + stigma.most_log_odds(world, stigma.hiring)
        odds = self._odds() * max(self.skill_odds, 1.0) * float(np.exp(most)) * (1.0 + 1e-9)
        return odds / (1.0 + odds)

    @staticmethod
    @person_step("livelihood", adds_to="offending")
    def occupy(employed: float, log_hr: float, usual_share: float) -> float:
        """A job acts on offending, relative to the usual share in work."""
        return log_hr * (employed - usual_share)

    @array_step("society")
    def look_around(self, world: World) -> None:
        """Tell communities and employers who lives and works there at the end of the month."""
        census = take_census(world.people, len(world.communities), SUBSIDISED + 1)
        for i, community in enumerate(world.communities):
            community.at_liberty = int(census.at_liberty[i])
            community.housed = int(census.housed[i])
            community.contact = float(census.in_contact[i]) / max(community.residents, 1)
        for employer in world.employers:
            code = SECTORS.index(employer.sector) + 1
            employer.staff = int(census.staff[employer.community, code])
        world.records.count("employed", census.staff[:, 1:].sum())
