"""How the report is written: the settings under ``report``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.errors import DesistError

SETTINGS = ("language",)


def report_language(settings: Mapping[str, Any]) -> str:
    """Check the settings of the report, and return its language.

    Raises
    ------
    DesistError
        Before anything is simulated: an unknown setting, or a language without a catalogue.
    """
    from analysis.language import languages

    report = settings.get("report") or {}
    for name in report:
        if name not in SETTINGS:
            raise DesistError(
                f"unknown setting '{name}'", where="report", given=str(name), valid=SETTINGS
            )
    # YAML 1.1 reads the Norwegian «no» as false; any value is shown as it was understood.
    language = str(report.get("language", "en"))
    if language not in languages():
        raise DesistError(
            f"unknown language '{language}'", where="report.language=", given=language,
            valid=languages(),
        )  # fmt: skip
    return language
