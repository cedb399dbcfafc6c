"""Sentencing: a step of the ladder is proposed for each convicted person, and its length.

The mix by offence group is the place's; a longer record moves people up the ladder in proportion,
and where a place is fitted to it, so do more offences in the case and an order in force.
Draws are keyed by the month of arrest. Not modelled: judges who differ, life sentences.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from sim.offences import GROUP_OF, by_group
from sim.people import NO_ORDER
from sim.rules import Process, array_step, figure, parameter

if TYPE_CHECKING:
    from sim.world import World

FINE, COMMUNITY, SUSPENDED, SHORT, PRISON = range(5)
LADDER = ("fine", "community", "suspended", "short_custody", "prison")
"""The sentencing ladder, least to most severe; fine includes discharges and warnings."""


class Served(NamedTuple):
    """Log-normal time served in months, by offence group; both arrays shape (groups,)."""

    mu: NDArray[np.float64]
    sigma: NDArray[np.float64]


class Sentencing(Process):
    """The proposed sentence."""

    metrics: ClassVar = {
        f"sentences_{step}": ("persons", f"sentences: {step.replace('_', ' ')}") for step in LADDER
    }

    fine: dict[str, float] = figure(unit="share", label="fines and lesser, by offence group")
    community: dict[str, float] = figure(unit="share", label="community sentences")
    suspended: dict[str, float] = figure(unit="share", label="suspended sentences")
    short_custody: dict[str, float] = figure(unit="share", label="custody up to a year")
    prison: dict[str, float] = figure(unit="share", label="prison over a year")
    served_mean: dict[str, float] = figure(unit="years", label="mean time served in prison")
    served_median: dict[str, float] = figure(unit="years", label="median time served in prison")
    share_served: float = figure(unit="share", label="share of a prison sentence served inside")
    short_months: float = figure(unit="months", label="mean time served in short custody")
    community_months: float = figure(unit="months", label="mean length of a community sentence")
    record_slope: float = parameter(
        0.5, unit="log odds per unit of ln(1 + priors)", low=0.2, high=0.9, source="assumed",
        label="how a record moves people up the ladder",
        note="proportionality to the record; size is not in the register",
    )  # fmt: skip
    record_pull: dict[str, float] = parameter(
        {"fine": -1.0, "community": 0.0, "suspended": 0.0, "short_custody": 0.5, "prison": 1.0},
        unit="log odds per unit of ln(1 + priors)", low=0.5, high=2.0, source="assumed",
        label="how far a record pulls towards each rung, times the slope above",
        note="persistent minor offending leads to short custody more than to long sentences in "
        "some places; fitted there",
    )  # fmt: skip
    typical_log_priors: float = parameter(
        1.4, unit="log odds per unit of ln(1 + priors)", low=1.0, high=1.8, source="assumed",
        label="ln(1 + priors) at which the published mix applies",
        note="about three priors, near the mean of convicted people in the model",
    )  # fmt: skip

    order_pull: float = parameter(
        0.0, unit="log odds per unit of ln(1 + priors)", low=-1.0, high=3.0, source="assumed",
        label="how an order in force moves people up the ladder, as a record would",
        note="a new offence on licence, on a community or on a suspended sentence aggravates the "
        "next sentence by law; 0 unless a place is fitted to it",
    )  # fmt: skip

    counts_pull: float = parameter(
        0.0, unit="log odds per unit of ln(offences)", low=0.0, high=2.0, source="assumed",
        label="how more offences in the case move people up the ladder, as a record would",
        note="the sentence is for all offences of the case; 0 unless a place is fitted to it",
    )  # fmt: skip
    severity_if_labelled: float = parameter(
        0.0, unit="log odds per unit of ln(1 + priors)", low=-1.0, high=1.0, source="assumed",
        label="how the group label moves people up the ladder, as a record would",
        note="0, equal treatment, unless a user studies unequal treatment",
    )  # fmt: skip

    def served_parameters(self) -> Served:
        """Log-normal parameters from the published mean and median (months)."""
        mean, median = 12.0 * by_group(self.served_mean), 12.0 * by_group(self.served_median)
        return Served(np.log(median), np.sqrt(2.0 * np.log(mean / median)))

    @array_step("sentencing")
    def propose(self, world: World) -> None:
        """Propose a sentence and its length for everyone on the docket."""
        docket, people = world.docket, world.people
        group = GROUP_OF[docket.offence]
        mix = np.array([by_group(getattr(self, step)) for step in LADDER])
        mix = (mix / mix.sum(axis=0))[:, group]
        # Severity counts rungs; tilting by the record keeps the mix at the typical record.
        rungs = np.array([self.record_pull[step] for step in LADDER])
        record = people.log_priors[docket.rows] - self.typical_log_priors
        tilt = (
            self.record_slope * record
            + self.order_pull * (people.order[docket.rows] != NO_ORDER)
            + self.counts_pull * np.log(np.maximum(docket.counts, 1))
            + self.severity_if_labelled * people.label[docket.rows]
        )
        mix = mix * np.exp(tilt * rungs[:, None])
        edges = np.cumsum(mix / mix.sum(axis=0), axis=0)[:-1]
        ids = people.id[docket.rows]
        u = self.draw(world, "sentence", ids, month=docket.opened)
        docket.sentence = (u > edges).sum(axis=0)
        docket.settled = np.zeros(docket.rows.shape[0], np.bool_)
        docket.months = self.lengths(world, docket.sentence, group, ids, docket.opened)

    def lengths(
        self, world: World, sentence: NDArray[np.int64], group: NDArray[np.integer],
        ids: NDArray[np.uint32], opened: NDArray[np.int64],
    ) -> NDArray[np.float64]:  # fmt: skip
        """Months that each sentence takes; 0 for a fine."""
        u = self.draw(world, "length", ids, month=opened)
        served = self.served_parameters()
        prison = np.exp(served.mu[group] + served.sigma[group] * ndtri(u))
        short = -np.log(u) * self.short_months
        months: NDArray[np.float64] = np.where(sentence == FINE, 0.0, self.community_months)
        months = np.where(sentence == SHORT, np.clip(short, 1.0, 12.0), months)
        months = np.where(sentence == PRISON, np.clip(prison, 1.0, 480.0), months)
        whole: NDArray[np.float64] = np.round(months)
        return whole
