"""Evidence and chance: two uncertainties, never mixed; only where parameters were drawn."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from analysis.captions import caption
from analysis.chapters.decisions import worth_of_worlds
from analysis.figures.bars import Bar, Scale, draw_bars, reach_of
from analysis.figures.drawing import Drawing
from analysis.figures.strips import Words
from analysis.glossary import policy_title, told
from analysis.language import _, plural
from analysis.leaders import Contrast
from analysis.manifest import readable
from analysis.material import Material, records, statement
from analysis.section import Block, Table
from analysis.sources import row_text
from analysis.summary import title_with_horizon
from analysis.uncertainty import uncertainty_table
from analysis.value_of_information import parameter_information, perfect_information
from analysis.words import decimals_for, number, percent_text, plain

MOST_PARAMETERS = 12  # shown; the data hold all
FIT = "fit of the place"  # what was fitted together is known together or not at all


def evidence_blocks(material: Material, place: str) -> list[Block]:
    """Shares of variance, conclusions put to the test, and what knowing more is worth."""
    if not (material.store.outcomes["draw"] > 0).any():
        return []
    headlines = material.headlines(place)
    keys = pd.DataFrame(
        [(row.outcome, row.definition, row.horizon_months) for row in headlines],
        columns=["outcome", "definition", "horizon_months"],
    ).drop_duplicates()
    outcomes = material.store.outcomes
    here = outcomes[(outcomes["jurisdiction"] == place) & outcomes["group"].isin(["all", ""])]
    for column in ("outcome", "definition"):
        here = here.assign(**{column: here[column].astype(str)})
    chosen = here.merge(keys, on=list(keys.columns))
    study = material.study
    table = uncertainty_table(chosen, study.confidence, baseline=study.baseline)
    rows = {
        (str(row["policy"]), str(row["outcome"]), str(row["definition"])): row
        for row in records(table)
    }
    pairs = [
        (contrast, rows[key]) for contrast in headlines
        if (key := (contrast.policy, contrast.outcome, contrast.definition)) in rows
    ]  # fmt: skip
    return [
        Block(_("What is evidence and what is chance"), _fit_told(material, place),
              drawings=tuple(_shares(material, place, pairs, table))),
        _survival(material, pairs),
        _information(material, place),
    ]  # fmt: skip


Pairs = list[tuple[Contrast, dict[str, Any]]]


def _fit_told(material: Material, place: str) -> tuple[str, ...]:
    """Say whether what was fitted to the place is part of the evidence here."""
    manifest = material.manifest
    drawn, kept = (len(manifest.fitted(place, state)) for state in ("drawn", "kept"))
    said = []
    if drawn:
        said.append(plural(
            "{n} number fitted to the place was drawn from its fit: its uncertainty is counted "
            "as evidence here.",
            "{n} numbers fitted to the place were drawn together from its fit: their joint "
            "uncertainty is counted as evidence here.",
            drawn,
        ).format(n=number(drawn, 0)))  # fmt: skip
    if kept:
        said.append(plural(
            "{n} fitted number was not drawn: the intervals do not hold its uncertainty.",
            "{n} fitted numbers were not drawn: the intervals do not hold their uncertainty.",
            kept,
        ).format(n=number(kept, 0)))  # fmt: skip
    return tuple(said)


def _shares(material: Material, place: str, pairs: Pairs, table: pd.DataFrame) -> list[Drawing]:
    bars = [
        Bar(policy_title(material.manifest, contrast.policy), 0.0, 100 * share, 100.0,
            percent_text(share), title_with_horizon(contrast, material.manifest))
        for contrast, row in pairs if math.isfinite(share := float(row["evidence_share"]))
    ]  # fmt: skip
    if not bars:
        return []
    draws, replications = int(table["draws"].max()), int(table["replications"].max())
    statistic = _("Share of the variance of each paired difference, in percent, that comes from "
                  "the parameters drawn from their evidence; the rest is the play of chance "
                  "between replications (variance components).")  # fmt: skip
    n = _("{draws} draws of {replications} replications").format(
        draws=number(draws, 0), replications=number(replications, 0))  # fmt: skip
    most = sum(bar.first > 50 for bar in bars)
    title = _("Evidence is the larger uncertainty in {k} of {n} differences").format(
        k=number(most, 0), n=number(len(bars), 0))  # fmt: skip
    description = " ".join(f"{bar.group}, {bar.label}: {bar.text}." for bar in bars)
    words = Words(f"{place}-evidence", title, caption(material.manifest, place, statistic, n),
                  description)  # fmt: skip
    scale = Scale(_("share of the variance, %"), 0.0, 100.0)
    return [draw_bars(bars, scale, (_("evidence"), _("chance")), words, table)]


def _survival(material: Material, pairs: Pairs) -> Block:
    """Say which conclusions from the central values survive other values of the evidence."""
    manifest = material.manifest
    clear = [(one, row) for one, row in pairs if row["survives"] in ("yes", "no")]
    kept = sum(row["survives"] == "yes" for _one, row in clear)
    sentence = plural(
        "Of {n} clear conclusion from the central values, {k} survives: at least {level} of the "
        "draws from the evidence have its sign.",
        "Of {n} clear conclusions from the central values, {k} survive: at least {level} of the "
        "draws from the evidence have their sign.",
        len(clear),
    ).format(n=number(len(clear), 0), k=number(kept, 0),
             level=percent_text(material.study.confidence))  # fmt: skip
    if not clear:
        sentence = _("No clear conclusion from the central values is there to be put to the test.")
    words = {"yes": _("survives"), "no": _("does not survive"), "": _("not clear before")}
    lines = tuple(
        (title_with_horizon(one, manifest), policy_title(manifest, one.policy),
         statement(row, "central", "central_lo", "central_hi"),
         statement(row, "difference", "evidence_lo", "evidence_hi"),
         statement(row, "difference", "lo", "hi"), percent_text(float(row["sign_share"])),
         words.get(str(row["survives"]), ""))
        for one, row in pairs
    )  # fmt: skip
    columns = (
        _("Outcome"), _("Policy"), _("Central values, chance"), _("Draws, evidence"),
        _("Draws, both"), _("Same sign"), _("Conclusion"),
    )  # fmt: skip
    note = _("Central values: difference and interval of chance alone. Evidence: where the "
             "expected difference lies under other draws. Both: where one more simulated world "
             "lies.")  # fmt: skip
    table = Table(_("Conclusions put to the test of the evidence"), columns, lines,
                  (2, 3, 4, 5), note)  # fmt: skip
    return Block(_("Which conclusions survive"), (sentence,), tables=(table,))


def _information(material: Material, place: str) -> Block:
    """Rank the parameters by what knowing them would be worth for the decision."""
    worth = worth_of_worlds(material)
    draws = draws_of(material, place)
    if worth is None or draws is None:
        return Block()
    here = worth[worth["jurisdiction"] == place]
    perfect = records(perfect_information(here))[0]
    value = float(perfect["value"])
    if not math.isfinite(value):
        return Block(_("What knowing more is worth"), (str(perfect["note"]),))
    manifest = material.manifest
    sentence = _("On present evidence the best choice at the stated weights is {policy}; it is the "
                 "best in {share} of the draws. Knowing every parameter before deciding would be "
                 "worth {value} {currency} at most, per person.").format(
        policy=policy_title(manifest, str(perfect["chosen"])), value=plain(value),
        share=percent_text(float(perfect["share_chosen_is_best"])),
        currency=manifest.currency(place),
    )  # fmt: skip
    groups = groups_of(material, place, draws)
    table = parameter_information(here, draws, groups=groups, seed=material.study.seed or 0)
    fit = table[table["parameter"] == FIT]
    unknown = [
        _("{name}: {note}.").format(name=_("fit of the place"), note=note)
        for note, value in zip(fit["note"], fit["value"], strict=True) if not math.isfinite(value)
    ]  # fmt: skip
    return Block(_("What knowing more is worth"), (sentence, *unknown),
                 tuple(_worth_bars(material, place, table)))  # fmt: skip


def draws_of(material: Material, place: str) -> pd.DataFrame | None:
    """What was drawn for a place: its own values and those that all places share."""
    columns = ("draw", "rule", "parameter", "value")
    if not material.stored("draws") or "jurisdiction" not in material.store.columns("draws"):
        return material.read("draws", columns)
    draws = material.store.table("draws", (*columns, "jurisdiction"))
    return draws.loc[draws["jurisdiction"].astype(str).isin(["", place]), list(columns)]


def groups_of(material: Material, place: str, draws: pd.DataFrame) -> dict[str, list[str]]:
    """Every parameter by itself, but the fit of the place as one source of uncertainty."""
    names = dict.fromkeys(draws["rule"].astype(str) + "." + draws["parameter"].astype(str))
    fit = [name for name in material.manifest.fitted(place) if name in names]
    alone = {name: [name] for name in names if name not in fit}
    return {**alone, FIT: fit} if fit else alone


def parameter_label(material: Material, rule: str, parameter: str) -> str:
    """Label of a parameter, from the manifest's appendix where it is there."""
    if parameter == FIT and not rule:
        return _("fit of the place")
    name, _dot, key = parameter.partition(".")
    for entry in material.manifest.appendix:
        if entry.get("rule") == rule and entry.get("name") == name and entry.get("label"):
            label = told(str(entry["label"]))
            return f"{label} ({row_text(key)})" if key else label
    return f"{told(readable(rule))}: {readable(parameter).lower()}"


