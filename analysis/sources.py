"""How far each number of the model may be trusted, in words a reader can act on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from analysis.glossary import told, unit_text
from analysis.language import _, written
from analysis.manifest import Manifest, readable
from analysis.words import MINUS, number

# Standing of a number, from what the manifest's appendix says of its sources.
SOURCED, STATED, UNVERIFIED, ASSUMED, FITTED = (
    "sourced", "stated", "unverified", "assumed", "fitted",
)  # fmt: skip
_READ = ("raw", "primary", "secondary")
# Units that go without saying beside a dial's label.
_SILENT = ("", "1", "probability", "share", "ratio", "on or off", "none", "count")


@dataclass(frozen=True)
class Quantity:
    """One number used by the model, as text for the appendix.

    ``id`` is its name in the code, ``RULE.NAME``; ``name`` its label.
    """

    id: str
    jurisdiction: str
    rule: str
    name: str
    value: str
    unit: str
    span: str
    source: str
    standing: str
    note: str

    @property
    def standing_text(self) -> str:
        """Standing in words."""
        return {
            SOURCED: _("source read"),
            STATED: _("source stated"),
            UNVERIFIED: _("unverified"),
            ASSUMED: _("assumed, unverified"),
            FITTED: _("fitted to targets"),
        }[self.standing]

    @property
    def is_placeholder(self) -> bool:
        """Whether the number stands in for a figure nobody has checked."""
        return self.standing in (UNVERIFIED, ASSUMED)


def standing(entry: Mapping[str, Any]) -> str:
    """Classify an entry of the appendix by the weakest of its sources.

    >>> standing({"source": "a;b", "citation": "A; B", "how_known": "primary_file; recalled"})
    'unverified'
    >>> standing({"source": "assumed", "how_known": "assumed"})
    'assumed'
    >>> standing({"source": "a", "citation": "A", "how_known": "primary_file; secondary_page"})
    'sourced'
    """
    words = [word.strip().lower() for word in str(entry.get("how_known") or "").split(";")]
    words = [word for word in words if word]
    source = str(entry.get("citation") or entry.get("source") or "").strip().lower()
    if "assumed" in words or source in ("", "assumed"):
        return ASSUMED
    if "fitted" in words or source == "fitted":
        return FITTED
    if not words:
        return STATED
    return SOURCED if all(word.startswith(_READ) for word in words) else UNVERIFIED


def quantities(manifest: Manifest, jurisdiction: str | None = None) -> list[Quantity]:
    """Numbers the run used, in the order of the manifest; of one place, if it is named."""
    return [
        _quantity(entry)
        for entry in manifest.appendix
        if jurisdiction is None or entry.get("jurisdiction", jurisdiction) == jurisdiction
    ]


def cost_quantities(manifest: Manifest, jurisdiction: str) -> list[Quantity]:
    """Numbers that are money: those the cost figures rest on."""
    currency = manifest.currency(jurisdiction).lower()
    chosen = [
        entry
        for entry in manifest.appendix
        if entry.get("jurisdiction", jurisdiction) == jurisdiction
        and (
            {"cost", "harm"} & set(str(entry.get("name", "")).lower().split("_"))
            or currency in str(entry.get("unit", "")).lower()
            or "currency" in str(entry.get("unit", "")).lower()
        )
    ]
    return [_quantity(entry) for entry in chosen]


def dial_text(manifest: Manifest, lever: str, dial: str, value: Any) -> str:
    """Describe one dial of a policy: its label, its value with unit, and the usual value.

    Label, unit and default come from ``dials`` of the manifest where it has them.
    """
    known = ((manifest.run.get("dials") or {}).get(lever) or {}).get(dial) or {}
    label = told(str(known.get("label") or readable(dial))).rstrip(".")
    unit = str(known.get("unit") or "")
    text = _("{label}: {value}").format(
        label=label[:1].upper() + label[1:], value=value_text(value, unit)
    )
    baseline = manifest.study.policy(manifest.study.baseline)
    before = baseline.dials.get(lever, {}).get(dial, known.get("default"))
    if before is None or before == value:
        return text
    return _("{text} (otherwise {before})").format(text=text, before=value_text(before, unit))


def value_text(value: Any, unit: str = "") -> str:
    """Write a value of any kind a rule holds: number, switch, word or table.

    >>> value_text(0.35, "probability"), value_text(True), value_text({"a": 1, "b": 0.5})
    ('0.35', 'yes', 'a 1, b 0.5')
    >>> value_text(1, "on or off"), value_text(6, "months")
    ('on', '6 months')
    """
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if unit == "on or off" and value in (0, 1):
        return _("on") if value else _("off")
    if isinstance(value, Mapping):
        text = ", ".join(f"{row_text(str(key))} {value_text(one)}" for key, one in value.items())
    elif isinstance(value, list | tuple):
        text = ", ".join(value_text(one) for one in value)
    elif isinstance(value, int | float):
        text = (
            number(value, 0) if abs(value) >= 1000 else written(f"{value:.4g}").replace("-", MINUS)
        )
    else:
        text = "" if value is None else str(value)
    return text if unit in _SILENT or not text else f"{text} {unit_text(unit)}"


def row_text(key: str) -> str:
    """Name a row of a table that a rule holds; `>` leads from one state to the next.

    >>> row_text("short_custody"), row_text("drug>public_order")
    ('short custody', 'drug>public order')
    """
    return ">".join(told(readable(part).lower()) for part in key.split(">"))


def _quantity(entry: Mapping[str, Any]) -> Quantity:
    low, high = entry.get("low"), entry.get("high")
    span = ""
    if low is not None and high is not None:
        span = _("{low} to {high}").format(low=value_text(low), high=value_text(high))
    label = told(str(entry.get("label") or readable(str(entry.get("name") or ""))))
    return Quantity(
        id=f"{entry.get('rule') or ''}.{entry.get('name') or ''}",
        jurisdiction=str(entry.get("jurisdiction") or ""),
        rule=str(entry.get("rule") or ""),
        name=label[:1].upper() + label[1:],
        value=value_text(entry.get("value")),
        unit=unit_text(str(entry.get("unit") or "")),
        span=span,
        source=str(entry.get("citation") or entry.get("source") or ""),
        standing=standing(entry),
        note=str(entry.get("note") or ""),
    )
