"""What must hold in any run (MODEL.md), checked on small worlds of a place.

The same claims that the verification tests make, as functions that a user can run on a place of
their own: each returns what was measured, what it must lie between, and how it was looked at.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.assembly import build_rules
from sim.experiment.validation.score import Scored
from sim.people import CUSTODY, GONE, SHORT_CUSTODY
from sim.place import Place, Sourced
from sim.records import Recorded
from sim.rules import registry
from sim.world import World

MONTHS, START, WARMUP, SEED = 36, 12, 12, 11
Values = Mapping[str, Mapping[str, Any]]

NO_EFFECTS: Values = {
    "offending": {
        "age_slope": 1e-6, "female": 1.0, "priors_slope": 0.0,
        "group_ratio": dict.fromkeys(("violent", "property", "drug", "public_order"), 1.0),
    },
    "work": {"employed_hr": 1.0},
    "housing": {"housed_hr": 1.0},
    "substance_use": {"using_hr": 1.0},
    "cognition": {"slope": 0.0},
    "peers": {"contagion": 0.0},
    "gangs": {"joining": 0.0},
    "family": {"visits_hr": 1.0},
    "death": {"hazard_at_35": 0.0},
}  # fmt: skip
"""Frailty alone: circumstances that differ between people would spread their rates further."""


@dataclass(frozen=True)
class Checked:
    """Measured value, and the ends between which it must lie."""

    measured: float
    low: float
    high: float
    how: str

    @property
    def holds(self) -> bool:
        """Whether it lies there."""
        return bool(self.low <= self.measured <= self.high)


def changed(place: Place, figures: Mapping[str, Any]) -> Place:
    """The place with some figures replaced, ``rule.name`` to value."""
    new = {rule: dict(entries) for rule, entries in place.figures.items()}
    for path, value in figures.items():
        rule, _, name = path.partition(".")
        new.setdefault(rule, {})[name] = Sourced(value=value, source="assumed", note="a check")
    return place.model_copy(update={"figures": new})


def make_world(
    place: Place, persons: int, months: int = MONTHS, dials: Values | None = None,
    parameters: Values | None = None, all_levers: bool = False, warmup_months: int = WARMUP,
    **figures: Any,
) -> World:  # fmt: skip
    """Simulate a small world; figures as ``rule__name=value``."""
    varied = changed(place, {key.replace("__", "."): value for key, value in figures.items()})
    rules = build_rules(varied, dials, parameters, all_levers=all_levers)
    world = World(varied, rules, persons, SEED, warmup_months=warmup_months)
    world.run_to(months)
    return world


def differences(one: Recorded, other: Recorded, before: int | None = None) -> int:
    """Numbers that differ between two runs, up to a month or in all.

    Columns known at the index event are compared for events before that month, columns of what
    follows only over whole runs.
    """
    found = 0
    for name in one.series.keys() & other.series.keys():
        ours, theirs = one.series[name][:before], other.series[name][:before]
        found += int((~((ours == theirs) | (np.isnan(ours) & np.isnan(theirs)))).sum())
    known = ("person", "index", "month", "age_years", "priors", "supervised")
    sides = [
        run.cohort["month"] < (before if before is not None else np.iinfo(np.int16).max)
        for run in (one, other)
    ]
    if sides[0].sum() != sides[1].sum():
        return found + abs(int(sides[0].sum()) - int(sides[1].sum()))
    for name in known if before is not None else one.cohort:
        found += int((one.cohort[name][sides[0]] != other.cohort[name][sides[1]]).sum())
    return found


def turned_on() -> dict[str, dict[str, Any]]:
    """Dials that turn every lever on, read off the registry."""

    def away(quantity: Any) -> Any:
        if isinstance(quantity.default, bool) or quantity.unit == "on or off":
            return not quantity.default
        far = quantity.high if quantity.default < quantity.high else quantity.low
        return quantity.default + 0.4 * (far - quantity.default)

    return {
        name: {q.name: away(q) for q in rule.quantities().values() if q.kind == "dial"}
        for name, rule in registry().items()
        if rule.kind == "lever"
    }


def _people_are_conserved(place: Place, persons: int) -> Checked:
    world = make_world(place, persons, months=0)
    worst = 0
    alive = int(np.count_nonzero(world.people.status != GONE))
    for _ in range(MONTHS):
        world.step()
        series = world.records.finish().series
        left = sum(series[name][-1] for name in ("deaths", "transfers") if name in series)
        now = int(np.count_nonzero(world.people.status != GONE))
        worst = max(worst, abs(now - alive - int(series["entrants"][-1]) + int(left)))
        alive = now
    return Checked(worst, 0, 0, f"people at the end of each of {MONTHS} months, less entrants, "
                   "deaths and transfers since the month before")  # fmt: skip


def _nobody_is_convicted_or_released_twice(place: Place, persons: int) -> Checked:
    cohort = make_world(place, persons).records.finish().cohort
    releases = np.isin(cohort["index"], (0, 1))
    keys = cohort["person"][releases].astype(np.int64) * 10_000 + cohort["month"][releases]
    twice = keys.shape[0] - np.unique(keys).shape[0]
    # Those in prison when the world begins were given a stay, not a conviction.
    since = cohort["month"].astype(np.int64) - cohort["served_months"]
    sentenced = releases & (cohort["recalled"] == 0) & (since > -WARMUP)
    unconvicted = int((cohort["priors"][sentenced] == 0).sum())
    return Checked(twice + unconvicted, 0, 0, f"of {int(releases.sum()):,} releases, people "
                   "released twice in a month, or from a sentence that began in the run without a "
                   "conviction")  # fmt: skip


def _stock_is_flow_times_stay(place: Place, persons: int) -> Checked:
    """Person-months counted in prison less those spent, stays at both edges cut."""
    none = {"violent": 0.0, "property": 0.0, "drug": 0.0, "public_order": 0.0}
    world = make_world(
        place, persons, months=START, parameters={"death": {"hazard_at_35": 0.0}},
        sentencing__short_custody=none, supervision__breach_to_custody=0.0,
    )  # fmt: skip

    def inside() -> Any:
        people = world.people
        return (people.status == CUSTODY) & (people.custody != SHORT_CUSTODY)

    def begun(month: int) -> int:
        return int((month - world.people.custody_start[inside()].astype(np.int64)).sum())

    at_start, counted = begun(START), 0
    while world.month < START + 60:
        world.step()
        counted += int(np.count_nonzero(inside()))
    at_end = begun(world.month)
    cohort = world.records.finish().cohort
    left = (cohort["index"] == 0) & (cohort["month"] >= START)
    spent = int(cohort["served_months"][left].astype(np.int64).sum()) - at_start + at_end
    return Checked(counted - spent, 0, 0, f"{counted:,} person-months in prison in 60 months, less "
                   "the stays that made them up")  # fmt: skip


def _the_null_policy_changes_nothing(place: Place, persons: int) -> Checked:
    usual = make_world(place, persons).records.finish()
    with_levers = make_world(place, persons, all_levers=True).records.finish()
    return Checked(differences(usual, with_levers), 0, 0, "numbers that differ when every lever is "
                   "in the world but set to the status quo")  # fmt: skip


def _forks(place: Place, persons: int, *policies: Values) -> list[Recorded]:
    past = make_world(place, persons, months=START)
    snapshot, found = past.snapshot(), []
    for dials in policies:
        arm = World.resume(snapshot, build_rules(past.place, dials))
        arm.run_to(MONTHS)
        found.append(arm.records.finish())
    return found


def _policies_are_identical_until_they_start(place: Place, persons: int) -> Checked:
    base, arm = _forks(place, persons, {}, turned_on())
    if differences(base, arm) == 0:
        return Checked(float("nan"), 0, 0, "the policy with every lever on changed nothing at all")
    return Checked(
        differences(base, arm, START),
        0,
        0,
        f"numbers that differ before month {START}, in which every lever is turned on",
    )


def _the_order_of_arms_does_not_matter(place: Place, persons: int) -> Checked:
    first = _forks(place, persons, {}, turned_on())
    second = _forks(place, persons, turned_on(), {})
    different = differences(first[0], second[1]) + differences(first[1], second[0])
    return Checked(different, 0, 0, "numbers that differ when the two arms change places")


def _survival_is_the_frailty_form(place: Place, persons: int) -> Checked:
    """Share arrested within four years against a gamma frailty, in standard errors."""
    shape, rate, people = 0.9, 0.30, 10 * persons
    world = make_world(
        place, people, months=48, warmup_months=0, parameters=NO_EFFECTS,
        offending__arrests_per_year=rate, population__frailty_shape=shape,
        population__prison_stock=0.0, population__past_convictions=0.0, desistance__per_year=0.0,
        pretrial__detained_share=0.0, hearings__capacity=0.0, hearings__conviction=0.0,
    )  # fmt: skip
    founders = (world.people.status != GONE) & (world.people.id < 2**30)
    n = int(founders.sum())
    share = float((world.people.case_offence[founders] > 0).mean())
    expected = 1.0 - (1.0 + rate * 4.0 / shape) ** -shape
    away = (share - expected) / np.sqrt(expected * (1.0 - expected) / n)
    return Checked(float(away), -3.9, 3.9, f"standard errors between the share of {n:,} people "
                   "arrested within four years and 1 - (1 + Ht / k)^-k")  # fmt: skip


def _capacity_never_lengthens_the_queue(place: Place, persons: int) -> Checked:
    quiet: dict[str, Any] = {"pretrial__detained_share": 0.0, "hearings__conviction": 0.0,
             "population__prison_stock": 0.0, "offending__arrests_per_year": 1.0}  # fmt: skip
    queues = [
        float(make_world(place, persons, hearings__capacity=capacity, **quiet)
              .records.finish().series["backlog"].sum())
        for capacity in (0.0, 10.0, 40.0, 1000.0)
    ]  # fmt: skip
    longest_rise = max(more - less for less, more in itertools.pairwise(queues))
    return Checked(longest_rise, -np.inf, 0, "largest rise of the courts' backlog (case-months) "
                   "when capacity rises")  # fmt: skip


def _no_offending_no_arrests(place: Place, persons: int) -> Checked:
    series = make_world(place, persons, offending__arrests_per_year=0.0).records.finish().series
    return Checked(float(series["offences"].sum() + series["arrests"].sum()), 0, 0,
                   "offences and arrests when nobody offends")  # fmt: skip


def _no_courts_no_convictions(place: Place, persons: int) -> Checked:
    series = make_world(place, persons, hearings__capacity=0.0).records.finish().series
    return Checked(
        float(series["convictions"].sum()),
        0,
        0,
        f"convictions of {series['arrests'].sum():,.0f} arrests when no court sits",
    )


def _enough_places_no_density_above_100(place: Place, persons: int) -> Checked:
    world = make_world(place, persons, months=0, custody__places=1000.0)
    worst = 0.0
    for _ in range(MONTHS):
        world.step()
        worst = max(worst, *(prison.density for prison in world.prisons))
    return Checked(worst, 0, 100.0, "highest density (%) of a prison with places for everyone")


CHECKS: dict[str, Callable[[Place, int], Checked]] = {
    "people are conserved": _people_are_conserved,
    "nobody is released twice, or sentenced without a conviction":
        _nobody_is_convicted_or_released_twice,
    "stock = flow × stay in prison": _stock_is_flow_times_stay,
    "a policy equal to the baseline changes nothing, exactly": _the_null_policy_changes_nothing,
    "policies are identical until the month they start": _policies_are_identical_until_they_start,
    "relabelling the arms changes nothing": _the_order_of_arms_does_not_matter,
    "with all effects off, survival is the gamma frailty's": _survival_is_the_frailty_form,
    "more capacity never lengthens the queue": _capacity_never_lengthens_the_queue,
    "no offending, no arrests": _no_offending_no_arrests,
    "no courts, no convictions": _no_courts_no_convictions,
    "unlimited places, no density above 100": _enough_places_no_density_above_100,
}  # fmt: skip
"""Every claim and the function that looks at it."""


def scored(name: str, place: Place, persons: int) -> Scored:
    """Look at one claim on a small world of a place."""
    found = CHECKS[name](place, persons)
    low = found.low if np.isfinite(found.low) else None
    return Scored(
        "must hold", place.name, name, 0.0 if found.low == found.high == 0 else None,
        found.measured, low, found.high, found.holds, note=found.how,
    )  # fmt: skip
