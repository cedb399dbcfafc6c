"""Sentences about one contrast, as whole templates a translator can turn around.

People come first («people … were reconvicted»), a share is told as people in 100, and a
difference is told with what it is a difference from. Words of certainty follow the
interval: a clear difference is stated, one whose interval holds 0 is «no clear
difference», an exact 0 is «no difference», and one replication allows no claim.
"""

from __future__ import annotations

import math
import re

from analysis.glossary import unit_text
from analysis.language import _
from analysis.leaders import HIGHER, LOWER, SAME, UNCLEAR, Contrast
from analysis.manifest import Manifest
from analysis.measures import outcome_title
from analysis.words import (
    HARD_SPACE,
    capital,
    duration,
    index_phrase,
    level,
    number,
    places_for,
    plain,
)  # fmt: skip

# A clear difference below this share of the baseline is called very small.
SMALL = 0.005
# Figures of a difference in a sentence; tables show one more.
SENTENCE_FIGURES = 2


def people_verb(outcome: str, definition: str) -> str | None:
    """Name what happened to people, for outcomes that are a share of a cohort."""
    if outcome == "return_to_prison":
        if "breach" in definition:
            return _("returned to prison for a breach")
        if "new" in definition:
            return _("returned to prison for a new crime")
        return _("returned to prison")
    verbs = {
        "rearrest": _("were rearrested"),
        "reconviction": _("were reconvicted"),
        "reoffending": _("reoffended, detected or not,"),
    }
    return verbs.get(outcome)


def counted_things(outcome: str) -> str | None:
    """Name what is counted, for outcomes told as a number per 1,000 people."""
    things = {
        "offences_per_1000": _("offences"),
        "victims_per_1000": _("victims"),
        "victims_with_symptoms_per_1000": _("victims with symptoms"),
        "prison_population": _("people in prison"),
        "remand_population": _("people on remand"),
        "supervised_per_1000": _("people under supervision"),
        "newly_supervised_per_1000": _("people newly drawn into supervision"),
        "treatment_completions_per_1000": _("completed treatments"),
        "conferences_per_1000": _("restorative conferences"),
    }
    return things.get(outcome)


def unit_phrase(unit: str) -> str:
    """Unit of a difference as it follows a number; shares differ by points."""
    words = difference_unit(unit)
    return f"{HARD_SPACE}{words}" if words else ""


def difference_unit(unit: str) -> str:
    """Unit of a difference: points for a share, else the unit itself.

    >>> difference_unit("%"), difference_unit("days")
    ('points', 'days')
    """
    return _("points") if unit == "%" else unit_text(unit)


def interval_phrase(row: Contrast, confidence: float, fewer: str, more: str) -> str:
    """Write the interval in words: '95 % interval 1.6 to 2.6 fewer'."""
    if row.lo == row.hi:
        return _("the same in every replication")
    places = places_for(row.difference, row.lo, row.hi, SENTENCE_FIGURES)
    low, high = sorted((abs(row.lo), abs(row.hi)))
    if row.lo < 0 < row.hi:
        return _("{level} interval: {lo} {fewer} to {hi} {more}").format(
            level=level(confidence), lo=number(abs(row.lo), places), fewer=fewer,
            hi=number(row.hi, places), more=more,
        )  # fmt: skip
    side = fewer if row.lo + row.hi < 0 else more
    return _("{level} interval: {lo} to {hi} {side}").format(
        level=level(confidence), lo=number(low, places), hi=number(high, places), side=side
    )


def levels_phrase(row: Contrast) -> str:
    """Write the two means, with decimals enough to show that they differ."""
    value, baseline = level_pair(row)
    return _("{value} against {baseline}").format(value=value, baseline=baseline)


def level_pair(row: Contrast) -> tuple[str, str]:
    """Write the means of policy and baseline with decimals that show their difference."""
    half = (row.hi - row.lo) / 2
    # Decimals that show a clear difference, but not the noise of an unclear one.
    gap = max(abs(row.difference), half if math.isfinite(half) else 0.0)
    if not gap > 0:
        return plain(row.value), plain(row.baseline)
    places = min(max(1 - math.floor(math.log10(gap)), 0), 4)
    return number(row.value, places), number(row.baseline, places)