def _worth_bars(material: Material, place: str, table: pd.DataFrame) -> list[Drawing]:
    shown = table[table["value"] > 0].head(MOST_PARAMETERS)
    if shown.empty:
        return []
    bars = []
    for row in records(shown):
        value, se = float(row["value"]), float(row["se"])
        places = decimals_for(value, max(se, value / 100))
        text = f"{number(value, places)} ± {number(se, places)}"
        label = parameter_label(material, str(row["rule"]), str(row["parameter"]))
        bars.append(Bar(label, 0.0, value, value, text))
    statistic = _("Expected value of knowing one parameter exactly before deciding (partial "
                  "perfect information, by spline regression), with its standard error, in "
                  "{currency} per person at the stated weights.")  # fmt: skip
    if FIT in set(table["parameter"]):
        statistic += " " + _("What was fitted to the place counts as one.")
    n = _("{n} draws").format(n=number(int(shown["draws"].max()), 0))
    currency = material.manifest.currency(place)
    text = caption(material.manifest, place, statistic, n, currency=currency)
    title = _("Worth knowing first: {name}").format(name=bars[0].label)
    words = Words(f"{place}-information", title, text,
                  " ".join(f"{bar.label}: {bar.text}." for bar in bars))  # fmt: skip
    scale = Scale(currency, 0.0, reach_of([bar.first for bar in bars]))
    return [draw_bars(bars, scale, ("", ""), words, table)]
