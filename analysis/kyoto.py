"""Paragraphs 36 to 42 of the Kyoto Declaration, in our words."""

from __future__ import annotations

from analysis.language import _
from analysis.words import capital


def declaration() -> str:
    """Name the Declaration in full."""
    return _("Kyoto Declaration on Advancing Crime Prevention, Criminal Justice and the Rule of "
             "Law (annex to ECOSOC resolution 2021/20)")  # fmt: skip


def paragraph(number: int) -> str:
    """What a paragraph asks for; the bare number if it is not one of these."""
    asks = {
        36: _("relieve prison overcrowding, and use alternatives to pretrial detention and to "
              "custodial sentences"),
        37: _("make prisons rehabilitative: treatment by individual risk and need, education and "
              "vocational training"),
        38: _("a rehabilitative environment in society, with local communities taking part"),
        39: _("partnerships of employment, welfare and local authorities, employers and "
              "volunteers"),
        40: _("acceptance of people who have offended as members of the community"),
        41: _("transfer of sentenced persons to serve their sentence in their own country"),
        42: _("restorative justice at suitable stages of the criminal process"),
    }  # fmt: skip
    return capital(asks.get(number, ""))
