"""Enrolment: people with the index event who are eligible are drawn into an arm, once.

A process built from a trial file. It runs in the phase of the event, before the levers of that
phase, so that what a lever does to a case can already depend on the arm. Allocation is a keyed
draw of the person's identity; nobody outside an arm is reached by the trial's levers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.experiment.trial import Trial
from sim.experiment.trial_eligibility import Candidates, holds
from sim.people import CUSTODY, FREE, NEVER, PRISON_SENTENCE, REMAND, SHORT_CUSTODY, SUPERVISED
from sim.processes.release import open_index
from sim.processes.sentencing import COMMUNITY, PRISON, SHORT
from sim.rules import Column, Process, Rows, array_step

if TYPE_CHECKING:
    from sim.experiment.trial_world import TrialWorld
    from sim.world import World

TRIAL_INDEX = 200
"""Code of the start of follow-up in the records' cohort table."""

OUT_OF_TRIAL = 255
"""Value of ``trial_arm`` when the offer is over: in no arm, and not to be enrolled again."""

NOT_IN, WAITING, STARTING, FOLLOWED = range(4)

Finder = Callable[["World"], tuple[Rows, Rows | None]]


def _docket(*sentences: int) -> Finder:
    def find(world: World) -> tuple[Rows, Rows]:
        docket = world.docket
        wanted = np.isin(docket.sentence, sentences) if sentences else docket.rows >= 0
        at = np.flatnonzero(wanted)
        return docket.rows[at], at

    return find


def _arrested(world: World) -> tuple[Rows, None]:
    people = world.people
    return np.flatnonzero((people.case_offence > 0) & (people.case_month == world.month)), None


def _remanded(world: World) -> tuple[Rows, None]:
    rows, _ = _arrested(world)
    return rows[world.people.status[rows] == REMAND], None


def _in_prison(world: World) -> tuple[Rows, None]:
    rows = world.selection("in_custody")
    return rows[world.people.custody[rows] != SHORT_CUSTODY], None


def _received(world: World) -> tuple[Rows, None]:
    rows, people = world.selection("in_custody"), world.people
    sentenced = people.custody[rows] == PRISON_SENTENCE
    return rows[sentenced & (people.custody_start[rows] == world.month)], None


def _released(short: bool) -> Finder:
    def find(world: World) -> tuple[Rows, None]:
        people = world.people
        out = (people.status == FREE) | (people.status == SUPERVISED)
        inside = people.trial_inside
        return np.flatnonzero(out & (inside > 0) & ((inside == SHORT_CUSTODY) == short)), None

    return find


EVENTS: dict[str, tuple[str, Finder]] = {
    "arrest": ("pretrial", _arrested),
    "remand": ("pretrial", _remanded),
    "conviction": ("sentencing", _docket()),
    "sentence to community": ("sentencing", _docket(COMMUNITY)),
    "sentence to short custody": ("sentencing", _docket(SHORT)),
    "sentence to prison": ("sentencing", _docket(PRISON)),
    "sentence to custody": ("sentencing", _docket(SHORT, PRISON)),
    "reception into prison": ("custody", _received),
    "in prison": ("custody", _in_prison),
    "release from prison": ("release", _released(short=False)),
    "release from short custody": ("release", _released(short=True)),
    "at liberty": ("release", lambda world: (world.selection("at_liberty"), None)),
    "under supervision": ("release", lambda world: (world.selection("supervised"), None)),
}
"""Events at which people may be enrolled: phase of the month, and who has it."""


