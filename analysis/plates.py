"""The figures of outcomes and costs: which are drawn, with the title and caption each earns."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from analysis.costs import HARM, TOTAL, agencies, cost_contrasts
from analysis.figures.costs import draw_costs
from analysis.figures.drawing import Drawing
from analysis.figures.forest import draw_forest, draw_ratios
from analysis.figures.incidence import MOST_BANDS, draw_incidence
from analysis.figures.prison import METRICS, draw_prison, prison_table
from analysis.glossary import place_title, policy_title, unit_text
from analysis.language import _
from analysis.leaders import Contrast, contrasts_of
from analysis.manifest import Manifest
from analysis.measures import (
    event_column,
    index_code,
    main_horizon,
    main_rows,
    sections_of,
)  # fmt: skip
from analysis.method import cost_standing, cost_tables
from analysis.phrases import people_verb
from analysis.section import Block
from analysis.sources import cost_quantities
from analysis.store import Store
from analysis.summary import definition_order
from analysis.survival import cohort_window, incidence_curves, incidence_table
from analysis.titles import figure_title, section_title
from analysis.words import duration, index_phrase, level, number

# Measures of reoffending that have a figure of their own, if the run has stored them.
CURVES = ("rearrest", "reconviction", "return_to_prison")


def source_line(manifest: Manifest) -> str:
    """Name the run a figure comes from."""
    study = manifest.study
    line = _("Source: simulation with desist {version}, study {study}, {n} replications of "
             "{persons} people").format(
        version=manifest.versions.get("desist", ""), study=study.name or study.title,
        n=number(study.replications, 0), persons=number(study.persons, 0),
    )  # fmt: skip
    return line + (f", {_('seed')} {study.seed}." if study.seed is not None else ".")


def period_line(manifest: Manifest) -> str:
    """Name the months that are counted."""
    study = manifest.study
    return _("{months} months from the start of the policies (months {first} to {last} of the run)"
             ).format(months=study.months - study.start, first=study.start,
                      last=study.months - 1)  # fmt: skip


def ordered_rows(contrasts: pd.DataFrame, manifest: Manifest, jurisdiction: str) -> list[Contrast]:
    """Headline rows of one place, in the order of reading."""
    rows = contrasts_of(main_rows(contrasts[contrasts["jurisdiction"] == jurisdiction]))
    names = [name for part in sections_of(row.outcome for row in rows) for name in part.outcomes]
    return sorted(rows, key=lambda row: (
        names.index(row.outcome), definition_order(row.definition), row.horizon_months,
        manifest.study.order(row.policy),
    ))  # fmt: skip


def forest_plates(rows: Sequence[Contrast], store: Store, jurisdiction: str) -> list[Drawing]:
    """Forest plots of differences, one per section of outcomes."""
    manifest = store.manifest
    plates: list[Drawing] = []
    for section in sections_of(row.outcome for row in rows):
        chosen = [row for row in rows if row.outcome in section.outcomes]
        caption = _("Difference from {baseline} paired by replication, mean and {level} Student-t "
                    "interval; bold where the interval excludes 0. Each strip has its own scale. "
                    "{place}; {period}; n = {pairs} paired replications. {source}").format(
            baseline=policy_title(manifest, manifest.study.baseline),
            level=level(manifest.study.confidence), place=place_title(manifest, jurisdiction),
            period=period_line(manifest), pairs=pairs_text(chosen), source=source_line(manifest),
        )  # fmt: skip
        title = section_title(section.title, chosen, manifest)
        name = f"{jurisdiction}-forest-{section.key}"
        plates += draw_forest(chosen, manifest, name, title, caption)
    return plates


def ratio_plates(rows: Sequence[Contrast], store: Store, jurisdiction: str) -> list[Drawing]:
    """Forest plot of ratios: everything on one scale, if the contrasts have ratios."""
    manifest = store.manifest
    chosen = [row for row in rows if math.isfinite(row.ratio)]
    if not chosen:
        return []
    caption = _("Ratio of the policy to {baseline}, paired by replication, with its {level} "
                "interval, on one logarithmic scale; bold where the interval excludes 1. A ratio "
                "of 0.9 is a tenth less. {place}; {period}; n = {pairs} paired replications. "
                "{source}").format(
        baseline=policy_title(manifest, manifest.study.baseline),
        level=level(manifest.study.confidence), place=place_title(manifest, jurisdiction),
        period=period_line(manifest), pairs=pairs_text(chosen), source=source_line(manifest),
    )  # fmt: skip
    title = _("All outcomes on one scale: ratio to {baseline}").format(
        baseline=policy_title(manifest, manifest.study.baseline)
    )
    return draw_ratios(chosen, manifest, f"{jurisdiction}-ratios", title, caption)


def pairs_text(rows: Sequence[Contrast]) -> str:
    """Number of paired replications, or the range of it."""
    fewest, most = min(row.replications for row in rows), max(row.replications for row in rows)
    return number(fewest, 0) if fewest == most else f"{number(fewest, 0)}–{number(most, 0)}"


def incidence_plates(
    rows: Sequence[Contrast], store: Store, jurisdiction: str, cohort: pd.DataFrame, horizon: int
) -> list[Drawing]:
    """Draw cumulative incidence of each measure; ``cohort`` is already that of the horizon."""
    manifest = store.manifest
    study = manifest.study
    plates = []
    here = cohort[cohort["jurisdiction"] == jurisdiction]
    for outcome in CURVES:
        chosen = [row for row in rows if row.outcome == outcome and row.horizon_months == horizon]
        chosen = [row for row in chosen if row.definition == chosen[0].definition]
        column = event_column(outcome, chosen[0].definition) if chosen else None
        verb = people_verb(outcome, chosen[0].definition) if chosen else None
        if column is None or verb is None or here.empty:
            continue
        names, curves = incidence_curves(here, column, horizon)
        table = incidence_table(names, curves, study.confidence, study.baseline)
        people = table.loc[table["month"] == 0, "at_risk"].sum()
        caption = _("Cumulative incidence (Aalen–Johansen, death competing): mean of the "
                    "replications with its {level} t interval; below, the difference paired by "
                    "replication. {place}; people whose {event} fell in months {first} to {last} "
                    "of the run, each followed for {duration}; n = {people} in all policies and "
                    "replications. {source}").format(
            level=level(study.confidence), place=place_title(manifest, jurisdiction),
            event=index_phrase(study.index), first=study.start, last=study.months - horizon - 1,
            duration=duration(horizon), people=number(float(people), 0),
            source=source_line(manifest),
        )  # fmt: skip
        if len(manifest.study.policies) > MOST_BANDS:
            caption += " " + _("With so many policies the bands are left out; the intervals are "
                               "in the forest plots and in the data.")  # fmt: skip
        title = figure_title(chosen, store.outcomes, manifest)
        plates.append(
            draw_incidence(table, manifest, f"{jurisdiction}-incidence-{outcome}", title,
                           verb.rstrip(","), caption)
        )  # fmt: skip
    return plates


def read_cohort(store: Store, rows: Sequence[Contrast], horizon: int) -> pd.DataFrame | None:
    """Cohort of the main horizon, with the columns the curves need; None if there are none."""
    study = store.manifest.study
    columns = [
        column
        for row in rows
        if row.outcome in CURVES and (column := event_column(row.outcome, row.definition))
    ]
    if not columns or horizon <= 0:
        return None
    cohort = store.cohort(tuple(dict.fromkeys(columns)))
    return cohort_window(cohort, index_code(study.index), study.start, study.months, horizon)


def prison_plate(
    rows: Sequence[Contrast], store: Store, jurisdiction: str, table: pd.DataFrame
) -> Drawing:
    """Draw the prison population of one place."""
    manifest = store.manifest
    chosen = [row for row in rows if row.outcome == "prison_population"]
    here = table[table["jurisdiction"] == jurisdiction].reset_index(drop=True)
    runs = int(here["runs"].max())
    band = _("fans hold the middle {half} and {most} of the runs").format(
        half=level(0.5), most=level(0.9)
    )
    caption = _("People serving prison terms per 1,000 people alive, by month: mean of the runs; "
                "{band}. Dashed: mean under {baseline}; dotted: places. {place}; months {first} to "
                "{last} of the run; n = {n} runs of each policy. {source}").format(
        band=band if runs > 1 else _("one run has no fan"),
        baseline=policy_title(manifest, manifest.study.baseline),
        place=place_title(manifest, jurisdiction),
        first=int(here["month"].min()), last=int(here["month"].max()), n=number(runs, 0),
        source=source_line(manifest),
    )  # fmt: skip
    if chosen:
        title = figure_title(chosen, store.outcomes, manifest)
    else:
        title = _("Prison population by policy")
    return draw_prison(here, manifest, f"{jurisdiction}-prison", title, caption)


def cost_plates(store: Store, jurisdiction: str, table: pd.DataFrame) -> list[Drawing]:
    """Draw the money of one place."""
    manifest = store.manifest
    rows = contrasts_of(table[table["jurisdiction"] == jurisdiction])
    totals = [row for row in rows if row.outcome == TOTAL]
    totals.sort(key=lambda row: manifest.study.order(row.policy))
    title = section_title(_("Public cost"), totals, manifest)
    caption = _("{unit}: difference from {baseline} paired by replication, mean and {level} "
                "Student-t interval, undiscounted; the agencies share one scale. Harm to victims "
                "is valued separately and never added to public cost. {place}; {period}; n = {n} "
                "paired replications. {source}"
                ).format(
        unit=unit_text(rows[0].unit), baseline=policy_title(manifest, manifest.study.baseline),
        level=level(manifest.study.confidence), place=place_title(manifest, jurisdiction),
        period=period_line(manifest), n=number(float(min(row.replications for row in rows)), 0),
        source=source_line(manifest),
    )  # fmt: skip
    return draw_costs(rows, manifest, f"{jurisdiction}-costs", title, caption)


class Plates:
    """Figures of every place of a store; each stored table is read once."""

    def __init__(self, store: Store, contrasts: pd.DataFrame) -> None:
        self.store = store
        self.contrasts = contrasts
        self.horizon = main_horizon(contrasts)
        stored = store.columns("series")
        money = [*agencies(stored), *([HARM] if HARM in stored else [])]
        prison = [name for name in METRICS if name in stored]
        self.series = store.series(tuple(dict.fromkeys([*prison, "people", *money])))
        self.prison = prison_table(self.series) if len(prison) == len(METRICS) else None
        self.has_costs = bool(money)
        every = contrasts_of(main_rows(contrasts))
        self.cohort = read_cohort(store, every, self.horizon)

    def results(self, jurisdiction: str) -> list[Block]:
        """Forest plots, cumulative incidence, prison population."""
        rows = ordered_rows(self.contrasts, self.store.manifest, jurisdiction)
        curves, prison = [], []
        if self.cohort is not None:
            curves = incidence_plates(rows, self.store, jurisdiction, self.cohort, self.horizon)
        if self.prison is not None:
            prison = [prison_plate(rows, self.store, jurisdiction, self.prison)]
        return [
            Block(_("Differences"), drawings=tuple(forest_plates(rows, self.store, jurisdiction))),
            Block(_("Ratios"), drawings=tuple(ratio_plates(rows, self.store, jurisdiction))),
            Block(_("Reoffending over time"), drawings=tuple(curves)),
            Block(_("Prison population and places"), drawings=tuple(prison)),
        ]

    def costs(self, jurisdiction: str) -> list[Block]:
        """Public cost by agency and harm to victims, and what they rest on."""
        if not self.has_costs:
            return []
        manifest = self.store.manifest
        study = manifest.study
        here = self.series[self.series["jurisdiction"] == jurisdiction]
        unit = f"{manifest.currency(jurisdiction)} a person-year"
        table = cost_contrasts(here, study.start, study.baseline, study.confidence, unit)
        money = cost_quantities(manifest, jurisdiction)
        drawings = tuple(cost_plates(self.store, jurisdiction, table))
        return [Block("", (cost_standing(money),), drawings, tuple(cost_tables(money)))]
