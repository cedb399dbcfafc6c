"""What ``manifest.json`` tells the analysis: the study, its words and its sources.

Read here and nowhere else, so that this file is the description of what is expected.
Only ``study`` with its policies, ``start`` and ``months`` is required; what else is
missing is shown as unknown, never guessed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from analysis.errors import AnalysisError


@dataclass(frozen=True)
class Policy:
    """A policy compared: its words, the paragraphs it answers and the dials it sets."""

    name: str
    title: str
    question: str
    paragraphs: tuple[int, ...]
    dials: dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Outcome:
    """An outcome: its title, unit, meaning, and which direction is favourable."""

    name: str
    title: str
    unit: str
    favourable: str
    meaning: str


@dataclass(frozen=True)
class Study:
    """The design: who was compared, for how long, how often. Times are months."""

    name: str
    title: str
    question: str
    baseline: str
    policies: tuple[Policy, ...]
    jurisdictions: tuple[str, ...]
    start: int
    months: int
    persons: int
    replications: int
    seed: int | None
    warmup_months: int | None
    index: str
    horizons: tuple[int, ...]
    confidence: float
    draws: int = 0  # from the evidence, beside the central values
    discount_rate: float | None = None  # a year
    precision: dict[str, Any] = field(default_factory=dict)  # outcome -> half width asked for
    weights: dict[str, float] = field(default_factory=dict)  # quantity -> worth of one unit more
    margin: dict[str, float] = field(default_factory=dict)  # outcome -> margin of equivalence

    def policy(self, name: str) -> Policy:
        """Look a policy up by name; one that is not described is shown by its name."""
        for policy in self.policies:
            if policy.name == name:
                return policy
        return Policy(name, readable(name), "", (), {})

    def order(self, name: str) -> int:
        """Place of a policy in the study's own order, for sorting."""
        names = [policy.name for policy in self.policies]
        return names.index(name) if name in names else len(names)


@dataclass(frozen=True)
class Manifest:
    """Everything the report says that is not a result."""

    study: Study
    places: dict[str, dict[str, Any]]
    outcomes: dict[str, Outcome]
    metrics: dict[str, Any]
    appendix: tuple[dict[str, Any], ...]
    limits: tuple[str, ...]
    versions: dict[str, str]
    run: dict[str, Any] = field(default_factory=dict)

    def place_title(self, jurisdiction: str) -> str:
        """Title of a place, or its name made readable."""
        return str(self.places.get(jurisdiction, {}).get("title") or readable(jurisdiction))

    def fitted(self, jurisdiction: str, state: str = "drawn") -> tuple[str, ...]:
        """Fitted numbers of a place that were ``drawn`` jointly, or ``kept`` as they are."""
        fit = self.places.get(jurisdiction, {}).get("fit") or {}
        return tuple(str(name) for name in fit.get(state) or ())

    def currency(self, jurisdiction: str) -> str:
        """Currency of a place, or the words 'currency units'."""
        return str(self.places.get(jurisdiction, {}).get("currency") or "currency units")

    def outcome(self, name: str) -> Outcome:
        """Describe an outcome; an unknown one has no favourable direction."""
        return self.outcomes.get(name, Outcome(name, readable(name), "", "neither", ""))


def readable(name: str) -> str:
    """Turn a name of the code into words.

    >>> readable("noncustodial_sentences")
    'Noncustodial sentences'
    """
    words = name.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def read_manifest(out: Path) -> Manifest:
    """Read ``out/manifest.json``.

    Raises
    ------
    AnalysisError
        The file is missing, is not JSON, or does not describe a study.
    """
    path = out / "manifest.json"
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise AnalysisError(
            "no manifest.json", out, "this is not the output folder of a finished run",
            "give the folder named as out=DIR",
        ) from error  # fmt: skip
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise AnalysisError("manifest.json cannot be read", path, str(error)) from error
    return parse_manifest(content, path)


