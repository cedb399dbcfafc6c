"""Stigma: how strongly a record marks a person in the eyes of employers and landlords.

0 is unmarked, 1 the most. A conviction takes away part of what is left to 1, so the first record
counts most (diversion_felony); so does each custody. It fades with time at liberty free of
conviction: what is removed late was small already (record_removal_null). It acts on finding work
and a home, never on offending, and relative to its usual level: it decides *who* is taken. *How
many* are taken is the matter of employers' willingness (`employers`) and of housing (`housing`).
Where a community accepts people more, stigma weighs less.
Not modelled: how people see themselves, and stigma by kind of offence.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

import numba as nb
import numpy as np
from numpy.typing import NDArray

from sim.people import FREE, SUPERVISED
from sim.rules import Column, Process, Rows, array_step, parameter, person_step
from sim.scan import pick

if TYPE_CHECKING:
    from sim.world import World


class Stigma(Process):
    """A mark that convictions and custody leave, and that fades."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column("stigma", "f4", "0 to 1", "how strongly the record marks the person"),
    )
    metrics: ClassVar = {"stigma_at_conviction": ("share", "mean stigma of people convicted")}

    conviction: float = parameter(
        0.5, unit="share", low=0.2, high=0.8, source="assumed",
        label="part of the way to full stigma that a conviction goes",
        note="a first record counts most (diversion_felony); the size is not in the register",
    )  # fmt: skip
    custody: float = parameter(
        0.3, unit="share", low=0.0, high=0.6, source="assumed",
        label="part of the way to full stigma that each custody goes",
        note="gaps in a working life are seen; not in the register",
    )  # fmt: skip
    fading_months: float = parameter(
        60.0, unit="months", low=24.0, high=120.0, source="assumed",
        label="time constant with which stigma fades at liberty",
        note="checks of the last year only make employers willing (employer_demand_us); old "
        "records weigh little (record_removal_null)",
    )  # fmt: skip
    hiring: float = parameter(
        0.55, unit="odds ratio", low=0.36, high=0.65,
        source="record_callback_pager;record_callback_agan",
        label="odds of being taken for a job at full stigma against none",
        note="call-backs with a record to without; they are rare, so that their ratio is nearly "
        "an odds ratio",
    )  # fmt: skip
    letting: float = parameter(
        0.7, unit="odds ratio", low=0.4, high=1.0, source="assumed",
        label="odds of getting a home at full stigma against none",
        note="landlords ask too; size not in the register",
    )  # fmt: skip
    usual: float = parameter(
        0.22, unit="share", low=0.15, high=0.4, source="assumed",
        label="stigma of people who look for work, at which places are fitted",
        note="what the model itself gives in us_states",
    )  # fmt: skip

    def found(self, world: World) -> None:
        """Founders carry the mark of past convictions, partly faded."""
        people = world.people
        rows = world.selection("everybody")
        fresh = 1.0 - (1.0 - self.conviction) ** people.priors[rows].astype(np.float64)
        people.stigma[rows] = fresh * self.draw(world, "faded so far", people.id[rows], 0)

    def constants(self, world: World) -> Mapping[str, float]:
        """Part left after a month at liberty."""
        return {"kept": float(np.exp(-1.0 / max(self.fading_months, 0.1)))}

    @staticmethod
    @person_step("needs", writes=["stigma"])
    def fade(stigma: float, status: float, kept: float) -> float:
        """Stigma fades at liberty."""
        return stigma * (kept if (status == FREE) | (status == SUPERVISED) else 1.0)

    @array_step("sentencing", writes=["stigma"])
    def mark_conviction(self, world: World) -> None:
        """A conviction marks."""
        rows, count = world.docket.rows, world.records.count
        self._mark(world, rows, self.conviction)
        mean = world.people.stigma[rows].astype(np.float64).mean() if rows.shape[0] else 0.0
        count("stigma_at_conviction", mean)

    @array_step("society", writes=["stigma"])
    def mark_custody(self, world: World) -> None:
        """Custody marks once, in the month of reception."""
        rows = world.selection("in_custody")
        received = pick(rows, world.people.custody_start[rows] == world.month)
        self._mark(world, received, self.custody)

    def _mark(self, world: World, rows: Rows, part: float) -> None:
        stigma = world.people.stigma
        stigma[rows] += part * (1.0 - stigma[rows])

    def fresh(self) -> float:
        """Stigma of someone who comes out of a first custody, with a first conviction."""
        return 1.0 - (1.0 - self.conviction) * (1.0 - self.custody)

    def log_odds(self, world: World, rows: Rows, at_full: float) -> NDArray[np.float64]:
        """Log odds of being taken, against someone of usual stigma in a usual community.

        Parameters
        ----------
        at_full
            Odds ratio at full stigma against none: `hiring` or `letting`.
        """
        people, usual = world.people, world.rule("acceptance").in_principle
        refused = np.array([1.0 - c.in_deeds for c in world.communities]) / max(1.0 - usual, 1e-6)
        log_odds = np.empty(rows.shape[0])
        _log_odds(
            rows, people.stigma, people.community, np.log(at_full) * refused, self.usual, log_odds
        )
        return log_odds

    def most_log_odds(self, world: World, at_full: float) -> float:
        """The most that `log_odds` can be for anybody this month."""
        usual = world.rule("acceptance").in_principle
        refused = max(1.0 - c.in_deeds for c in world.communities) / max(1.0 - usual, 1e-6)
        extremes = np.log(at_full) * refused * (np.array([0.0, 1.0]) - self.usual)
        return float(extremes.max())


@nb.njit(cache=True)
def _log_odds(rows, stigma, community, at_full, usual, log_odds):  # type: ignore[no-untyped-def]
    for k in range(rows.shape[0]):
        row = rows[k]
        log_odds[k] = at_full[community[row]] * (np.float64(stigma[row]) - usual)
