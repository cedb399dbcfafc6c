"""How sure the differences are: many comparisons, the best policy, equivalence, precision."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from analysis.equivalence import equivalence
from analysis.glossary import policy_title
from analysis.language import _, plural
from analysis.leaders import contrasts_of
from analysis.material import Material, records
from analysis.measures import main_rows, outcome_title
from analysis.multiplicity import adjusted
from analysis.phrases import difference_unit
from analysis.precision import precision
from analysis.section import Block, Table
from analysis.summary import title_with_horizon
from analysis.words import difference, number, p_text, percent_text, plain


def certainty_blocks(material: Material, place: str) -> list[Block]:
    """What many comparisons, several policies and a margin make of the headline outcomes."""
    rows = main_rows(material.contrasts)
    rows = rows[rows["jurisdiction"] == place]
    names = [(row.outcome, row.definition) for row in material.headlines(place)]
    chosen = [one in names for one in zip(rows["outcome"], rows["definition"], strict=True)]
    rows = rows[np.asarray(chosen, dtype=bool)] if chosen else rows
    if rows.empty or int(rows["replications"].max()) < 2:
        return []
    order = {one: at for at, one in enumerate(dict.fromkeys(names))}
    keys = [
        (order[(outcome, definition)], material.study.order(policy))
        for outcome, definition, policy in zip(
            rows["outcome"], rows["definition"], rows["policy"], strict=True
        )
    ]
    rows = rows.iloc[sorted(range(len(rows)), key=keys.__getitem__)].reset_index(drop=True)
    return [
        _many_comparisons(material, rows),
        _best(material, rows),
        _equivalence(material, place),
        _precision(material, place),
    ]


def _many_comparisons(material: Material, rows: pd.DataFrame) -> Block:
    """Correct the headline comparisons as one family."""
    family = adjusted(rows)
    level = 1 - material.study.confidence
    tested = int(family["p_value"].notna().sum())
    if not tested:
        return Block()
    counts = {name: int((family[name] <= level).sum()) for name in ("p_value", "p_holm", "p_bh")}
    told = plural(
        "Of {n} comparison of the main outcomes, {raw} has an interval that excludes 0.",
        "Of {n} comparisons of the main outcomes, {raw} have an interval that excludes 0.",
        tested,
    ) + " " + _("Held to an error rate of {level} over all of them together (Holm), {holm} "
                "remain; if {level} of the differences called clear may be false (Benjamini and "
                "Hochberg), {bh} remain.")  # fmt: skip
    sentence = told.format(
        n=number(tested, 0), raw=number(counts["p_value"], 0), level=percent_text(level),
        holm=number(counts["p_holm"], 0), bh=number(counts["p_bh"], 0),
    )  # fmt: skip
    lines = []
    contrasts = contrasts_of(family)
    for contrast, row in zip(contrasts, records(family), strict=True):
        lines.append((
            title_with_horizon(contrast, material.manifest),
            policy_title(material.manifest, contrast.policy),
            difference(contrast.difference, contrast.lo, contrast.hi) or _("no value"),
            _size(float(row["standardised"])), _needed(row),
            p_text(float(row["p_value"])), p_text(float(row["p_holm"])), p_text(float(row["p_bh"])),
        ))  # fmt: skip
    columns = (
        _("Outcome"), _("Policy"), _("Difference"), _("Standardised size"),
        _("Number needed to treat"), "p", _("p, Holm"), _("p, false discovery"),
    )  # fmt: skip
    note = _("The standardised size counts in standard deviations between replications of the "
             "baseline. The number needed to treat is given where the interval excludes 0: people "
             "under the policy for one event fewer, or for one more where it is negative. An "
             "exact 0 in every replication counts as a comparison with p = 1.")  # fmt: skip
    table = Table("corrected", _("The main outcomes with correction for many comparisons"),
                  columns, tuple(lines), tuple(range(2, 8)), note)  # fmt: skip
    return Block(_("Many comparisons"), (sentence,), tables=(table,))


def _size(standardised: float) -> str:
    return number(standardised, 2, sign=True)


def _needed(row: Mapping[str, Any]) -> str:
    """Number needed to treat, where both ends of its interval are of one sign."""
    value, lo, hi = (float(row[name]) for name in ("nnt", "nnt_lo", "nnt_hi"))
    if not (math.isfinite(value) and math.isfinite(lo) and math.isfinite(hi)) or lo * hi <= 0:
        return ""
    return _("{value} ({lo} to {hi})").format(
        value=number(value, 0), lo=number(lo, 0), hi=number(hi, 0)
    )


def _best(material: Material, rows: pd.DataFrame) -> Block:
    """Tabulate the probability of being best of each policy, the status quo included."""
    manifest, study = material.manifest, material.study
    best = rows[rows["p_best"].notna()]
    if best.empty or len(study.policies) < 3:
        return Block()
    titles = {}
    shares: dict[str, dict[str, float]] = {}
    for contrast, p_best in zip(contrasts_of(best), best["p_best"], strict=True):
        key = f"{contrast.outcome} {contrast.definition}"
        titles[key] = title_with_horizon(contrast, manifest)
        shares.setdefault(key, {})[contrast.policy] = float(p_best)
    for key, own in shares.items():  # what the other policies leave belongs to the baseline
        shares[key][study.baseline] = max(1.0 - sum(own.values()), 0.0)
    policies = [policy.name for policy in study.policies]
    lines = tuple(
        (policy_title(manifest, policy),
         *(percent_text(shares[key].get(policy, math.nan)) for key in titles))
        for policy in policies
    )  # fmt: skip
    table = Table(
        "best", _("Probability of being the best of all policies, by outcome"),
        (_("Policy"), *titles.values()), lines, tuple(range(1, len(titles) + 1)),
        _("From the play of chance between replications alone; policies exactly alike share it. "
          "Outcomes of which neither direction is better are left out."),
    )  # fmt: skip
    return Block(_("Which policy is best"), tables=(table,))


def _equivalence(material: Material, place: str) -> Block:
    """Test the outcomes with a margin of the user's for equivalence and non-inferiority."""
    manifest, margins = material.manifest, material.study.margin
    if not margins:
        return Block()
    rows = main_rows(material.contrasts)
    table = equivalence(rows[rows["jurisdiction"] == place], margins, material.study.confidence)
    if table.empty:
        return Block()
    words = {"yes": _("yes"), "no": _("no")}
    lines = []
    for contrast, row in zip(contrasts_of(table), records(table), strict=True):
        margin, lo, hi = (
            float(row[name]) for name in ("margin", "equivalence_lo", "equivalence_hi")
        )
        lines.append((
            title_with_horizon(contrast, manifest), policy_title(manifest, contrast.policy),
            f"± {plain(margin)} {difference_unit(contrast.unit)}",
            difference(contrast.difference, lo, hi) or _("no value"),
            words.get(str(row["is_equivalent"]), str(row["margin_note"])),
            words.get(str(row["is_noninferior"]), str(row["margin_note"])),
        ))  # fmt: skip
    columns = (_("Outcome"), _("Policy"), _("Margin"), _("Difference"), _("Equivalent"),
               _("Not inferior"))  # fmt: skip
    note = _("Two one-sided paired t tests against the margins set for this study. Not clearly "
             "different is not the same as equivalent.")  # fmt: skip
    return Block(_("Equivalence"), tables=(
        Table("equivalence", _("Equivalence and non-inferiority"), columns, tuple(lines), (2, 3),
              note),
    ))  # fmt: skip


