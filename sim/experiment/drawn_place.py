"""A place in a study's outer loop: what each draw makes of it.

Draw 0 is the place as it is written with the central parameters. Every other draw takes parameters
from their evidence and, where the place has draws of its fit, the fitted numbers jointly from the
row of that number. A fitted number is part of the place, figure or parameter: the drawn place takes
the stated one's place, and nothing else needs to know.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sim.experiment.arms import within
from sim.experiment.cells import Values, digest, numbers_only
from sim.experiment.fit_draws import FitDraws, draws_of_fit
from sim.experiment.fit_table import beside
from sim.experiment.scenario import Scenario
from sim.experiment.uncertainty import Drawn, draw_parameters
from sim.place import Place
from sim.rules import Rule


@dataclass(frozen=True)
class DrawnPlace:
    """A place with its draws.

    Attributes
    ----------
    evidence
        Parameters of draws 1, 2, ...; empty for the central values only.
    fit
        Draws of its fitted numbers, None where it has none or nothing is drawn.
    set_by_study
        Parameters that the study sets itself: no draw moves them.
    """

    scenario: Scenario
    evidence: tuple[Drawn, ...] = ()
    fit: FitDraws | None = None
    set_by_study: Values | None = None

    def content(self, draw: int) -> Mapping[str, Any]:
        """The place's file as a draw has it."""
        return self.fit.place(draw) if draw and self.fit else self.scenario.content

    @cached_property
    def marks(self) -> tuple[str, ...]:
        """Hash of the place's numbers for draws 0, 1, ..."""
        stated = digest(numbers_only(self.scenario.content))
        draws = range(1, 1 + len(self.evidence))
        if self.fit is None:
            return (stated, *(stated for _ in draws))
        names = self.fit.table.names
        return (stated, *(digest([stated, names, self.fit.row(draw)]) for draw in draws))

    def parameters(self, draw: int) -> Drawn:
        """Parameters drawn from their evidence."""
        return self.evidence[draw - 1] if draw else {}

    @property
    def fit_name(self) -> str:
        """Name of the file of draws, whether there is one or not."""
        return beside(self.scenario.file.path).name

    @property
    def fit_mark(self) -> str:
        """Hash of the draws of the fit, of nothing where there are none."""
        return self.fit.mark if self.fit else digest(None)

    @property
    def note(self) -> str:
        """What a reader must know where a study asks for more draws than the fit has."""
        if self.fit is None or len(self.evidence) <= self.fit.count:
            return ""
        return (
            f"The fit of {self.scenario.name} has {self.fit.count} draws: from draw "
            f"{self.fit.count + 1} on they come again, with other draws from the evidence."
        )

    @property
    def fitted(self) -> tuple[str, ...]:
        """Columns of the fit that the study leaves to the draws."""
        if self.fit is None:
            return ()
        fixed = self.set_by_study or {}
        return tuple(
            path
            for path, (_, rule, name, _key) in zip(
                self.fit.table.names, self.fit.columns, strict=True
            )
            if name not in fixed.get(rule, {})
        )

    @property
    def kept(self) -> tuple[str, ...]:
        """Fitted numbers that stay at their point estimates, ``rule.name``."""
        drawn = {path for one in self.fitted for path in (one, one.rpartition(".")[0])}
        found = [
            f"{rule}.{name}"
            for section in ("figures", "parameters")
            for rule, entries in (self.scenario.content.get(section) or {}).items()
            for name, entry in entries.items()
            if "fitted" in str(entry.get("source")).split(";")
        ]
        return tuple(path for path in found if path not in drawn)

    def everything(self) -> list[Drawn]:
        """What draws 1, 2, ... set, evidence and fit together."""
        drawn: list[Drawn] = []
        for draw, evidence in enumerate(self.evidence, start=1):
            rules: Drawn = {rule: dict(values) for rule, values in evidence.items()}
            for rule, values in (self.fit.values(draw) if self.fit else {}).items():
                fixed = (self.set_by_study or {}).get(rule, {})
                left = {name: value for name, value in values.items() if name not in fixed}
                if left:
                    rules.setdefault(rule, {}).update(left)
            drawn.append(rules)
        return drawn


def drawn_place(
    scenario: Scenario, rules: Mapping[str, type[Rule]], used: Sequence[type[Rule]],
    fixed: Values, seed: int, draws: int,
) -> DrawnPlace:  # fmt: skip
    """Draw what a study needs of a place.

    Parameters
    ----------
    rules, used
        All rules, and those that the study can use.
    fixed
        Parameters that the study sets itself.

    Raises
    ------
    DesistError
        Draws of the fit that cannot be used.
    """
    if not draws:
        return DrawnPlace(scenario, set_by_study=fixed)
    place = Place.from_mapping(scenario.name, scenario.content, within(scenario.file))
    fit = draws_of_fit(scenario.file.path, scenario.content, place, rules)
    left_out: dict[str, dict[str, Any]] = {rule: dict(values) for rule, values in fixed.items()}
    for rule, name in fit.numbers if fit else ():
        left_out.setdefault(rule, {})[name] = None
    evidence = draw_parameters(used, place, seed, draws, left_out)
    return DrawnPlace(scenario, tuple(evidence), fit, fixed)