def parse_manifest(content: Any, where: object = "manifest") -> Manifest:
    """Give a manifest its types; see the module for what is required."""
    if not isinstance(content, Mapping) or not isinstance(content.get("study"), Mapping):
        raise AnalysisError("the manifest does not describe a study", where, "no 'study' in it")
    named = {"study", "places", "outcomes", "metrics", "appendix", "limits", "versions"}
    outcomes = {
        name: Outcome(
            name,
            str(entry.get("title") or readable(name)),
            str(entry.get("unit") or ""),
            str(entry.get("favourable") or "neither"),
            str(entry.get("meaning") or ""),
        )
        for name, entry in _named_entries(content.get("outcomes"), where).items()
    }
    return Manifest(
        study=_study(content["study"], where),
        places={
            name: dict(entry) if isinstance(entry, Mapping) else {"title": str(entry)}
            for name, entry in _named_entries(content.get("places"), where, plain=True).items()
        },
        outcomes=outcomes,
        metrics=dict(content.get("metrics") or {}),
        appendix=tuple(dict(entry) for entry in content.get("appendix") or ()),
        limits=tuple(str(sentence) for sentence in content.get("limits") or ()),
        versions=_flat(content.get("versions") or {}),
        run={key: value for key, value in content.items() if key not in named},
    )


def _study(entry: Mapping[str, Any], where: object) -> Study:
    missing = [key for key in ("policies", "start", "months") if entry.get(key) is None]
    if missing:
        raise AnalysisError("the manifest's study is incomplete", where, f"no {missing[0]!r}")
    policies = tuple(
        Policy(
            name,
            str(policy.get("title") or readable(name)),
            str(policy.get("question") or ""),
            tuple(int(paragraph) for paragraph in policy.get("paragraphs") or ()),
            {lever: dict(dials or {}) for lever, dials in (policy.get("dials") or {}).items()},
        )
        for name, policy in _named_entries(entry["policies"], where).items()
    )
    if not policies:
        raise AnalysisError("the manifest's study has no policies", where)
    seed, warmup = entry.get("seed"), entry.get("warmup_months")
    return Study(
        name=str(entry.get("name") or ""),
        title=str(entry.get("title") or readable(str(entry.get("name") or "comparison"))),
        question=str(entry.get("question") or ""),
        baseline=str(entry.get("baseline") or policies[0].name),
        policies=policies,
        jurisdictions=tuple(str(name) for name in entry.get("jurisdictions") or ()),
        start=int(entry["start"]),
        months=int(entry["months"]),
        persons=int(entry.get("persons") or 0),
        replications=int(entry.get("replications") or 0),
        seed=None if seed is None else int(seed),
        warmup_months=None if warmup is None else int(warmup),
        index=str(entry.get("index") or "release_from_prison"),
        horizons=tuple(int(horizon) for horizon in entry.get("horizons") or ()),
        confidence=float(entry.get("confidence") or 0.95),
        draws=int(entry.get("draws") or 0),
        discount_rate=_number_or_none(entry.get("discount_rate")),
        precision=dict(entry.get("precision") or {}),
        weights={str(name): float(one) for name, one in (entry.get("weights") or {}).items()},
        margin={str(name): float(one) for name, one in (entry.get("margin") or {}).items()},
    )


def _number_or_none(value: Any) -> float | None:
    return None if value is None else float(value)


def _named_entries(value: Any, where: object, plain: bool = False) -> dict[str, Any]:
    """Accept a mapping by name, or a list of mappings each with its 'name'."""
    if value is None:
        return {}
    if isinstance(value, Mapping):
        entries = dict(value)
    elif isinstance(value, Sequence) and all(
        isinstance(entry, Mapping) and "name" in entry for entry in value
    ):
        entries = {str(entry["name"]): entry for entry in value}
    else:
        raise AnalysisError("the manifest has a list without names", where)
    if not plain and not all(isinstance(entry, Mapping) for entry in entries.values()):
        raise AnalysisError("the manifest has an entry that is not a mapping", where)
    return entries


def _flat(versions: Mapping[str, Any]) -> dict[str, str]:
    """Bring nested versions (python, packages: {...}) into one list."""
    flat: dict[str, str] = {}
    for name, value in versions.items():
        flat.update(_flat(value) if isinstance(value, Mapping) else {str(name): str(value)})
    return flat