class TrialEnrolment(Process):
    """Eligible people are drawn into the arms of a trial."""

    name: ClassVar[str] = "trial_enrolment"
    columns: ClassVar[tuple[Column, ...]] = (
        Column("trial_stage", "u1", "code", "not in, waiting for follow-up, starting, followed"),
        Column("trial_inside", "u1", "code", "why in custody before this month's releases"),
        Column("trial_released", "i2", "month", "last release from prison", NEVER),
    )
    trial: Trial

    @array_step("pretrial", writes=["trial_arm", "trial_stage"])
    def at_arrest(self, world: TrialWorld) -> None:
        """Enrol at arrest or remand."""
        self._enrol(world, "pretrial")

    @array_step("sentencing", writes=["trial_arm", "trial_stage"])
    def at_sentence(self, world: TrialWorld) -> None:
        """Enrol at conviction, when a sentence has been proposed."""
        self._enrol(world, "sentencing")

    @array_step("custody", writes=["trial_arm", "trial_stage", "trial_inside"])
    def in_custody(self, world: TrialWorld) -> None:
        """Enrol in prison, and remember who is inside."""
        people = world.people
        people.trial_inside[:] = np.where(people.status == CUSTODY, people.custody, 0)
        self._enrol(world, "custody")

    @array_step("release", writes=["trial_arm", "trial_stage", "trial_released", "followed"])
    def at_release(self, world: TrialWorld) -> None:
        """Enrol at release or at liberty, and start the follow-up of those whose time it is."""
        people = world.people
        released, _ = _released(short=False)(world)
        # Conditions look at the release before this month's own enrolment.
        people.trial_released[released] = world.month
        self._enrol(world, "release")
        self._note_victims(world)
        waiting = np.flatnonzero(people.trial_stage == WAITING)
        if self.trial.follow_from == "liberty":
            status = people.status[waiting]
            waiting = waiting[(status == FREE) | (status == SUPERVISED)]
        open_index(world, waiting, TRIAL_INDEX)
        people.trial_stage[waiting] = STARTING

    @array_step("accounts", writes=["trial_arm", "trial_stage"])
    def close_month(self, world: TrialWorld) -> None:
        """Once follow-up has begun, an offer that is made once is over."""
        people = world.people
        starting = np.flatnonzero(people.trial_stage == STARTING)
        people.trial_stage[starting] = FOLLOWED
        if self.trial.offered == "once":
            people.trial_arm[starting] = OUT_OF_TRIAL

    def arm_of(self, world: World, ids: NDArray[np.uint32]) -> NDArray[np.uint8]:
        """Arm (position + 1) that a person's own draw gives, shape (n,)."""
        u = self.draw(world, "arm", ids, month=0)
        edges = np.cumsum(self.trial.ratio)[:-1]
        return (np.searchsorted(edges, u, side="right") + 1).astype(np.uint8)

    def _enrol(self, world: TrialWorld, phase: str) -> None:
        trial, people = self.trial, world.people
        event_phase, find = EVENTS[trial.eligible["event"]]
        if phase != event_phase or not 0 <= world.month < trial.accrual_months:
            return
        rows, at = find(world)
        fresh = people.trial_arm[rows] == 0
        rows, at = rows[fresh], None if at is None else at[fresh]
        asked = self.draw(world, "asked", people.id[rows], month=0) < trial.share
        conditions = {key: part for key, part in trial.eligible.items() if key != "event"}
        met = asked & holds(conditions, Candidates(world, rows, at))
        rows, at = rows[met], None if at is None else at[met]
        arm = self.arm_of(world, people.id[rows])
        people.trial_arm[rows] = arm
        people.trial_stage[rows] = WAITING
        candidates = Candidates(world, rows, at)
        none = np.full(rows.shape[0], -1, np.int64)
        world.enrolled.append({
            "person": people.id[rows].copy(),
            "arm": arm,
            "month": np.full(rows.shape[0], world.month, np.int64),
            "victim": none if at is None else world.docket.victim[at],
            "symptoms_end": none.copy(),
            **{f"in {name}": holds(part, candidates) for name, part in trial.subgroups.items()},
        })  # fmt: skip

    def _note_victims(self, world: TrialWorld) -> None:
        """When victims' symptoms end, once this month's conferences have been held."""
        last: dict[str, Any] = world.enrolled[-1] if world.enrolled else {}
        if not last or not last["month"].shape[0] or last["month"][0] != world.month:
            return
        at = world.victims.rows(last["victim"])
        known = at >= 0
        last["symptoms_end"][known] = world.victims.symptoms_end[at[known]]
