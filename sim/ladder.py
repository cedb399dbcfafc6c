"""The ladder of non-custodial measures (Tokyo Rules, 8.2): how a rung takes cases from others.

A rung is a lever that gives some convicted people another sentence than the one proposed. Two
dials say how much. *Uptake*: cases of the new measure, as a share of the custodial cases it is
open to. *Replacement*: the part of them that really replaces custody; the rest *widens the net*
and goes to people who would have had less.

A case is settled once: rungs act in the order of their names, each on what the earlier ones left.
Every choice is a keyed draw of the case, so who is moved does not depend on who else is there.
Whoever is in custody for another sentence, or held for a recall, is left out: no measure in the
community can start. Nothing about reoffending is typed in here: people moved keep their liberty,
job and home, may breach, and escape the after-effect of short custody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from sim.choices import first_by_lot
from sim.offences import by_group
from sim.people import CUSTODY, GONE, NEVER
from sim.processes.sentencing import COMMUNITY, FINE, LADDER, PRISON, SHORT, SUSPENDED
from sim.rules import Lever, Rows, dial
from sim.scan import pick, rows_where

if TYPE_CHECKING:
    from sim.rules import Rule
    from sim.world import World

Answers = NDArray[np.bool_]


class Moved(NamedTuple):
    """Places on the docket that a rung has taken, and cases for which it had no place left."""

    replaced: Rows
    widened: Rows
    turned_away: int = 0

    @property
    def both(self) -> Rows:
        """All that were moved."""
        return np.concatenate((self.replaced, self.widened))


def open_cases(rule: Rule, world: World) -> Answers:
    """Whether each case on the docket may still be given a measure by this lever."""
    docket, people = world.docket, world.people
    rows = docket.rows
    outside = (people.status[rows] != CUSTODY) & (people.recall_month[rows] == NEVER)
    free: Answers = outside & ~docket.settled & world.reaches(rule.name, rows)
    return free


def chosen(rule: Rule, world: World, among: Answers, share: float) -> Rows:
    """Places on the docket of a share of the cases, by each case's own luck."""
    docket, at = world.docket, rows_where(among)
    ids = world.people.id[docket.rows[at]]
    return pick(at, rule.happens(world, "chosen", ids, share, month=docket.opened[at]))


def settle(world: World, at: Rows, sentence: int, months: float) -> None:
    """Give cases their sentence, and count whom that spares custody or newly supervises."""
    docket, count = world.docket, world.records.count
    before = docket.sentence[at]
    count("custody_replaced", np.count_nonzero(before >= SHORT))
    supervised = sentence in (COMMUNITY, SUSPENDED)
    count("newly_supervised", np.count_nonzero(before == FINE) if supervised else 0)
    docket.sentence[at], docket.months[at], docket.settled[at] = sentence, months, True


def spared(world: World, at: Rows) -> NDArray[np.float64]:
    """Log hazard ratio that custody would have left behind, beyond what these people carry anyway.

    A published effect *against custody* contains it: whoever types such an effect in adds this
    back, so that it is not counted twice. People carry the after-effect of remand or of an
    earlier custody with them. Crowding, not known before release, is left out.
    """
    docket, people = world.docket, world.people
    short = docket.sentence[at] == SHORT
    after = np.where(short, np.log(world.rule("release").after_short_custody), 0.0)
    remand = np.log(world.rule("disposal").remand_after_effect)
    carried = np.where(docket.detained[at], remand, people.custody_log_hr[docket.rows[at]])
    beyond: NDArray[np.float64] = np.where(docket.sentence[at] >= SHORT, after - carried, 0.0)
    return beyond


LONG_AGO = -32000
"""Value of a clock that has never run."""


def places_taken(world: World, column: str) -> int:
    """People who hold a place until the month in the column; custody gives it up for good."""
    end = world.people.array(column)
    rows = rows_where(end > world.month)
    status = world.people.status[rows]
    end[rows[status == CUSTODY]] = LONG_AGO
    return int(np.count_nonzero((status != CUSTODY) & (status != GONE)))


