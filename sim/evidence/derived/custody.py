"""Derivations of courts, remand, custody and what takes its place (§36)."""

from __future__ import annotations

from math import log

from sim.evidence.conversions import EARLY_RELEASE_BASE, USUAL_BASE, derive, percent
from sim.evidence.reading import base_risk, reading
from sim.evidence.scales import (
    percent_to_hazard_ratio,
    points_to_hazard_ratio,
    risk_to_hazard_ratio,
)

derive(
    "disposal.remand_after_effect",
    "pretrial_bail_gupta",
    "shrunk",
    "6 to 9 % more recidivism at the usual base",
    lambda: [
        percent_to_hazard_ratio(reading("pretrial_bail_gupta", pattern), USUAL_BASE)
        for pattern in (r"recidivism \+(\d+)", r"recidivism \+\d+ to (\d+)")
    ],
)
derive(
    "hearings.remand_adds",
    "pretrial_conviction_leslie pretrial_dgy_size",
    "between",
    "points of conviction",
    lambda: [
        percent("pretrial_conviction_leslie", r"\+(\d+) pp"),
        percent("pretrial_dgy_size", r"conviction -([.\d]+) pp"),
    ],
)
derive(
    "pretrial_alternatives.reminded",
    "fta_reminders",
    "equals",
    "21 % fewer failures to appear",
    lambda: [1.0 + percent("fta_reminders", r"text messages (-\d+)%")],
)
derive(
    "release.after_short_custody",
    "custody_short_moj",
    "shrunk",
    "4 points more at the row's base",
    lambda: [
        points_to_hazard_ratio(
            reading("custody_short_moj", r"\+(\d+) pp"), base_risk("custody_short_moj")
        )
    ],
)
derive(
    "release.crowding",
    "prison_harsh_drago prison_harsh_chen",
    "sign",
    "harsher conditions are followed by more offending, imprecisely",
    tuple,
)
derive(
    "prison_regime.hazard_ratio",
    "custody_review_loeffler",
    "sign",
    "custody reduces reoffending where rehabilitation is emphasised",
    tuple,
)
derive(
    "early_release.per_suspended_month",
    "early_release_pardon",
    "shrunk",
    "-0.16 points a month as log hazard, at the usual base",
    lambda: [
        log(
            points_to_hazard_ratio(
                -reading("early_release_pardon", r"([.\d]+) pp"), EARLY_RELEASE_BASE
            )
        )
    ],
)
derive(
    "early_release.halfway_hr",
    "halfway_meta halfway_pa",
    "between",
    "no difference in the pooled studies",
    lambda: [1.0],
)
derive(
    "electronic_monitoring.against_prison",
    "em_france",
    "between",
    "6 to 7 points fewer at the row's base",
    lambda: [
        points_to_hazard_ratio(-reading("em_france", pattern), base_risk("em_france"))
        for pattern in (r"-(\d+) to", r"to -(\d+) pp")
    ],
)
derive(
    "electronic_monitoring.base_risk",
    "em_france",
    "equals",
    "the row's base",
    lambda: [base_risk("em_france")],
)
derive(
    "treatment_court.hazard_ratio",
    "drug_court_mitchell drug_court_gutierrez",
    "between",
    "50 to 38 % in the pooled studies, 8 % less in the best, at the first's base",
    lambda: [
        risk_to_hazard_ratio(
            percent("drug_court_mitchell", r"-> (\d+)%"),
            percent("drug_court_mitchell", r"(\d+)% ->"),
        ),
        percent_to_hazard_ratio(
            -reading("drug_court_gutierrez", r"(\d+)%"),
            percent("drug_court_mitchell", r"(\d+)% ->"),
        ),
    ],
)
derive(
    "treatment_court.base_risk",
    "drug_court_mitchell",
    "equals",
    "the untreated",
    lambda: [percent("drug_court_mitchell", r"(\d+)% ->")],
)
derive(
    "fines.default_share",
    "fine_default_de",
    "between",
    "6 to 7 % of fines",
    lambda: [percent("fine_default_de", p) for p in (r"(\d)-\d% of fines", r"-(\d)% of fines")],
)
