"""Costs: by agency, year by year, with what they rest on."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis.captions import caption, pairs_text
from analysis.costs import HARM, TOTAL, agencies, cost_contrasts
from analysis.figures.costs import draw_costs
from analysis.figures.drawing import Drawing
from analysis.glossary import policy_title, unit_text
from analysis.language import _
from analysis.leaders import contrasts_of
from analysis.material import Material
from analysis.method import cost_standing, cost_tables
from analysis.present_values import budget_impact
from analysis.section import Block, Table
from analysis.sources import Quantity, cost_quantities
from analysis.titles import section_title
from analysis.words import difference, number


def cost_blocks(material: Material, place: str) -> list[Block]:
    """Public cost by agency and harm to victims, spending by year, and the unit costs."""
    manifest, study = material.manifest, material.study
    series = material.series_of(place)
    if not agencies(tuple(series.columns)) and HARM not in series:
        return [Block("", (_("This run stored no costs."),))]
    money = cost_quantities(manifest, place)
    unit = f"{manifest.currency(place)} a person-year"
    table = cost_contrasts(series, study.start, study.baseline, study.confidence, unit)
    return [
        Block("", _short(money), tuple(_figures(material, place, table))),
        Block(_("Budget impact by year"), tables=tuple(_by_year(material, place, series))),
        Block(_("Unit costs"), (cost_standing(money),), tables=tuple(cost_tables(money))),
    ]


def _short(money: Sequence[Quantity]) -> tuple[str, ...]:
    """Warn above the figure; the unit costs below say it in full."""
    weak = sum(one.is_placeholder for one in money)
    if money and not weak:
        return ()
    if not money:
        return (_("No source is named for the unit costs."),)
    return (_("{weak} of the {n} unit costs are placeholders: see the unit costs below.").format(
        weak=number(weak, 0), n=number(len(money), 0)),)  # fmt: skip


def _figures(material: Material, place: str, table: pd.DataFrame) -> list[Drawing]:
    manifest = material.manifest
    rows = contrasts_of(table)
    if not rows:
        return []
    totals = [row for row in rows if row.outcome == TOTAL]
    totals.sort(key=lambda row: manifest.study.order(row.policy))
    title = section_title(_("Public cost"), totals, manifest)
    statistic = _("{unit}: difference from {baseline} paired by replication, mean and {level} "
                  "Student-t interval, undiscounted; the agencies share one scale. Harm to victims "
                  "is valued separately and never added to public cost.")  # fmt: skip
    text = caption(manifest, place, statistic, pairs_text(rows), unit=unit_text(rows[0].unit))
    return draw_costs(rows, manifest, f"{place}-costs", title, text)


def _by_year(material: Material, place: str, series: pd.DataFrame) -> list[Table]:
    """Change of public cost in each year, a row a policy; whole years only."""
    manifest, study = material.manifest, material.study
    if not agencies(tuple(series.columns)):
        return []
    table = budget_impact(series, study.start, study.baseline, study.confidence)
    table = table[(table["account"] == TOTAL) & (table["months"] == 12)]
    years = sorted(table["year"].unique())
    if len(years) < 2:
        return []
    rows = []
    for policy in sorted(table["policy"].unique(), key=study.order):
        own = table[table["policy"] == policy].set_index("year")
        cells = [difference(own.loc[y, "difference"], own.loc[y, "lo"], own.loc[y, "hi"], 1)
                 if y in own.index else _("no value") for y in years]  # fmt: skip
        rows.append((policy_title(manifest, policy), *cells))
    columns = (_("Policy"), *(_("Year {n}").format(n=number(int(y), 0)) for y in years))
    words = _("Public cost, all agencies: difference from {baseline} in each year after the "
              "policies start, {unit}, undiscounted").format(
        baseline=policy_title(manifest, study.baseline),
        unit=unit_text(f"{manifest.currency(place)} a person-year"))  # fmt: skip
    return [Table("budget", words, columns, tuple(rows), tuple(range(1, len(columns))))]
