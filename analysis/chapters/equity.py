"""Who gains and who does not: gaps between groups, access to levers, and the wider net."""

from __future__ import annotations

import math

import pandas as pd

from analysis.access import STAGES, access_shares
from analysis.captions import caption, replications_text
from analysis.fairness import gap_change_table, gap_table, outcomes_by_group
from analysis.figures.drawing import Drawing, look
from analysis.figures.strips import Mark, Strip, Words, drawn
from analysis.glossary import group_text, policy_title, told
from analysis.language import _
from analysis.leaders import Contrast
from analysis.manifest import readable
from analysis.material import Material, is_clear, records, statement
from analysis.measures import event_column
from analysis.net_widening import net_widening_table
from analysis.section import Block, Table
from analysis.store import KEYS
from analysis.summary import title_with_horizon
from analysis.words import capital, joined, number

MOST_COMMUNITIES = 4  # shown, those furthest from everyone first; the data hold all
CONTACT = ("supervised", "served_months")


def equity_blocks(material: Material, place: str) -> list[Block]:
    """Gaps in reoffending, gaps in access, and people moved between liberty and control."""
    return [*_gaps(material, place), _access(material, place), _net(material, place)]


def _measure(material: Material, place: str) -> tuple[Contrast, str] | None:
    """First measure of reoffending that the headlines tell, with its column of the cohort."""
    for row in material.headlines(place):
        column = event_column(row.outcome, row.definition)
        if column is not None:
            return row, column
    return None


def _gaps(material: Material, place: str) -> list[Block]:
    """Draw the gaps between groups under each policy, and tell which policy changes one."""
    cohort, measure = material.cohort_of(place), _measure(material, place)
    if cohort is None or measure is None or not {"male", "age_years"} & set(cohort):
        return []
    row, column = measure
    study, manifest = material.study, material.manifest
    outcomes = outcomes_by_group(cohort, {(row.outcome, row.definition): column}, material.horizon)
    table = gap_table(outcomes, study.confidence)
    changes = gap_change_table(outcomes, study.baseline, study.confidence)
    title = title_with_horizon(row, manifest)
    told_ = _changed(material, changes)
    return [Block(_("Gaps between groups"), told_,
                  tuple(_gap_strips(material, place, table, title)))]  # fmt: skip


def _changed(material: Material, changes: pd.DataFrame) -> tuple[str, ...]:
    """One sentence for each gap that a policy clearly changes."""
    rows = [row for row in records(changes) if is_clear(row, "lo", "hi")]
    if not rows:
        if changes["lo"].notna().any():
            return (_("No policy clearly changes a gap between groups."),)
        return (_("Too few replications to say whether a policy changes a gap between groups."),)
    told_ = []
    for row in rows:
        before, after = float(row["gap_baseline"]), float(row["gap"])
        template = _("{policy} widens the gap between {group} and {reference}: from {before} to "
                     "{after} points (change {change}).")  # fmt: skip
        if abs(after) < abs(before):
            template = _("{policy} narrows the gap between {group} and {reference}: from {before} "
                         "to {after} points (change {change}).")  # fmt: skip
        told_.append(template.format(
            policy=policy_title(material.manifest, str(row["policy"])),
            group=group_text(str(row["group"])), reference=group_text(str(row["reference"])),
            before=number(before, 1, sign=True), after=number(after, 1, sign=True),
            change=statement(row, "change", "lo", "hi"),
        ))  # fmt: skip
    return tuple(told_)


def _gap_strips(material: Material, place: str, table: pd.DataFrame, title: str) -> list[Drawing]:
    manifest, study = material.manifest, material.study
    table = table[table["gap"].notna()]
    groups = list(dict.fromkeys(map(str, table["group"])))
    base = table[table["policy"] == study.baseline].set_index("group")["gap"].abs()
    communities = [one for one in groups if one.startswith("community=")]
    communities.sort(key=lambda one: (-float(base.get(one, 0.0)), one))
    groups = [one for one in groups if one not in communities[MOST_COMMUNITIES:]]
    strips = []
    for group in groups:
        rows = {str(row["policy"]): row for row in
                records(table[table["group"] == group])}  # fmt: skip
        marks = tuple(
            Mark(policy_title(manifest, policy), look(study.order(policy)), float(row["gap"]),
                 float(row["gap_lo"]), float(row["gap_hi"]),
                 statement(row, "gap", "gap_lo", "gap_hi"), is_clear(row, "gap_lo", "gap_hi"))
            for policy, row in sorted(rows.items(), key=lambda one: study.order(one[0]))
        )  # fmt: skip
        first = next(iter(rows.values()))
        heading = _("{group} against {reference}").format(
            group=group_text(group), reference=group_text(str(first["reference"])))  # fmt: skip
        note = _("points; n = {n} in the group").format(n=number(float(first["n"]), 0))
        strips.append(Strip(heading[:1].upper() + heading[1:], note, marks, "gap"))
    if not strips:
        return []
    statistic = _("{outcome}: percentage in the group less that in the group it is compared with, "
                  "under each policy; mean over replications with {level} interval. A gap is a "
                  "fact about outcomes, not yet a finding of unequal treatment.")  # fmt: skip
    if len(communities) > MOST_COMMUNITIES:
        statistic += " " + _("Of the communities, those furthest from everyone are shown.")
    n = replications_text(float(table["replications"].max()))
    text = caption(manifest, place, statistic, n, outcome=title)
    description = " ".join(
        f"{strip.title}, {mark.label}: {mark.text}." for strip in strips for mark in strip.marks
    )
    words = Words(f"{place}-gaps", _widest(strips, title), text, description)
    return drawn(strips, words, table, _("gap (interval)"))


