"""Derivations of who offends, among all people."""

from __future__ import annotations

from math import log

from sim.evidence.conversions import derive, hazard_ratio
from sim.evidence.reading import published_share, reading

derive(
    "offending.age_slope",
    "age_hazard",
    "between",
    "log odds ratio a year in two samples, taken as log hazard ratios",
    lambda: [
        log(reading("age_hazard", p)) / 10.0
        for p in (r"([.\d]+) \([^)]*\) Georgia", r"([.\d]+) \([^)]*\) Broward")
    ],
)
derive(
    "offending.female",
    "sex_hazard",
    "between",
    "inverse odds ratios of men to women in two samples, taken as hazard ratios",
    lambda: [
        1.0 / reading("sex_hazard", p)
        for p in (r"([.\d]+) \([^)]*\) Georgia", r"([.\d]+) \([^)]*\) Broward")
    ],
)
derive(
    "offending.group_ratio",
    "bjs05_5y_offence=property",
    "sign",
    "alike by assumption; the row is for fitting a place",
    tuple,
)
derive(
    "peers.contagion",
    "peer_contagion_bayer contagion_dk",
    "sign",
    "reinforcement within the own kind of offence",
    tuple,
)
derive(
    "gangs.hazard_ratio",
    "gang_hazard nij_ga_y23_gang_0.0",
    "equals",
    "odds ratio at the share arrested among those not affiliated",
    lambda: [
        hazard_ratio(
            "gang_hazard",
            r"OR ([.\d]+)",
            published_share("nij_ga_y23_gang_0.0"),
        )
    ],
)
