"""What a virtual trial found, beside what was published, and whether the two agree."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from sim import evidence
from sim.experiment.scenario import Scenario
from sim.experiment.trial import COUNTS, NULL, Trial
from sim.experiment.trial_effects import Effect, Z, effect, excludes_null, from_link, power
from sim.experiment.trial_world import People
from sim.place import Place

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


def between(people: People, trial: Trial, subgroup: str | None) -> Effect:
    """Effect of the first arm against the last, among everyone or in a subgroup."""
    first, last = trial.compared
    chosen = (people["arm"] == first) | (people["arm"] == last)
    if subgroup is not None:
        chosen &= people[f"in {subgroup}"]
    inside = {name: column[chosen] for name, column in people.items()}
    inside["treated"] = (inside["arm"] == first) * 1
    return effect(inside, trial.scale, trial.outcome)


def measured(people: People, trial: Trial) -> Effect:
    """The comparison that was published."""
    found = between(people, trial, trial.measure.within)
    if trial.measure.against is not None:
        found = found.minus(between(people, trial, trial.measure.against))
    return found


def make_result(
    trial: Trial, scenario: Scenario, place: Place, size: Size, everyone: People, total: Effect,
    small: list[Effect],
) -> Result:  # fmt: skip
    """Put everything that a virtual trial found into one record."""
    scale, shown = trial.scale, trial.published
    simulated, interval = total.on(scale), total.interval(scale)
    spread = _spread(small, trial)
    counts = np.bincount(everyone["arm"], minlength=len(trial.arms))
    if small:
        se = float(np.mean([one.se for one in small]))
    else:
        # The information of a trial grows with its people.
        se = total.se * float(np.sqrt(counts.sum() / sum(trial.n.values())))
    expected = Effect(total.link, se).interval(scale)
    agrees, agreement, overlaps = _agreement(trial, simulated, interval, expected)
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
    trial: Trial, simulated: float, interval: tuple[float, float], expected: tuple[float, float]
) -> tuple[bool, str, bool | None]:
    """Whether the trial agrees, by which rule, and whether the 95 % intervals overlap.

    ``interval`` is that of the simulated value at large n, ``expected`` at the published n.
    """
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
    low, high = expected
    rule = (
        "no interval is published; the value lies in the 95 % range of what a trial of the "
        f"published n would show here ({low:.3g} to {high:.3g})"
    )
    return low <= shown.value <= high, rule, None


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
        one = between(people, trial, name)
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
        f"{scale.get(trial.scale, trial.scale)} of {WORDS[trial.outcome]}, "
        f"{trial.follow_up_months} months from {start}, {first} against {last}"
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
            f"{size.replications} virtual trials were wanted; the people enrolled are enough for "
            f"{replications}."
        )
    notes.append(f"95 % intervals are {Z:.2f} standard errors; the simulated one is chance alone.")
    return notes
