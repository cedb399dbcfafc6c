"""Derivations of acceptance and records (§40)."""

from __future__ import annotations

from sim.evidence.conversions import derive, percent
from sim.evidence.reading import reading

derive(
    "acceptance.in_principle",
    "acceptance_japan_2018",
    "equals",
    "willing",
    lambda: [percent("acceptance_japan_2018", r"([.\d]+)% willing")],
)
derive(
    "record_disclosure.callback",
    "record_callback_agan",
    "equals",
    "inverse of 63 % more",
    lambda: [1.0 / (1.0 + percent("record_callback_agan", r"(\d+)% more"))],
)
derive(
    "record_disclosure.guessing",
    "ban_box_side_effect",
    "equals",
    "gap in call-backs after over before",
    lambda: [
        (1.0 + percent("ban_box_side_effect", r"-> (\d+)%"))
        / (1.0 + percent("ban_box_side_effect", r"(\d+)% ->"))
    ],
)
derive(
    "record_disclosure.uptake",
    "expunge_uptake",
    "equals",
    "of those eligible",
    lambda: [percent("expunge_uptake", r"([.\d]+)%")],
)
derive(
    "stigma.hiring",
    "record_callback_pager record_callback_agan",
    "between",
    "call-backs with a record to without, in two audits",
    lambda: [
        reading("record_callback_pager", r"vs (\d+)%")
        / reading("record_callback_pager", r"White (\d+)%"),
        1.0 / (1.0 + percent("record_callback_agan", r"(\d+)% more")),
    ],
)
