"""Offending: each person's rate this month, and the offences that follow from it.

The rate is log-linear and proportional: place x frailty x age x sex x record x what levers and
circumstances add to the named rate ``offending``. It is scaled in *arrests* per person-year at
liberty, which is what data identify, and divided by the probability that an offence of each kind
leads to arrest, so that undetected offending is counted too. Offences are Poisson given the rate,
at most 10 in a month. Their kinds follow the person's latest offence group.

Not modelled: co-offending, and offences in custody.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

import numba as nb
import numpy as np
from numpy.typing import NDArray

from sim.choices import choose
from sim.errors import DesistError
from sim.mathematics import exp
from sim.month import lay_out
from sim.offences import GROUP_OF, GROUPS, NAMES, by_group, by_offence
from sim.people import FREE, SUPERVISED
from sim.rules import Process, array_step, figure, parameter, person_step
from sim.scan import rows_where

if TYPE_CHECKING:
    from sim.world import World


@nb.njit(cache=True)
def _log_rate(  # type: ignore[no-untyped-def]
    rows, log_frailty, birth_month, male, log_priors, month, age_slope, log_female, priors_slope,
    log_rate,
):  # fmt: skip
    slope = np.float32(priors_slope)
    for k in range(rows.shape[0]):
        i = rows[k]
        age = (month - birth_month[i]) / 12.0
        log_rate[k] = (
            log_frailty[i] + age_slope * (age - 35.0) + log_female * (1.0 - male[i])
            + slope * log_priors[i]
        )  # fmt: skip


class Offending(Process):
    """Rates and offences of people at liberty."""

    metrics: ClassVar = {
        "offences": ("offences", "all offences, detected or not"),
        **{
            f"offences_{group}": ("offences", f"offences of the group {group.replace('_', ' ')}")
            for group in GROUPS
        },
    }

    arrests_per_year: float = figure(
        unit="per person-year",
        label="arrests a year at liberty of a man of 35 without priors and with mean frailty",
    )
    offence_mix: dict[str, float] = figure(
        unit="share", label="kinds of offence among arrests, within each group"
    )
    age_slope: float = parameter(
        -0.045, unit="log hazard ratio per year of age", low=-0.06, high=-0.03,
        source="age_hazard", label="age",
    )  # fmt: skip
    female: float = parameter(
        0.714, unit="hazard ratio", low=0.59, high=0.83, source="sex_hazard", label="women to men",
        note="inverse of the odds ratio of men to women, 1.4 (1.2 to 1.7)",
    )  # fmt: skip
    priors_slope: float = parameter(
        0.03, unit="log hazard ratio per unit of ln(1 + priors)", low=0.0, high=0.83,
        source="assumed", label="record, beyond what it reveals about frailty",
        note="the published gradient (prior_hazard: odds ratio 2.3 per unit) is between people "
        "and mostly reveals frailty, which the model holds apart; what a record itself does is "
        "not known: small here, as the release cohort of us_states suggests; the whole gradient "
        "is the upper end",
    )  # fmt: skip
    group_ratio: dict[str, float] = parameter(
        {"violent": 1.0, "property": 1.0, "drug": 1.0, "public_order": 1.0},
        unit="hazard ratio", low=0.7, high=1.4, source="bjs05_5y_offence=property;assumed",
        label="arrest rate by offence group of the latest arrest",
        note="alike unless a place is fitted to reoffending by offence",
    )  # fmt: skip
    moves: dict[str, float] = parameter(
        {
            "violent>violent": 0.372, "violent>property": 0.202, "violent>drug": 0.151,
            "violent>public_order": 0.175, "property>violent": 0.143, "property>property": 0.537,
            "property>drug": 0.146, "property>public_order": 0.123, "drug>violent": 0.097,
            "drug>property": 0.134, "drug>drug": 0.596, "drug>public_order": 0.127,
            "public_order>violent": 0.121, "public_order>property": 0.130,
            "public_order>drug": 0.146, "public_order>public_order": 0.566,
        },
        unit="share", low=0.8, high=1.2, source="spec_matrix_ia",
        label="offence group of the next arrest by group of the last",
        note="the source's group 'other' is left out and rows are scaled to 1",
    )  # fmt: skip

    def kinds(self, world: World) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Offences per arrest, shape (groups,), and cumulative shares of kinds, (groups, kinds)."""
        detection = world.rule("detection").probability(world)
        mix = by_offence(self.offence_mix)
        inside = np.array([mix[g == GROUP_OF].sum() for g in range(len(GROUPS))])
        mix = mix / inside[GROUP_OF]
        moves = np.array([[self.moves[f"{a}>{b}"] for b in GROUPS] for a in GROUPS])
        moves = moves / moves.sum(axis=1, keepdims=True)
        unseen = np.flatnonzero((detection <= 0.0) & (mix > 0.0))
        if unseen.shape[0]:
            raise DesistError(
                f"{NAMES[unseen[0]]} never leads to arrest, so its offences cannot be inferred",
                where=f"jurisdiction {world.place.name}",
                mend="give it a positive detection.clearance or discovery, and reporting",
            )
        offences = moves[:, GROUP_OF] * mix / np.where(mix > 0.0, detection, 1.0)
        total = offences.sum(axis=1)
        return total, np.cumsum(offences / total[:, None], axis=1)

    def constants(self, world: World) -> Mapping[str, float]:
        """Log offences per arrest of each latest group, and log place rate a month."""
        total, _ = self.kinds(world)
        rate = total * by_group(self.group_ratio, 1.0)
        named = {f"log_{g}": float(np.log(rate[i])) for i, g in enumerate(GROUPS)}
        return named | {
            "log_place": float(np.log(max(self.arrests_per_year, 1e-30) / 12.0)),
            "log_female": float(np.log(self.female)),
        }

    def relative_rate(self, world: World, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """Rate of each person at liberty relative to the place's reference person."""
        rate: NDArray[np.float64] = np.exp(self.log_rate(world, rows))
        return rate

    def log_rate(self, world: World, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """Log of `relative_rate`; enough to rank people by their risk."""
        people = world.people
        log_rate = np.empty(rows.shape[0])
        _log_rate(
            rows, people.log_frailty, people.birth_month, people.male, people.log_priors,
            float(world.month), self.age_slope, float(np.log(self.female)), self.priors_slope,
            log_rate,
        )  # fmt: skip
        return log_rate

    def log_ratio_of_part(
        self, world: World, concerned: NDArray[np.bool_], ratio: float
    ) -> NDArray[np.float64]:
        """Log ratio of the whole rate when some kinds change by a ratio, by latest group.

        Parameters
        ----------
        concerned
            Kinds of offence that change, shape (kinds,).
        """
        _, cumulative = world.once("offending.kinds", lambda: self.kinds(world))
        shares = np.diff(cumulative, axis=1, prepend=0.0)[:, concerned].sum(axis=1)
        whole: NDArray[np.float64] = np.log(1.0 - shares * (1.0 - ratio))
        return whole

    @staticmethod
    @person_step("offending", writes=["offences"])
    def offend(
        status: float, birth_month: float, male: float, log_frailty: float, log_priors: float,
        offence_group: float, custody_log_hr: float, rate_offending: float, month: float, u: float,
        log_place: float, age_slope: float, log_female: float, priors_slope: float,
        log_violent: float, log_property: float, log_drug: float, log_public_order: float,
    ) -> float:  # fmt: skip
        """Number of offences this month: Poisson, by inversion of one uniform."""
        age = (month - birth_month) * 0.08333333333333333
        per_arrest = (
            log_violent if offence_group < 0.5
            else log_property if offence_group < 1.5
            else log_drug if offence_group < 2.5
            else log_public_order
        )  # fmt: skip
        log_rate = (
            log_place + per_arrest + log_frailty + age_slope * (age - 35.0)
            + log_female * (1.0 - male) + priors_slope * log_priors
            + custody_log_hr + rate_offending
        )  # fmt: skip
        # Below the range of `exp` the rate is zero, so that a place without offending has none.
        at_liberty = (
            1.0 if ((status == FREE) | (status == SUPERVISED)) & (log_rate > -18.0) else 0.0
        )
        mean = min(at_liberty * exp(max(min(log_rate, 3.0), -18.0)), 15.0)
        p0 = exp(-mean)
        p1 = p0 * mean
        p2 = p1 * mean * 0.5
        p3 = p2 * mean * 0.3333333333333333
        p4 = p3 * mean * 0.25
        p5 = p4 * mean * 0.2
        p6 = p5 * mean * 0.16666666666666666
        p7 = p6 * mean * 0.14285714285714285
        p8 = p7 * mean * 0.125
        p9 = p8 * mean * 0.1111111111111111
        c1 = p0 + p1
        c2 = c1 + p2
        c3 = c2 + p3
        c4 = c3 + p4
        c5 = c4 + p5
        c6 = c5 + p6
        c7 = c6 + p7
        c8 = c7 + p8
        c9 = c8 + p9
        return (
            (u > p0) * 1.0 + (u > c1) * 1.0 + (u > c2) * 1.0 + (u > c3) * 1.0 + (u > c4) * 1.0
            + (u > c5) * 1.0 + (u > c6) * 1.0 + (u > c7) * 1.0 + (u > c8) * 1.0 + (u > c9) * 1.0
        )  # fmt: skip

    @array_step("offending")
    def tell_kinds(self, world: World) -> None:
        """Lay this month's offences out one by one and give each its kind."""
        people = world.people
        rows = rows_where(people.offences > 0)
        number = people.offences[rows]
        incidents = world.incidents = lay_out(rows, number, people.id)
        u = self.draw(world, "kind", incidents.ids, slot=incidents.ordinal)
        _, cumulative = world.once("offending.kinds", lambda: self.kinds(world))
        incidents.offence = choose(u, cumulative, people.offence_group[incidents.rows])
        by_kind = np.bincount(incidents.offence, minlength=len(NAMES))
        world.records.count("offences", incidents.rows.shape[0])
        for code, group in enumerate(GROUPS):
            world.records.count(f"offences_{group}", by_kind[code == GROUP_OF].sum())
        followed = rows_where(people.followed[rows] > 0)
        world.records.event("offence", people.id[rows[followed]], world.month, number[followed])
