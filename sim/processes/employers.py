"""Employers: vacancies that come up and run out, and willingness to hire someone with a record.

Vacancies come up each month by sector and community, fewer where people are deprived; the share
open to people with a record is the employer's willingness. Employers learn: from their own staff
(arrested more often than they are used to, or less), and from what their community thinks.
Not modelled: the business cycle, and single firms; an agent stands for one sector's employers in
one community, and how hires spread over its firms is worked out where it matters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.institutions.employer import SECTORS
from sim.rules import Process, agent_step, array_step, parameter
from sim.scan import rows_where

if TYPE_CHECKING:
    from sim.institutions import Employer
    from sim.world import World


class Employers(Process):
    """Vacancies, and employers who learn."""

    metrics: ClassVar = {
        "vacancies_open": ("vacancies", "vacancies open to people with a record"),
        "willingness": ("share", "vacancies whose employer would hire someone with a record"),
    }

    vacancies: float = parameter(
        150.0, unit="per 1,000 people a month", low=80.0, high=250.0, source="assumed",
        label="vacancies suited to the people of the world",
        note="with usual willingness about a third more than are filled",
    )  # fmt: skip
    sectors: dict[str, float] = parameter(
        {"construction": 0.2, "manufacturing": 0.2, "transport": 0.15, "hospitality": 0.2,
         "retail": 0.25},
        unit="share", low=0.7, high=1.3, source="assumed", label="sector of vacancies",
        note="entry-level jobs; not in the register",
    )  # fmt: skip
    deprived: float = parameter(
        0.9, unit="ratio", low=0.75, high=1.0, source="assumed",
        label="vacancies where deprivation is one standard deviation higher, to without",
        note="jobs are fewer where people are poorer; size not in the register",
    )  # fmt: skip
    willing: float = parameter(
        0.39, unit="share", low=0.37, high=0.55, source="employer_demand_us",
        label="vacancies whose employer would hire someone with a record",
    )  # fmt: skip
    by_sector: dict[str, float] = parameter(
        {"construction": 1.3, "manufacturing": 1.1, "transport": 1.0, "hospitality": 0.9,
         "retail": 0.75},
        unit="ratio", low=0.8, high=1.2, source="coop_employers_2006;japan_corework",
        label="willingness of a sector to the mean",
        note="half to two thirds of those hired through registered employers are in construction; "
        "the sizes are assumed",
    )  # fmt: skip
    pull: float = parameter(
        0.02, unit="share", low=0.0, high=0.05, source="assumed",
        label="monthly pull of willingness towards what surroundings and experience suggest",
        note="attitudes of employers follow slowly; size not in the register",
    )  # fmt: skip
    lesson: float = parameter(
        0.2, unit="ratio", low=0.0, high=0.5, source="assumed",
        label="relative fall of willingness when twice as many staff are arrested as usual",
        note="employers insured against loss are more willing (employer_demand_us), so they fear "
        "it; size not in the register",
    )  # fmt: skip
    memory_months: float = parameter(
        12.0, unit="months", low=6.0, high=36.0, source="assumed",
        label="time constant of recent experience", note="not in the register",
    )  # fmt: skip
    used_to_months: float = parameter(
        36.0, unit="months", low=24.0, high=120.0, source="assumed",
        label="time constant of what an employer is used to", note="not in the register",
    )  # fmt: skip

    def found(self, world: World) -> None:
        """Give employers their usual willingness."""
        for employer in world.employers:
            employer.willing = self.usually_willing(employer)

    def sector_shares(self) -> NDArray[np.float64]:
        """Share of vacancies by sector, shape (sectors,)."""
        shares: NDArray[np.float64] = np.array([self.sectors[name] for name in SECTORS])
        return shares / float(shares.sum())

    def usually_willing(self, employer: Employer) -> float:
        """Willingness of a sector in usual surroundings; `willing` on average over vacancies."""
        ratios = np.array([self.by_sector[name] for name in SECTORS])
        mean = float(self.sector_shares() @ ratios)
        return min(self.willing * self.by_sector[employer.sector] / mean, 1.0)

    def openings(self, world: World) -> NDArray[np.int64]:
        """Vacancies open to people with a record this month, shape (communities, sectors)."""
        share = dict(zip(SECTORS, self.sector_shares(), strict=True))
        factor = self.deprived ** np.array([c.deprivation for c in world.communities])
        factor = factor / factor.mean()
        opened = np.zeros((len(world.communities), len(SECTORS)), np.int64)
        for employer in world.employers:
            home = employer.community
            residents = world.communities[home].residents
            all_sectors = self.vacancies / 1000.0 * residents * factor[home]
            employer.vacancies = all_sectors * share[employer.sector]
            opened[home, SECTORS.index(employer.sector)] = employer.openings()
        world.records.count("vacancies_open", opened.sum())
        return opened

    def note_hires(self, world: World, hires: NDArray[np.integer]) -> None:
        """Employers keep count of the hires that they owe to registration, over twelve months."""
        for employer, number in zip(world.employers, hires, strict=True):
            opened = employer.registered_opens
            part = opened / max(employer.willing + opened, 1e-9)
            employer.registered_hires += float(number) * part - employer.registered_hires / 12.0

    @array_step("society")
    def see_staff(self, world: World) -> None:
        """Who of the staff was arrested this month."""
        people = world.people
        rows = rows_where(people.case_month == world.month, people.employed > 0)
        # Jobs made by policy have the highest code, and nobody here learns from them.
        codes = len(SECTORS) + 2
        at = people.community[rows].astype(np.int64) * codes + people.employer[rows]
        arrested = np.bincount(at, minlength=codes * len(world.communities)).reshape(-1, codes)
        staff = sum(employer.staff for employer in world.employers)
        usual = float(arrested[:, 1:-1].sum()) / max(staff, 1)
        for employer in world.employers:
            number = float(arrested[employer.community, 1 + SECTORS.index(employer.sector)])
            if employer.used_to < 0:
                employer.used_to, employer.seen = usual, float(employer.staff)
                employer.seen_arrested = usual * employer.staff
            employer.seen += (employer.staff - employer.seen) / self.memory_months
            employer.seen_arrested += (number - employer.seen_arrested) / self.memory_months
            share = employer.seen_arrested / max(employer.seen, 1e-9)
            employer.used_to += (share - employer.used_to) / self.used_to_months

    @agent_step("society", agents="employer")
    def learn(self, world: World, agent: Employer) -> None:
        """Willingness is pulled towards what community and experience suggest."""
        accepts = world.communities[agent.community].in_deeds
        usual = world.rule("acceptance").in_principle
        usually, shares = world.once("employers.by_sector", lambda: self._by_sector(world))
        suggested = usually[agent.sector] * accepts / max(usual, 1e-6)
        suggested *= 1.0 - self.lesson * self.surprise(agent)
        agent.willing += self.pull * (min(suggested, 1.0) - agent.willing)
        share = shares[agent.sector] / len(world.communities)
        world.records.count("willingness", agent.willing * share)

    def _by_sector(self, world: World) -> tuple[dict[str, float], dict[str, float]]:
        """Usual willingness, and share of vacancies, of each sector."""
        usually = {employer.sector: self.usually_willing(employer) for employer in world.employers}
        return usually, dict(zip(SECTORS, self.sector_shares().tolist(), strict=True))

    def surprise(self, agent: Employer) -> float:
        """How much more often than usual staff are arrested: 0 as usual, -1 never, at most 1."""
        expected = agent.used_to * agent.seen
        return min(agent.seen_arrested / expected - 1.0, 1.0) if expected > 0 else 0.0
