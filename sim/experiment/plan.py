"""From a study to its batches: every file read and every value checked before anything runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from sim.assembly import build_rules
from sim.errors import DesistError
from sim.experiment.cells import (
    SCHEMA_VERSION,
    Arm,
    Batch,
    Values,
    cell_key,
    code_version,
    digest,
    numbers_only,
    replication_seed,
)
from sim.experiment.outcome_table import check_outcomes
from sim.experiment.outcomes import usable_horizons
from sim.experiment.scenario import Scenario, Scenarios
from sim.experiment.study import Policy, Study, Where, check_policy
from sim.experiment.yaml_file import YamlFile
from sim.place import Place
from sim.rules import Rule, registry


@dataclass(frozen=True)
class PolicyArm:
    """A policy as it is run: the file, and its dials after the command line's changes."""

    scenario: Scenario
    policy: Policy
    dials: Values


@dataclass(frozen=True)
class Plan:
    """A study that can be run.

    Attributes
    ----------
    horizons
        Those that fit into the run; ``notes`` say which were left out.
    identity
        Hash of everything but the number of replications: what an output folder holds.
    """

    study: Study
    scenario: Scenario
    policies: tuple[PolicyArm, ...]
    places: dict[str, Scenario]
    horizons: tuple[int, ...]
    notes: tuple[str, ...]
    code: str
    identity: str
    folders: tuple[Path, ...] = ()

    @property
    def cells(self) -> int:
        """Number of cells."""
        return len(self.places) * len(self.policies) * self.study.replications

    def batch(self, jurisdiction: str, replication: int) -> Batch:
        """One batch: all policies of a place and a replication."""
        study = self.study
        seed = replication_seed(study.seed, replication)
        arms = tuple(
            Arm(
                arm.scenario.name,
                arm.dials,
                cell_key(_cell_content(study, self.places[jurisdiction], arm), seed, self.code),
            )
            for arm in self.policies
        )
        return Batch(
            jurisdiction, self.places[jurisdiction].content, arms, study.parameters,
            0, replication, seed, study.persons, study.months, study.start, study.warmup_months,
            study.index, self.horizons, self.code, study.outcomes, self.folders,
        )  # fmt: skip

    def batches(self, replications: int | None = None) -> list[Batch]:
        """All batches, replication by replication, so that a run cut short is balanced."""
        count = self.study.replications if replications is None else replications
        return [self.batch(name, r) for r in range(count) for name in self.places]

    def rules(self, jurisdiction: str, arm: PolicyArm) -> tuple[Rule, ...]:
        """The rules of one arm in one place."""
        return _rules(self.study, self.places[jurisdiction], arm, self.folders)


def make_plan(
    study: Study,
    scenario: Scenario,
    scenarios: Scenarios,
    folders: tuple[Path, ...] = (),
    where: Where | None = None,
) -> Plan:
    """Read and check all that a study names.

    Parameters
    ----------
    scenario
        The study's own file.
    folders
        Folders of the user's own rules.
    where
        Says where the reader finds a setting; the study's file when None.

    Raises
    ------
    DesistError
        For the first name or value that cannot be used.
    """
    where = where or _in(scenario.file)
    rules = registry(folders)
    check_outcomes(study.outcomes, where(("outcomes",)))
    arms = _arms(study, scenarios, where)
    at = where(("jurisdictions",))
    places = {name: scenarios.load("jurisdiction", name, at) for name in study.jurisdictions}
    check_numbers("dials", study.dials, rules, where)
    check_numbers("parameters", study.parameters, rules, where)
    for arm in arms:
        check_numbers("dials", arm.dials, rules, _in(arm.scenario.file))
    arms = _with_dials(arms, study, where)
    for place in places.values():
        for arm in arms:
            _rules(study, place, arm, folders)
    horizons = usable_horizons(study.horizons, study.start, study.months)
    identity = digest(
        {
            "cells": [
                _cell_content(study, place, arm) for place in places.values() for arm in arms
            ],
            "outcomes": [study.index, horizons, study.outcomes],
            "seed": study.seed,
            "schema": SCHEMA_VERSION,
        }
    )
    return Plan(
        study, scenario, arms, places, horizons, _notes(study, horizons), code_version(folders),
        identity, folders,
    )  # fmt: skip


