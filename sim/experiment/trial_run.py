"""A virtual trial: one large one and many at the published size, beside the published result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim import evidence
from sim.errors import DesistError
from sim.experiment.cells import replication_seed
from sim.experiment.plan import check_numbers
from sim.experiment.scenario import Scenario
from sim.experiment.study import Where
from sim.experiment.trial import COUNTS, NULL, Trial
from sim.experiment.trial_effects import Effect, Z, effect, excludes_null, from_link, power
from sim.experiment.trial_eligibility import check_conditions
from sim.experiment.trial_enrolment import EVENTS, TrialEnrolment
from sim.experiment.trial_world import People, run_world, trial_rules
from sim.people import columns_of
from sim.place import Place
from sim.rules import Rule, registry

WORDS = {
    "rearrest": "first arrest", "reconviction": "first arrest that leads to conviction",
    "return_to_prison": "first return to prison for any reason",
    "reoffending": "first offence, undetected ones included",
    "offences": "offences, undetected ones included", "arrests": "arrests",
    "convictions": "arrests that lead to conviction",
    "victims_with_symptoms": "victims with clinical symptoms",
}  # fmt: skip


@dataclass(frozen=True)
class Size:
    """How much to simulate: worlds of so many persons, and virtual trials taken from them."""

    persons: int
    worlds: int
    replications: int
    warmup_months: int
    seed: int


@dataclass(frozen=True)
class ArmResult:
    """What became of one arm: people followed, and the outcome in per cent or a person."""

    name: str
    n: int
    followed: int
    value: float
    unit: str


@dataclass(frozen=True)
class Result:
    """A finished virtual trial: the content of ``trial.json``.

    Attributes
    ----------
    simulated, simulated_ci
        Effect among everyone enrolled, with its 95 % interval (chance of the simulation only).
    spread
        Mean, standard deviation and middle 95 % of the virtual trials at the published n.
    power
        Probability that a trial of the published n sees the simulated effect (two-sided, 5 %).
    significant_share
        Share of the virtual trials at the published n that did see one.
    """

    name: str
    title: str
    role: str
    definition: str
    scale: str
    simulated: float
    simulated_ci: tuple[float, float]
    published: float | None
    published_ci: tuple[float, float] | None
    published_sign: str | None
    agrees: bool
    agreement: str
    overlaps: bool | None
    power: float
    significant_share: float | None
    spread: dict[str, float] | None
    n: dict[str, int]
    large_n: int
    replications: int
    arms: list[ArmResult]
    subgroups: dict[str, dict[str, Any]]
    evidence: str
    source: str
    jurisdiction: str
    size: dict[str, int]
    notes: list[str]

    def as_json(self) -> dict[str, Any]:
        """Plain content for a JSON file."""
        return asdict(self)


def prepare(
    trial: Trial, scenario: Scenario, place: Scenario, where: Where, folders: Sequence[Path] = ()
) -> tuple[Place, tuple[Rule, ...]]:
    """Check every name in a trial file and build its place and rules.

    Raises
    ------
    DesistError
        One line with the place in the file and the nearest name.
    """
    known = evidence.rows()
    row = trial.published.evidence
    if row != "none" and row not in known:
        at = where(("published", "evidence"))
        raise DesistError(f"unknown evidence '{row}'", at, given=row, valid=known)
    classes = registry(folders)
    check_numbers("dials", trial.usual, classes, lambda keys: where(("usual", *keys[1:])))
    for name, arm in trial.arms.items():

        def at_arm(keys: tuple[object, ...], name: str = name) -> str:
            return where(("arms", name, *keys))

        check_numbers("dials", arm.dials, classes, at_arm)
    built = Place.from_mapping(place.name, _overridden(place.content, trial))
    rules = trial_rules(built, trial, folders)
    off = [lever for lever in trial.reserved if lever not in {rule.name for rule in rules}]
    if off:
        at = where(("arms",))
        raise DesistError(f"the dials of '{off[0]}' leave it at the status quo", at)
    event = trial.eligible.get("event")
    if event not in EVENTS:
        at = where(("eligible", "event"))
        if event is None:
            raise DesistError("'eligible.event' is missing", at, mend="name the event of enrolment")
        raise DesistError(f"unknown event '{event}'", at, given=str(event), valid=EVENTS)
    columns = [c.name for c in columns_of((*rules, TrialEnrolment(trial=trial)))]
    docket = EVENTS[event][0] == "sentencing"
    if trial.outcome == "victims_with_symptoms" and not docket:
        raise DesistError("victims are known at conviction only", where(("eligible", "event")))
    people = {key: part for key, part in trial.eligible.items() if key != "event"}
    check_conditions(people, columns, docket, where, ("eligible",))
    for name, conditions in trial.subgroups.items():
        check_conditions(conditions, columns, docket, where, ("subgroups", name))
    return built, rules


def _overridden(content: dict[str, Any], trial: Trial) -> dict[str, Any]:
    merged = dict(content)
    for section in ("figures", "parameters"):
        rules = dict(merged.get(section, {}))
        for rule, entries in getattr(trial.overrides, section).items():
            rules[rule] = {**rules.get(rule, {}), **entries}
        merged[section] = rules
    return merged


def run_trial(
    trial: Trial, scenario: Scenario, place: Place, rules: Sequence[Rule], size: Size
) -> Result:
    """Simulate the trial's worlds and set the result beside the published one."""
    worlds = [
        run_world(place, rules, trial, size.persons, replication_seed(size.seed, r),
                  size.warmup_months)
        for r in range(size.worlds)
    ]  # fmt: skip
    everyone = _pooled(worlds)
    if everyone["arm"].shape[0] == 0:
        raise DesistError("nobody was enrolled", where=trial.title, mend="look at 'eligible'")
    total = _measured(everyone, trial)
    if not np.isfinite(total.link):
        raise DesistError(
            "too few events to estimate an effect", where=trial.title, mend="simulate more persons"
        )
    small = _virtual_trials(worlds, trial, size.replications)
    return _result(trial, scenario, place, size, everyone, total, small)


