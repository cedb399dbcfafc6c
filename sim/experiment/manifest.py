"""What ``manifest.json`` says of a run: everything that a reader or the analysis needs to know."""

from __future__ import annotations

import platform
import shlex
import subprocess
from collections.abc import Mapping
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from sim import __version__
from sim.experiment.appendix import appendix, unverified
from sim.experiment.arms import OF
from sim.experiment.cells import SCHEMA_VERSION, digest, replication_seed
from sim.experiment.limits import OPTION, needs_asking
from sim.experiment.outcome_table import OUTCOMES
from sim.experiment.plan import SIZE, Plan
from sim.experiment.yaml_file import shown
from sim.rules import registry

PACKAGES = (
    "mesa", "numpy", "scipy", "numba", "llvmlite", "pandas", "pyarrow", "pydantic", "hydra-core",
    "omegaconf", "joblib", "lifelines", "matplotlib",
)  # fmt: skip

LIMITS = (
    "The model predicts differences between policies for groups of simulated people. It says "
    "nothing about any one person and must not be used to decide about one.",
    "Levels are those of the simulated place; read the differences, with their intervals.",
)

CENTRAL_ONLY = (
    "Intervals show the play of chance between replications with the parameters held at their "
    "central values; they do not show what is unknown about the parameters themselves (draws=N "
    "draws them from their evidence)."
)
NOT_DRAWN = (
    "Parameters were drawn from their evidence; a place's own figures, and what was fitted to its "
    "targets, were not."
)
FIT_DRAWN = (
    "Parameters were drawn from their evidence, and what was fitted to a place's targets jointly "
    "from the draws of its fit; a place's other figures were not drawn."
)
FIT_DRAWN_SOMEWHERE = (
    "Parameters were drawn from their evidence. What was fitted to a place's targets was drawn "
    "jointly where the place has draws of its fit, and not in the other places; a place's other "
    "figures were not drawn."
)


def describe(plan: Plan) -> dict[str, Any]:
    """The part of the manifest that is known before the run."""
    study = plan.study
    config = study.model_dump(mode="json")
    wanted = study.outcomes or tuple(OUTCOMES)
    # One currency only if all places share it: the unit of one outcome has to be one.
    currencies = {str(place.content.get("currency")) for place in plan.places.values()}
    currency = currencies.pop() if len(currencies) == 1 else "currency"
    quantities = appendix(plan)
    return {
        "desist": __version__,
        "schema": SCHEMA_VERSION,
        "identity": plan.identity,
        "code": plan.code,
        "contents": {kind: dict(marks) for kind, marks in plan.contents.items()},
        "config": config,
        "config_hash": digest(config),
        "versions": {"desist": __version__, "python": platform.python_version(), **_packages()},
        "platform": platform.platform(),
        "git_commit": git_commit(),
        "seeds": {
            str(r): replication_seed(study.seed, r) for r in range(min(study.replications, 1000))
        },
        "study": {
            "name": plan.scenario.name,
            "question": plan.scenario.question,
            "file": shown(plan.scenario.file.path),
            **config,
            "title": plan.scenario.title,
            "horizons": list(plan.horizons),
            "baseline": study.baseline,
            "points": len(plan.points),
            "policies": [
                {
                    "name": arm.name,
                    "title": arm.title,
                    "question": arm.scenario.question,
                    "paragraphs": list(arm.policy.paragraphs),
                    "dials": arm.dials,
                    "file": shown(arm.scenario.file.path),
                }
                for arm in plan.policies
            ],
        },
        "places": {
            name: {
                "title": place.title,
                "question": place.question,
                "currency": place.content.get("currency"),
                "population": place.content.get("population"),
                "file": shown(place.file.path),
                **_fit(plan, name),
            }
            for name, place in plan.places.items()
        },
        "metrics": _metrics(plan),
        "dials": _dials(plan),
        "command": command_words(plan),
        "outcomes": {
            name: {
                "title": OUTCOMES[name].title,
                "unit": OUTCOMES[name].unit.format(currency=currency),
                "favourable": OUTCOMES[name].favourable,
                "meaning": OUTCOMES[name].meaning,
            }
            for name in OUTCOMES
            if name in wanted
        },
        "appendix": quantities,
        "limits": [
            *LIMITS,
            what_is_drawn(plan),
            *_evidence_limits(quantities),
            *plan.notes,
            *_place_limits(plan),
        ],
        "notes": list(plan.notes),
    }


def what_is_drawn(plan: Plan) -> str:
    """What the intervals hold and what not, in a sentence."""
    if not plan.study.draws:
        return CENTRAL_ONLY
    drawn = [bool(place.fitted) for place in plan.draws.values()]
    return FIT_DRAWN if all(drawn) else FIT_DRAWN_SOMEWHERE if any(drawn) else NOT_DRAWN


