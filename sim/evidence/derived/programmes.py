"""Derivations of treatment, education and risk (§37)."""

from __future__ import annotations

from sim.evidence.conversions import CBT_BASE, USUAL_BASE, derive, hazard_ratio, percent
from sim.evidence.reading import base_risk, reading
from sim.evidence.scales import (
    odds_ratio_to_hazard_ratio,
    percent_to_hazard_ratio,
    phi_to_risks,
    risk_to_hazard_ratio,
)

derive(
    "assessment.bad_match",
    "rnr_matched",
    "shrunk",
    "phi of inappropriate service, as risks around one half",
    lambda: [
        risk_to_hazard_ratio(*phi_to_risks(reading("rnr_matched", r"inappropriate (-[.\d]+)")))
    ],
)
derive(
    "assessment.studied_risk",
    "cbt_meta_all",
    "equals",
    "base of the pooled studies",
    lambda: [CBT_BASE],
)
derive(
    "assessment.usual_accuracy",
    "risk_tool_auc",
    "equals",
    "AUC of the decile",
    lambda: [reading("risk_tool_auc", r"decile ([.\d]+)")],
)
derive(
    "prison_treatment.hazard_ratio",
    "cbt_meta_all cbt_meta_rct",
    "between",
    "odds ratios of all studies and of the randomised ones, at the base of the pooled studies",
    lambda: [
        hazard_ratio("cbt_meta_all", r"of recidivism ([.\d]+)", CBT_BASE),
        hazard_ratio("cbt_meta_rct", r"\(recidivism ([.\d]+)", CBT_BASE),
    ],
)
derive(
    "community_treatment.hazard_ratio",
    "cbt_meta_community cbt_meta_small_study",
    "between",
    "odds ratio in the community, and after correction for small studies (PET), same base",
    lambda: [
        hazard_ratio("cbt_meta_community", r"\(([.\d]+) recidivism", CBT_BASE),
        odds_ratio_to_hazard_ratio(
            1.0 / reading("cbt_meta_small_study", r"PET intercept OR ([.\d]+)"), CBT_BASE
        ),
    ],
)
derive(
    "prison_education.hazard_ratio",
    "edu_stickle_2023",
    "equals",
    "14.8 % less at the row's base",
    lambda: [
        percent_to_hazard_ratio(
            reading("edu_stickle_2023", r"recidivism (-[.\d]+)%"), base_risk("edu_stickle_2023")
        )
    ],
)
derive(
    "prison_education.base_risk",
    "edu_stickle_2023",
    "equals",
    "the row's base",
    lambda: [base_risk("edu_stickle_2023")],
)
derive(
    "substance_treatment.hazard_ratio",
    "prison_tc_rct",
    "equals",
    "odds ratio at a base of one half, shrunk by a quarter of its logarithm",
    lambda: [hazard_ratio("prison_tc_rct", r"OR ([.\d]+)", 0.5) ** 0.75],
)
for _programme in (
    "prison_treatment",
    "community_treatment",
    "prison_education",
    "vocational_training",
    "substance_treatment",
    "community_substance_treatment",
):
    derive(
        f"{_programme}.completion",
        "dropout_rate",
        "equals",
        "one less the share who leave",
        lambda: [1.0 - percent("dropout_rate", r"([.\d]+)% all")],
    )
derive(
    "substance_use.using_hr",
    "drugtest_ga",
    "between",
    "odds ratios of cannabis and methamphetamine at the usual base",
    lambda: [
        hazard_ratio("drugtest_ga", p, USUAL_BASE)
        for p in (r"cannabis ([.\d]+)", r"methamphetamine-positive OR ([.\d]+)")
    ],
)
derive(
    "cognition.leaving",
    "dropout_rate dropout_effect",
    "sign",
    "those who leave do worse; how strongly they are selected is not in the rows",
    tuple,
)
