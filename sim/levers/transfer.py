"""§41: transfer of sentenced people to serve the rest of the sentence in their own country.

A foreign national in prison may be transferred if there is an agreement with the country, enough
of the sentence is left, the person has been informed and consents (unless consent is not
required), and both states agree. Agreements are made with the nearest countries first; farther
ones agree less often. The central authority takes up so many requests a month; the
rest wait, and time left runs out meanwhile. People transferred leave the place for good: they are
counted, free a place, and compete with reoffending as death does. Ties and reintegration at home
are the reason for it (prison_distance_drago has the sign), but no estimate of what transfer does to
later offending is known, and none is claimed. What it is not: removal at the end of the sentence,
which is far commoner (transfer_v_removal).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.people import GONE, PRISON_SENTENCE, RECALL
from sim.rules import Column, Lever, Rows, array_step, dial, parameter
from sim.scan import pick

if TYPE_CHECKING:
    from sim.world import World

NOT_ASKED, CLOSED, WAITING, IN_HAND = 0, 1, 2, 3
COUNTRIES = ("neighbouring", "same_region", "elsewhere")


class Transfer(Lever):
    """Agreement, information, consent, a queue, and a departure."""

    paragraphs: ClassVar[tuple[int, ...]] = (41,)
    columns: ClassVar[tuple[Column, ...]] = (
        Column("transfer_stage", "u1", "code", "stage of the request for transfer"),
        Column("transfer_due", "i2", "month", "month in which the request is decided", 32767),
    )
    metrics: ClassVar = {
        "foreign_in_custody": ("persons", "foreign nationals in custody"),
        "transfer_requests": ("persons", "people eligible who were informed and consent"),
        "transfer_waiting": ("persons", "requests that wait for the central authority"),
        "transferred": ("persons", "people transferred to their own country"),
        "transfer_months_freed": ("person-months", "time left to serve of people transferred"),
    }

    agreements: float = dial(
        0.0, unit="share", label="foreign nationals whose country has a working agreement"
    )
    informed: float = dial(
        0.5, unit="share", label="eligible people who are informed in a language they understand"
    )
    consent_required: bool = dial(
        True, unit="on or off", label="the person must consent (off: as between EU states)"
    )
    processing: float = dial(
        12.0, unit="months", low=1.0, high=24.0, label="months from request to decision"
    )
    minimum_left: float = dial(
        6.0, unit="months", low=0.0, high=12.0, label="sentence left on the day of transfer"
    )
    requests: float = dial(
        0.1, unit="per 1,000 people a month", low=0.0, high=5.0,
        label="requests that the central authority can take up",
    )  # fmt: skip
    nationals: dict[str, float] = parameter(
        {"neighbouring": 0.4, "same_region": 0.3, "elsewhere": 0.3},
        unit="share", low=0.5, high=1.5, source="assumed",
        label="where foreign nationals come from, nearest first", note="set it for the place",
    )  # fmt: skip
    states_agree: dict[str, float] = parameter(
        {"neighbouring": 0.6, "same_region": 0.5, "elsewhere": 0.2},
        unit="probability", low=0.5, high=1.5, source="transfer_compulsory;assumed",
        label="requests to which both states agree in time",
        note="with consent, gives 0.4 to 2.4 % of the stock a year; agreements with far countries "
        "have produced next to nothing",
    )  # fmt: skip
    consents: float = parameter(
        0.10, unit="probability", low=0.02, high=0.3, source="transfer_volume_ew;transfer_eligible",
        label="informed eligible people who consent",
        note="69 % eligible, under 0.5 % of the stock transferred a year: consent and paperwork "
        "are the limit; how they share it is assumed",
    )  # fmt: skip
    no_objection: float = parameter(
        0.50, unit="probability", low=0.3, high=0.7, source="transfer_eu_rate",
        label="cases that go on where consent is not required",
        note="that regime raised transfers about fivefold",
    )  # fmt: skip
    escort: float = parameter(
        1640.0, unit="currency", low=1000.0, high=5000.0, source="transfer_cost",
        label="escort of one person", note="GBP; case-work is not known",
    )  # fmt: skip
    telling: float = parameter(
        50.0, unit="currency", low=20.0, high=200.0, source="assumed",
        label="informing one person in a language they understand", note="an hour of interpreting",
    )  # fmt: skip

    def nearness(self, world: World, rows: Rows) -> NDArray[np.float64]:
        """Place of each person's country in the order of nearness, from 0 to 1, for good."""
        return self.draw(world, "country", world.people.id[rows], 0)

    @array_step("release", writes=["transfer_stage", "transfer_due", "status", "case_offence"])
    def move(self, world: World) -> None:
        """Ask, queue, decide, depart."""
        people, month, authority = world.people, world.month, world.central_authority
        inside = world.selection("in_custody")
        people.transfer_stage[pick(inside, people.custody_start[inside] == month)] = NOT_ASKED
        abroad = pick(inside, people.foreign[inside] > 0)
        world.records.count("foreign_in_custody", abroad.shape[0])
        self._ask(world, abroad)
        waiting = abroad[people.transfer_stage[abroad] == WAITING]
        start = people.custody_start[waiting]
        tie = self.draw(world, "queue", people.id[waiting], start)
        authority.capacity = self.requests * world.persons / 1000.0
        opened = waiting[np.lexsort((tie, start))[: authority.can_take()]]
        people.transfer_stage[opened] = IN_HAND
        people.transfer_due[opened] = month + int(self.processing)
        authority.waiting = waiting.shape[0] - opened.shape[0]
        world.records.count("transfer_waiting", authority.waiting)
        self._decide(world, abroad[people.transfer_stage[abroad] == IN_HAND])
        authority.caseload = int(np.count_nonzero(people.transfer_stage[abroad] == IN_HAND))

    def _ask(self, world: World, abroad: Rows) -> None:
        people = world.people
        new = abroad[people.transfer_stage[abroad] == NOT_ASKED]
        new = world.reach(self.name, new[np.isin(people.custody[new], (PRISON_SENTENCE, RECALL))])
        people.transfer_stage[new] = CLOSED
        left = people.custody_end[new].astype(np.int64) - world.month
        covered = self.nearness(world, new) < self.agreements
        eligible = new[covered & (left >= self.processing + self.minimum_left)]
        ids, start = people.id[eligible], people.custody_start[eligible]
        told = self.happens(world, "informed", ids, self.informed, start)
        share = self.consents if self.consent_required else self.no_objection
        yes = told & self.happens(world, "consents", ids, share, start)
        people.transfer_stage[eligible[yes]] = WAITING
        self.note_access(world, "eligible", eligible)
        self.note_access(world, "offered", eligible[told])
        self.note_access(world, "consented", eligible[yes])
        world.records.count("transfer_requests", np.count_nonzero(yes))
        world.records.count("cost_prison", np.count_nonzero(told) * self.telling)

    def _decide(self, world: World, in_hand: Rows) -> None:
        people, month = world.people, world.month
        due = in_hand[people.transfer_due[in_hand] <= month]
        left = people.custody_end[due].astype(np.int64) - month
        edges = np.cumsum([self.nationals[name] for name in COUNTRIES])
        country = np.searchsorted(edges[:-1] / edges[-1], self.nearness(world, due), side="right")
        chance = np.array([self.states_agree[name] for name in COUNTRIES])[country]
        agree = self.draw(world, "states agree", people.id[due], people.custody_start[due])
        goes = (left >= self.minimum_left) & (agree < chance) & (people.case_offence[due] == 0)
        people.transfer_stage[due[~goes]] = CLOSED
        gone = due[goes]
        self.note_access(world, "completed", gone)
        followed = gone[people.followed[gone] > 0]
        world.records.event("transfer", people.id[followed], month)
        people.status[gone] = GONE
        people.case_offence[gone] = 0
        world.records.count("transferred", gone.shape[0])
        world.records.count("transfer_months_freed", left[goes].sum())
        world.records.count("cost_prison", gone.shape[0] * self.escort)
