"""Where the search begins: the place with what the data say about people's risk, and its new text.

Cox coefficients of a cohort are averages over people whose frailty differs, so they lie nearer to
0 than those of the model; they are only where the search starts. How much priors matter is never
typed in: it is left free, and the curves by record decide.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd
import yaml

from sim.experiment.calibration.constants import constants_of
from sim.experiment.calibration.written import set_scalars
from sim.experiment.data.formats import OwnData
from sim.parameters import UNITS
from sim.place import Place, Sourced
from sim.rules import registry

LARGEST_SE = {"age_slope": 0.05, "female": 0.5}
"""Standard error of a log hazard ratio from which an estimate is no better a start than none."""


@dataclass(frozen=True)
class Start:
    """Where the search begins.

    Attributes
    ----------
    starts
        Parameter of offending to the value that the search starts from.
    free
        Constants to fit: those asked for, else the place's own and those that the data inform.
    """

    place: Place
    starts: dict[str, float]
    free: tuple[str, ...]


def start_from(
    place: Place, data: OwnData, risk: pd.DataFrame, fit: list[str],
    free: tuple[str, ...] | None = None,
) -> Start:  # fmt: skip
    """Prepare a place for calibration to a file.

    Parameters
    ----------
    fit
        Beginnings of shipped targets to fit to as well.
    free
        Constants to fit, as the user says. A constant that is not fitted keeps its value.
    """
    if free is None:
        fitted = [constant.path for constant in constants_of(place)]
        free = tuple(dict.fromkeys([*fitted, *informed(data)]))
    starts = {name: v for name, v in _starts(risk).items() if f"offending.{name}" in free}
    parameters = {rule: dict(entries) for rule, entries in place.parameters.items()}
    offending = parameters.setdefault("offending", {})
    for name, value in starts.items():
        note = f"starts from a Cox regression on {data.account.file}"
        offending[name] = Sourced(value=value, source="fitted", note=note)
    moved = place.model_copy(update={"parameters": parameters, "fit": [data.prefix, *fit]})
    return Start(moved, starts, free)


def informed(data: OwnData) -> list[str]:
    """Constants of people's risk that a file's groups inform."""
    groups = {target["subgroup"] for target in data.targets}
    free = {
        "offending.age_slope": any(group.startswith("age") for group in groups),
        "offending.female": {"sex=male", "sex=female"} <= groups,
        "offending.priors_slope": any(group.startswith("priors") for group in groups),
    }
    return [name for name, is_free in free.items() if is_free]


def _starts(risk: pd.DataFrame) -> dict[str, float]:
    if risk.empty:
        return {}
    rows = {str(row["covariate"]): row for row in risk.to_dict("records")}
    found: dict[str, float] = {}
    for name, covariate in (("age_slope", "age_years"), ("female", "female")):
        row = rows.get(covariate)
        if row is not None and float(row["se"]) <= LARGEST_SE[name]:
            value = float(row["coefficient"])
            value = math.exp(value) if name == "female" else value
            low, high = UNITS[registry()["offending"].quantities()[name].unit]
            found[name] = round(min(max(value, low), high), 6)
    return found


def text_of(text: str, start: Start, file: str, constants: list[str]) -> str:
    """Text of the jurisdiction file, saying what it is now fitted to.

    Constants become ``fitted`` where another source stood, and the title names the file.
    """
    content = yaml.safe_load(text)
    changes: dict[tuple[str, ...], str] = {
        ("title",): _quoted(f"{content['title']}, fitted to {file}")
    }
    for path in constants:
        rule, name, *_ = path.split(".")
        for section in ("figures", "parameters"):
            if name in content.get(section, {}).get(rule, {}):
                changes[section, rule, name, "source"] = "fitted"
    return _with_fit(set_scalars(text, changes), start.place.fit)


def _with_fit(text: str, fit: list[str]) -> str:
    written = f"[{', '.join(fit)}]"
    root = yaml.compose(text)
    for name, value in getattr(root, "value", ()):
        if name.value == "fit":
            # A block sequence ends with the line break that closes it.
            end = "\n" if text[value.end_mark.index - 1 : value.end_mark.index] == "\n" else ""
            return text[: value.start_mark.index] + written + end + text[value.end_mark.index :]
    return f"{text.rstrip()}\n\nfit: {written}\n"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
