"""Derivations of restorative justice and the victims' course (§42)."""

from __future__ import annotations

from operator import truediv

from sim.evidence.conversions import derive, percent
from sim.evidence.reading import base_risk, reading
from sim.evidence.scales import (
    d_to_odds_ratio,
    odds_ratio_to_hazard_ratio,
    phi_to_risks,
    remission_months,
)

derive(
    "restorative_justice.hazard_ratio",
    "rjc_campbell_d rj_campbell_repool",
    "shrunk",
    "pooled d as an odds ratio, at the row's base",
    lambda: [
        odds_ratio_to_hazard_ratio(
            d_to_odds_ratio(reading("rjc_campbell_d", r"d = (-[.\d]+)")),
            base_risk("rj_campbell_repool"),
        )
    ],
)
derive(
    "restorative_justice.payment_ratio",
    "rj_latimer",
    "shrunk",
    "phi of compliance, as shares around one half, one over the other",
    lambda: [truediv(*phi_to_risks(-reading("rj_latimer", r"compliance \+([.\d]+)")))],
)
derive(
    "restorative_justice.victim_consents_unprepared",
    "rj_would_accept_csew",
    "equals",
    "would accept",
    lambda: [percent("rj_would_accept_csew", r"([.\d]+)%")],
)
derive(
    "restorative_justice.kept",
    "rj_act_20y",
    "equals",
    "outcome compliance",
    lambda: [percent("rj_act_20y", r"compliance (\d+)%")],
)
derive(
    "restorative_justice.satisfied",
    "rj_victim_satisfaction",
    "equals",
    "positive",
    lambda: [percent("rj_victim_satisfaction", r"(\d+)% positive")],
)
derive(
    "restitution.collected",
    "restitution_ca",
    "equals",
    "of the money ordered",
    lambda: [percent("restitution_ca", r"(\d+)%")],
)
derive(
    "victim_support.takes_up",
    "victim_trc_uptake",
    "equals",
    "middle of the studies",
    lambda: [
        (percent("victim_trc_uptake", r"([.\d]+)-") + percent("victim_trc_uptake", r"-([.\d]+)%"))
        / 2.0
    ],
)
derive(
    "victimisation.chronic",
    "ptsd_remission",
    "equals",
    "chronic",
    lambda: [percent("ptsd_remission", r"([.\d]+)% chronic")],
)
derive(
    "victimisation.remission_months",
    "ptsd_remission",
    "equals",
    "constant hazard among those who are not chronic, with 34.8 % remitted after 3 months",
    lambda: [
        remission_months(
            percent("ptsd_remission", r"([.\d]+)% remit")
            / (1.0 - percent("ptsd_remission", r"([.\d]+)% chronic")),
            reading("ptsd_remission", r"after (\d) months"),
        )
    ],
)
derive(
    "transfer.escort",
    "transfer_cost",
    "equals",
    "as published",
    lambda: [reading("transfer_cost", r"GBP ([,\d]+)")],
)
