"""Housing: some people leave custody homeless; homes are found and lost, and may run out.

Each community has a stock of homes that people with a record can get, smaller where people are
deprived; everyone at liberty who is not homeless takes one. When it is full, those who come out
last and those who look go without. People without a home on release are referred to the welfare
and housing office of their community, which serves so many a month; they also look themselves,
with more success where the community accepts people and where stigma is low. How long a home lasts
is drawn when it is found. Being homeless raises the rate of offending relative to the place's
usual share. Not modelled: quality of housing, moves between homes or communities, rents.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.lots import rank_in_group
from sim.people import NEVER
from sim.rules import Column, Process, Rows, array_step, parameter, person_step
from sim.scan import pick, rows_where

if TYPE_CHECKING:
    from sim.world import World

UNKNOWN = -32000


class Housing(Process):
    """A home, or none."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column("homeless", "u1", "0/1", "has no home; in custody: will have none on release"),
        Column(
            "home_month", "i2", "month",
            "in which the home is lost; for the homeless, in which a referral arrives", UNKNOWN,
        ),
    )  # fmt: skip
    metrics: ClassVar = {
        "homeless": ("persons", "people at liberty who have no home"),
        "homes_free": ("homes", "homes that people with a record could get and nobody has"),
        "homes_by_office": ("persons", "people for whom the welfare office found a home"),
    }

    housed_hr: float = parameter(
        0.87, unit="hazard ratio", low=0.65, high=1.0,
        source="housing_rhpp;housing_rho;housing_rhpp_size",
        label="offending when housed against homeless",
        note="shrunk from selected programmes",
    )  # fmt: skip
    usual_share: float = parameter(
        0.05, unit="share", low=0.02, high=0.12, source="assumed",
        label="share homeless at which the place's rates are fitted", note="no row for all people",
    )  # fmt: skip
    at_release: float = parameter(
        0.15, unit="probability", low=0.08, high=0.3, source="assumed",
        label="people without a home on the day of release", note="not in the register",
    )  # fmt: skip
    finding: float = parameter(
        0.20, unit="per month", low=0.1, high=0.35, source="assumed",
        label="homeless people who find a home by themselves in a month, while there are homes",
        note="not in the register",
    )  # fmt: skip
    losing: float = parameter(
        0.008, unit="per month", low=0.003, high=0.02, source="assumed",
        label="people at liberty who lose their home in a month", note="not in the register",
    )  # fmt: skip
    homes: float = parameter(
        970.0, unit="per 1,000 people", low=930.0, high=1000.0, source="assumed",
        label="homes that people with a record can get",
        note="a few per cent more than are taken; not in the register",
    )  # fmt: skip
    deprived: float = parameter(
        0.98, unit="ratio", low=0.95, high=1.0, source="assumed",
        label="homes where deprivation is one standard deviation higher, to without",
        note="not in the register",
    )  # fmt: skip
    office_serves: float = parameter(
        1.0, unit="per 1,000 people a month", low=0.2, high=3.0, source="assumed",
        label="people whom the welfare and housing office can serve", note="not in the register",
    )  # fmt: skip
    office_finds: float = parameter(
        0.2, unit="probability", low=0.0, high=0.4, source="assumed",
        label="people served for whom the office finds a home",
        note="as much as a month of one's own search; reviews of coordination are null or mixed "
        "(iom_mixed)",
    )  # fmt: skip

    def constants(self, world: World) -> Mapping[str, float]:
        """Log hazard ratio of being homeless."""
        return {"log_hr": float(-np.log(self.housed_hr))}

    @array_step("livelihood", writes=["homeless", "home_month"])
    def change_hands(self, world: World) -> None:
        """Homes are taken on release, lost, and found, as far as there are any."""
        people, month = world.people, world.month
        self._foresee(world)
        seekers = world.selection("at_liberty", people.homeless > 0)
        ends = (people.homeless == 0) & (people.home_month <= month)
        over = world.selection("at_liberty", ends)
        lost = people.home_month[over] == month
        free = self._free(world)
        self._come_out(world, free)
        self._search(world, seekers, free)
        # Levers give homes too: how long these last is drawn here.
        self._move_in(world, over[~lost])
        people.homeless[over[lost]] = 1
        people.home_month[over[lost]] = UNKNOWN
        world.records.count("homes_free", np.maximum(free, 0).sum())

    def _foresee(self, world: World) -> None:
        """Decide, when a custody begins, whether it will end without a home."""
        people = world.people
        rows = world.selection("in_custody")
        rows = pick(rows, people.last_inside[rows] < world.month - 1)
        u = self.draw(world, "at release", people.id[rows], people.custody_start[rows])
        people.homeless[rows] = u < self.at_release

    def _free(self, world: World) -> NDArray[np.int64]:
        """Homes of each community left at the end of last month; below 0 when too many came."""
        factor = self.deprived ** np.array([c.deprivation for c in world.communities])
        for community, part in zip(world.communities, factor / factor.mean(), strict=True):
            community.homes = self.homes / 1000.0 * community.residents * float(part)
        return np.array([int(c.homes + c.supported) - c.housed for c in world.communities])

    def _come_out(self, world: World, free: NDArray[np.int64]) -> None:
        """Those released last month: to a home of theirs, if one is left, or to the office."""
        people = world.people
        released = world.rule("work").recently_released(world, 1)
        to_home = released[people.homeless[released] == 0]
        lot = self.draw(world, "last in", people.id[to_home])
        home = people.community[to_home]
        too_many = rank_in_group(home, lot) < -free[home]
        people.homeless[to_home[too_many]] = 1
        self._move_in(world, to_home[~too_many])
        without = released[people.homeless[released] > 0]
        people.home_month[without] = UNKNOWN
        arrived, when = world.rule("handoff").refer(
            world, self.name, without, people.last_inside[without]
        )
        people.home_month[arrived] = when

    def _search(self, world: World, seekers: Rows, free: NDArray[np.int64]) -> None:
        """The office serves those referred; everyone else looks; homes go by lot."""
        people = world.people
        ids, home = people.id[seekers], people.community[seekers]
        by_office = self._office(world, seekers)
        alone = self.draw(world, "finds", ids) < self.chance(world, seekers)
        found = rows_where(by_office | alone)
        seekers, home, by_office = seekers[found], home[found], by_office[found]
        rank = rank_in_group(home, self.draw(world, "queue", people.id[seekers]))
        gets = rank < free[home]
        people.homeless[seekers[gets]] = 0
        self._move_in(world, seekers[gets])
        helped = home[gets & by_office]
        for office in world.welfare_offices:
            office.caseload = int(np.count_nonzero(helped == office.community))
        world.records.count("homes_by_office", helped.shape[0])

    def _office(self, world: World, seekers: Rows) -> NDArray[np.bool_]:
        """Whom the welfare offices find a home for, among those whose referral has arrived."""
        people = world.people
        month = people.home_month[seekers]
        due = rows_where(month != UNKNOWN, month <= world.month)
        rows = seekers[due]
        home = people.community[rows]
        for office in world.welfare_offices:
            residents = world.communities[office.community].residents
            office.capacity = self.office_serves / 1000.0 * residents
        room = np.array([office.can_take() for office in world.welfare_offices])
        served = rank_in_group(home, self.draw(world, "office", people.id[rows])) < room[home]
        waiting = np.bincount(home[~served], minlength=room.shape[0])
        for office, number in zip(world.welfare_offices, waiting, strict=True):
            office.waiting = int(number)
        people.home_month[rows[served]] = UNKNOWN
        finds = self.draw(world, "office finds", people.id[rows]) < self.office_finds
        helped = np.zeros(seekers.shape[0], np.bool_)
        helped[due] = served & finds
        return helped

    def chance(self, world: World, rows: Rows) -> NDArray[np.float64]:
        """Probability that each homeless person finds a home alone, if one is left."""
        stigma, usual = world.rule("stigma"), world.rule("acceptance").in_principle
        accepts = np.array([c.in_deeds for c in world.communities]) / max(usual, 1e-6)
        odds = self.finding / max(1.0 - self.finding, 1e-9)
        odds = odds * accepts[world.people.community[rows]]
        odds = odds * np.exp(stigma.log_odds(world, rows, stigma.letting))
        chance: NDArray[np.float64] = odds / (1.0 + odds)
        return chance

    def _move_in(self, world: World, rows: Rows) -> None:
        """Draw how long a home lasts."""
        u = self.draw(world, "home lasts", world.people.id[rows])
        lasts = 1.0 + np.floor(np.log(u) / np.log1p(-max(self.losing, 1e-9)))
        world.people.home_month[rows] = np.minimum(world.month + lasts, NEVER)

    @staticmethod
    @person_step("livelihood", adds_to="offending")
    def unsettle(homeless: float, log_hr: float, usual_share: float) -> float:
        """Homelessness acts on offending, relative to the usual share."""
        return log_hr * (homeless - usual_share)

    @array_step("accounts")
    def count(self, world: World) -> None:
        """Count people at liberty without a home."""
        world.records.count("homeless", sum(c.homeless for c in world.communities))
