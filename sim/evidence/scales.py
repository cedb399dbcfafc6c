"""From the scale of a study to the scale of the model: everything becomes a hazard ratio.

All conversions assume proportional hazards over one follow-up, in which a risk p is 1 - exp(-H):
a ratio of hazards is then ln(1 - p1) / ln(1 - p0), where p0 is the base risk of the untreated.
A standardised difference becomes an odds ratio by the logistic method (Hasselblad & Hedges 1995,
*Psychological Bulletin* 117:167-178); a phi coefficient becomes two risks by the binomial effect
size display (Rosenthal & Rubin 1982, *Journal of Educational Psychology* 74:166-169).
"""

from __future__ import annotations

from math import exp, log, pi, sqrt

from sim.evidence import odds_ratio_to_hazard_ratio, risk_to_hazard_ratio

__all__ = [
    "d_to_odds_ratio", "odds_ratio_to_hazard_ratio", "percent_to_hazard_ratio", "phi_to_risks",
    "points_to_hazard_ratio", "remission_months", "risk_to_hazard_ratio", "risks_to_odds_ratio",
]  # fmt: skip


def points_to_hazard_ratio(points: float, base_risk: float) -> float:
    """Hazard ratio of a difference in percentage points (negative: fewer reoffend).

    >>> round(points_to_hazard_ratio(-6.5, 0.65), 2)
    0.84
    """
    return risk_to_hazard_ratio(base_risk + points / 100.0, base_risk)


def percent_to_hazard_ratio(percent: float, base_risk: float) -> float:
    """Hazard ratio of a relative change of the risk in per cent (negative: fewer reoffend).

    >>> round(percent_to_hazard_ratio(-14.8, 0.45), 2)
    0.81
    """
    return risk_to_hazard_ratio(base_risk * (1.0 + percent / 100.0), base_risk)


def d_to_odds_ratio(d: float) -> float:
    """Odds ratio of a standardised mean difference: exp(d pi / sqrt 3).

    >>> round(d_to_odds_ratio(-0.155), 3)
    0.755
    """
    return exp(d * pi / sqrt(3.0))


def phi_to_risks(phi: float) -> tuple[float, float]:
    """Risks (treated, untreated) around one half that show a phi coefficient.

    >>> phi_to_risks(-0.06)
    (0.53, 0.47)
    """
    return 0.5 - phi / 2.0, 0.5 + phi / 2.0


def risks_to_odds_ratio(treated_risk: float, base_risk: float) -> float:
    """Odds ratio of two risks."""
    return (treated_risk / (1.0 - treated_risk)) / (base_risk / (1.0 - base_risk))


def remission_months(share: float, by_month: float) -> float:
    """Mean time to an event of constant hazard of which ``share`` has happened ``by_month``.

    >>> round(remission_months(0.348 / 0.609, 3.0), 2)
    3.54
    """
    return -by_month / log(1.0 - share)
