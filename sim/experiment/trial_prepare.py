"""From a trial file to its place and rules: every name checked before anything runs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sim import evidence
from sim.assembly import build_rules
from sim.errors import DesistError
from sim.experiment.checked import Where
from sim.experiment.plan import check_numbers
from sim.experiment.rehearsal import live_through
from sim.experiment.scenario import Scenario
from sim.experiment.trial import Trial
from sim.experiment.trial_eligibility import check_conditions
from sim.experiment.trial_enrolment import EVENTS, TrialEnrolment
from sim.experiment.trial_world import trial_rules
from sim.people import columns_of
from sim.place import Place
from sim.rules import Rule, registry


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
    built = Place.from_mapping(
        place.name, _overridden(place.content, trial), _where_stated(trial, place, where)
    )
    live_through(built, build_rules(built, folders=folders), place.file.where())
    rules = trial_rules(built, trial, folders)
    off = [lever for lever in trial.reserved if lever not in {rule.name for rule in rules}]
    if off:
        at = where(("arms",))
        raise DesistError(f"the dials of '{off[0]}' leave it at the status quo", at)
    event = trial.eligible.get("event")
    if not isinstance(event, str) or event not in EVENTS:
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


def _where_stated(trial: Trial, place: Scenario, where: Where) -> Where:
    """Where a number of the place stands: in the trial's file, if that overrides it."""

    def at(keys: tuple[object, ...]) -> str:
        if keys[0] in ("figures", "parameters") and len(keys) > 2:
            stated = getattr(trial.overrides, str(keys[0]))
            if keys[2] in stated.get(keys[1], {}):
                return where(("overrides", *keys))
        return place.file.where(*keys)

    return at


def _overridden(content: dict[str, Any], trial: Trial) -> dict[str, Any]:
    merged = dict(content)
    for section in ("figures", "parameters"):
        rules = dict(merged.get(section, {}))
        for rule, entries in getattr(trial.overrides, section).items():
            rules[rule] = {**rules.get(rule, {}), **entries}
        merged[section] = rules
    return merged