def one_of(sentence: NDArray[np.int64], rungs: tuple[int, ...]) -> Answers:
    """Whether each sentence is one of a few rungs."""
    among = np.zeros(len(LADDER), np.bool_)
    among[list(rungs)] = True
    found: Answers = among[sentence]
    return found


def usual(world: World, rung: int, longest: float = np.inf) -> float:
    """Share of a rung in the place's usual sentences; of prison, what is served within a limit."""
    sentencing = world.rule("sentencing")
    groups = by_group(world.rule("population").group_share)
    share = by_group(getattr(sentencing, LADDER[rung]))
    if rung == PRISON and longest < np.inf:
        served = sentencing.served_parameters()
        share = share * ndtr((np.log(max(longest, 1e-9)) - served.mu) / served.sigma)
    return float((groups * share).sum() / groups.sum())


COUNTED = {
    "custody_replaced": ("persons", "custodial sentences replaced by a measure of the ladder"),
    "newly_supervised": ("persons", "supervised sentences for people who would have had less"),
    "net_widened": ("persons", "measures for people who would have had less, supervised or not"),
}
"""Metrics of every rung; they add up over the ladder."""


class Rung(Lever):
    """One measure of the ladder, with its two dials."""

    paragraphs: ClassVar[tuple[int, ...]] = (36,)
    metrics: ClassVar = COUNTED

    uptake: float = dial(
        0.0, unit="share",
        label="cases of the new measure, as a share of the custodial cases it is open to",
    )  # fmt: skip
    replacement: float = dial(
        1.0, unit="share",
        label="part of the new cases that replaces custody; the rest widens the net",
    )  # fmt: skip

    def take(
        self, world: World, sentence: int, months: float, *, longest: float = 0.0,
        lesser: tuple[int, ...] = (FINE,), suited: Answers | None = None, places: int | None = None,
    ) -> Moved:  # fmt: skip
        """Move cases to this rung.

        Parameters
        ----------
        sentence, months
            What they are given, and for how long.
        longest
            Prison sentences that would be served within so many months are open to the measure,
            as short custody always is.
        lesser
            Rungs that the net is cast over.
        suited
            Which cases on the docket the measure is for; all when None.
        places
            How many can be taken this month, drawn by lot; without limit when None.
        """
        if self.uptake == 0:
            return Moved(np.empty(0, np.int64), np.empty(0, np.int64))
        docket = world.docket
        fit = open_cases(self, world) if suited is None else open_cases(self, world) & suited
        brief = (docket.sentence == PRISON) & (docket.months <= longest)
        custody = fit & ((docket.sentence == SHORT) | brief)
        milder = fit & one_of(docket.sentence, lesser)
        ratio = world.once(
            f"{self.name}.ratio {longest} {lesser}",
            lambda: self._custodial_to_lesser(world, longest, lesser),
        )
        wanted = self.uptake * (1.0 - self.replacement) * ratio
        moved = Moved(
            chosen(self, world, custody, self.uptake * self.replacement),
            chosen(self, world, milder, min(wanted, 1.0)),
        )
        if places is not None:
            moved = self._drawn(world, moved, places)
        self.note_access(world, "eligible", pick(docket.rows, custody))
        self.note_access(world, "started", docket.rows[moved.replaced])
        settle(world, moved.both, sentence, months)
        world.records.count("net_widened", moved.widened.shape[0])
        return moved

    @staticmethod
    def _custodial_to_lesser(world: World, longest: float, lesser: tuple[int, ...]) -> float:
        """Usual custodial cases open to the measure, to usual cases that the net is cast over."""
        usually = sum(usual(world, rung) for rung in lesser)
        return (usual(world, SHORT) + usual(world, PRISON, longest)) / max(usually, 1e-9)

    def _drawn(self, world: World, moved: Moved, places: int) -> Moved:
        """As many of them as there are places, by lot."""
        docket, at = world.docket, moved.both
        ids = world.people.id[docket.rows[at]]
        lot = self.draw(world, "lot", ids, month=docket.opened[at])
        placed = at[first_by_lot(lot, ids, places)]
        has_place = np.zeros(docket.rows.shape[0], np.bool_)
        has_place[placed] = True
        replaced, widened = (part[has_place[part]] for part in moved[:2])
        return Moved(replaced, widened, at.shape[0] - placed.shape[0])