def check_numbers(
    section: Literal["dials", "parameters"],
    numbers: Values,
    rules: Mapping[str, type[Rule]],
    where: Where,
) -> None:
    """Check names and values of ``{rule: {name: value}}`` where the reader wrote them.

    The model checks them again when it builds the rules; here the file and line are known.
    """
    one, kind = ("lever", "dial") if section == "dials" else ("rule", "parameter")
    for name, values in numbers.items():
        valid = [key for key, rule in rules.items() if section != "dials" or rule.kind == "lever"]
        if name not in valid:
            at = where((section, name))
            raise DesistError(f"unknown {one} '{name}'", at, given=name, valid=valid)
        quantities = rules[name].quantities()
        known = [key for key, quantity in quantities.items() if quantity.kind == kind]
        for key, value in values.items():
            at = where((section, name, key))
            if key not in known:
                what = f"unknown {kind} '{key}' of {name}"
                raise DesistError(what, at, given=key, valid=known)
            complaint = quantities[key].complaint(value)
            if complaint:
                raise DesistError(f"{name}.{key} {complaint}", at)


def _arms(study: Study, scenarios: Scenarios, where: Where) -> tuple[PolicyArm, ...]:
    arms = []
    for name in study.policies:
        scenario = scenarios.load("policy", name, where(("policies",)))
        policy = check_policy(scenario.content, _in(scenario.file))
        arms.append(PolicyArm(scenario, policy, policy.dials))
    return tuple(arms)


def _in(file: YamlFile) -> Where:
    return lambda keys: file.where(*keys)


def _with_dials(arms: tuple[PolicyArm, ...], study: Study, where: Where) -> tuple[PolicyArm, ...]:
    """Apply ``dials.LEVER.DIAL=value`` to every policy, but the baseline, that uses the lever."""
    for lever in study.dials:
        if not any(lever in arm.dials for arm in arms[1:]):
            raise DesistError(
                f"no policy of this study, other than the baseline, uses the lever '{lever}'",
                where=where(("dials", lever)),
                mend="add a policy that uses it: policies=[...]",
            )
    changed = [
        PolicyArm(arm.scenario, arm.policy, _merged(arm.dials, study.dials)) for arm in arms[1:]
    ]
    return (arms[0], *changed)


def _merged(dials: Values, changes: Values) -> Values:
    return {lever: {**values, **changes.get(lever, {})} for lever, values in dials.items()}


def _rules(
    study: Study, place: Scenario, arm: PolicyArm, folders: tuple[Path, ...]
) -> tuple[Rule, ...]:
    checked = Place.from_mapping(place.name, place.content)
    return build_rules(checked, arm.dials, study.parameters, folders=folders)


def _cell_content(study: Study, place: Scenario, arm: PolicyArm) -> Mapping[str, Any]:
    """What one cell simulates, apart from its luck."""
    return {
        # Names are part of the key, so that a policy equal to the baseline is a cell of its own.
        "jurisdiction": place.name,
        "policy": arm.scenario.name,
        "place": numbers_only(place.content),
        "dials": arm.dials,
        "parameters": study.parameters,
        "persons": study.persons,
        "months": study.months,
        "start": study.start,
        "warmup_months": study.warmup_months,
    }


def _notes(study: Study, horizons: tuple[int, ...]) -> tuple[str, ...]:
    room = study.months - study.start
    return tuple(
        f"Follow-up of {horizon} months is left out: the run ends {room} months after the policies "
        f"start, and at least {horizon + 1} are needed."
        for horizon in study.horizons
        if horizon not in horizons
    )
