"""Published tables: cumulative share by month, stocks and flows, one figure a row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from sim.errors import DesistError
from sim.experiment.data.account import Account
from sim.experiment.data.people import OUTCOMES
from sim.experiment.data.targets import COLUMNS, Target, definition_of, prefix_of
from sim.experiment.data.values import numbers
from sim.experiment.targets.definitions import read_definition
from sim.experiment.targets.subgroups import check
from sim.experiment.targets.system import system_quantities

MEANINGS: dict[str, tuple[str, ...]] = {
    "id": ("target_id",),
    "definition": ("definition",),
    "quantity": ("quantity", "outcome"),
    "value": ("value", "share", "percent", "percentage", "cumulative_share", "cumulative_percent"),
    "months": ("month", "months"),
    "years": ("t_years", "years"),
    "subgroup": ("subgroup", "group"),
    "n": ("n", "people"),
    "unit": ("unit",),
    "notes": ("notes", "note"),
}


def meanings(columns: Sequence[str]) -> dict[str, str]:
    """Column of each meaning, as far as the file has it."""
    folded = {name.casefold().strip().replace(" ", "_"): name for name in columns}
    return {
        meaning: next(folded[alias] for alias in aliases if alias in folded)
        for meaning, aliases in MEANINGS.items()
        if any(alias in folded for alias in aliases)
    }


def recognised(columns: Sequence[str]) -> bool:
    """Whether the columns can be a table of figures."""
    found = meanings(columns)
    return "value" in found and bool({"months", "years", "quantity", "definition"} & set(found))


def load(
    frame: pd.DataFrame, account: Account, name: str, outcome: str | None, index: str
) -> list[Target]:
    """Make targets of a table.

    Raises
    ------
    DesistError
        Without a column of values, for an unknown quantity, or a cumulative share that falls.
    """
    columns = [str(name) for name in frame.columns]
    found = meanings(columns)
    if not recognised(columns):
        raise DesistError(
            f"no table in '{account.file}'", "format=table",
            mend="give columns month and share, or quantity and value",
        )  # fmt: skip
    ours = pd.DataFrame({meaning: frame[column] for meaning, column in found.items()})
    for missing in set(MEANINGS) - set(found):
        ours[missing] = pd.Series(pd.NA, index=ours.index, dtype="string")
    ours["number"] = numbers(ours["value"])
    months = numbers(ours["months"])
    ours["month"] = months.fillna(12.0 * numbers(ours["years"])).round()
    ours["what"] = [
        _what(definition, quantity, outcome, index)
        for definition, quantity in zip(ours["definition"], ours["quantity"], strict=True)
    ]
    ours["subgroup"] = ours["subgroup"].fillna("all")
    curves = ~ours["what"].isin(system_quantities()) & ~ours["what"].str.startswith("unknown")
    ours = _sound(ours, curves, account)
    curves = curves[ours.index]
    shares = ours.loc[curves, "number"]
    stated = ours.loc[curves, "unit"].fillna("").isin(["%", "percent"]).any()
    if len(shares) and shares.max() <= 1.0 and not stated:
        account.note("All cumulative shares are at most 1: read as fractions, not percentages.")
        ours.loc[curves, "number"] *= 100.0
    ours.loc[curves, "unit"] = "%"
    _refuse_falling(ours[curves], account.file)
    account.kept = len(ours)
    if not len(ours):
        worst = account.worst
        raise DesistError(
            f"no figure of '{account.file}' can be used", "data=",
            why=None if worst is None else f"mostly because {worst.reason}",
        )  # fmt: skip
    rows = [{str(key): row[key] for key in row} for row in ours.to_dict("records")]
    return [_target(row, name, account.file, i) for i, row in enumerate(rows)]


def _what(definition: object, quantity: object, outcome: str | None, index: str) -> str:
    """Definition of a curve, or the quantity of a figure of the system."""
    if isinstance(definition, str):
        if definition in system_quantities():
            return definition
        return definition if is_curve(definition) else f"unknown: {definition}"
    if not isinstance(quantity, str):
        return definition_of(outcome or "rearrest", index)
    word = quantity.casefold().replace(" ", "_")
    if word in OUTCOMES:
        return definition_of(word, index)
    if word in system_quantities():
        return word
    raise DesistError(
        f"unknown quantity '{quantity}'", "data=", given=word,
        valid=[*OUTCOMES, *system_quantities()],
    )  # fmt: skip


def is_curve(definition: str) -> bool:
    """Whether a definition is a share of people within a time, which the model measures."""
    try:
        return read_definition(definition, "data=").counted in ("within", "calendar")
    except DesistError:
        return False


def is_subgroup(subgroup: str) -> bool:
    """Whether a subgroup can be selected among simulated people."""
    try:
        check(subgroup, "data=")
    except DesistError:
        return False
    return True


def _sound(ours: pd.DataFrame, curves: pd.Series, account: Account) -> pd.DataFrame:
    """Rows that can be used; the others are counted."""
    keep = pd.Series(True, index=ours.index)
    known = ours["subgroup"].map(is_subgroup) | ~curves
    for bad, reason in (
        (ours["what"].str.startswith("unknown"), "definition is not one that the model measures"),
        (ours["number"].isna(), "value is missing or not a number"),
        (ours["number"] < 0.0, "value is negative"),
        (curves & (ours["number"] > 100.0), "share is above 100 %"),
        (curves & ours["month"].isna(), "month is missing or not a number"),
        (curves & (ours["month"] < 1.0), "month is before the first"),
        (~known, "subgroup is not known"),
        (ours.duplicated(["what", "subgroup", "month"]), "the same figure again"),
    ):
        now = keep & bad.fillna(False).astype(bool)
        account.add(reason, int(now.sum()), "dropped")
        keep &= ~now
    return ours[keep].copy()


def _refuse_falling(curves: pd.DataFrame, file: str) -> None:
    for (_, subgroup), points in curves.groupby(["what", "subgroup"]):
        points = points.sort_values("month")
        steps = np.diff(points["number"].to_numpy(np.float64))
        if (steps < 0.0).any():
            at = int(np.argmax(steps < 0.0))
            raise DesistError(
                f"the cumulative share of '{subgroup}' falls after month "
                f"{points['month'].iloc[at]:g}", f"data={file}", why="it can only rise",
                mend="give cumulative shares, not those of each month",
            )  # fmt: skip


def _target(row: Mapping[str, object], name: str, file: str, position: int) -> Target:
    def text(meaning: str) -> str:
        value = row[meaning]
        return value if isinstance(value, str) else ""

    month = row["month"]
    has_month = isinstance(month, float) and np.isfinite(month)
    given = {
        "target_id": f"{prefix_of(name)}{position + 1:03d}", "role": "calibration",
        "definition": text("what"), "jurisdiction_cohort": name, "subgroup": text("subgroup"),
        "t_years": f"{float(str(month)) / 12.0:.4f}" if has_month else "",
        "value": f"{float(str(row['number'])):.6g}", "unit": text("unit"),
        "n": text("n"), "source": file, "how_known": "user_file", "notes": text("notes"),
    }  # fmt: skip
    return {column: given[column] for column in COLUMNS}
