"""What the statistics of a place leave unsaid, because its readers know it."""

from __future__ import annotations

from dataclasses import dataclass

from sim.place import Place
from sim.records import RELEASE_PRISON, RELEASE_SHORT


@dataclass(frozen=True)
class Customs:
    """Conventions of a place's published figures.

    Attributes
    ----------
    releases
        Index events that are a release from prison: also from short custody, where that is served
        in prison.
    counts_proven
        Reoffending that is not said to be anything else is proven: an offence within the time that
        leads to conviction (Ministry of Justice, Guide to proven reoffending statistics).
    returns_by_calendar
        A return to prison within n years means by the end of the n-th calendar year, that of
        release being the first (Ministry of Justice of Japan, White Paper on Crime).
    counts_prior_offences
        A record is told by previous offences, not convictions (the same guide).
    """

    releases: tuple[int, ...]
    counts_proven: bool = False
    returns_by_calendar: bool = False
    counts_prior_offences: bool = False


def customs_of(place: Place) -> Customs:
    """The conventions of a place's figures."""
    stated = place.stated().get(("disposal", "short_custody_in_prison"))
    both = stated is not None and bool(stated.value)
    guided = place.name == "england_wales"
    return Customs(
        (RELEASE_PRISON, RELEASE_SHORT) if both else (RELEASE_PRISON,), counts_proven=guided,
        returns_by_calendar=place.name == "japan", counts_prior_offences=guided,
    )  # fmt: skip