def _widest(strips: list[Strip], title: str) -> str:
    """Title of the figure: the widest clear gap under the first policy shown."""
    clear = [strip for strip in strips if strip.marks[0].is_clear]
    if not clear:
        return _("{title}: no clear gap between groups").format(title=title)
    widest = max(clear, key=lambda strip: abs(strip.marks[0].value))
    return _("{title}: the widest clear gap is {group}").format(
        title=title, group=widest.title[:1].lower() + widest.title[1:])  # fmt: skip


def _access(material: Material, place: str) -> Block:
    """Tabulate how many of those eligible reach each stage of a lever, and the widest gap."""
    columns = (*KEYS[1:], "lever", "stage", "group", "count")
    access = material.read("access", columns)
    if access is None:
        return Block()
    here = access[access["jurisdiction"] == place]
    if here.empty or here["stage"].nunique() < 2:
        return Block()
    manifest, study = material.manifest, material.study
    shares = access_shares(here)
    shares = shares[shares["definition"] == "of those eligible"]
    gaps = gap_table(shares, study.confidence)
    everyone = shares[(shares["group"] == "all") & shares["value"].notna()]
    mean = everyone.groupby(["policy", "outcome"])["value"].mean()
    stages = [stage for stage in STAGES[1:]
              if shares["outcome"].str.endswith(f": {stage}").any()]  # fmt: skip
    levers = sorted({str(one).partition(": ")[0] for one in everyone["outcome"]})
    lines: list[tuple[str, ...]] = []
    for lever in levers:
        for policy in sorted(map(str, everyone["policy"].unique()), key=study.order):
            cells = [float(mean.get((policy, f"{lever}: {stage}"), math.nan)) for stage in stages]
            reached = [stage for stage, one in zip(stages, cells, strict=True)
                       if math.isfinite(one)]  # fmt: skip
            if not reached or not any(cells):
                continue
            own = gaps[(gaps["policy"] == policy) & (gaps["outcome"] == f"{lever}: {reached[-1]}")]
            lines.append((
                told(readable(lever)), policy_title(manifest, policy),
                *(number(one, 1) for one in cells), _widest_gap(own),
            ))  # fmt: skip
    if not lines:
        return Block()
    heads = (_("Lever"), _("Policy"), *(capital(told(stage)) for stage in stages),
             _("Widest clear gap at the last stage, points"))  # fmt: skip
    words = _("Of those eligible, how many reach each stage, %")
    table = Table("access", words, heads, tuple(lines), tuple(range(2, 2 + len(stages))))
    return Block(_("Access"), tables=(table,))


def _widest_gap(gaps: pd.DataFrame) -> str:
    """The widest gap between groups whose interval excludes 0."""
    clear = [row for row in records(gaps) if is_clear(row, "gap_lo", "gap_hi")]
    if not clear:
        return _("no clear gap")
    row = max(clear, key=lambda one: abs(float(one["gap"])))
    return _("{group} against {reference}: {gap}").format(
        group=group_text(str(row["group"])), reference=group_text(str(row["reference"])),
        gap=statement(row, "gap", "gap_lo", "gap_hi"),
    )  # fmt: skip


def _net(material: Material, place: str) -> Block:
    """Count, person by person, who is moved between liberty, supervision and custody."""
    manifest, study = material.manifest, material.study
    if not material.stored("cohort") or len(study.policies) < 2:
        return Block()
    if not set(CONTACT) <= set(material.store.columns("cohort")):
        return Block()
    everyone = material.store.cohort(CONTACT)
    here = everyone[everyone["jurisdiction"] == place]
    table = net_widening_table(here, study.start, study.months - 1, study.baseline,
                               study.confidence, persons=float(study.persons) or None)  # fmt: skip
    if table.empty:
        return Block()
    flows = {
        "newly_supervised": _("newly under supervision"),
        "newly_in_custody": _("newly in custody"),
        "custody_to_supervision": _("supervised instead of in custody"),
        "supervision_to_neither": _("no longer supervised"),
        "custody_to_neither": _("no longer in custody"),
        "supervision_balance": _("balance of supervision"),
    }
    shown = [one for one in flows if (table["flow"] == one).any()]
    value, lo, hi = (f"per_1000{end}" for end in ("", "_lo", "_hi"))
    if table[value].isna().all():
        value, lo, hi = "people", "lo", "hi"
    lines: list[tuple[str, ...]] = []
    wider = []
    for policy in sorted(map(str, table["policy"].unique()), key=study.order):
        own = {str(row["flow"]): row for row in
               records(table[table["policy"] == policy])}  # fmt: skip
        title = policy_title(manifest, policy)
        lines.append((title, *(statement(own[one], value, lo, hi) for one in shown)))
        if "newly_supervised" in own and float(own["newly_supervised"][lo]) > 0:
            wider.append(title)
    sentence = _("Nobody is clearly drawn anew into supervision under any policy.")
    if wider:
        sentence = _("People who would not have been supervised under {baseline} are supervised "
                     "under {policies}; they are counted one by one, as the same persons live "
                     "under every policy.").format(
            baseline=policy_title(manifest, study.baseline), policies=joined(wider))  # fmt: skip
    caption_ = _("People moved between liberty, supervision and custody, per 1,000 people over the "
                 "months of the policies")  # fmt: skip
    columns = (_("Policy"), *(capital(flows[one]) for one in shown))
    return Block(_("Net-widening, person by person"), (sentence,), tables=(
        Table("net-widening", caption_, columns, tuple(lines), tuple(range(1, len(columns)))),
    ))  # fmt: skip
