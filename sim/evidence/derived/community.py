"""Derivations of supervision, ties, homes and work (§38, §39)."""

from __future__ import annotations

from sim.evidence.conversions import USUAL_BASE, derive, percent
from sim.evidence.reading import base_risk, reading
from sim.evidence.scales import (
    percent_to_hazard_ratio,
    points_to_hazard_ratio,
    risk_to_hazard_ratio,
)

derive(
    "family.visits_hr",
    "visits_minnesota",
    "equals",
    "hazard ratio as published",
    lambda: [reading("visits_minnesota", r"^[^-]*HR ([.\d]+)", "scale")],
)
derive(
    "family.visited_share",
    "visits_unvisited_mn",
    "equals",
    "one less those unvisited",
    lambda: [1.0 - percent("visits_unvisited_mn", r"(\d+)% unvisited")],
)
for _mentor in ("volunteers", "circles_of_support"):
    derive(
        f"{_mentor}.hazard_ratio",
        "mentoring_jolliffe",
        "between",
        "4 to 10 % less at the usual base",
        lambda: [
            percent_to_hazard_ratio(-reading("mentoring_jolliffe", p), USUAL_BASE)
            for p in (r"-(\d+) to", r"to -(\d+)%")
        ],
    )
derive(
    "volunteers.cases_a_year",
    "vpo_2004",
    "equals",
    "people supervised over volunteers",
    lambda: [reading("vpo_2004", r"~([,\d]+) new") / reading("vpo_2004", r"~([,\d]+) vol")],
)
derive(
    "housing.housed_hr",
    "housing_rhpp_size",
    "shrunk",
    "new convictions, 22 against 36 %",
    lambda: [
        risk_to_hazard_ratio(
            percent("housing_rhpp_size", r"conviction (\d+)%"),
            percent("housing_rhpp_size", r"vs (\d+)%"),
        )
    ],
)
derive(
    "supportive_supervision.hazard_ratio",
    "stics_bc",
    "shrunk",
    "43.0 against 61.4 %",
    lambda: [
        risk_to_hazard_ratio(
            percent("stics_bc", r"general ([.\d]+)%"), percent("stics_bc", r"v ([.\d]+)%")
        )
    ],
)
derive(
    "supportive_supervision.base_risk",
    "stics_bc",
    "equals",
    "the untreated",
    lambda: [percent("stics_bc", r"v ([.\d]+)%")],
)
derive(
    "income_at_release.acquisitive_ratio",
    "income_ssi",
    "equals",
    "inverse of the rise by 60 %",
    lambda: [1.0 / (1.0 + percent("income_ssi", r"income-generating \+(\d+)%"))],
)
derive(
    "work.employed_hr",
    "employment_moj_lt12 employment_moj_ge12 custody_short_moj",
    "between",
    "9.4 and 5.6 points fewer, at the base of short custody in England and Wales",
    lambda: [
        points_to_hazard_ratio(reading(row, r"(-[.\d]+) pp"), base_risk("custody_short_moj"))
        for row in ("employment_moj_lt12", "employment_moj_ge12")
    ],
)
derive(
    "work.skill_odds",
    "edu_bozick_2018 voc_employment_rand",
    "between",
    "no difference in one review, odds of work +28 % in the other",
    lambda: [1.0, reading("voc_employment_rand", r"OR ([.\d]+)", "scale")],
)
derive(
    "cooperating_employers.elasticity",
    "employer_subsidy_us",
    "equals",
    "2.4 % for 10 %",
    lambda: [
        reading("employer_subsidy_us", r"rises ([.\d]+)%")
        / reading("employer_subsidy_us", r"each (\d+)%")
    ],
)
derive(
    "cooperating_employers.insured",
    "employer_demand_us",
    "equals",
    "39 to over 50 %",
    lambda: [
        reading("employer_demand_us", r"over (\d+)%") / reading("employer_demand_us", r"(\d+)% at")
    ],
)
derive(
    "employers.willing",
    "employer_demand_us",
    "equals",
    "willing at the outset",
    lambda: [percent("employer_demand_us", r"(\d+)% at")],
)
derive(
    "employment_service.placed",
    "japan_job_support",
    "between",
    "placed in two years",
    lambda: [percent("japan_job_support", p) for p in (r"([.\d]+)% placed", r"([.\d]+)% FY2022")],
)
derive(
    "death.hazard_at_35",
    "mortality_release",
    "equals",
    "deaths a person-year",
    lambda: [reading("mortality_release", r"all-cause (\d+)") / 100_000.0],
)
