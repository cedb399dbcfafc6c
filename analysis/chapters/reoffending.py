"""Reoffending beyond the curve: hazard ratios, months lost, and rates per year at liberty."""

from __future__ import annotations

import pandas as pd

from analysis.captions import caption, source_line
from analysis.figures.drawing import Drawing, look
from analysis.figures.strips import Mark, Strip, Words, drawn
from analysis.follow_up import FollowUp, episodes
from analysis.frequency import frequency_and_severity
from analysis.glossary import policy_title, told
from analysis.hazards import hazard_ratios
from analysis.language import _
from analysis.material import Material, records
from analysis.measures import outcome_title
from analysis.section import Block, Table
from analysis.survival import incidence_curves, incidence_table
from analysis.time_to_event import time_to_event
from analysis.words import difference, duration, index_phrase, number, ratio_text

MEASURES = ("rearrest", "reconviction", "return_to_prison")
ANCHOR_P = 0.05  # below it, one hazard ratio does not tell the whole follow-up


def hazard_blocks(material: Material, place: str) -> list[Block]:
    """Hazard ratios with their check, and what the measures look like per year at liberty."""
    cohort = material.cohort_of(place)
    if cohort is None or len(material.study.policies) < 2:
        return []
    return [
        Block(_("Hazard ratios"), drawings=tuple(_hazards(material, place, cohort))),
        _rates(material, place, cohort),
        _months(material, cohort),
    ]


def _follow_up(material: Material, definition: str, cohort: pd.DataFrame) -> FollowUp:
    competing = ("death", "transfer") if "to_transfer" in cohort else ("death",)
    study = material.study
    return FollowUp(definition, study.index, material.horizon, study.start, None, competing)


def _measures(material: Material, cohort: pd.DataFrame) -> list[str]:
    stored = set(material.store.outcomes["outcome"].unique())
    return [one for one in MEASURES if one in stored
            and _follow_up(material, one, cohort).columns[0] in cohort]  # fmt: skip


def _hazards(material: Material, place: str, cohort: pd.DataFrame) -> list[Drawing]:
    manifest, study = material.manifest, material.study
    strips, tables = [], []
    for measure in _measures(material, cohort):
        people = episodes(cohort, _follow_up(material, measure, cohort))
        table = hazard_ratios(people, study.confidence, baseline=study.baseline)
        tables.append(table.assign(outcome=measure))
        marks = []
        for row in sorted(records(table), key=lambda one: study.order(str(one["policy"]))):
            value, lo, hi = (float(row[name]) for name in ("hazard_ratio", "lo", "hi"))
            text = ratio_text(value, lo, hi) or str(row["note"])
            if float(row["p_proportional"]) < ANCHOR_P:
                text += " *"
            marks.append(Mark(policy_title(manifest, str(row["policy"])),
                              look(study.order(str(row["policy"]))), value, lo, hi, text,
                              lo > 1 or hi < 1))  # fmt: skip
        strips.append(Strip(outcome_title(manifest, measure), "", tuple(marks), "hazard"))
    if not strips:
        return []
    table = pd.concat(tables, ignore_index=True)
    statistic = _("Cause-specific hazard ratio of each policy against {baseline} within {duration} "
                  "of {event} (Cox), {level} interval clustered by replication; bold where it "
                  "excludes 1. A star marks ratios that are not the same early and late (p < "
                  "0.05): they are averages over the follow-up.")  # fmt: skip
    n = _("{n} index events").format(n=number(float(table["episodes"].max()), 0))
    text = caption(manifest, place, statistic, n, duration=duration(material.horizon),
                   event=index_phrase(study.index))  # fmt: skip
    description = " ".join(
        f"{strip.title}, {mark.label}: {mark.text}." for strip in strips for mark in strip.marks
    )
    title = _("How fast people reoffend: hazard ratios to {baseline}").format(
        baseline=policy_title(manifest, study.baseline))  # fmt: skip
    words = Words(f"{place}-hazards", title, text, description)
    return drawn(strips, words, table, _("hazard ratio (interval)"), is_ratio=True)


def _rates(material: Material, place: str, cohort: pd.DataFrame) -> Block:
    """Tabulate frequency and severity per person-year at liberty, where they are stored."""
    counted = {"offences_36m", "arrests_36m", "harm_36m"} & set(cohort)
    if "liberty_36m" not in cohort or not counted or material.horizon < 36:
        return Block()
    manifest, study = material.manifest, material.study
    table = frequency_and_severity(
        cohort, study.confidence, baseline=study.baseline, index=study.index,
        first_month=study.start,
    )  # fmt: skip
    names = {
        "offences": _("Offences"), "arrests": _("Arrests"), "harm": _("Harm to victims, valued"),
        "harm_per_offence": _("Harm per offence"),
    }  # fmt: skip
    lines = tuple(
        (names[str(row["measure"])], policy_title(manifest, str(row["policy"])),
         number(float(row["value"]), 2),
         difference(float(row["difference"]), float(row["difference_lo"]),
                    float(row["difference_hi"])),
         told(str(row["unit"])))
        for row in records(table)
    )  # fmt: skip
    columns = (_("Measure"), _("Policy"), _("Rate"), _("Difference"), _("Unit"))
    note = _("Months in custody are no months at risk. 36 months after {event}. {source}").format(
        event=index_phrase(study.index), source=source_line(manifest))  # fmt: skip
    caption_ = _("Frequency and severity, per person-year at liberty")
    return Block(_("Frequency and severity"), tables=(
        Table("frequency", caption_, columns, lines, (2, 3), note),
    ))  # fmt: skip


def _months(material: Material, cohort: pd.DataFrame) -> Block:
    """Tabulate the median time to the event and the months lost to it."""
    manifest, study = material.manifest, material.study
    lines: list[tuple[str, ...]] = []
    for measure in _measures(material, cohort):
        column = _follow_up(material, measure, cohort).columns[0]
        names, curves = incidence_curves(cohort, column, material.horizon)
        table = incidence_table(names, curves, study.confidence, study.baseline)
        found = time_to_event(names, curves, table, study.confidence, study.baseline)
        for row in sorted(records(found), key=lambda one: study.order(str(one["policy"]))):
            median = number(float(row["median_month"]), 0) or str(row["median_note"])
            lines.append((
                outcome_title(manifest, measure), policy_title(manifest, str(row["policy"])),
                median, number(float(row["months_lost"]), 2),
                difference(float(row["difference"]), float(row["difference_lo"]),
                           float(row["difference_hi"])),
            ))  # fmt: skip
    if not lines:
        return Block()
    columns = (_("Outcome"), _("Policy"), _("Median, months"), _("Months after the event"),
               _("Difference"))  # fmt: skip
    note = _(
        "Of the {n} months of follow-up, how many an average person spends after the first "
        "event. {source}"
    ).format(n=material.horizon, source=source_line(manifest))
    return Block(_("Time to the event"), tables=(
        Table("time", _("Time to reoffending"), columns, tuple(lines), (3, 4), note),
    ))  # fmt: skip
