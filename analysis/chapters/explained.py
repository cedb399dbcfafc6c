"""What lies behind a difference: naive against true, shares of a package's levers, sensitivity."""

from __future__ import annotations

import math

import pandas as pd

from analysis.captions import caption, replications_text
from analysis.chapters.evidence import parameter_label
from analysis.coalitions import EXACT_UP_TO, MARK, coalition_of, lever_orders
from analysis.decomposition import shapley_table
from analysis.errors import AnalysisError
from analysis.figures.bars import Bar, Scale, draw_bars, reach_of
from analysis.figures.drawing import COLOURS, Drawing, Look, look
from analysis.figures.strips import Mark, Strip, Words, drawn
from analysis.glossary import policy_title, told
from analysis.language import _
from analysis.manifest import readable
from analysis.material import Material, is_clear, records, statement
from analysis.measures import event_column
from analysis.naive import ADJUSTED, RAW, TRUE, naive_table
from analysis.section import Block
from analysis.sensitivity_store import sensitivity
from analysis.store import CENTRAL_POINT
from analysis.summary import title_with_horizon
from analysis.words import difference, number, places_for

# Lever -> the column of the cohort that tells who took part.
PARTICIPATION = {"prison_treatment": "treated", "restorative_justice": "conferenced"}
LOOKS = {
    RAW: Look(COLOURS[1], "s", "-"), ADJUSTED: Look(COLOURS[4], "D", "-"),
    TRUE: Look(COLOURS[0], "o", "-"),
}  # fmt: skip


def explained_blocks(material: Material, place: str) -> list[Block]:
    """Selection bias, Shapley shares, tornado: each where the store holds what it needs."""
    return [
        Block(_("Naive against true"), drawings=tuple(_naive(material, place))),
        *_packages(material, place),
        *_sensitivity(material, place),
    ]


def _naive(material: Material, place: str) -> list[Drawing]:
    """Draw what a study of the participants would find beside the true effect on them."""
    cohort = material.cohort_of(place)
    headline = next((row for row in material.headlines(place)
                     if event_column(row.outcome, row.definition)), None)  # fmt: skip
    if cohort is None or headline is None:
        return []
    manifest, study = material.manifest, material.study
    levers = {lever: column for lever, column in PARTICIPATION.items() if column in cohort}
    column = event_column(headline.outcome, headline.definition)
    if not levers or column is None or len(study.policies) < 2:
        return []
    table = naive_table(cohort, levers, column, material.horizon, study.baseline,
                        study.confidence)  # fmt: skip
    names = {RAW: _("compared as they are"), ADJUSTED: _("adjusted for what is known"),
             TRUE: _("true effect on them")}  # fmt: skip
    strips = []
    for (policy, lever), part in table.groupby(["policy", "lever"], sort=False):
        rows = {str(row["estimate"]): row for row in records(part)}
        if any(not math.isfinite(float(rows[one]["difference"])) for one in names):
            continue
        marks = tuple(
            Mark(words, LOOKS[one], float(rows[one]["difference"]), float(rows[one]["lo"]),
                 float(rows[one]["hi"]), statement(rows[one], "difference", "lo", "hi"),
                 is_clear(rows[one], "lo", "hi"))
            for one, words in names.items()
        )  # fmt: skip
        title = _("{lever} under {policy}").format(
            lever=told(readable(str(lever))), policy=policy_title(manifest, str(policy))
        )
        n = _("points; n = {n} who took part").format(
            n=number(float(rows[TRUE]["participants"]), 0))  # fmt: skip
        strips.append(Strip(title, n, marks, "naive"))
    if not strips:
        return []
    outcome = title_with_horizon(headline, manifest)
    statistic = _("{outcome}: people who took part less people who did not, as a study without a "
                  "lottery would compare them, raw and adjusted for age, sex, priors and offence; "
                  "below, what the policy truly changed for those who took part because of it. "
                  "{level} intervals.")  # fmt: skip
    text = caption(
        manifest,
        place,
        statistic,
        replications_text(float(table["replications"].max())),
        outcome=outcome,
    )
    description = " ".join(
        f"{strip.title}, {mark.label}: {mark.text}." for strip in strips for mark in strip.marks
    )
    words = Words(f"{place}-naive", _("{outcome}: what comparing participants would suggest, and "
                                      "what is true").format(outcome=outcome), text,
                  description)  # fmt: skip
    return drawn(strips, words, table, _("difference (interval)"))


def _packages(material: Material, place: str) -> list[Block]:
    """Divide the effect of each package, of which parts were simulated, among its levers."""
    outcomes = material.store.everything
    policies = [str(one) for one in outcomes["policy"].unique()]
    packages = sorted({one.partition(MARK)[0] for one in policies if MARK in one} & set(policies))
    blocks = []
    for package in packages:
        title = _("What each lever of {policy} contributes").format(
            policy=policy_title(material.manifest, package))  # fmt: skip
        try:
            blocks.append(Block(title, drawings=tuple(_shapley(material, place, package))))
        except AnalysisError as error:  # some combinations are still to be simulated
            blocks.append(Block(title, (str(error),)))
    return blocks


