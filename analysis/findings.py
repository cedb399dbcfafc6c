"""What must be remembered: sentences made from the numbers, the most important first."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from analysis.glossary import unit_text
from analysis.language import _, plural
from analysis.leaders import LOWER, Contrast, Leader, contrasts_of, leader
from analysis.manifest import Manifest
from analysis.measures import main_rows, outcome_title
from analysis.phrases import level_pair, no_claim, policy_phrase, sentence
from analysis.titles import directions
from analysis.words import joined, level, number, plain

# What is told first, in this order; of each line the first outcome present.
HEADLINES = (
    ("reconviction", "rearrest", "reoffending"),
    ("offences_per_1000", "victims_per_1000"),
    ("prison_population",),
    ("victims_with_symptoms_per_1000",),
    ("public_cost_per_person_year",),
    ("newly_supervised_per_1000",),
)
FEW_REPLICATIONS = 10


@dataclass(frozen=True)
class Headline:
    """What is said of one outcome, under its title."""

    topic: str
    text: str


@dataclass(frozen=True)
class Findings:
    """Sentences of one jurisdiction: headlines, those of each policy, and cautions."""

    headlines: tuple[Headline, ...]
    by_policy: dict[str, tuple[str, ...]]
    cautions: tuple[str, ...]


def findings(
    contrasts: pd.DataFrame, outcomes: pd.DataFrame, manifest: Manifest, jurisdiction: str
) -> Findings:
    """Say what the contrasts of one jurisdiction show, and no more.

    Parameters
    ----------
    contrasts : DataFrame
        The contrast table.
    outcomes : DataFrame
        The stored outcomes, needed to compare the two leading policies with each other.
    """
    table = main_rows(contrasts[contrasts["jurisdiction"] == jurisdiction])
    rows = contrasts_of(table)
    chosen = _headline_outcomes(rows)
    order = manifest.study.order
    headlines = tuple(
        Headline(
            outcome_title(manifest, *outcome),
            " ".join(outcome_headlines(_of(rows, outcome), outcomes, manifest)),
        )
        for outcome in chosen
    )
    policies = sorted({row.policy for row in rows}, key=order)
    by_policy = {
        policy: tuple(
            sentence(row, manifest)
            for outcome in chosen
            for row in _of(rows, outcome)
            if row.policy == policy
        )
        for policy in policies
    }
    return Findings(headlines, by_policy, cautions(rows, manifest))


def outcome_headlines(
    rows: Sequence[Contrast], outcomes: pd.DataFrame, manifest: Manifest
) -> tuple[str, ...]:
    """One or two sentences about one outcome: who lowers it most, who raises it."""
    told: list[str] = []
    confidence = manifest.study.confidence
    for direction in directions(rows):
        first = leader(rows, direction, outcomes, confidence)
        if first.contrasts:
            told.append(_leading_sentence(first, rows, manifest))
    if not told and rows:
        told.append(_nothing_clear(rows, manifest))
    return tuple(told)


def cautions(rows: Sequence[Contrast], manifest: Manifest) -> tuple[str, ...]:
    """What a reader must know before quoting a number."""
    confidence = manifest.study.confidence
    only_chance = _("The intervals show the play of chance in the simulation ({level}). They do "
                    "not show how sure the evidence behind each number is: that can be the larger "
                    "uncertainty.")  # fmt: skip
    if manifest.study.draws:
        only_chance = _("The intervals show the play of chance in the simulation ({level}), over "
                        "{n} draws of the parameters from their evidence. What other draws do to "
                        "each conclusion is told apart, under “Evidence and chance”.")  # fmt: skip
    if manifest.study.draws and any(map(manifest.fitted, manifest.places)):
        only_chance = _("The intervals show the play of chance in the simulation ({level}), over "
                        "{n} draws of the parameters from their evidence and of what was fitted "
                        "to the place. What other draws do to each conclusion is told apart, "
                        "under “Evidence and chance”.")  # fmt: skip
    told = [only_chance.format(level=level(confidence), n=plain(manifest.study.draws))]
    judged = [row for row in rows if row.verdict not in ("unknown", "same")]
    expected = len(judged) * (1 - confidence)
    if len(judged) > 1:
        told.append(
            _("{n} comparisons are made here, uncorrected: if no policy changed anything, about "
              "{k} of the intervals would exclude 0 by chance.")
            .format(n=len(judged), k=number(expected, 0 if expected >= 1 else 1))
        )  # fmt: skip
    fewest = min((row.replications for row in rows), default=0)
    if fewest < 2:
        return (no_claim(fewest),)
    if fewest < FEW_REPLICATIONS:
        told.append(
            _("Only {n} paired replications: the intervals themselves are uncertain. Run more "
              "before acting on them.").format(n=plain(fewest))
        )  # fmt: skip
    return tuple(told)


def headline_rows(rows: Sequence[Contrast]) -> list[Contrast]:
    """Rows of the outcomes that are told first, in their given order."""
    chosen = _headline_outcomes(rows)
    return [row for row in rows if (row.outcome, row.definition) in chosen]


def _headline_outcomes(rows: Sequence[Contrast]) -> list[tuple[str, str]]:
    """(outcome, definition) of each headline that the run has stored."""
    present = list(dict.fromkeys((row.outcome, row.definition) for row in rows))
    chosen = []
    for candidates in HEADLINES:
        found = next((key for name in candidates for key in present if key[0] == name), None)
        if found is not None:
            chosen.append(found)
    return chosen or present[:5]


def _of(rows: Sequence[Contrast], outcome: tuple[str, str]) -> list[Contrast]:
    return [row for row in rows if (row.outcome, row.definition) == outcome]


def _leading_sentence(first: Leader, rows: Sequence[Contrast], manifest: Manifest) -> str:
    """Tell the leading contrast, and how it stands beside the others in that direction."""
    told = sentence(first.contrasts[0], manifest, titled=False)
    falls = first.contrasts[0].verdict == LOWER
    others = [policy_phrase(manifest, row.policy) for row in first.contrasts[1:]]
    if not others:
        if len(rows) == 1:
            return told
        ending = _("No other policy clearly lowers it.") if falls else (
            _("No other policy clearly raises it."))  # fmt: skip
        return f"{told} {ending}"
    if first.rivals:
        rivals = joined([policy_phrase(manifest, name) for name in first.rivals])
        ending = _("The fall is not clearly larger than under {rivals}.") if falls else (
            _("The rise is not clearly larger than under {rivals}."))  # fmt: skip
        told = f"{told} {ending.format(rivals=rivals)}"
        lead = ""
        others = [policy_phrase(manifest, row.policy) for row in first.contrasts[1:]
                  if row.policy not in first.rivals]  # fmt: skip
    else:
        lead = _("This is clearly the largest fall;") if falls else (
            _("This is clearly the largest rise;"))  # fmt: skip
    if falls:
        also = plural("{others} also lowers it.", "{others} also lower it.", len(others))
    else:
        also = plural("{others} also raises it.", "{others} also raise it.", len(others))
    ending = also.format(others=joined(others)) if others else ""
    return " ".join(part for part in (told, lead, ending) if part)


def _nothing_clear(rows: Sequence[Contrast], manifest: Manifest) -> str:
    """No interval excludes 0: one policy or no interval is told in full, else in one sentence."""
    if len(rows) == 1:
        return sentence(rows[0], manifest, titled=False)
    if any(row.verdict == "unknown" for row in rows):
        return _without_interval(rows, manifest)
    if all(row.verdict == "same" for row in rows):
        return _("No policy changes anything, in any replication.")
    return _("No clear difference between any policy and {baseline}.").format(
        baseline=policy_phrase(manifest, manifest.study.baseline)
    )


def _without_interval(rows: Sequence[Contrast], manifest: Manifest) -> str:
    """Too few replications: the levels side by side, and no claim."""
    known = sorted(
        (row for row in rows if math.isfinite(row.value)),
        key=lambda row: manifest.study.order(row.policy),
    )
    levels = [
        _("{value} under {policy}").format(
            value=level_pair(row)[0], policy=policy_phrase(manifest, row.policy)
        )
        for row in known
    ]
    if not levels:
        return _("No replication gives a value.")
    return _("{levels}, against {baseline} under {name} ({unit}). {reason}").format(
        levels=joined(levels),
        baseline=plain(known[0].baseline),
        name=policy_phrase(manifest, manifest.study.baseline),
        unit=unit_text(known[0].unit),
        reason=no_claim(min(row.replications for row in known)),
    )
