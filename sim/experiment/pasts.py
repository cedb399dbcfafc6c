"""Common pasts: cells that are alike until the policies start are simulated from one snapshot.

Policies share the past of their place, parameters and luck. So do design points that only turn
dials; a point or a draw that moves a parameter has a past of its own. An arm that comes out the
same at two points (its policy does not use the dial that was turned) is one cell, stored under the
first of them; `stored_points` tells which.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sim.experiment.arms import PolicyArm, at_point, set_by
from sim.experiment.cells import Values, digest
from sim.experiment.design import Point
from sim.experiment.study import Study
from sim.experiment.uncertainty import Drawn


@dataclass(frozen=True)
class PlannedArm:
    """A policy at a point, before luck is added.

    Attributes
    ----------
    content
        Hash of what is simulated.
    point
        The first point at which the arm is like this.
    """

    policy: str
    point: int
    dials: Values
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
class _Group:
    """Points that set the same parameters, and what their policies are."""

    parameters: Values
    arms: tuple[tuple[str, int, Values], ...]


def pasts_of(
    study: Study, policies: tuple[PolicyArm, ...], places: Mapping[str, str],
    points: Sequence[Point], draws: Mapping[str, list[Drawn]], levers: frozenset[str],
) -> tuple[Past, ...]:  # fmt: skip
    """Every past of a study, for one replication.

    Parameters
    ----------
    places
        Name -> hash of the numbers of a jurisdiction.
    draws
        Place -> draws 1, 2, ... of the parameters; empty for the central values only.
    levers
        Names of all levers there are.
    """
    groups = _groups(policies, points)
    return tuple(
        _past(study, name, mark, draw, drawn, group, levers)
        for draw in range(study.draws + 1)
        for name, mark in places.items()
        for drawn in [draws[name][draw - 1] if draw else {}]
        for group in groups
    )


def _groups(policies: tuple[PolicyArm, ...], points: Sequence[Point]) -> list[_Group]:
    """Points by the parameters they set, each with its distinct arms."""
    by_parameters: dict[str, tuple[Values, list[Point]]] = {}
    for point in points:
        parameters = set_by(point, "parameters")
        by_parameters.setdefault(digest(parameters), (parameters, []))[1].append(point)
    return [
        _Group(parameters, tuple(
            (policy, stored, dials)
            for policy, point, stored, dials in _stored(policies, alike) if stored == point
        ))
        for parameters, alike in by_parameters.values()
    ]  # fmt: skip


def _stored(
    policies: tuple[PolicyArm, ...], points: Sequence[Point]
) -> Iterator[tuple[str, int, int, Values]]:
    """Policy, point, the point under which it is stored, and dials, for points of one group."""
    first: dict[tuple[str, str], int] = {}
    for point in points:
        for policy, dials in at_point(policies, point):
            stored = first.setdefault((policy, digest(as_numbers(dials))), point.id)
            yield policy, point.id, stored, dials


def as_numbers(dials: Values) -> Values:
    """Dials with 20 and 20.0 alike, for comparison."""
    return {
        lever: {
            name: float(value) if type(value) is int else value for name, value in values.items()
        }
        for lever, values in dials.items()
    }


def stored_points(
    policies: tuple[PolicyArm, ...], points: Sequence[Point]
) -> list[tuple[str, int, int]]:
    """Policy, point, and the point under which that arm is stored."""
    by_parameters: dict[str, list[Point]] = {}
    for point in points:
        by_parameters.setdefault(digest(set_by(point, "parameters")), []).append(point)
    return [
        (policy, point, stored)
        for alike in by_parameters.values()
        for policy, point, stored, _ in _stored(policies, alike)
    ]


def _past(
    study: Study, name: str, mark: str, draw: int, drawn: Drawn, group: _Group,
    levers: frozenset[str],
) -> Past:  # fmt: skip
    parameters = _laid_over(drawn, study.parameters, group.parameters)
    baseline = group.arms[0][2]
    arms = tuple(
        PlannedArm(
            policy, point, dials,
            digest({
                # Names are part of the key: a policy equal to the baseline is its own cell.
                "jurisdiction": name,
                "policy": policy,
                "place": mark,
                "past": as_numbers(baseline),
                "dials": as_numbers(dials),
                "parameters": _relevant(parameters, levers, {*dials, *baseline}),
                "persons": study.persons,
                "months": study.months,
                "start": study.start,
                "warmup_months": study.warmup_months,
            }),
        )
        for policy, point, dials in group.arms
    )  # fmt: skip
    return Past(name, draw, parameters, baseline, arms)


def _laid_over(*layers: Mapping[str, Mapping[str, Any]]) -> Values:
    """Later layers over earlier ones, rule by rule and name by name."""
    merged: dict[str, dict[str, Any]] = {}
    for layer in layers:
        for rule, values in layer.items():
            merged.setdefault(rule, {}).update(values)
    return merged


def _relevant(parameters: Values, levers: frozenset[str], used: set[str]) -> Values:
    """Leave out the parameters of levers that an arm does not use, so that its key is its own."""
    return {
        rule: values for rule, values in parameters.items() if rule not in levers or rule in used
    }