def _shapley(material: Material, place: str, package: str) -> list[Drawing]:
    study, manifest = material.study, material.manifest
    outcomes = material.store.everything
    wanted = (outcomes["jurisdiction"] == place) & outcomes["group"].isin(["all", ""])
    if "point" in outcomes:
        wanted &= outcomes["point"] == CENTRAL_POINT
    here = outcomes[wanted]
    names = [str(one) for one in here["policy"].unique() if str(one).startswith(package + MARK)]
    levers = sorted({lever for name in names for lever in name.partition(MARK)[2].split("+")})
    # Parts may have been simulated with the central values only.
    drawn_at = here.loc[here["policy"].isin(names), "draw"].unique()
    here = here[here["draw"].isin(drawn_at)]
    stored = {coalition_of(name, package, levers, study.baseline) for name in names}
    is_whole = len(stored) >= 2 ** len(levers) - 2 and len(levers) <= EXACT_UP_TO
    orders = None if is_whole else lever_orders(levers, seed=study.seed or 0)
    strips, tables = [], []
    for row in [one for one in material.headlines(place) if one.policy == package]:
        chosen = here[(here["outcome"] == row.outcome) & (here["definition"] == row.definition)
                      & (here["horizon_months"] == row.horizon_months)]  # fmt: skip
        table = shapley_table(chosen, package, levers, study.baseline, study.confidence,
                              orders=orders)  # fmt: skip
        tables.append(table)
        style = look(1)
        marks = tuple(
            Mark(told(readable(str(one["lever"]))), style, float(one["contribution"]),
                 float(one["lo"]), float(one["hi"]), statement(one, "contribution", "lo", "hi"),
                 is_clear(one, "lo", "hi"))
            for one in records(table)
        )  # fmt: skip
        total = difference(row.difference, row.lo, row.hi)
        note = _("the whole package: {total}").format(total=total or _("no value"))
        strips.append(Strip(title_with_horizon(row, manifest), note, marks))
    if not strips:
        return []
    statistic = _("Shapley contribution of each lever to the package's difference from {baseline}: "
                  "its mean over all orders in which the levers can be added, with {level} "
                  "interval; the contributions add up to the whole.")  # fmt: skip
    n = replications_text(float(max(table["replications"].max() for table in tables)))
    text = caption(manifest, place, statistic, n)
    description = " ".join(
        f"{strip.title}, {mark.label}: {mark.text}." for strip in strips for mark in strip.marks
    )
    title = _("{policy}: contributions of its levers").format(
        policy=policy_title(manifest, package))  # fmt: skip
    words = Words(f"{place}-shapley-{package}", title, text, description)
    return drawn(strips, words, pd.concat(tables, ignore_index=True), _("contribution (interval)"))


def _sensitivity(material: Material, place: str) -> list[Block]:
    """Draw a tornado of what was varied, or tabulate a screening or variance shares."""
    found = sensitivity(material.store, place, material.headlines(place))
    blocks = []
    for one in found:
        title = title_with_horizon(one.row, material.manifest)
        policy = policy_title(material.manifest, one.row.policy)
        bars = []
        for row in records(one.table):
            low, high = float(row["low"]), float(row["high"])
            places = places_for(max(low, high, key=abs), -abs(low - high), abs(low - high))
            text = f"{number(low, places, sign=True)} / {number(high, places, sign=True)}"
            bars.append(Bar(_input_label(material, str(row["input"])), 0.0, low, high, text))
        reach = reach_of([end for bar in bars for end in (bar.first, bar.second)])
        statistic = _("{outcome} under {policy}: change of its difference from {baseline} when "
                      "one dial or parameter at a time is set to the low or high end of its "
                      "range.")  # fmt: skip
        n = replications_text(float(one.table["replications"].max()))
        text = caption(material.manifest, place, statistic, n, outcome=title, policy=policy)
        heading = _("{outcome} under {policy}: most sensitive to {name}").format(
            outcome=title, policy=policy, name=bars[0].label)  # fmt: skip
        description = " ".join(f"{bar.label}: {bar.text}." for bar in bars)
        words = Words(f"{place}-tornado-{one.row.policy}-{one.row.outcome}", heading, text,
                      description)  # fmt: skip
        scale = Scale(_("change of the difference"), -reach, reach, True)
        drawing = draw_bars(bars, scale, (_("low end"), _("high end")), words, one.table)
        blocks.append(Block(_("Sensitivity"), drawings=(drawing,)))
    return blocks


def _input_label(material: Material, name: str) -> str:
    section, _dot, rest = name.partition(".")
    rule, _dot, key = rest.partition(".")
    if section == "dials":
        known = ((material.manifest.run.get("dials") or {}).get(rule) or {}).get(key) or {}
        return told(str(known.get("label") or readable(key)))
    return parameter_label(material, rule, key)
