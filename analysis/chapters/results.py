"""Results: differences and ratios, reoffending over time, and the prison population."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from analysis.captions import caption, pairs_text, source_line
from analysis.chapters.reoffending import hazard_blocks
from analysis.figures.drawing import Drawing
from analysis.figures.forest import draw_forest, draw_ratios
from analysis.figures.incidence import MOST_BANDS, draw_incidence
from analysis.figures.prison import METRICS, draw_prison, prison_table
from analysis.glossary import place_title, policy_title
from analysis.language import _
from analysis.leaders import Contrast
from analysis.material import Material
from analysis.measures import event_column, sections_of
from analysis.phrases import people_verb
from analysis.section import Block
from analysis.survival import BETWEEN_PEOPLE, incidence_curves, incidence_table
from analysis.titles import figure_title, section_title
from analysis.words import duration, index_phrase, level, number

# Measures of reoffending that have a figure of their own, if the run has stored them.
CURVES = ("rearrest", "reconviction", "return_to_prison")


def result_blocks(material: Material, place: str) -> list[Block]:
    """Forest plots, cumulative incidence, prison population."""
    rows = material.rows(place)
    if not rows:
        return []
    return [
        Block(_("Differences"), drawings=tuple(_forests(material, place, rows))),
        Block(_("Ratios"), drawings=tuple(_ratios(material, place, rows))),
        Block(_("Reoffending over time"), drawings=tuple(_curves(material, place, rows))),
        *hazard_blocks(material, place),
        Block(_("Prison population and places"), drawings=tuple(_prison(material, place, rows))),
    ]


def _forests(material: Material, place: str, rows: Sequence[Contrast]) -> list[Drawing]:
    """Draw the differences, a figure for each section of outcomes."""
    manifest = material.manifest
    drawings: list[Drawing] = []
    for section in sections_of(row.outcome for row in rows):
        chosen = [row for row in rows if row.outcome in section.outcomes]
        statistic = _("Difference from {baseline} paired by replication, mean and {level} "
                      "Student-t interval; bold where the interval excludes 0. Each strip has its "
                      "own scale.")  # fmt: skip
        text = caption(manifest, place, statistic, pairs_text(chosen))
        title = section_title(section.title, chosen, manifest)
        drawings += draw_forest(chosen, manifest, f"{place}-forest-{section.key}", title, text)
    return drawings


def _ratios(material: Material, place: str, rows: Sequence[Contrast]) -> list[Drawing]:
    """Draw all ratios on one scale, of outcomes that the baseline has at all."""
    manifest = material.manifest
    known = {(row.outcome, row.definition) for row in rows if math.isfinite(row.ratio)}
    chosen = [row for row in rows if (row.outcome, row.definition) in known]
    if not chosen:
        return []
    statistic = _("Ratio of the policy to {baseline}, paired by replication, with its {level} "
                  "interval (Fieller), on one logarithmic scale; bold where the interval excludes "
                  "1. A ratio of 0.9 is a tenth less.")  # fmt: skip
    title = _("All outcomes on one scale, as ratios to {baseline}").format(
        baseline=policy_title(manifest, manifest.study.baseline))  # fmt: skip
    text = caption(manifest, place, statistic, pairs_text(chosen))
    return draw_ratios(chosen, manifest, f"{place}-ratios", title, text)


def _curves(material: Material, place: str, rows: Sequence[Contrast]) -> list[Drawing]:
    """Draw the cumulative incidence of each measure."""
    cohort, horizon = material.cohort_of(place), material.horizon
    if cohort is None:
        return []
    drawings = []
    for outcome in CURVES:
        chosen = [row for row in rows if row.outcome == outcome and row.horizon_months == horizon]
        chosen = [row for row in chosen if row.definition == chosen[0].definition]
        column = event_column(outcome, chosen[0].definition) if chosen else None
        if column is not None and column in cohort:
            drawings.append(_curve(material, place, chosen, cohort, column))
    return drawings


def _curve(
    material: Material, place: str, chosen: Sequence[Contrast], cohort: pd.DataFrame, column: str
) -> Drawing:
    manifest, study, horizon = material.manifest, material.study, material.horizon
    names, curves = incidence_curves(cohort, column, horizon)
    table = incidence_table(names, curves, study.confidence, study.baseline)
    people = float(table.loc[table["month"] == 0, "at_risk"].sum())
    band = _("mean of the replications with its {level} t interval")
    if (table["interval"] == BETWEEN_PEOPLE).any():
        band = _("one replication with its {level} interval between people")
    ends = _("death and transfer") if "to_transfer" in cohort else _("death")
    text = _("Cumulative incidence (Aalen–Johansen; competing: {ends}): {band}; below, the "
             "difference paired by replication. {place}; people whose {event} fell in months "
             "{first} to {last} of the run, each followed for {duration}; n = {people} in all "
             "policies and replications. {source}").format(
        ends=ends, band=band.format(level=level(study.confidence)),
        place=place_title(manifest, place), event=index_phrase(study.index), first=study.start,
        last=study.months - horizon - 1, duration=duration(horizon), people=number(people, 0),
        source=source_line(manifest),
    )  # fmt: skip
    if table["policy"].nunique() > MOST_BANDS:
        text += " " + _("With so many policies the bands are left out; the intervals are in the "
                        "forest plots and in the data.")  # fmt: skip
    outcome = chosen[0].outcome
    verb = people_verb(outcome, chosen[0].definition) or outcome
    title = figure_title(chosen, material.store.outcomes, manifest)
    name = f"{place}-incidence-{outcome}"
    return draw_incidence(table, manifest, name, title, verb.rstrip(","), text)


def _prison(material: Material, place: str, rows: Sequence[Contrast]) -> list[Drawing]:
    """Draw the prison population, if it is stored."""
    manifest = material.manifest
    if not set(METRICS) <= set(material.series.columns):
        return []
    here = prison_table(material.series_of(place))
    runs = int(here["runs"].max())
    band = _("fans hold the middle {half} and {most} of the runs").format(
        half=level(0.5), most=level(0.9))  # fmt: skip
    text = _("People serving prison terms per 1,000 people alive, by month: mean of the runs; "
             "{band}. Dashed: mean under {baseline}; dotted: places. {place}; months {first} to "
             "{last} of the run; n = {n} runs of each policy. {source}").format(
        band=band if runs > 1 else _("one run has no fan"),
        baseline=policy_title(manifest, manifest.study.baseline),
        place=place_title(manifest, place), first=int(here["month"].min()),
        last=int(here["month"].max()), n=number(runs, 0), source=source_line(manifest),
    )  # fmt: skip
    chosen = [row for row in rows if row.outcome == "prison_population"]
    title = _("Prison population by policy")
    if chosen:
        title = figure_title(chosen, material.store.outcomes, manifest)
    return [draw_prison(here, manifest, f"{place}-prison", title, text)]
