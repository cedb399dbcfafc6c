"""The world: people, institutions, the month, and the luck, as a Mesa model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import mesa
import numpy as np
from numpy.typing import NDArray

from sim import schedule
from sim.agent_ids import let_models_go
from sim.binding import bind, watched
from sim.draws import Draws
from sim.institutions import (
    CentralAuthority,
    Community,
    Court,
    Employer,
    EmploymentService,
    Institution,
    LocalGovernment,
    Police,
    PretrialService,
    Prison,
    Probation,
    RestorativeService,
    VolunteerOrganisation,
    WelfareOffice,
)
from sim.institutions.employer import SECTORS
from sim.month import RATES, Docket, Incidents
from sim.people import People, Person, columns_of
from sim.place import Place
from sim.records import Records
from sim.rules import Rows, Rule
from sim.scan import rows_where
from sim.selection import Selections
from sim.victims import Victims

let_models_go()

Engine = Literal["compiled", "python"]


@dataclass(frozen=True)
class Snapshot:
    """Everything that a world is at the start of a month; picklable."""

    place: Place
    rules: tuple[Rule, ...]
    persons: int
    seed: int
    month: int
    engine: Engine
    columns: dict[str, NDArray[Any]]
    victims: dict[str, Any]
    institutions: list[dict[str, Any]]
    records: dict[str, Any]


class World(mesa.Model):  # type: ignore[misc]
    """A jurisdiction in miniature, advanced a month at a time.

    Parameters
    ----------
    place
        The jurisdiction.
    rules
        Processes and levers (`sim.assembly.build_rules`).
    persons
        People at the start, at least 1: those with a criminal record or at risk of one.
    seed
        Replication seed; worlds that share it share every person's luck.
    warmup_months
        Months simulated before month 0, so that stocks and flows agree; not recorded.
    engine
        ``compiled`` (default) or ``python``: person rules as written, for reading and debugging.

    Examples
    --------
    See ``docs/first_world.md``.
    """

    def __init__(
        self,
        place: Place,
        rules: Sequence[Rule],
        persons: int,
        seed: int,
        *,
        warmup_months: int = 60,
        engine: Engine = "compiled",
        _snapshot: Snapshot | None = None,
    ) -> None:
        super().__init__(rng=seed % 2**32)
        self.place = place
        self.rules = {rule.name: rule for rule in rules}
        self.persons = persons
        self.seed_key = seed
        self.engine: Engine = engine
        self.month = -warmup_months
        self.draws = Draws(seed)
        self._selections = Selections()
        self._once: dict[str, Any] = {}
        self._this_month: dict[str, tuple[int, int, Any]] = {}
        self.victims = Victims()
        self.records = Records(rules)
        self.docket = Docket()
        self.incidents = Incidents()
        self._found_institutions()
        rows = persons + persons // 50 + 8 if _snapshot is None else 1
        self.people = People(columns_of(rules), rows)
        if _snapshot is None:
            for rule in schedule_order(rules):
                rule.found(self)
        else:
            self._restore(_snapshot)
        used = {step.adds_to for rule in rules for step in rule.steps() if step.adds_to}
        self.reserved: dict[str, tuple[int, ...]] = {}
        self.rates = {name: np.zeros(len(self.people), np.float32) for name in RATES}
        self._used_rates = tuple(name for name in RATES if name in used)
        self._plan = [
            watched(self._selections, step, bind(self, rule, step))
            for rule, step in schedule.plan(rules)
        ]

    def _found_institutions(self) -> None:
        """Make every agent; the order fixes their identities, so new kinds come last."""
        self.institutions: list[Institution] = []
        places, homes = range(self.place.prisons), range(self.place.communities)

        def add(kind: Callable[..., Any], *about: object) -> Any:
            self.institutions.append(kind(self, len(self.institutions), *about))
            return self.institutions[-1]

        self.communities = [add(Community, i, 1.0 / self.place.communities) for i in homes]
        self.prisons = [add(Prison, i) for i in places]
        self.employers = [add(Employer, i, sector) for i in homes for sector in SECTORS]
        self.court = add(Court)
        self.police = add(Police)
        self.probation = add(Probation)
        self.employment_service = add(EmploymentService)
        self.central_authority = add(CentralAuthority)
        self.volunteer_organisations = [add(VolunteerOrganisation, i) for i in homes]
        self.pretrial_service = add(PretrialService)
        self.restorative_service = add(RestorativeService)
        self.welfare_offices = [add(WelfareOffice, i) for i in homes]
        self.local_governments = [add(LocalGovernment, i) for i in homes]

    # -- one month ------------------------------------------------------------------------------

    def step(self) -> None:
        """Simulate one month."""
        self._open_month()
        for run in self._plan:
            run()
        self.records.close_month(self.month)
        self.month += 1

    def run_to(self, month: int) -> None:
        """Simulate up to the start of ``month``."""
        while self.month < month:
            self.step()

    def _open_month(self) -> None:
        self._selections.look_again()
        self._fit_rates()
        for name in self._used_rates:
            self.rates[name][:] = 0
        self.docket = Docket()
        self.incidents = Incidents()

    def _fit_rates(self) -> None:
        # The table may grow in the middle of a month: new rows start at 0, the others keep theirs.
        short = len(self.people) - self.rates["offending"].shape[0]
        if short:
            self.rates = {
                name: np.concatenate((rate, np.zeros(short, np.float32)))
                for name, rate in self.rates.items()
            }

    # -- looking around -------------------------------------------------------------------------

    def rule(self, name: str) -> Any:
        """Return a rule of this world by name."""
        return self.rules[name]

    def person(self, row: int) -> Person:
        """View one row as a person."""
        return Person(self, row)

    def selection(self, name: str, also: NDArray[np.bool_] | None = None) -> Rows:
        """Rows of a named group of people, in ascending order, not to be written to.

        Names: ``everybody``, ``at_liberty``, ``supervised``, ``remanded``, ``in_custody``,
        ``awaiting_court``.

        Parameters
        ----------
        also
            Keep only those for whom this is true, shape (rows of the table,). For a large group
            ``selection("at_liberty", people.homeless > 0)`` costs a tenth of picking from its rows.
        """
        if name == "awaiting_court":
            waiting = self.people.case_offence > 0
            return rows_where(waiting, also)
        if also is None:
            return self._selections.rows(self.people.status, name)
        return rows_where(self._selections.answers(self.people.status, name), also)

    def belongs(self, name: str) -> NDArray[np.bool_]:
        """Whether each row belongs to a group by legal status (`selection`), read-only."""
        return self._selections.answers(self.people.status, name)

    def rate(self, name: str) -> NDArray[np.float32]:
        """Sum of this month's contributions to a named rate, one value a row."""
        self._fit_rates()
        return self.rates[name]

    def column(self, name: str) -> NDArray[Any]:
        """A column of the people, or ``rate_NAME`` for the sum of a named rate."""
        if name.startswith("rate_"):
            return self.rate(name.removeprefix("rate_"))
        return self.people.array(name)

    def has_column(self, name: str) -> bool:
        """Whether `column` knows the name."""
        return name in self.people.columns or name.removeprefix("rate_") in RATES

    def reach(self, lever: str, rows: Rows) -> Rows:
        """Rows that a lever may be offered to: all, or in a virtual trial those in its arms."""
        if lever not in self.reserved:
            return rows
        return rows[self.reaches(lever, rows)]

    def reaches(self, lever: str, rows: Rows) -> NDArray[np.bool_]:
        """Whether a lever may be offered to each of the rows (`reach`)."""
        if lever not in self.reserved:
            return np.ones(rows.shape[0], np.bool_)
        in_its_arms = np.zeros(256, np.bool_)
        in_its_arms[list(self.reserved[lever])] = True
        reached: NDArray[np.bool_] = in_its_arms[self.people.trial_arm[rows]]
        return reached

    def once(self, name: str, compute: Callable[[], Any]) -> Any:
        """Return what ``compute`` gave when this name was first asked for.

        For what follows from the place and the rules alone and never changes in a run.
        """
        if name not in self._once:
            self._once[name] = compute()
        return self._once[name]

    def this_month(self, name: str, compute: Callable[[], Any]) -> Any:
        """Return what ``compute`` gave when this name was first asked for in this month."""
        found = self._this_month.get(name)
        if found is None or found[:2] != (self.month, len(self.people)):
            found = self._this_month[name] = (self.month, len(self.people), compute())
        return found[2]

    # -- snapshot and fork ----------------------------------------------------------------------

    def snapshot(self) -> Snapshot:
        """Copy everything that the future depends on."""
        return Snapshot(
            place=self.place,
            rules=tuple(self.rules.values()),
            persons=self.persons,
            seed=self.seed_key,
            month=self.month,
            engine=self.engine,
            columns=self.people.copy_columns(),
            victims=self.victims.state(),
            institutions=[institution.state() for institution in self.institutions],
            records=self.records.state(),
        )

    @classmethod
    def resume(cls, snapshot: Snapshot, rules: Sequence[Rule] | None = None) -> World:
        """Make a new world from a snapshot, under the same rules or others (a fork)."""
        return cls(
            snapshot.place,
            snapshot.rules if rules is None else rules,
            snapshot.persons,
            snapshot.seed,
            engine=snapshot.engine,
            _snapshot=snapshot,
        )

    def _restore(self, snapshot: Snapshot) -> None:
        self.month = snapshot.month
        self.people.set_columns(snapshot.columns)
        self.victims.restore(snapshot.victims)
        for institution, state in zip(self.institutions, snapshot.institutions, strict=True):
            institution.restore(state)
        self.records.restore(snapshot.records)


def schedule_order(rules: Sequence[Rule]) -> list[Rule]:
    """Rules in the order of the month, each once."""
    ordered: dict[str, Rule] = {}
    for rule, _ in schedule.plan(rules):
        ordered.setdefault(rule.name, rule)
    for rule in rules:
        ordered.setdefault(rule.name, rule)
    return list(ordered.values())
