"""What the report says of its own method, with the figures that show what it bought."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis.glossary import told, unit_text
from analysis.language import _
from analysis.manifest import Manifest
from analysis.measures import main_rows
from analysis.section import Table
from analysis.sources import Quantity
from analysis.words import duration, index_phrase, joined, level, number, plain


def method(manifest: Manifest, contrasts: pd.DataFrame, horizon: int) -> list[tuple[str, str]]:
    """Paragraphs, each with its lead, on draws, pairing, intervals, cohort and competing events."""
    study = manifest.study
    draws = _(
        "Every person keeps the same luck under every policy: each decision draws its own random "
        "number, keyed by person, month and rule. The world runs once to month {start} and is "
        "then copied, one copy for each policy, so the policies share their past and differ only "
        "in what the policy changes."
    ).format(start=study.start)
    paired = _(
        "A replication repeats all of this with other luck. The difference between a policy and "
        "the baseline is taken inside each replication; its mean over {n} replications is "
        "reported with the {level} Student-t interval of that mean."
    ).format(n=plain(study.replications), level=level(study.confidence))
    cohort = _(
        "Reoffending is counted from {event}, for everyone whose event fell between the start of "
        "the policies and the last month that leaves room for the whole follow-up of {duration} "
        "(months {first} to {last}). Death is a competing event: a person who dies is not counted "
        "as someone who desisted for good, nor taken out of the denominator."
    ).format(
        event=index_phrase(study.index),
        duration=duration(horizon),
        first=study.start,
        last=study.months - horizon - 1,
    )
    definitions = _(
        "Rearrest, reconviction and return to prison are different measures and are never "
        "compared with each other, nor across places that define them differently. Offending "
        "that nobody detects is known to the simulation and shown beside them."
    )
    told = [
        (_("Common draws"), draws),
        (_("Paired replications"), paired),
        (_("What the pairing bought"), _bought(contrasts)),
        (_("Cohort and follow-up"), cohort if horizon else ""),
        (_("Definitions"), definitions),
    ]
    return [(lead, text) for lead, text in told if text]


def _bought(contrasts: pd.DataFrame) -> str:
    """Say what the pairing bought, from the printed correlations and variance ratios."""
    rows = main_rows(contrasts)
    rows = rows[rows["variance_ratio"].notna() & rows["correlation"].notna()]
    if rows.empty:
        return ""
    return _("Over the main outcomes, the correlation between a policy "
             "and the baseline is {correlation} in the middle (median), and independent "
             "draws would give the difference a variance {ratio} times as large (from {low} to "
             "{high} times).").format(
        correlation=number(float(rows["correlation"].median()), 2),
        ratio=plain(round(float(rows["variance_ratio"].median()), 1)),
        low=plain(round(float(rows["variance_ratio"].min()), 1)),
        high=plain(round(float(rows["variance_ratio"].max()), 1)),
    )  # fmt: skip


def cost_standing(money: Sequence[Quantity]) -> str:
    """Say how far the costs are sourced, and name the placeholders."""
    apart = _("Victims' harm is shown apart and is not part of public cost.")
    if not money:
        return apart + " " + _("The manifest names no source for the unit costs: read all of "
                               "them as placeholders.")  # fmt: skip
    weak = [one.name[:1].lower() + one.name[1:] for one in money if one.is_placeholder]
    if not weak:
        return apart + " " + _("All {n} unit costs have a source.").format(n=plain(len(money)))
    return apart + " " + _("{weak} of the {n} unit costs are placeholders, assumed or not yet "
                           "checked against a source: {names}. Read the differences that rest "
                           "on them as orders of magnitude.").format(
        weak=plain(len(weak)), n=plain(len(money)), names=joined(list(dict.fromkeys(weak)))
    )  # fmt: skip


def cost_tables(money: Sequence[Quantity]) -> list[Table]:
    """Unit costs with their sources; none if the manifest names none."""
    if not money:
        return []
    rows = tuple((one.name, one.value, one.unit, told(one.source), cost_text(one)) for one in money)
    columns = (_("Quantity"), _("Value"), _("Unit"), _("Source"), _("Standing"))
    return [Table("unit-costs", _("What the costs rest on"), columns, rows, numeric=(1,))]


def outcome_table(manifest: Manifest) -> Table:
    """What each outcome means."""
    rows = tuple(
        (told(one.title), unit_text(one.unit), told(one.meaning))
        for one in manifest.outcomes.values()
    )
    columns = (_("Outcome"), _("Unit"), _("Meaning"))
    return Table("outcomes", _("What the outcomes mean"), columns, rows)


def cost_text(one: Quantity) -> str:
    """Standing of a unit cost, with the word that matters first."""
    if one.is_placeholder:
        return _("placeholder: {standing}").format(standing=one.standing_text)
    return one.standing_text
