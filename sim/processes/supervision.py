"""Supervision: orders end, are kept, or are breached.

A breach of conditional release that is acted on means recall: the person is held until the
recall is decided, then received into prison. A breach of a community or suspended sentence means
short custody for some and goes on otherwise. An arrest during conditional release may lead to
recall before any verdict. Those at higher risk breach more.
Not modelled: caseload and quality of supervision (levers of paragraph 38).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sim import records
from sim.mathematics import exp
from sim.people import (
    COMMUNITY_ORDER,
    CONDITIONAL_RELEASE,
    CUSTODY,
    FREE,
    GONE,
    NEVER,
    NO_ORDER,
    NO_PRISON,
    RECALL,
    REMAND,
    SHORT_CUSTODY,
    SUPERVISED,
)  # fmt: skip
from sim.processes.release import open_index
from sim.rules import Column, Process, Rows, array_step, figure, parameter, person_step
from sim.scan import pick, rows_where

if TYPE_CHECKING:
    from sim.world import World


class Supervision(Process):
    """Orders and their breach."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column("lenient", "u1", "0/1", "a breach this month is answered in the community"),
    )
    metrics: ClassVar = {
        "breaches": ("persons", "breaches that were acted on"),
        "recalls": ("persons", "people recalled to prison from conditional release"),
        "supervised_stock": ("persons", "people supervised at the end of the month"),
    }

    breach_conditional: float = figure(
        unit="per person-year", label="technical breaches of conditional release that bring recall"
    )
    breach_order: float = figure(
        unit="per person-year", label="breaches of community and suspended sentences acted on"
    )
    breach_to_custody: float = figure(
        unit="probability", label="share of breaches of an order that end in custody"
    )
    recall_on_arrest: float = figure(
        unit="probability", label="arrests during conditional release that bring recall"
    )
    recall_wait_months: float = figure(
        unit="months", label="mean time from breach or arrest to the return to prison"
    )
    recall_months: float = figure(unit="months", label="mean time served after recall")
    risk_slope: float = parameter(
        0.3, unit="log hazard ratio per SD", low=0.0, high=0.7, source="assumed",
        label="breach by log frailty",
        note="people at higher risk breach more; size is not in the register",
    )  # fmt: skip

    def constants(self, world: World) -> Mapping[str, float]:
        """Monthly log hazards of breach."""
        return {
            "log_conditional": float(np.log(max(self.breach_conditional, 1e-30) / 12.0)),
            "log_order": float(np.log(max(self.breach_order, 1e-30) / 12.0)),
        }

    @array_step(
        "supervision",
        writes=["order", "order_end", "status", "custody", "custody_start", "custody_end",
                "sentence_end", "prison", "flag", "recall_month"],
    )  # fmt: skip
    def end_or_recall_on_arrest(self, world: World) -> None:
        """End orders whose time is up; recall some of those arrested this month."""
        people = world.people
        people.flag[:] = 0
        ordered = rows_where(people.order != NO_ORDER)
        over = pick(ordered, people.order_end[ordered] <= world.month)
        people.order[over] = NO_ORDER
        people.order_end[over] = NEVER
        people.status[over[people.status[over] == SUPERVISED]] = FREE
        rows = world.selection("supervised")
        arrested = (people.case_month[rows] == world.month) & (people.case_offence[rows] > 0)
        rows = pick(rows, arrested & (people.order[rows] == CONDITIONAL_RELEASE))
        recalled = self.happens(world, "recall on arrest", people.id[rows], self.recall_on_arrest)
        self._recall(world, rows[recalled])

    @staticmethod
    @person_step("supervision", writes=["flag"], where="supervised")
    def who_breaches(
        order: float, log_frailty: float, rate_breach: float, u: float,
        log_conditional: float, log_order: float, risk_slope: float,
    ) -> float:  # fmt: skip
        """1 for those who breach this month."""
        base = log_conditional if order == CONDITIONAL_RELEASE else log_order
        log_hazard = base + risk_slope * log_frailty + rate_breach
        hazard = exp(max(min(log_hazard, 2.0), -18.0))
        return 1.0 if (log_hazard > -18.0) & (u < 1.0 - exp(-hazard)) else 0.0

    @array_step(
        "supervision",
        writes=["order", "order_end", "status", "custody", "custody_start", "custody_end",
                "sentence_end", "prison", "recall_month", "followed"],
    )  # fmt: skip
    def answer(self, world: World) -> None:
        """Answer this month's breaches."""
        people = world.people
        rows = rows_where(people.flag > 0, people.lenient == 0)
        world.records.count("breaches", rows.shape[0])
        conditional = people.order[rows] == CONDITIONAL_RELEASE
        self._recall(world, rows[conditional])
        rows = rows[~conditional]
        u = self.draw(world, "breach to custody", people.id[rows])
        share = self.breach_to_custody * np.where(people.order[rows] == COMMUNITY_ORDER, 1.0, 2.0)
        self._commit(world, rows[u < share], SHORT_CUSTODY)
        self._recall_due(world)
        world.probation.caseload = int(np.count_nonzero(world.belongs("supervised")))
        world.records.count("supervised_stock", world.probation.caseload)

    def _recall(self, world: World, rows: Rows) -> None:
        """Hold people until their recall is decided."""
        if rows.shape[0] == 0:
            return
        people = world.people
        u = self.draw(world, "recall decided", people.id[rows])
        wait = np.clip(np.floor(-np.log(u) * self.recall_wait_months), 0.0, 12.0)
        people.status[rows] = REMAND
        people.recall_month[rows] = world.month + wait

    def _recall_due(self, world: World) -> None:
        people = world.people
        rows = rows_where(people.recall_month <= world.month)
        people.recall_month[rows] = NEVER
        # Whoever was sentenced to custody meanwhile is inside already.
        rows = rows[(people.status[rows] != CUSTODY) & (people.status[rows] != GONE)]
        world.records.count("recalls", rows.shape[0])
        self._commit(world, rows, RECALL)

    def _commit(self, world: World, rows: Rows, why: int) -> None:
        if rows.shape[0] == 0:
            return
        people = world.people
        short = why == SHORT_CUSTODY
        mean = world.rule("sentencing").short_months if short else self.recall_months
        u = self.draw(world, "months inside", people.id[rows])
        months = np.clip(np.round(-np.log(u) * mean), 1.0, 12.0 if short else 60.0)
        end = world.month + months
        people.sentence_end[rows] = np.where(
            people.order[rows] == CONDITIONAL_RELEASE, np.maximum(people.order_end[rows], end), end
        )
        people.custody_end[rows] = end
        people.custody_start[rows] = world.month
        people.status[rows] = CUSTODY
        people.custody[rows] = why
        people.prison[rows] = NO_PRISON
        people.order[rows] = NO_ORDER
        people.order_end[rows] = NEVER
        open_index(world, rows, records.RECEPTION)
        if not short or world.rule("disposal").short_custody_in_prison:
            world.records.count("prison_receptions", rows.shape[0])
            followed = rows[people.followed[rows] > 0]
            world.records.event("return_breach", people.id[followed], world.month)
