"""Every outcome of a comparison: name, title, unit, favourable direction, meaning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sim.errors import DesistError

Direction = Literal["lower", "higher", "neither"]


@dataclass(frozen=True)
class Outcome:
    """What one outcome is.

    Attributes
    ----------
    unit
        ``{currency}`` stands for the currency of the place.
    favourable
        The direction that the Declaration asks for; ``neither`` where it depends on the aim.
    definitions
        For measures of reoffending: definition -> column of ``Recorded.cohort`` with the months
        to the event; ``{index}`` stands for the index event. Empty for all other outcomes.
    """

    title: str
    unit: str
    favourable: Direction
    meaning: str
    definitions: tuple[tuple[str, str], ...] = ()


_COHORT = (
    "Share of the people whose index event lay between the start of the policies and the last "
    "month that leaves room for the whole follow-up. Deaths count as no event."
)
_WINDOW = "from the month in which the policies start to the end of the run"
_LAST = "mean of the last 12 months of the run"

OUTCOMES: dict[str, Outcome] = {
    "rearrest": Outcome(
        "Rearrest", "%", "lower", f"People arrested again at least once. {_COHORT}",
        (("first arrest after {index}", "to_rearrest"),),
    ),
    "reconviction": Outcome(
        "Reconviction", "%", "lower",
        "People convicted of a new offence, dated at the arrest that led to the first such "
        f"conviction. {_COHORT}",
        (("first arrest leading to conviction after {index}", "to_reconviction"),),
    ),
    "return_to_prison": Outcome(
        "Return to prison", "%", "lower",
        "People in prison again, for a new crime or for a breach of conditions; the parts are the "
        f"first return of each kind and may both happen to one person. {_COHORT}",
        (
            ("any", "to_return"),
            ("new crime", "to_return_new_crime"),
            ("breach", "to_return_breach"),
        ),
    ),
    "reoffending": Outcome(
        "Reoffending, detected or not", "%", "lower",
        "People who committed any new offence, whether or not it came to the notice of the "
        f"police; known to the model, never in official statistics. {_COHORT}",
        (("first offence after {index}, detected or not", "to_offence"),),
    ),
    "serious_reoffending": Outcome(
        "Serious violent reoffending", "%", "lower",
        "People who committed homicide, a sexual offence, robbery or serious assault, whether or "
        f"not it came to the notice of the police. {_COHORT}",
        (("first serious violent offence after {index}, detected or not", "to_severe"),),
    ),
    "offences_per_1000": Outcome(
        "Offences", "per 1,000 people a year", "lower",
        f"All offences committed, reported or not, {_WINDOW}.",
    ),
    "violent_offences_per_1000": Outcome(
        "Violent offences", "per 1,000 people a year", "lower",
        f"Homicide, sexual offences, robbery and serious assault, reported or not, {_WINDOW}.",
    ),
    "victims_per_1000": Outcome(
        "Victimisations", "per 1,000 people a year", "lower",
        f"Offences with an identifiable victim, one row per victimisation, {_WINDOW}.",
    ),
    "victims_with_symptoms_per_1000": Outcome(
        "Victims with symptoms", "per 1,000 people", "lower",
        f"Victims with symptoms of post-traumatic stress at one time, {_LAST}.",
    ),
    "prison_population": Outcome(
        "Prison population", "per 1,000 people", "neither",
        f"People serving prison terms, {_LAST}.",
    ),
    "prison_density": Outcome(
        "Prison density", "%", "lower", f"People in prison for every 100 places, {_LAST}.",
    ),
    "remand_population": Outcome(
        "Remand population", "per 1,000 people", "lower",
        f"People held before conviction, {_LAST}.",
    ),
    "receptions_per_1000": Outcome(
        "Receptions into prison", "per 1,000 people a year", "neither",
        f"Receptions, new sentences and recalls together, {_WINDOW}.",
    ),
    "recalls_per_1000": Outcome(
        "Recalls to prison", "per 1,000 people a year", "neither",
        f"People recalled from conditional release, {_WINDOW}.",
    ),
    "days_to_disposition": Outcome(
        "Time to disposition", "days", "lower",
        f"Mean time from charge to the court's decision of the cases decided {_WINDOW}.",
    ),
    "supervised_per_1000": Outcome(
        "People under supervision", "per 1,000 people", "neither",
        f"People under community supervision at one time, {_LAST}.",
    ),
    "newly_supervised_per_1000": Outcome(
        "Net-widening", "per 1,000 people a year", "lower",
        "People given a supervised sentence who would have had less without the policy, "
        f"{_WINDOW}.",
    ),
    "employed": Outcome(
        "People in work", "% of people at liberty", "higher",
        f"People at liberty who have a job, {_LAST}.",
    ),
    "homeless": Outcome(
        "People without a home", "% of people at liberty", "lower",
        f"People at liberty who have no home, {_LAST}.",
    ),
    "acceptance": Outcome(
        "Acceptance", "% of residents", "higher",
        "Residents who accept people who have offended as members of the community, mean over "
        f"communities, {_LAST}.",
    ),
    "public_cost_per_person_year": Outcome(
        "Public cost", "{currency} a person-year", "lower",
        "Cost of police, courts, custody, supervision and programmes, divided by all people "
        f"alive, {_WINDOW}. Victims' harm is not in it.",
    ),
    "harm_per_person_year": Outcome(
        "Harm to victims", "{currency} a person-year", "lower",
        f"Valued harm to victims, kept apart from public cost, {_WINDOW}.",
    ),
    "restitution_per_person_year": Outcome(
        "Restitution received by victims", "{currency} a person-year", "higher",
        f"Payments that reach victims, divided by all people alive, {_WINDOW}.",
    ),
    "victims_satisfied_per_1000": Outcome(
        "Victims satisfied after a meeting", "per 1,000 people a year", "higher",
        f"Victims who met the person in a restorative meeting and are satisfied, {_WINDOW}.",
    ),
    "transferred_per_1000": Outcome(
        "People transferred", "per 1,000 people a year", "neither",
        f"Sentenced persons transferred to serve in their own country, {_WINDOW}.",
    ),
    "treatment_completions_per_1000": Outcome(
        "Treatment completed", "per 1,000 people a year", "higher",
        f"Programmes completed in prison, {_WINDOW}.",
    ),
    "conferences_per_1000": Outcome(
        "Restorative conferences held", "per 1,000 people a year", "higher",
        f"Conferences of victims and the people who harmed them that took place, {_WINDOW}.",
    ),
}  # fmt: skip
"""The one table of outcomes; `sim.experiment.outcomes` computes them."""

INDEX_WORDS = {
    "release_from_prison": "release",
    "release_from_short_custody": "release from short custody",
    "start_of_community_sentence": "the start of a community sentence",
    "start_of_suspended_sentence": "the start of a suspended sentence",
    "restorative_conference": "the conference",
    "reception_into_custody": "reception into custody",
    "fine_or_discharge": "the fine or discharge",
}
"""How definitions name the index event; the order is the code in ``Recorded.cohort``."""


def check_outcomes(names: tuple[str, ...] | None, where: str | None = None) -> None:
    """Refuse an outcome that does not exist."""
    for name in names or ():
        if name not in OUTCOMES:
            raise DesistError(f"unknown outcome '{name}'", where=where, given=name, valid=OUTCOMES)
