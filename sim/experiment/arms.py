"""Policies as a study runs them: read from their files, or as part of a package.

``package~leverA+leverB`` is the coalition of these levers of a package, with the package's dials:
what a decomposition by Shapley values compares. Nothing needs to be written for it but its name.
"""

from __future__ import annotations

from dataclasses import dataclass

from sim.errors import DesistError
from sim.experiment.cells import Values
from sim.experiment.checked import Where
from sim.experiment.design import Level, Point
from sim.experiment.scenario import Scenario, Scenarios
from sim.experiment.study import Policy, Study, check_policy
from sim.experiment.yaml_file import YamlFile

OF = "~"
"""Stands between a package and the levers of it that a coalition uses."""


@dataclass(frozen=True)
class PolicyArm:
    """A policy as it is run: the file, and its dials after the command line's changes."""

    name: str
    scenario: Scenario
    policy: Policy
    dials: Values

    @property
    def title(self) -> str:
        """The file's title; a coalition names its levers too."""
        _, _, levers = self.name.partition(OF)
        words = ", ".join(lever.replace("_", " ") for lever in levers.split("+"))
        return f"{self.scenario.title}: {words}" if levers else self.scenario.title


def policy_arms(study: Study, scenarios: Scenarios, where: Where) -> tuple[PolicyArm, ...]:
    """Read a study's policies, in its order; the first is the baseline."""
    return tuple(_arm(name, scenarios, where(("policies",))) for name in study.policies)


def _arm(name: str, scenarios: Scenarios, at: str) -> PolicyArm:
    package, _, coalition = name.partition(OF)
    scenario = scenarios.load("policy", package, at)
    policy = check_policy(scenario.content, within(scenario.file))
    if OF not in name:
        return PolicyArm(name, scenario, policy, policy.dials)
    levers = coalition.split("+")
    for lever in levers:
        if lever not in policy.dials:
            raise DesistError(
                f"'{lever}' is no lever of the package '{package}'", at,
                given=lever, valid=policy.dials,
            )  # fmt: skip
    if levers != sorted(set(levers)):
        mend = f"write {package}{OF}{'+'.join(sorted(set(levers)))}"
        raise DesistError(f"the levers of '{name}' are not in alphabetical order", at, mend=mend)
    return PolicyArm(name, scenario, policy, {lever: policy.dials[lever] for lever in levers})


def within(file: YamlFile) -> Where:
    """Where in a file the reader finds a setting."""
    return lambda keys: file.where(*keys)


def with_study_dials(
    arms: tuple[PolicyArm, ...], study: Study, where: Where
) -> tuple[PolicyArm, ...]:
    """Apply ``dials.LEVER.DIAL=value`` to every policy, but the baseline, that uses the lever."""
    for lever in study.dials:
        check_used(lever, arms, where(("dials", lever)))
    changed = [
        PolicyArm(arm.name, arm.scenario, arm.policy, merged(arm.dials, study.dials))
        for arm in arms[1:]
    ]
    return (arms[0], *changed)


def check_used(lever: str, arms: tuple[PolicyArm, ...], at: str) -> None:
    """Refuse to turn a dial that no policy but the baseline has."""
    if not any(lever in arm.dials for arm in arms[1:]):
        raise DesistError(
            f"no policy of this study, other than the baseline, uses the lever '{lever}'",
            where=at,
            mend="add a policy that uses it: policies=[...]",
        )


def merged(dials: Values, changes: Values) -> Values:
    """Dials after changes to levers that they use."""
    return {lever: {**values, **changes.get(lever, {})} for lever, values in dials.items()}


def set_by(point: Point, section: str) -> dict[str, dict[str, Level]]:
    """Dials or parameters that a point sets, ``{rule: {name: value}}``."""
    found: dict[str, dict[str, Level]] = {}
    for name, value in point.values.items():
        kind, _, rest = name.partition(".")
        if kind == section:
            rule, _, key = rest.partition(".")
            found.setdefault(rule, {})[key] = value
    return found
