"""What a row counts, and how: first events within a time, during a year, or a mean number."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sim.errors import DesistError

WORDS = (
    "rearrest", "reconviction", "return to prison", "reoffending", "proven reoffending",
    "rearrest during the year", "arrests a person",
    "return to prison by the end of the calendar year",
)  # fmt: skip
"""Definitions that can be written in a file of targets."""

PROVEN = r"proven re-?offend"
BACK = r"(return|re-?imprison|re-?incarcerat|re-?admi|recommit|back in prison)"
OUTCOMES = (
    (
        rf"{BACK}.*\b(for|with|on) (a )?new (crime|offen[cs]e|sentence|conviction)s?",
        "to_return_new_crime",
    ),
    (
        rf"{BACK}.*\b(for|on|through) (a )?(technical|breach|revocation)( violations?)?",
        "to_return_breach",
    ),
    (r"\b(led|lead|leads|leading|resulted|resulting) (to|in) (a return to )?prison", "to_return"),
    (r"^((cumulative )?% )?(any |all |self-reported )?(re)?offending\b|undetected", "to_offence"),
    (rf"\w*(re)?convict\w*|{PROVEN}\w*|new sanctions?", "to_reconviction"),
    (
        r"re-?imprison\w*|return\w*[ -]to[ -](prison|custody)|re-?incarcerat\w*|recommit\w*"
        r"|re-?admi(ssion|tted)|back in prison|new (custodial|prison) sentence",
        "to_return",
    ),
    (r"re-?arrest\w*|\barrest\w*|\bcharged", "to_rearrest"),
)
"""Pattern to the column of first times; the first that is found counts."""

COHORT_ONLY = (
    r"^(adults?|juveniles?|offenders?|people|men|women|males?|females?|all|prisoners|those"
    r"|released?|custody|court|community|suspended)\b|re-?offen[dc]"
)
"""Definitions that name a cohort and leave what is counted to the custom of the place."""

WITHOUT = (
    r"\b(not|no|without)( a| any)?( new)? ?"
    r"(re-?)?(arrest|convict|imprison|return|incarcerat|offend)"
    r"|\b(arrest|crime|conviction|offence)-free"
)

KIND = r"(violent|sexual|sex|property|drugs?|weapons?|serious|severe)"
AGAIN = r"((re-?)?arrest|(re)?convict|re-?offend|recidiv|charge|crime|offen[cs]e|felony)\w*"
ONE_KIND = (
    rf"\b{AGAIN}( for| on| with)?( an?| any)?( new)? {KIND}\b"
    rf"|\b(new|further|another|any) {KIND} {AGAIN}|\b{KIND} (re-?(arrest|convict|offend)|recidiv)"
)
"""Events of one kind of offence: the records say when people are arrested again, not for what."""


@dataclass(frozen=True)
class Definition:
    """What is counted.

    Attributes
    ----------
    column
        Time in months from the index event to the first event, a column of the cohort.
    counted
        ``within`` t years, ``during`` the t-th year, ``calendar`` (by the end of the t-th calendar
        year, that of the index event being the first), or ``mean`` events a person in t years.
    proven
        Whether the cohort is that of proven reoffending: any disposal, recalls left out.
    rest
        The words that are left when what is counted is taken away.
    """

    column: str
    counted: str = "within"
    proven: bool = False
    rest: str = ""


def read_definition(
    text: str, where: str, counts_proven: bool = False, by_calendar: bool = False
) -> Definition:
    """Read a definition.

    Parameters
    ----------
    counts_proven, by_calendar
        Customs of the place (`sim.experiment.targets.customs`).

    Raises
    ------
    DesistError
        When no outcome is recognised; the nearest is offered.

    Examples
    --------
    >>> read_definition("rearrest", "here").column
    'to_rearrest'
    >>> read_definition("cumulative % with arrest leading to conviction", "here").column
    'to_reconviction'
    >>> read_definition("adults", "here", counts_proven=True).proven
    True
    """
    words = re.sub(r"\s+", " ", text.strip().lower().replace("_", " "))
    what = words.partition(" given ")[0].partition(" after ")[0]
    if re.search(WITHOUT, what):
        raise DesistError(f"'{text}' counts people without the event", where,
                          mend="give the share with it")  # fmt: skip
    if re.search(ONE_KIND, what):
        raise DesistError(f"'{text}' counts one kind of offence", where,
                          why="the records tell when someone is arrested, not why")  # fmt: skip
    column = next((column for pattern, column in OUTCOMES if re.search(pattern, what)), None)
    proven = bool(re.search(PROVEN, what))
    is_open = column is None or (column == "to_offence" and not re.search("undetect|self-", what))
    if counts_proven and is_open and re.search(COHORT_ONLY, what):
        column, proven = "to_reconviction", True
    if column is None:
        raise DesistError(f"unknown definition '{text}'", where, given=what, valid=WORDS)
    counted = _counted(what, by_calendar and column == "to_return")
    if counted in ("during", "mean") and column != "to_rearrest":
        raise DesistError(
            f"only arrests can be counted year by year or a person, not '{what}'", where
        )
    rest = words
    for pattern, _ in OUTCOMES:
        rest = re.sub(pattern, "", rest)
    return Definition(column, counted, proven, rest)


def _counted(what: str, by_calendar: bool) -> str:
    if by_calendar or re.search(r"by (the )?end of (the )?(\w+ )?(calendar )?year", what):
        return "calendar"
    if re.search(r"\bduring\b", what):
        return "during"
    if re.search(r"^(mean|average)\b|arrests (a|per) (released )?(person|prisoner)", what):
        return "mean"
    return "within"
