"""What is held out of a refit: later years, groups, definitions and cohorts, read off the rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sim.experiment.fit import named_targets
from sim.experiment.targets.people import Follow
from sim.experiment.targets.reading import Reading
from sim.place import Place

Named = Sequence[tuple[Mapping[str, str], Reading]]
EVERY_CURVE = "the whole curve"
LEAST_TIMES = 3
"""Times that a curve must have for its later half to be held out."""

CALLED = {
    "to_rearrest": "rearrest", "to_reconviction": "reconviction", "to_return": "return to prison",
    "to_return_new_crime": "return to prison", "to_return_breach": "return to prison",
    "to_offence": "reoffending",
}  # fmt: skip


@dataclass(frozen=True)
class HoldOut:
    """Targets of a place that a refit does not see, by position among those that it names."""

    name: str
    held: tuple[int, ...]

    @property
    def is_out_of_place(self) -> bool:
        """Whether nothing of the reoffending curve is left."""
        return self.name == EVERY_CURVE


def hold_outs(named: Named) -> list[HoldOut]:
    """All that can be held out of a place's targets; each leaves some of the curve, but the last.

    Parameters
    ----------
    named
        Targets of the place with their readings (`sim.experiment.fit.named_targets`).
    """
    curve = {i: reading for i, (_, reading) in enumerate(named) if isinstance(reading, Follow)}
    found = [HoldOut("later years", tuple(_later(curve)))]
    found += _by({i: reading.family for i, reading in curve.items()}, "groups by {}", [""])
    outcomes = {i: CALLED[reading.definition.column] for i, reading in curve.items()}
    found += _by(outcomes, "definition: {}")
    found += _by({i: named[i][0]["jurisdiction_cohort"] for i in curve}, "cohort: {}")
    different: dict[tuple[int, ...], HoldOut] = {}
    for one in found:
        if one.held and len(one.held) < len(curve):
            different.setdefault(one.held, one)
    out_of_place = [HoldOut(EVERY_CURVE, tuple(curve))] if curve else []
    return [*different.values(), *out_of_place]


def of_place(place: Place) -> tuple[Named, list[HoldOut]]:
    """Targets that a place names, and what can be held out of them."""
    named = list(named_targets(place))
    return named, hold_outs(named)


def _later(curve: Mapping[int, Follow]) -> Iterable[int]:
    """Of each outcome with several times, whatever reaches beyond half of the longest."""
    for column in CALLED:
        months = {i: reading.follow_up.months for i, reading in curve.items()
                  if reading.definition.column == column}  # fmt: skip
        if len(set(months.values())) >= LEAST_TIMES:
            half = max(months.values()) / 2.0
            yield from (i for i, month in months.items() if month > half)


def _by(labels: Mapping[int, str], name: str, without: Sequence[str] = ()) -> list[HoldOut]:
    """One hold-out for each label."""
    different = [label for label in dict.fromkeys(labels.values()) if label not in without]
    return [
        HoldOut(name.format(label), tuple(i for i, own in labels.items() if own == label))
        for label in different
    ]