def _pooled(worlds: Sequence[People]) -> dict[str, NDArray[Any]]:
    pooled = {name: np.concatenate([w[name] for w in worlds]) for name in worlds[0]}
    sizes = [w["arm"].shape[0] for w in worlds]
    return pooled | {"world": np.repeat(np.arange(len(worlds)), sizes)}


def _between(people: People, trial: Trial, subgroup: str | None) -> Effect:
    first, last = trial.compared
    chosen = (people["arm"] == first) | (people["arm"] == last)
    if subgroup is not None:
        chosen &= people[f"in {subgroup}"]
    inside = {name: column[chosen] for name, column in people.items()}
    inside["treated"] = (inside["arm"] == first) * 1
    return effect(inside, trial.scale, trial.outcome)


def _measured(people: People, trial: Trial) -> Effect:
    """The comparison that was published."""
    found = _between(people, trial, trial.measure.within)
    if trial.measure.against is not None:
        found = found.minus(_between(people, trial, trial.measure.against))
    return found


def _virtual_trials(worlds: Sequence[People], trial: Trial, wanted: int) -> list[Effect]:
    """Trials of the published size: disjoint sets of people enrolled in one world each."""
    sizes = list(trial.n.values())
    found: list[Effect] = []
    for people in worlds:
        arms = [np.flatnonzero(people["arm"] == a) for a in range(len(sizes))]
        possible = min(rows.shape[0] // n for rows, n in zip(arms, sizes, strict=True))
        for k in range(min(possible, wanted - len(found))):
            rows = np.concatenate(
                [r[k * n : (k + 1) * n] for r, n in zip(arms, sizes, strict=True)]
            )
            one = {name: column[rows] for name, column in people.items()}
            found.append(_measured(one | {"world": np.zeros(rows.shape[0])}, trial))
    return [one for one in found if np.isfinite(one.link) and one.se > 0]


def _result(
    trial: Trial, scenario: Scenario, place: Place, size: Size, everyone: People, total: Effect,
    small: list[Effect],
) -> Result:  # fmt: skip
    scale, shown = trial.scale, trial.published
    simulated, interval = total.on(scale), total.interval(scale)
    spread = _spread(small, trial)
    agrees, agreement, overlaps = _agreement(trial, simulated, interval, spread)
    counts = np.bincount(everyone["arm"], minlength=len(trial.arms))
    if small:
        se = float(np.mean([one.se for one in small]))
    else:
        # The information of a trial grows with its people.
        se = total.se * float(np.sqrt(counts.sum() / sum(trial.n.values())))
    has_interval = shown.low is not None and shown.high is not None
    return Result(
        name=scenario.name, title=trial.title, role=trial.role, definition=definition(trial),
        scale=scale, simulated=simulated, simulated_ci=interval, published=shown.value,
        published_ci=(float(shown.low or 0.0), float(shown.high or 0.0)) if has_interval else None,
        published_sign=shown.sign, agrees=agrees, agreement=agreement, overlaps=overlaps,
        power=power(total.link, se),
        significant_share=float(np.mean([one.significant() for one in small])) if small else None,
        spread=spread, n=trial.n, large_n=int(counts.sum()), replications=len(small),
        arms=_arms(trial, everyone), subgroups=_subgroups(trial, everyone),
        evidence=shown.evidence, source=trial.source, jurisdiction=place.name,
        size=asdict(size), notes=_notes(trial, size, len(small)),
    )  # fmt: skip


def _spread(small: list[Effect], trial: Trial) -> dict[str, float] | None:
    if len(small) < 2:
        return None
    links = np.array([one.link for one in small])
    low, middle, high = np.quantile(links, [0.025, 0.5, 0.975])
    values = [from_link(float(link), trial.scale) for link in links]
    return {
        "median": from_link(float(middle), trial.scale), "sd": float(np.std(values, ddof=1)),
        "low": from_link(float(low), trial.scale), "high": from_link(float(high), trial.scale),
    }  # fmt: skip


def _agreement(
    trial: Trial, simulated: float, interval: tuple[float, float], spread: dict[str, float] | None
) -> tuple[bool, str, bool | None]:
    """Whether the trial agrees, by which rule, and whether the 95 % intervals overlap."""
    shown = trial.published
    if shown.sign is not None:
        right = interval[1] < NULL[trial.scale] if shown.sign == "below" else (
            interval[0] > NULL[trial.scale])  # fmt: skip
        return right, f"the simulated interval lies {shown.sign} no effect, as published", None
    if shown.low is not None and shown.high is not None:
        contains = shown.low <= simulated <= shown.high
        overlaps = interval[0] <= shown.high and shown.low <= interval[1]
        return contains, "the published 95 % interval contains the simulated value", overlaps
    assert shown.value is not None
    rule = "the middle 95 % of the virtual trials at the published n contain the published value"
    if spread is None:
        return False, rule + " (too few virtual trials to tell)", None
    return spread["low"] <= shown.value <= spread["high"], rule, None


def _arms(trial: Trial, people: People) -> list[ArmResult]:
    frequency = trial.outcome in COUNTS
    found = []
    for code, (name, arm) in enumerate(trial.arms.items()):
        inside = people["arm"] == code
        values = people["count"][inside] if frequency else 100.0 * people["event"][inside]
        mean = float(values.mean()) if values.shape[0] else float("nan")
        unit = "a person" if frequency else "%"
        found.append(ArmResult(name, arm.n, int(inside.sum()), mean, unit))
    return found


def _subgroups(trial: Trial, people: People) -> dict[str, dict[str, Any]]:
    found = {}
    for name in trial.subgroups:
        one = _between(people, trial, name)
        low, high = one.interval(trial.scale)
        found[name] = {
            "followed": int(people[f"in {name}"].sum()), "simulated": one.on(trial.scale),
            "simulated_ci": (low, high), "clear": excludes_null(low, high, trial.scale),
        }  # fmt: skip
    return found


def definition(trial: Trial) -> str:
    """What is measured, in words."""
    first, last = (list(trial.arms)[i] for i in trial.compared)
    scale = {"points": "difference in points", "percent": "relative change in %"}
    start = "enrolment" if trial.follow_from == "enrolment" else "the first month at liberty"
    text = (
        f"{scale.get(trial.scale, trial.scale)} of {WORDS[trial.outcome]}, {trial.follow_up_months} "
        f"months from {start}, {first} against {last}"
    )
    if trial.measure.within is not None:
        text += f", among {trial.measure.within}"
    if trial.measure.against is not None:
        text += f" against the same among {trial.measure.against}"
    return text


def _notes(trial: Trial, size: Size, replications: int) -> list[str]:
    notes = [trial.note] if trial.note else []
    if trial.published.note:
        notes.append(trial.published.note)
    row = evidence.rows().get(trial.published.evidence)
    if row is not None and row.unverified:
        notes.append(f"The published result ({row.id}) was written from memory: unverified.")
    if replications < size.replications:
        notes.append(
            f"The worlds held people for {replications} virtual trials of the published size, "
            f"of {size.replications} wanted."
        )
    notes.append(f"95 % intervals are {Z:.2f} standard errors; the simulated one is chance alone.")
    return notes