def _fit(plan: Plan, name: str) -> dict[str, Any]:
    """Which fitted numbers of a place were drawn, from what, and which stay as they are."""
    place = plan.draws[name]
    if not plan.study.draws:
        return {}
    fit = place.fit
    return {
        "fit": {
            "file": shown(fit.table.path) if fit else None,
            "hash": place.fit_mark if fit else None,
            "draws": fit.count if fit else 0,
            "drawn": list(place.fitted),
            "kept": list(place.kept),
        }
    }


def _dials(plan: Plan) -> dict[str, dict[str, dict[str, Any]]]:
    """What each dial means, so that a report can say a policy in words."""
    return {
        name: {
            q.name: {"label": q.label, "unit": q.unit, "default": q.default}
            for q in rule.quantities().values()
            if q.kind == "dial"
        }
        for name, rule in sorted(registry(plan.folders).items())
        if rule.kind == "lever"
    }


def united(now: dict[str, Any], earlier: Mapping[str, Any], plan: Plan) -> dict[str, Any]:
    """Add what a folder holds from earlier runs of the growing study to its description."""
    if not earlier or earlier.get("schema") != now["schema"]:
        return now
    study, before = now["study"], earlier["study"]
    names = {policy["name"] for policy in study["policies"]}
    study["policies"] += [p for p in before["policies"] if p["name"] not in names]
    study["jurisdictions"] = list(
        dict.fromkeys([*study["jurisdictions"], *before["jurisdictions"]])
    )
    study["draws"] = max(study["draws"], before.get("draws", 0))
    # A run without draws says nothing of the fit that earlier draws were taken from.
    now["places"] = {
        name: {**earlier["places"].get(name, {}), **now["places"].get(name, {})}
        for name in {**earlier["places"], **now["places"]}
    }
    now["contents"] = {
        kind: {**earlier.get("contents", {}).get(kind, {}), **marks}
        for kind, marks in now["contents"].items()
    }
    known = {_row(entry) for entry in now["appendix"]}
    now["appendix"] += [entry for entry in earlier["appendix"] if _row(entry) not in known]
    return now


def _row(entry: Mapping[str, Any]) -> tuple[Any, ...]:
    return entry["jurisdiction"], entry["rule"], entry["name"]


def command_words(plan: Plan, out: str = "DIR") -> list[str]:
    """The command that repeats this study, with every setting that can be overridden."""
    study = plan.study
    words = ["desist", plan.command, f"study={plan.scenario.name}"]
    for name in ("jurisdictions", "policies"):
        values = (f"'{v}'" if OF in v else v for v in getattr(study, name))
        words.append(f"{name}=[{','.join(values)}]")
    for name in (*SIZE, "replications", "draws"):
        words.append(f"{name}={getattr(study, name)}")
    for kind in ("dials", "parameters"):
        for rule, numbers in getattr(study, kind).items():
            words += [f"{kind}.{rule}.{name}={value}" for name, value in numbers.items()]
    if plan.is_job:
        # A job of a multirun is a point of its own: a choice of one makes it that again.
        words += ["--multirun", *(f"{n}=choice({v})" for n, v in plan.rows[0].values.items())]
    words.append(f"out={out}")
    for option, folders in (("--scenarios", plan.own), ("--rules", plan.folders)):
        words += [word for folder in folders for word in (option, shown(folder))]
    return [*words, OPTION] if needs_asking(study, plan.cells) else words


def repeat_cell(plan: Plan, out: Path, cell: str) -> str:
    """The command that runs one cell alone, and shows where it fails."""
    words = command_words(plan, shown(out))
    return shlex.join([*words, f"cell={cell[:12]}"])


def _metrics(plan: Plan) -> dict[str, dict[str, str]]:
    return {
        name: {"unit": unit, "meaning": meaning}
        for rule in registry(plan.folders).values()
        for name, (unit, meaning) in sorted(rule.metrics.items())
    }


def _place_limits(plan: Plan) -> list[str]:
    return [
        str(sentence)
        for place in plan.places.values()
        for sentence in place.content.get("limits") or ()
    ]


def _evidence_limits(quantities: list[dict[str, Any]]) -> list[str]:
    """Say how much of the model rests on assumption or on sources nobody here has read."""
    assumed = sum(not entry["citation"] for entry in quantities)
    weak = sum(unverified(entry) for entry in quantities)
    if not quantities or not (assumed or weak):
        return []
    sentence = f"Numbers used: {len(quantities)}, of which assumed or fitted: {assumed}"
    if weak:
        sentence += f", resting on sources written from memory (unverified): {weak}"
    return [sentence + ". The appendix marks each of them."]


@cache
def _packages() -> Mapping[str, str]:
    found = {}
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


@cache
def git_commit() -> str | None:
    """Commit of the checkout that the model runs from, ``+`` when files have been changed since."""
    root = Path(__file__).resolve().parents[2]
    if not (root / ".git").exists():
        return None
    try:
        commit = _git(root, "rev-parse", "HEAD")
        changed = _git(root, "status", "--porcelain", "--", "sim")
    except (OSError, subprocess.SubprocessError):
        return None
    return commit + ("+" if changed else "")


def _git(root: Path, *words: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(root), *words], capture_output=True, text=True, timeout=5, check=True
    )
    return done.stdout.strip()
