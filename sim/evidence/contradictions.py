"""Where studies disagree: each contradiction is a parameter or a figure with readings to choose.

An average of a large fall and no effect is the result of nobody's study. Each `Contradiction`
names the number that holds it and gives a value for each side, so that a user runs the model
under one reading and then under the other: ``parameters.RULE.NAME=VALUE``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import log

from sim.evidence.conversions import CBT_BASE, USUAL_BASE, hazard_ratio, percent
from sim.evidence.reading import base_risk, published_share, reading
from sim.evidence.scales import (
    d_to_odds_ratio,
    odds_ratio_to_hazard_ratio,
    percent_to_hazard_ratio,
    points_to_hazard_ratio,
    risk_to_hazard_ratio,
)


@dataclass(frozen=True)
class Reading:
    """One side of a contradiction.

    Attributes
    ----------
    says
        The side in words.
    rows
        Ids of evidence on this side.
    compute
        The number's value under this reading, in its unit.
    """

    says: str
    rows: tuple[str, ...]
    compute: Callable[[], float]

    @property
    def value(self) -> float:
        """The number's value under this reading."""
        return round(self.compute(), 3)


@dataclass(frozen=True)
class Contradiction:
    """Studies that disagree, and the number that holds their disagreement."""

    name: str
    question: str
    number: str
    readings: tuple[Reading, ...]
    more: str = ""


def _side(says: str, rows: str, compute: Callable[[], float]) -> Reading:
    return Reading(says, tuple(rows.split()), compute)


def _matched_work() -> float:
    return points_to_hazard_ratio(
        reading("employment_moj_lt12", r"(-[.\d]+) pp"), base_risk("custody_short_moj")
    )


def _japanese_slope() -> float:
    """Log hazard ratio a year between the youngest and the oldest band, 45 years apart."""
    young, old = (published_share(f"japan_reimprison_2y_{band}") for band in ("age<30", "age65+"))
    return log(risk_to_hazard_ratio(old, young)) / 45.0


