"""The evidence handed over with the project: effects, targets and system figures, with sources.

``register.csv`` holds published effects, ``targets.csv`` what a place or cohort should reproduce,
``jurisdictions.csv`` system figures of places. Every number in a rule or a jurisdiction file
points at a row here, or says that it is assumed.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

UNVERIFIED = ("recalled", "recalled_medium")
"""Values of ``how_known`` that mean: from memory, to be shown as unverified."""


@dataclass(frozen=True)
class Row:
    """One row of evidence, whichever table it stands in."""

    id: str
    table: str
    what: str
    value: str
    source: str
    how_known: str
    use: str
    fields: dict[str, str]

    @property
    def unverified(self) -> bool:
        """Whether the row was written from memory."""
        return self.how_known in UNVERIFIED


@cache
def table(name: str) -> tuple[dict[str, str], ...]:
    """Rows of ``register``, ``targets`` or ``jurisdictions`` as they stand in the file."""
    text = files("sim.evidence").joinpath(f"{name}.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


@cache
def rows() -> dict[str, Row]:
    """Every row of the three tables by id."""
    found: dict[str, Row] = {}
    for line in table("register"):
        cited = f"{line['citation']} {line['doi']}".strip()
        found[line["id"]] = Row(
            line["id"], "register", line["lever_or_mechanism"], line["estimate"], cited,
            line["how_known"], line["use"], line,
        )  # fmt: skip
    for line in table("targets"):
        what = f"{line['definition']}: {line['jurisdiction_cohort']}, {line['subgroup']}"
        found[line["target_id"]] = Row(
            line["target_id"], "targets", what, f"{line['value']} {line['unit']}", line["source"],
            line["how_known"], line["role"], line,
        )  # fmt: skip
    for line in table("jurisdictions"):
        what = f"{line['quantity']}: {line['place']} {line['subgroup']}"
        found[line["id"]] = Row(
            line["id"], "jurisdictions", what, f"{line['value']} {line['unit']} ({line['year']})",
            line["source"], line["how_known"], "figure", line,
        )  # fmt: skip
    return found


def odds_ratio_to_hazard_ratio(odds_ratio: float, base_risk: float) -> float:
    """Convert an odds ratio of reoffending to a hazard ratio: ln(1 - p1) / ln(1 - p0).

    Parameters
    ----------
    odds_ratio
        Odds of reoffending, treated to untreated.
    base_risk
        Share of the untreated who reoffend within the study's follow-up, in (0, 1).

    Examples
    --------
    >>> round(odds_ratio_to_hazard_ratio(0.724, 0.45), 3)
    0.778
    """
    odds = odds_ratio * base_risk / (1.0 - base_risk)
    return risk_to_hazard_ratio(odds / (1.0 + odds), base_risk)


def risk_to_hazard_ratio(treated_risk: float, base_risk: float) -> float:
    """Convert two risks over the same follow-up to a hazard ratio: ln(1 - p1) / ln(1 - p0)."""
    from math import log1p

    return log1p(-treated_risk) / log1p(-base_risk)
