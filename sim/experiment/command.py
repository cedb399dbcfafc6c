"""The command that repeats a study, or one of its cells."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sim.experiment.limits import OPTION, needs_asking
from sim.experiment.plan import SIZE, Plan
from sim.experiment.study import Study
from sim.experiment.yaml_file import shown

BESIDE_FILE = (
    "outcomes", "horizons", "index", "confidence", "keep", "cell_seconds", "budget",
    "discount_rate",
)  # fmt: skip
"""Settings that a command needs only where they differ from the study's file."""


def command_words(plan: Plan, out: str = "DIR") -> list[str]:
    """The command that repeats this study, with every setting that was overridden."""
    study = plan.study
    words = ["desist", plan.command, f"study={plan.scenario.name}"]
    for name in ("jurisdictions", "policies"):
        words.append(f"{name}={_written(getattr(study, name))}")
    for name in (*SIZE, "replications", "draws"):
        words.append(f"{name}={getattr(study, name)}")
    before = Study.model_validate({**study.model_dump(), **_as_in_file(plan)})
    for name in BESIDE_FILE:
        if getattr(study, name) != getattr(before, name):
            words.append(f"{name}={_written(getattr(study, name))}")
    for kind in ("dials", "parameters"):
        for rule, numbers in getattr(study, kind).items():
            words += [f"{kind}.{rule}.{name}={_written(value)}" for name, value in numbers.items()]
    if plan.is_job:
        # A job of a multirun is a point of its own: a choice of one makes it that again.
        words += ["--multirun", *(f"{n}=choice({v})" for n, v in plan.rows[0].values.items())]
    words.append(f"out={out}")
    for option, folders in (("--scenarios", plan.own), ("--rules", plan.folders)):
        words += [word for folder in folders for word in (option, shown(folder))]
    return [*words, OPTION] if needs_asking(study, plan.cells) else words


def _as_in_file(plan: Plan) -> dict[str, Any]:
    """What the study's file, or without it the program, says of these."""
    given = {key: value for key, value in plan.scenario.content.items() if value is not None}
    return {n: given.get(n, Study.model_fields[n].get_default()) for n in BESIDE_FILE}


def _written(value: Any) -> str:
    """Write a value in Hydra's words.

    >>> _written(None), _written((12, 24)), _written({"drug": 0.2}), _written("a~b")
    ('null', '[12,24]', '{drug:0.2}', "'a~b'")
    """
    if isinstance(value, (list, tuple)):
        return f"[{','.join(map(_written, value))}]"
    if isinstance(value, Mapping):
        return f"{{{','.join(f'{key}:{_written(part)}' for key, part in value.items())}}}"
    # Part of a package (a~b) is no plain word to Hydra, nor is a class of offence (a>b).
    plain = not isinstance(value, str) or re.fullmatch(r"[\w.-]*", value)
    return "null" if value is None else str(value) if plain else f"'{value}'"


def repeat_cell(plan: Plan, out: Path, cell: str) -> str:
    """The command that runs one cell alone, and shows where it fails."""
    words = command_words(plan, shown(out))
    return shlex.join([*words, f"cell={cell[:12]}"])