CONTRADICTIONS: tuple[Contradiction, ...] = (
    Contradiction(
        "custody",
        "Does custody reduce reoffending?",
        "prison_regime.hazard_ratio",
        (
            _side(
                "no effect, as the reviews of American judges' designs",
                "custody_review_loeffler custody_meta_petrich",
                lambda: 1.0,
            ),
            _side(
                "much, where the regime is for rehabilitation and people had no work",
                "custody_norway_bhuller custody_review_loeffler",
                lambda: 0.6,
            ),
        ),
        more="Norway gives points and no base risk: its side is the strong end of the range, and "
        "Norway itself is kept for prediction. What leaving prison gains (em_argentina_raw, "
        "em_france, em_nsw) is electronic_monitoring.against_prison.",
    ),
    Contradiction(
        "jobs",
        "Does work reduce reoffending, or do those who stay away from crime find work?",
        "work.employed_hr",
        (
            _side(
                "an offer of work alone changes little",
                "visher_null",
                lambda: reading("visher_null", r"~([.\d]+)-", "use"),
            ),
            _side("matched people in work reoffend less", "employment_moj_lt12", _matched_work),
            _side(
                "money and help at once lower arrests (LIFE)",
                "life_rossi_hr",
                lambda: reading("life_rossi_hr", r"arrest ([.\d]+)"),
            ),
        ),
        more="LIFE is kept for prediction: its side is for asking what follows, not a default. "
        "Age and time since release (work_age_uggen, ceo_reduction) are trials, not numbers.",
    ),
    Contradiction(
        "treatment_in_prison",
        "Does cognitive-behavioural treatment in prison work, or do small trials flatter it?",
        "prison_treatment.hazard_ratio",
        (
            _side(
                "all randomised trials in prison",
                "psych_prison_rct_or",
                lambda: hazard_ratio("psych_prison_rct_or", r"recidivism ([.\d]+)", CBT_BASE),
            ),
            _side(
                "trials with 50 or more an arm",
                "psych_prison_rct_or_large",
                lambda: hazard_ratio("psych_prison_rct_or_large", r"OR ([.\d]+)", CBT_BASE),
            ),
        ),
    ),
    Contradiction(
        "education",
        "How much does prison education reduce reoffending, and through work?",
        "prison_education.hazard_ratio",
        (
            _side(
                "43 % lower odds, and more work",
                "edu_rand_2013",
                lambda: hazard_ratio("edu_rand_2013", r"OR ([.\d]+)", USUAL_BASE),
            ),
            _side(
                "28 % less (read as a risk), and no more work",
                "edu_bozick_2018",
                lambda: percent_to_hazard_ratio(
                    -reading("edu_bozick_2018", r"(\d+)% less"), USUAL_BASE
                ),
            ),
            _side(
                "14.8 % less",
                "edu_stickle_2023",
                lambda: percent_to_hazard_ratio(
                    reading("edu_stickle_2023", r"recidivism (-[.\d]+)"),
                    base_risk("edu_stickle_2023"),
                ),
            ),
        ),
        more="Whether the gain passes through work is work.skill_odds: 1 or 1.28.",
    ),
    Contradiction(
        "restorative_justice",
        "Does meeting the victim reduce offending?",
        "restorative_justice.hazard_ratio",
        (
            _side(
                "fewer repeat convictions in ten trials of conferences",
                "rjc_campbell_d rj_campbell_repool",
                lambda: odds_ratio_to_hazard_ratio(
                    d_to_odds_ratio(reading("rjc_campbell_d", r"d = (-[.\d]+)")),
                    base_risk("rj_campbell_repool"),
                ),
            ),
            _side(
                "little or nothing in other reviews, and violence unchanged",
                "rj_weatherburn rj_youth_cochrane rj_adult_fulham",
                lambda: 1.0,
            ),
        ),
        more="Victims' recovery is the firmer finding: restorative_justice.symptoms_ratio.",
    ),
    Contradiction(
        "age",
        "Does reoffending fall with age?",
        "offending.age_slope",
        (
            _side(
                "it falls (United States)",
                "age_hazard",
                lambda: log(reading("age_hazard", r"([.\d]+) \([^)]*\) Georgia")) / 10.0,
            ),
            _side(
                "it rises (Japan: re-imprisonment within two years)",
                "japan_reimprison_2y_age<30 japan_reimprison_2y_age65+",
                _japanese_slope,
            ),
        ),
        more="A place's reading: japan.yaml states its own slope, fitted with desistance. The rise "
        "is one of re-imprisonment, of which offending is a part.",
    ),
    Contradiction(
        "definition",
        "What counts as reoffending?",
        "outcome",
        (
            _side(
                "the narrowest definition (Norway)",
                "nordic_definition",
                lambda: percent("nordic_definition", r"recidivism (\d+)-"),
            ),
            _side(
                "the widest definition (Norway)",
                "nordic_definition",
                lambda: percent("nordic_definition", r"recidivism \d+-(\d+)%"),
            ),
            _side(
                "two years in the COMPAS file, corrected",
                "compas_bias",
                lambda: percent("compas_bias", r"recidivism ([.\d]+)%"),
            ),
            _side(
                "the same as published, biased by its selection: not to be used",
                "compas_bias",
                lambda: percent("compas_bias", r"vs ([.\d]+)%"),
            ),
        ),
        more="No parameter: every outcome states its definition, and the same run is read under "
        "several (desist list outcomes; outcomes=[...]).",
    ),
    Contradiction(
        "immortal_time",
        "Is the gradient of employment in the Georgia file an effect?",
        "work.employed_hr",
        (
            _side(
                "no: days in work are counted until the arrest, so the matched comparison stands",
                "employment_moj_lt12",
                _matched_work,
            ),
            _side(
                "yes: the association",
                "employment_nij_assoc",
                lambda: hazard_ratio("employment_nij_assoc", r"years 2-3 ([.\d]+)", USUAL_BASE),
            ),
        ),
        more="The association is the end of the range, never the default.",
    ),
)
"""The eight contradictions of the register."""
