"""Common pasts: cells that are alike until the policies start are simulated from one snapshot.

Policies share the past of their place, parameters and luck. So do design points that only turn
dials or move parameters of levers that are not yet in use; a point or a draw that moves a
parameter of the past has a past of its own.

An arm is named by what of a point concerns it: the baseline turns no dial, a policy has only its
own levers. So an arm that is the same at many points is one cell, whose point has just these
values; `stored_points` tells where the cells of a policy at a point are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sim.experiment.arms import PolicyArm, merged, set_by
from sim.experiment.cells import Values, digest
from sim.experiment.design import Level, Point, point_of
from sim.experiment.drawn_place import DrawnPlace
from sim.experiment.study import Study


@dataclass(frozen=True)
class PlannedArm:
    """A policy at a point, before luck is added.

    Attributes
    ----------
    parameters
        What the point sets, beside the parameters of the past.
    content
        Hash of what is simulated.
    """

    policy: str
    point: int
    dials: Values
    parameters: Values
    content: str


@dataclass(frozen=True)
class Past:
    """One place under one set of parameters, and the arms that fork from it.

    ``dials`` are the baseline's, under which the past is simulated.
    """

    jurisdiction: str
    draw: int
    parameters: Values
    dials: Values
    arms: tuple[PlannedArm, ...]


@dataclass(frozen=True)
class Layout:
    """The policies of a study and what there is to tell them apart.

    Attributes
    ----------
    levers
        Names of all levers there are.
    """

    policies: tuple[PolicyArm, ...]
    levers: frozenset[str]

    def touches_past(self, rule: str) -> bool:
        """Whether a rule works before the policies start."""
        return rule not in self.levers or rule in self.policies[0].dials

    def concerns(self, name: str, value: Level, policy: PolicyArm) -> bool:
        """Whether something that a point sets changes what a policy is."""
        section, _, rest = name.partition(".")
        rule, _, key = rest.partition(".")
        if section == "dials":
            own = policy.dials.get(rule)
            return policy is not self.policies[0] and own is not None and own.get(key) != value
        return section != "parameters" or self.touches_past(rule) or rule in policy.dials

    def at(self, point: Point) -> Iterator[tuple[PolicyArm, Point]]:
        """Every policy with the part of a point that concerns it."""
        for policy in self.policies:
            yield (
                policy,
                point_of({n: v for n, v in point.values.items() if self.concerns(n, v, policy)}),
            )


def stored_points(layout: Layout, points: Iterable[Point]) -> list[tuple[str, int, Point]]:
    """Policy, point, and the point under which that arm is stored."""
    return [
        (policy.name, point.id, stored) for point in points for policy, stored in layout.at(point)
    ]


@dataclass(frozen=True)
class _Group:
    """Arms that share their past, and the parameters that it has from their points."""

    parameters: Values
    arms: dict[tuple[str, int], tuple[Values, Values]]


def pasts_of(
    study: Study, layout: Layout, places: Mapping[str, DrawnPlace], points: Sequence[Point]
) -> tuple[Past, ...]:
    """Every past of a study, for one replication."""
    groups = _groups(layout, points)
    return tuple(
        _past(study, layout, place, draw, group)
        for draw in range(study.draws + 1)
        for place in places.values()
        for group in groups
    )


def _groups(layout: Layout, points: Sequence[Point]) -> list[_Group]:
    groups: dict[str, _Group] = {}
    for point in points:
        for policy, own in layout.at(point):
            parameters = set_by(own, "parameters")
            past = {rule: v for rule, v in parameters.items() if layout.touches_past(rule)}
            group = groups.setdefault(digest(past), _Group(past, {}))
            key = policy.name, own.id
            if key not in group.arms:
                group.arms[key] = merged(policy.dials, set_by(own, "dials")), parameters
    return list(groups.values())


def _past(study: Study, layout: Layout, place: DrawnPlace, draw: int, group: _Group) -> Past:
    name = place.scenario.name
    ground = laid_over(place.parameters(draw), study.parameters)
    baseline = layout.policies[0].dials
    arms = []
    for (policy, point), (dials, parameters) in group.arms.items():
        used = {*dials, *baseline}
        relevant = {
            rule: values
            for rule, values in laid_over(ground, parameters).items()
            # Not of levers that the arm does not use, so that its key is its own.
            if rule not in layout.levers or rule in used
        }
        content = {
            # Names are part of the key: a policy equal to the baseline is its own cell.
            "jurisdiction": name,
            "policy": policy,
            "place": place.marks[draw],
            "past": as_numbers(baseline),
            "dials": as_numbers(dials),
            "parameters": relevant,
            "persons": study.persons,
            "months": study.months,
            "start": study.start,
            "warmup_months": study.warmup_months,
        }
        arms.append(PlannedArm(policy, point, dials, parameters, digest(content)))
    return Past(name, draw, laid_over(ground, group.parameters), baseline, tuple(arms))


def as_numbers(dials: Values) -> Values:
    """Dials with 20 and 20.0 alike, for comparison."""
    return {
        lever: {
            name: float(value) if type(value) is int else value for name, value in values.items()
        }
        for lever, values in dials.items()
    }


def laid_over(*layers: Mapping[str, Mapping[str, Any]]) -> Values:
    """Later layers over earlier ones, rule by rule and name by name."""
    together: dict[str, dict[str, Any]] = {}
    for layer in layers:
        for rule, values in layer.items():
            together.setdefault(rule, {}).update(values)
    return together