def sentence(row: Contrast, manifest: Manifest, *, titled: bool = True) -> str:
    """Tell one contrast in a sentence with its certainty.

    ``titled`` is false where the outcome's title already stands before the sentence.
    """
    study = manifest.study
    if not math.isfinite(row.difference):
        return _("{title} under {policy}: nothing can be said, {note}.").format(
            title=outcome_title(manifest, row.outcome, row.definition),
            policy=policy_phrase(manifest, row.policy), note=row.note,
        )  # fmt: skip
    words = {
        "policy": policy_phrase(manifest, row.policy),
        "baseline": policy_phrase(manifest, study.baseline),
        "title": outcome_title(manifest, row.outcome, row.definition),
        "n": plain(row.replications),
        "levels": levels_phrase(row),
        "unit": unit_phrase(row.unit),
        "level_unit": unit_text(row.unit),
        "reason": no_claim(row.replications),
    }
    verb = people_verb(row.outcome, row.definition) if row.unit == "%" else None
    things = counted_things(row.outcome) if row.unit.startswith("per 1,000") else None
    fewer, more = (_("fewer"), _("more")) if verb or things else (_("less"), _("more"))
    if row.verdict in (LOWER, HIGHER, UNCLEAR):
        words["interval"] = interval_phrase(row, study.confidence, fewer, more)
    places = places_for(row.difference, row.lo, row.hi, SENTENCE_FIGURES)
    words["amount"] = number(abs(row.difference), places)
    words["side"] = fewer if row.difference < 0 else more
    if verb:
        words |= {"verb": verb, "time": _time(row, manifest)}
        template = _people(row.verdict)
    elif things:
        words |= {"things": things}
        template = _things(row.verdict)
    else:
        template = _quantity(row.verdict)
    if not titled:
        template = re.sub(r"^\{title\}\s*:\s*", "", template)
    told = capital(template.format(**words))
    if row.is_clear and 0 < abs(row.difference) < SMALL * abs(row.baseline):
        told += " " + _("The difference is clear but very small.")
    return told


def policy_phrase(manifest: Manifest, name: str) -> str:
    """Name a policy inside a sentence: titles as they are, 'the status quo' as we say it."""
    title = manifest.study.policy(name).title
    return _("the status quo") if title.lower() == "status quo" else title


def _time(row: Contrast, manifest: Manifest) -> str:
    return _("within {duration} of {event}").format(
        duration=duration(row.horizon_months), event=index_phrase(manifest.study.index)
    )


def _people(verdict: str) -> str:
    if verdict in (LOWER, HIGHER):
        return _("{amount} {side} people in 100 {verb} {time} under {policy} than under "
                 "{baseline}: {levels} ({interval}).")  # fmt: skip
    if verdict == UNCLEAR:
        return _("no clear difference under {policy} in how many people in 100 {verb} {time}: "
                 "{levels} under {baseline} ({interval}).")  # fmt: skip
    if verdict == SAME:
        return _("exactly as many people {verb} {time} under {policy} as under {baseline}, "
                 "in each of {n} replications.")  # fmt: skip
    return _unknown()


def _things(verdict: str) -> str:
    if verdict in (LOWER, HIGHER):
        return _("{amount} {side} {things}{unit} under {policy} than under {baseline}: "
                 "{levels} ({interval}).")  # fmt: skip
    if verdict == UNCLEAR:
        return _("no clear difference under {policy} in the number of {things}{unit}: {levels} "
                 "under {baseline} ({interval}).")  # fmt: skip
    if verdict == SAME:
        return _("exactly as many {things}{unit} under {policy} as under {baseline}, in each of "
                 "{n} replications.")  # fmt: skip
    return _unknown()


def _quantity(verdict: str) -> str:
    if verdict in (LOWER, HIGHER):
        return _("{title}: {amount}{unit} {side} under {policy} than under {baseline}, {levels} "
                 "({interval}).")  # fmt: skip
    if verdict == UNCLEAR:
        return _("{title}: no clear difference under {policy}, {levels}{unit} under {baseline} "
                 "({interval}).")  # fmt: skip
    if verdict == SAME:
        return _("{title}: exactly the same under {policy} as under {baseline}, in each of {n} "
                 "replications.")  # fmt: skip
    return _unknown()


def _unknown() -> str:
    return _("{title}: {levels} under {baseline} ({level_unit}). {reason}")


def no_claim(replications: int) -> str:
    """Say that too few replications allow no claim."""
    if replications == 1:
        return _("One replication has no interval, so no difference is claimed.")
    return _("No replication has a value under both policies, so no difference is claimed.")