def _precision(material: Material, place: str) -> Block:
    """Say whether the intervals are as narrow as was asked, and what it took."""
    study, manifest = material.study, material.manifest
    wanted = study.precision.get("half_widths", study.precision)
    wanted = {name: float(one) for name, one in wanted.items() if isinstance(one, int | float)}
    budget = int(wanted.pop("budget", 0)) or max(study.replications, 2)
    if not wanted:
        return Block()
    found = precision(material.store.outcomes, wanted, budget=budget,
                      confidence=study.confidence, baseline=study.baseline)  # fmt: skip
    here = found.table[found.table["jurisdiction"] == place]
    met = int(here["is_met"].sum())
    told = _("{met} of the {n} intervals asked for are narrow enough after {run} replications.")
    sentences = [told.format(met=number(met, 0), n=number(len(here), 0),
                             run=number(found.replications, 0))]  # fmt: skip
    if found.needed is not None and not found.is_met:
        sentences.append(_("All of them would need about {n} replications.").format(
            n=number(found.needed, 0)))  # fmt: skip
    lines = []
    for row in sorted(records(here), key=lambda one: study.order(str(one["policy"]))):
        title = outcome_title(manifest, str(row["outcome"]), str(row["definition"]))
        needed = number(float(row["needed"]), 0) if pd.notna(row["needed"]) else _("not known yet")
        lines.append((title, policy_title(manifest, str(row["policy"])),
                      _("yes") if row["is_met"] else _("no"), needed))  # fmt: skip
    columns = (_("Outcome"), _("Policy"), _("Narrow enough"), _("Replications needed"))
    table = Table("precision", _("Precision asked for"), columns, tuple(lines), (3,))
    return Block(_("Precision"), tuple(sentences), tables=(table,))
