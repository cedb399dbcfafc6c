"""Who of the cohort counts: ``sex=male``, ``age<=24``, ``priors_7_10``, ``offence=property``."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from sim import evidence
from sim.errors import DesistError
from sim.experiment.targets.cohort import Cohort
from sim.experiment.targets.plain_words import plain
from sim.experiment.targets.prior_offences import share_between
from sim.offences import GROUPS, NAMES

WORDS = (
    "all", "sex=male", "sex=female", "age<=24", "age25-39", "age>=40", "priors=0", "priors1-2",
    "priors>=3", "served_years<1", "served_years1-2", "supervised=yes", "supervised=no",
    "gang=yes", "gang=no", *(f"offence={group}" for group in GROUPS),
)  # fmt: skip
"""Examples of every form, offered when a subgroup is not understood."""

EVERYBODY = r"all|everyone|everybody|total|overall|adults?|offenders|people|prisoners"
WHOLE, MONTHS = 1.0, 0.0
NUMBERS: dict[str, tuple[Callable[[Cohort], NDArray[np.float64]], float]] = {
    "age": (lambda c: c["age_years"].astype(np.float64), WHOLE),
    # The record holds the arrest and conviction that led to the index event; priors precede it.
    "priors": (lambda c: np.maximum(c["priors"].astype(np.float64) - 1.0, 0.0), WHOLE),
    "arrests": (lambda c: np.maximum(c["earlier_arrests"].astype(np.float64) - 1.0, 0.0), WHOLE),
    "served": (lambda c: c["served_months"] / 12.0, MONTHS),
}
"""Name to the numbers of people, and the unit in which they are counted, if in whole ones."""

PRIOR_OFFENCES = "previous offences"
CALLED = (
    (r"(prior|previous) offences", PRIOR_OFFENCES),
    (r"aged?( at release)?|ages", "age"),
    (r"(prior|previous) arrests", "arrests"),
    (r"priors?|(prior|previous) convictions", "priors"),
    (r"(served|prison|time served) ?y(ears)?|time served|years (served|in prison)", "served"),
)
OFFENCES = {
    "drug": "drug", "drugs": "drug", "property": "property", "other": "public order",
    "public order": "public order", "violent": "violent", "violence": "violent",
    "violent/non-sex": "violent", "violent non-sex": "violent",
    "violence against the person": "violent",
}  # fmt: skip
YES, NO = r"yes|true|1(?:\.0)?", r"no|false|0(?:\.0)?"
ABSENT = r"education|risk (score|decile)|race|ethnicity|marital|employ|income|aid"
BARE_AGE = r"(1[5-9]|[2-9]\d)(\+|-\d\d)"
BY_RANK = "by rank: the model counts arrests for any offence, the file those for felonies"
MEN_ONLY = "men: the published file notes the affiliation of men only"
ALL_VIOLENT = "all violent offences: the model does not tell sexual ones apart here"
_LIMIT = re.compile(r"=?(<=|>=|<|>|=)?(\d+(?:\.\d+)?)(?:-(?:<=?)?(\d+(?:\.\d+)?))?(\+)?y?")
_DISPOSALS = (
    r"custod|court order|community|suspended|\bfine|discharge|any disposal|probation"
    r"|sentence [<>]|parole|full[ -]term"
)
"""Words that `sim.experiment.targets.index_events` reads, not a trait of people."""

NO_RECORD = r"no (priors?|prior|previous).*|first([ -]time)? offenders?"


def select(cohort: Cohort, subgroup: str, where: str) -> NDArray[np.float64]:
    """Weigh people by how far they belong to a subgroup; shape (index events,).

    Weights are 0 or 1, but for ties at the edge of a band of ranks, and for previous offences, of
    which a record of convictions only tells the probability.

    Raises
    ------
    DesistError
        For a word that is not understood; the nearest is offered.

    Examples
    --------
    >>> import numpy as np
    >>> cohort = {"age_years": np.array([24.9, 25.0]), "male": np.array([1, 1])}
    >>> select(cohort, "age<=24 & sex=male", "here").tolist()
    [1.0, 0.0]
    """
    weight = np.ones(next(iter(cohort.values())).shape[0])
    for part in re.split(r"[&;]", subgroup):
        weight *= _condition(cohort, part.strip(), where)
    return weight


def check(subgroup: str, where: str) -> None:
    """Refuse a subgroup that `select` would not understand."""
    names = (
        "age_years", "priors", "earlier_arrests", "served_months", "male", "offence_group",
        "supervised", "gang_member",
    )  # fmt: skip
    select({name: np.zeros(1) for name in names}, subgroup, where)


def note_on(subgroup: str) -> str:
    """Where the selection of a subgroup differs from what the word says."""
    words = _in_our_words(subgroup)
    if words.startswith("prior felony arrests"):
        return BY_RANK
    if words.startswith("gang"):
        return MEN_ONLY
    return ALL_VIOLENT if re.search("non-sex|against the person", words) else ""


def family_of(subgroup: str) -> str:
    """What a subgroup tells people apart by; empty for everybody.

    >>> family_of("age=18-22"), family_of("priors_11plus"), family_of("overall_2018")
    ('age', 'record', '')
    """
    words = _in_our_words(subgroup)
    for pattern, family in (
        (r"\b(sex|gender|(fe)?males?|(wo)?men)\b", "sex"), (r"^aged?\b|^age[<>=\d]", "age"),
        (r"^offen[cs]e|^crime", "offence"), (r"^pri(or|ors)\b|^priors?[<>=\d]|^previous", "record"),
        (r"served|prison y", "time served"), (r"^supervised", "supervision"),
    ):  # fmt: skip
        if re.search(pattern, words):
            return family
    return ""


def _condition(cohort: Cohort, text: str, where: str) -> NDArray[np.float64]:
    words = _in_our_words(text)
    everybody = np.ones(next(iter(cohort.values())).shape[0])
    if re.fullmatch(EVERYBODY, words) or re.search(_DISPOSALS, words):
        return everybody
    if sex := re.fullmatch(r"(?:(?:sex|gender) ?[= ] ?)?(m|male|men|f|female|women)s?", words):
        return _as_weight((cohort["male"] == 1) == (sex[1][0] == "m"))
    words = "priors 0" if re.fullmatch(NO_RECORD, words) else words
    kind = re.sub(r"^(offen[cs]e|crime)( group)? ?[= ] ?", "", words).replace("-order", " order")
    if kind in OFFENCES:
        group = OFFENCES[kind].replace(" ", "_")
        return _as_weight(cohort["offence_group"] == GROUPS.index(group))
    if held := re.fullmatch(r"supervised ?[= ] ?(yes|no)", words):
        return _as_weight((cohort["supervised"] == 1) == (held[1] == "yes"))
    if affiliated := re.fullmatch(rf"gang(?: member| affiliated)? ?[= ] ?({YES}|{NO})", words):
        # The published files note affiliation of men only.
        member = (cohort["gang_member"] == 1) == bool(re.fullmatch(YES, affiliated[1]))
        return _as_weight(member & (cohort["male"] == 1))
    if ranks := re.fullmatch(r"priors rank ([\d.]+)-([\d.]+)", words):
        return rank_weight(cohort["priors"], float(ranks[1]), float(ranks[2]))
    if felonies := re.fullmatch(r"prior felony (arrests|convictions) ?[= ] ?(\d+)\+?", words):
        record = cohort["earlier_arrests" if felonies[1] == "arrests" else "priors"]
        return _band_weight(record, felonies[1], int(felonies[2]), where)
    for called, name in CALLED:
        start = re.match(rf"({called}) ?(?=[\d<>=])", words)
        limit = start and _LIMIT.fullmatch(words[start.end() :].replace(" ", ""))
        if limit and name == PRIOR_OFFENCES:
            return share_between(NUMBERS["priors"][0](cohort), *_ends(limit))
        if limit:
            values, unit = NUMBERS[name]
            return _as_weight(_between(values(cohort), limit, unit))
    raise _unknown(text, words, where)


def _in_our_words(text: str) -> str:
    """Plain words, what tells people apart first: `10 or more prior arrests`, `non-gang members`.

    >>> _in_our_words("10 or more prior arrests"), _in_our_words("non-gang members")
    ('prior arrests 10+', 'gang no')
    """
    words = plain(text).replace(":", " =")
    words = re.sub(r"^(adults?|number of|most serious|commitment) (?=[a-z])", "", words)
    counted = re.fullmatch(r"([<>=]*[\d-]+\+?) ((?:prior|previous) [a-z]+?s?)", words)
    if counted is not None:
        return f"{counted[2]} {counted[1]}"
    if gang := re.fullmatch(r"(no[nt]?[- ])?gang[- ](?:members?|affiliated)", words):
        return "gang no" if gang[1] else "gang yes"
    says_age = re.search(r"^\W*\d.*\b(older|younger)\b", text.lower())
    return f"age {words}" if says_age or re.fullmatch(BARE_AGE, words) else words


def _unknown(text: str, words: str, where: str) -> DesistError:
    name = re.match(ABSENT, words)
    if name is not None:
        why = f"the model does not know people's {name[0]}"
        return DesistError(f"the subgroup '{text}' cannot be measured", where, why=why)
    if ("sex" in words and "violent" in words) or words.rpartition("=")[2] in NAMES:
        why = f"people are told apart by {', '.join(GROUPS)}, not by kinds of these"
        return DesistError(f"the subgroup '{text}' cannot be measured", where, why=why)
    return DesistError(f"unknown subgroup '{text}'", where, given=text, valid=WORDS)


def _as_weight(chosen: NDArray[np.bool_]) -> NDArray[np.float64]:
    return np.asarray(chosen, np.float64)


def _between(values: NDArray[np.float64], limit: re.Match[str], one: float) -> NDArray[np.bool_]:
    # Someone of 24 is anywhere from 24.0 up to 25: whole units reach to the next one.
    sign, low, high, above = limit.groups()
    start = float(low)
    if high is not None:
        return np.asarray((values >= start) & (values < float(high) + one))
    if above or sign == ">=":
        return np.asarray(values >= start)
    if sign == ">":
        # Of months served the started one is not counted: 36 recorded are over three years.
        return np.asarray(values >= start + one)
    if sign == "<":
        return np.asarray(values < start)
    if sign == "<=":
        return np.asarray(values < start + one if one else values <= start)
    return np.asarray((values >= start) & (values < start + (one or 1e-9)))


def _ends(limit: re.Match[str]) -> tuple[float, float]:
    """Lowest and highest whole number within a limit."""
    sign, low, high, above = limit.groups()
    start = float(low)
    if high is not None:
        return start, float(high)
    if above or sign == ">=":
        return start, np.inf
    if sign == ">":
        return start + 1.0, np.inf
    return (start, start) if sign in (None, "=") else (0.0, start - (sign == "<"))


def _band_weight(
    record: NDArray[np.generic], of: str, level: int, where: str
) -> NDArray[np.float64]:
    """Weigh people by how far their rank by record lies in a published band of Georgia's."""
    name = f"ga_prior_felony_{of}_share"
    shares = [float(row["value"]) for row in evidence.table("jurisdictions")
              if row["id"].startswith(name)]  # fmt: skip
    if level >= len(shares):
        raise DesistError(f"no band of {level} prior felony {of} is published", where)
    return rank_weight(record, *_edges(shares)[level : level + 2])


def _edges(shares: Sequence[float]) -> NDArray[np.float64]:
    return np.concatenate(([0.0], np.cumsum(shares) / sum(shares)))


def rank_weight(record: NDArray[np.generic], lowest: float, highest: float) -> NDArray[np.float64]:
    """Weigh people by how far their rank by record lies between two shares of everybody.

    Ties share their ranks evenly, so that no order within them is made up.

    Examples
    --------
    >>> rank_weight(np.array([0, 0, 1, 9]), 0.0, 0.25)
    array([0.5, 0.5, 0. , 0. ])
    """
    _, at, count = np.unique(record, return_inverse=True, return_counts=True)
    high = np.cumsum(count) / record.shape[0]
    low = high - count / record.shape[0]
    overlap = np.minimum(high, highest) - np.maximum(low, lowest)
    weight: NDArray[np.float64] = (np.maximum(overlap, 0.0) / (high - low))[at]
    return weight
