"""Who is in the world: the founding people, and first-time entrants each month.

The world holds those with a criminal record or at risk of one, not all residents. First-time
entrants balance deaths in expectation, so the population is stationary. Not modelled: migration.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numba as nb
import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv, ndtri, pdtr, pdtrik

from sim.offences import by_group
from sim.people import CUSTODY, FREE, GONE, PRISON_SENTENCE
from sim.processes.desistance import NO_PROPENSITY
from sim.rules import Process, array_step, figure, parameter

if TYPE_CHECKING:
    from sim.world import World

FIRST_ENTRANT_ID = 1 << 31
_MONTH_BITS, _ORDINAL_BITS = 10, 15


def _poisson(u: NDArray[np.float64], mean: NDArray[np.float64]) -> NDArray[np.float64]:
    """Quantiles of the Poisson distribution, as scipy.stats gives them but without its checks."""
    above = np.ceil(pdtrik(u, mean))
    below = np.maximum(above - 1.0, 0.0)
    quantile: NDArray[np.float64] = np.where(pdtr(below, mean) >= u, below, above)
    return quantile


@nb.njit(cache=True)
def _count_residents(status, community, counts):  # type: ignore[no-untyped-def]
    for start in range(0, status.shape[0], 128):
        here, living = community[start : start + 128], status[start : start + 128]
        for index in range(counts.shape[0]):
            home, found = np.uint8(index), np.uint8(0)  # bytes, of which 64 are compared at a time
            for i in range(here.shape[0]):
                found = np.uint8(found + np.uint8((here[i] == home) & (living[i] != GONE)))
            counts[index] += found


class Population(Process):
    """Founding people with a past, then first-time entrants."""

    metrics: ClassVar = {"entrants": ("persons", "first-time entrants")}

    onset_median_years: float = parameter(
        20.0, unit="years of age", low=17.0, high=23.0, source="assumed",
        label="median age at entry",
        note="age at first arrest or conviction; no row of the register gives it",
    )  # fmt: skip
    onset_spread: float = parameter(
        0.30, unit="shape", low=0.2, high=0.4, source="assumed",
        label="log-scale spread of age at entry", note="late starters up to middle age",
    )  # fmt: skip
    foreign_share: float = parameter(
        0.06, unit="share", low=0.02, high=0.60, source="foreign_share",
        label="people who are nationals of another country",
        note="27 % of people in prison in Europe; about 6 % in the United States (recalled): set "
        "it for the place",
    )  # fmt: skip
    label_share: float = parameter(
        0.0, unit="share", low=0.0, high=0.5, source="assumed",
        label="people who carry the optional group label",
        note="a user defines what it stands for (ethnicity, say) to study how agencies treat it; "
        "nobody carries it unless a share is set, and it never enters offending",
    )  # fmt: skip
    male_share: float = figure(unit="share", label="men among people in the world")
    frailty_shape: float = figure(unit="shape", label="shape of the gamma frailty (mean 1)")
    group_share: dict[str, float] = figure(unit="share", label="offence group at entry")
    prison_stock: float = figure(unit="per 1,000 people", label="people serving prison sentences")
    past_convictions: float = figure(
        unit="per person-year", label="convictions a year in a founder's past, at frailty 1, age 35"
    )

    def found(self, world: World) -> None:
        """Make the founding people, with ages, records and sentences of a stationary world."""
        n = world.persons
        rows = world.people.take_rows(n)
        ids = np.arange(n, dtype=np.uint32)
        survival = self._survival(world)
        u = self.draw(world, "time since entry", ids)
        cumulative = np.cumsum(survival)
        months_since = np.searchsorted(cumulative, u * cumulative[-1])
        self._enter(world, rows, ids, months_since)
        self._give_past(world, rows, ids, months_since)
        self._fill_prisons(world, rows, ids)
        self._count_residents(world)

    @array_step("demography", writes=[
        "id", "status", "birth_month", "male", "foreign", "label", "community", "log_frailty",
        "offence_group", "priors", "log_priors", "offences", "flag", "followed", "case_offence",
        "case_month", "case_victim", "order", "order_end", "custody", "custody_start",
        "custody_end", "sentence_end", "prison", "treated", "conferenced", "custody_log_hr", "*",
    ])  # fmt: skip
    def first_time_entrants(self, world: World) -> None:
        """Add this month's entrants to each community."""
        expected = world.once(
            "population.expected", lambda: world.persons / self._survival(world).sum()
        )
        warm = world.month + (1 << (_MONTH_BITS - 1))
        keys = np.array([c.key for c in world.communities], np.uint32)
        shares = np.array([c.share for c in world.communities])
        numbers = _poisson(self.draw(world, "number", keys), expected * shares).astype(int)
        ids = [
            FIRST_ENTRANT_ID
            + (((c.index << _MONTH_BITS) + warm) << _ORDINAL_BITS)
            + np.arange(k, dtype=np.int64)
            for c, k in zip(world.communities, numbers, strict=True)
        ]
        arrived = np.concatenate(ids).astype(np.uint32)
        rows = world.people.take_rows(arrived.shape[0])
        homes = np.repeat(np.arange(len(world.communities)), numbers)
        self._enter(world, rows, arrived, np.zeros(arrived.shape[0], np.int64), homes)
        world.records.count("entrants", arrived.shape[0])
        self._count_residents(world)

    def _enter(
        self, world: World, rows: NDArray[np.int64], ids: NDArray[np.uint32],
        months_since: NDArray[np.int64], homes: NDArray[np.int64] | None = None,
    ) -> None:  # fmt: skip
        people, at = world.people, world.month
        people.id[rows] = ids
        people.status[rows] = FREE
        onset = self.onset_median_years * np.exp(
            self.onset_spread * ndtri(self.draw(world, "age at entry", ids, 0))
        )
        onset = np.clip(onset, 12.0, 60.0)
        people.birth_month[rows] = at - np.round(12.0 * onset).astype(np.int64) - months_since
        people.male[rows] = self.draw(world, "sex", ids, 0) < self.male_share
        people.foreign[rows] = self.draw(world, "foreign", ids, 0) < self.foreign_share
        people.label[rows] = self.draw(world, "label", ids, 0) < self.label_share
        u = self.draw(world, "frailty", ids, 0)
        frailty = gammaincinv(self.frailty_shape, u) / self.frailty_shape
        # The smallest frailties are never-offenders for every purpose; the floor keeps logs finite.
        people.log_frailty[rows] = np.log(np.maximum(frailty, 1e-4))
        shares = by_group(self.group_share)
        edges = np.cumsum(shares / shares.sum())[:-1]
        people.offence_group[rows] = np.searchsorted(edges, self.draw(world, "group", ids, 0))
        if homes is None:
            shares = np.cumsum([c.share for c in world.communities])[:-1]
            homes = np.searchsorted(shares, self.draw(world, "home", ids, 0))
        people.community[rows] = homes
        for rule in world.rules.values():
            rule.enter(world, rows)

    def _give_past(
        self, world: World, rows: NDArray[np.int64], ids: NDArray[np.uint32],
        months_since: NDArray[np.int64],
    ) -> None:  # fmt: skip
        """Convictions so far: Poisson with the person's rate over the years before desistance."""
        people = world.people
        # A slope of exactly 0 would divide by 0; one this small gives the same years.
        slope = world.rule("offending").age_slope or 1e-9
        now = (world.month - people.birth_month[rows]) / 12.0
        then = now - months_since / 12.0
        wait = -np.log(self.draw(world, "desisted", ids, 0))
        active = wait / max(world.rule("desistance").per_year, 1e-9)
        until = np.minimum(then + active, now)
        years = (np.exp(slope * (then - 35.0)) - np.exp(slope * (until - 35.0))) / -slope
        mean = self.past_convictions * np.exp(people.log_frailty[rows]) * years
        priors = np.minimum(_poisson(self.draw(world, "past", ids, 0), mean), 60.0)
        people.priors[rows] = priors
        # Every conviction follows an arrest, and others led to none.
        unproven = mean * (1.0 / max(world.rule("hearings").conviction, 0.01) - 1.0)
        unproven = _poisson(self.draw(world, "past without conviction", ids, 0), unproven)
        people.arrests[rows] = np.minimum(priors + unproven, 6000.0)
        people.log_priors[rows] = np.log1p(people.priors[rows])
        people.log_frailty[rows[until < now]] = NO_PROPENSITY

    def _fill_prisons(self, world: World, rows: NDArray[np.int64], ids: NDArray[np.uint32]) -> None:
        """Put the published stock in prison: the likelier by rate, part of the sentence served."""
        people = world.people
        wanted = round(self.prison_stock * world.persons / 1000.0)
        if wanted == 0:
            return
        offending, sentencing = world.rule("offending"), world.rule("sentencing")
        served = sentencing.served_parameters()
        group = people.offence_group[rows]
        weight = (
            offending.relative_rate(world, rows) * np.exp(served.mu + served.sigma**2 / 2)[group]
        )
        # Exponential race: the smallest times are a weighted sample without replacement.
        race = -np.log(self.draw(world, "imprisoned", ids, 0)) / weight
        held = np.argsort(race, kind="stable")[:wanted]
        mu = served.mu[group[held]] + served.sigma[group[held]] ** 2  # length-biased
        z = ndtri(self.draw(world, "sentence", ids[held], 0))
        months = np.minimum(np.exp(mu + served.sigma[group[held]] * z), 480.0)
        left = np.maximum(np.ceil(months * self.draw(world, "left to serve", ids[held], 0)), 1)
        prisoners = rows[held]
        people.status[prisoners] = CUSTODY
        people.custody[prisoners] = PRISON_SENTENCE
        people.custody_start[prisoners] = world.month - np.round(np.maximum(months - left, 0.0))
        people.custody_end[prisoners] = world.month + left
        on_licence = months * (1.0 / sentencing.share_served - 1.0)
        people.sentence_end[prisoners] = world.month + left + np.round(on_licence)

    def _survival(self, world: World) -> NDArray[np.float64]:
        """Probability of being alive so many months after entry at the median age."""
        death = world.rule("death")
        age = self.onset_median_years + np.arange(12 * 75) / 12.0
        hazard = death.hazard_at_35 * np.exp(death.age_slope * (age - 35.0)) / 12.0
        alive: NDArray[np.float64] = np.exp(-np.cumsum(hazard))
        return alive

    def _count_residents(self, world: World) -> None:
        people = world.people
        counts = np.zeros(len(world.communities), np.int64)
        _count_residents(people.status, people.community, counts)
        for community, count in zip(world.communities, counts, strict=True):
            community.residents = int(count)
