"""Words that come from the run itself, in the language of the report.

Titles and questions of studies and policies stay as their author wrote them; what the
model says (outcomes, units, dials, limits) is translated where the catalogue knows it.
"""

from __future__ import annotations

import re
from functools import cache

from analysis.language import _
from analysis.manifest import Manifest

# Sentences of a manifest with numbers in them, as the catalogue knows them.
SENTENCES = (
    "Follow-up of {months} months is left out: the run ends {left} months after the policies "
    "start, and at least {needed} are needed.",
    "Numbers used: {n}, of which assumed or fitted: {assumed}, resting on sources written from "
    "memory (unverified): {weak}. The appendix marks each of them.",
    "Numbers used: {n}, of which assumed or fitted: {assumed}. The appendix marks each of them.",
)
# A unit with the currency of the place in it.
UNITS = ("{currency} a person-year", "{currency} a year")


def policy_title(manifest: Manifest, name: str) -> str:
    """Title of a policy, as its author wrote it; the status quo in the report's language."""
    title = manifest.study.policy(name).title
    return _("Status quo") if title.lower() == "status quo" else title


def place_title(manifest: Manifest, name: str) -> str:
    """Title of a place."""
    return told(manifest.place_title(name))


def unit_text(unit: str) -> str:
    """Unit of an outcome or a number.

    >>> unit_text("USD a person-year")
    'USD a person-year'
    """
    return told(unit, UNITS)


def told(text: str, templates: tuple[str, ...] = SENTENCES) -> str:
    """Translate what the model says: as it stands, or as a known sentence with numbers in it."""
    translated = _(text)
    if translated != text:
        return translated
    for template in templates:
        found = _pattern(template).fullmatch(text)
        if found:
            return _(template).format(**found.groupdict())
    return text


def group_text(group: str) -> str:
    """Name a group of people inside a sentence.

    >>> group_text("sex=female"), group_text("community=3"), group_text("all")
    ('women', 'community 3', 'everyone')
    """
    names = {
        "all": _("everyone"), "": _("everyone"),
        "sex=female": _("women"), "sex=male": _("men"),
        "age=under 25": _("people under 25"), "age=25-39": _("people from 25 to 39"),
        "age=40 and over": _("people of 40 and over"),
        "nationality=foreign": _("foreign nationals"), "nationality=national": _("nationals"),
        "label=yes": _("people with the study's label"),
        "label=no": _("people without the study's label"),
    }  # fmt: skip
    if group.startswith("community="):
        return _("community {n}").format(n=group.partition("=")[2])
    return names.get(group, group.replace("=", " "))


@cache
def _pattern(template: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", template)
    return re.compile(
        "".join(f"(?P<{part}>.+?)" if at % 2 else re.escape(part) for at, part in enumerate(parts))
    )
